import { readFile } from 'node:fs/promises';
import { createPlanClient } from '../planning/plan-client.ts';
import { problemOf, unusedFields } from '../planning/problem.ts';
import type { Plan, Problem } from '../planning/types.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import { localDate, localTime } from '../zone.ts';
import { type CliCommand, done, failed, textOf, usage } from './command.ts';

const fileOf = async (path: string): Promise<Result<unknown>> => {
  try {
    return ok(JSON.parse(await readFile(path, 'utf8')));
  } catch (thrown) {
    return permanent(
      'plan.unreadable',
      `The problem could not be read from ${path}: ${messageOf(thrown)}.`,
      'Name a file that holds one JSON object.',
    );
  }
};

const kw = (value: number): string => (Math.abs(value) < 0.0005 ? '·' : value.toFixed(3));

const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
};

/** What a person reads: every step in local time, then what it costs and how sure that is. */
const linesOf = (problem: Problem, plan: Plan, notes: readonly string[]): readonly string[] => {
  const ids = problem.flexibleLoads.map(({ id }) => id);
  const rows = plan.steps.map((step, place) => {
    const at = problem.startAt + place * problem.stepMs;
    return [
      `${localDate(at, problem.zone)} ${localTime(at, problem.zone)}`,
      ...[step.importKw, step.exportKw, step.chargeKw, step.dischargeKw, step.curtailKw].map(kw),
      step.socPct === null ? '–' : step.socPct.toFixed(1),
      ...ids.map((id) => kw(step.loads[id] ?? 0)),
    ];
  });
  const { costs } = plan;
  const money = (value: number): string => value.toFixed(4);
  return [
    ...table([['', 'import', 'export', 'charge', 'discharge', 'curtail', 'SOC %', ...ids], ...rows]),
    '',
    `kW, mean of each step, in local time of ${problem.zone}; SOC at the end of the step.`,
    `Costs: energy ${money(costs.energy)}, peak ${money(costs.peak)}, wear ${money(costs.wear)}, together ${money(costs.total)}; loads earn ${money(costs.earned)}.`,
    `Objective ${money(plan.objective)}, no plan is below ${money(plan.bound)} (gap ${(100 * plan.gap).toFixed(3)} %), ${plan.seconds.toFixed(2)} s.`,
    ...(plan.status === 'optimal' ? [] : ['The time ran out before it was proven that no plan is better.']),
    ...notes,
  ];
};

/** The plan with the lowest cost for a problem in a file, with the proof of how good it is. It knows nothing of any home. */
export const plan: CliCommand = {
  name: 'plan',
  summary: 'Plans battery, grid and flexible loads for a problem in a file.',
  positionals: [],
  plainJson: true,
  options: { problem: { type: 'string', help: 'the problem, one JSON object (main/planning/README.md)' } },
  run: async (context) => {
    const path = textOf(context, 'problem');
    if (path === undefined || path === '') return usage('--problem is missing.');
    const raw = await fileOf(path);
    if (!raw.ok) return failed(raw.error);
    const problem = problemOf(raw.value);
    if (!problem.ok) return failed(problem.error);
    context.progress('Planning …');
    const client = createPlanClient({ workerUrl: context.planningWorker, clock: context.clock });
    const solved = await client.solve(problem.value);
    if (!solved.ok) {
      const status = solved.error.code === 'plan.infeasible' ? 'infeasible' : 'failed';
      return { kind: 'failed', failure: solved.error, data: { status } };
    }
    const notes = unusedFields(raw.value);
    return done(linesOf(problem.value, solved.value, notes), { ...solved.value, notes });
  },
};
