import { permanent } from '../result.ts';
import { localDate, localTime } from '../zone.ts';
import { formulate } from './formulation.ts';
import { type Highs, REPEATABLE } from './highs.ts';
import { ALL_ALIKE, type Limit, type Slack } from './slacks.ts';
import type { Problem } from './types.ts';

const NOTHING = 1e-6;
const MOST_NAMED = 4;

const LIMIT_FIELDS: Readonly<Record<Limit, string>> = {
  import: 'grid.maxImportKw',
  export: 'grid.maxExportKw',
  'least charge': 'battery.minSocPct',
  'most charge': 'battery.maxSocPct',
  'charge at the end': 'battery.finalSocPct',
  'run time': 'runMinutes',
  energy: 'energyKwh',
  temperature: 'temperature',
};

const amountOf = ({ limit }: Slack, amount: number, problem: Problem): string => {
  if (limit === 'run time') return `${Math.ceil((amount * problem.stepMs) / 60_000 - NOTHING)} min`;
  if (limit === 'temperature') return `${amount.toFixed(2)} K`;
  return limit === 'import' || limit === 'export' ? `${amount.toFixed(3)} kW` : `${amount.toFixed(3)} kWh`;
};

const sentenceOf = (problem: Problem, bent: readonly { readonly slack: Slack; readonly amount: number }[]): string => {
  const worst = bent.reduce((most, each) => (each.amount > most.amount ? each : most));
  const { slack, amount } = worst;
  const at = problem.startAt + slack.step * problem.stepMs;
  const when = `${localDate(at, problem.zone)} ${localTime(at, problem.zone)}`;
  const onlyBattery = problem.batteries.length === 1 && problem.batteries[0]?.id === slack.id;
  const field =
    slack.id === null || onlyBattery ? LIMIT_FIELDS[slack.limit] : `${LIMIT_FIELDS[slack.limit]} of "${slack.id}"`;
  const steps = bent.length === 1 ? '' : ` in ${bent.length} steps`;
  return ['run time', 'charge at the end', 'energy'].includes(slack.limit)
    ? `${field} lacks ${amountOf(slack, amount, problem)}`
    : `${field} is missed${steps} by up to ${amountOf(slack, amount, problem)}, most at ${when}`;
};

/**
 * The failure `plan.infeasible` for a problem that no plan satisfies. It names the limits that even the plan which bends them
 * least has to bend; minimum runs and pauses, windows and the ratings of the battery are not bent.
 */
export const conflictOf = (highs: Highs, problem: Problem, timeLimitSeconds: number) => {
  const formulation = formulate(problem, {
    oneWay: new Set(),
    bend: { prices: ALL_ALIKE, alone: true },
    apart: null,
  });
  const bent = highs.withModel(formulation.data, (model) => {
    model.options.set({ ...REPEATABLE, time_limit: timeLimitSeconds, mip_rel_gap: 0.05 });
    model.run();
    const { colValue } = model.getSolution();
    return formulation.slacks
      .map((slack) => ({ slack, amount: colValue[slack.column] ?? 0 }))
      .filter(({ amount }) => amount > NOTHING);
  });
  const kinds = new Map<string, { slack: Slack; amount: number }[]>();
  for (const each of bent) {
    const key = `${each.slack.limit} ${each.slack.id ?? ''}`;
    kinds.set(key, [...(kinds.get(key) ?? []), each]);
  }
  const named = [...kinds.values()].slice(0, MOST_NAMED).map((each) => sentenceOf(problem, each));
  return permanent(
    'plan.infeasible',
    named.length === 0
      ? 'No plan keeps all limits: minimum runs, pauses, starts and windows of the flexible loads leave no room for their run times.'
      : `No plan keeps all limits: ${named.join('; ')}.`,
    'Loosen one of the limits that are named, or change what has to be supplied.',
  );
};
