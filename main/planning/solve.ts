import { ok, type Result, temporary } from '../result.ts';
import { accountsOf, stepsOf } from './accounts.ts';
import { conflictOf } from './conflict.ts';
import { type Formulation, formulate, importWorth } from './formulation.ts';
import { type Highs, infoOf, type Model, REPEATABLE } from './highs.ts';
import { type Decisions, decisionsOf, oneWayOnly, scheduleOf } from './schedule.ts';
import type { Plan, Problem } from './types.ts';

/** A tier is kept with so little to spare, kW, that no rounding lifts a month into the next. */
const TIER_MARGIN_KW = 1e-6;
/** An answer that needs more rounds than this to forbid useless circulation forbids it everywhere. */
const MOST_ROUNDS = 4;
/** What may be spent on saying why there is no plan, s. */
const CONFLICT_SECONDS = 10;

interface Solved {
  readonly state: 'optimal' | 'feasible' | 'infeasible' | 'nothing';
  readonly values: Float64Array;
  readonly bound: number;
}

/** The solution again with its whole numbers fixed: a linear program, so that what is left is exact. */
const polished = (highs: Highs, model: Model, formulation: Formulation, values: Float64Array): Float64Array => {
  const { integrality, rowUpper } = formulation.data;
  for (const [column, kind] of integrality.entries()) {
    if (kind === 0) continue;
    const whole = Math.round(values[column] ?? 0);
    model.changeColBounds(column, whole, whole);
  }
  model.clearIntegrality();
  const rest = (margin: number): Float64Array | null => {
    for (const row of formulation.tierRows)
      model.changeRowBounds(row, Number.NEGATIVE_INFINITY, (rowUpper[row] ?? 0) - margin);
    model.run();
    return model.getModelStatus() === highs.constants.modelStatus.optimal ? model.getSolution().colValue : null;
  };
  const spare = formulation.tierRows.length > 0 ? rest(TIER_MARGIN_KW) : null;
  return spare ?? rest(0) ?? values;
};

const solveOnce = (highs: Highs, formulation: Formulation, gap: number, timeLimitSeconds: number): Solved =>
  highs.withModel(formulation.data, (model): Solved => {
    const { modelStatus } = highs.constants;
    const whole = formulation.data.integrality.some((kind) => kind !== 0);
    model.options.set({ ...REPEATABLE, time_limit: timeLimitSeconds, mip_rel_gap: gap });
    model.run();
    const status = model.getModelStatus();
    const values = model.getSolution().colValue;
    const bound = whole ? infoOf(model, 'mip_dual_bound') : model.getObjectiveValue();
    if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible)
      return { state: 'infeasible', values, bound };
    const found = infoOf(model, 'primal_solution_status') === highs.constants.solutionStatus.feasible;
    if (status !== modelStatus.optimal && !(whole && found)) return { state: 'nothing', values, bound };
    const state = status === modelStatus.optimal ? 'optimal' : 'feasible';
    if (!whole && formulation.tierRows.length === 0) return { state, values, bound };
    return { state, values: polished(highs, model, formulation, values), bound };
  });

/** Steps in which circulating energy through the battery may pay: where to take energy earns money. */
const suspects = (problem: Problem): readonly number[] =>
  problem.batteries.length === 0 ? [] : importWorth(problem).flatMap((worth, step) => (worth < 0 ? [step] : []));

/** Puts figures on decisions. `timedOut`: nobody has proven that the bound is as near as was asked. */
export const planOf = (
  problem: Problem,
  decisions: Decisions,
  proof: { readonly bound: number; readonly seconds: number; readonly timedOut: boolean },
): Plan => {
  const schedule = scheduleOf(problem, decisions);
  const { objective, costs } = accountsOf(problem, schedule);
  const bound = Math.min(proof.bound, objective);
  const apart = objective - bound;
  const gap = apart === 0 ? 0 : apart / Math.max(Math.abs(objective), 1e-9);
  return {
    status: !proof.timedOut || gap <= problem.solver.gap ? 'optimal' : 'feasible',
    objective,
    bound,
    gap,
    seconds: proof.seconds,
    costs,
    steps: stepsOf(problem, schedule),
    bent: [],
  };
};

/**
 * The plan with the lowest objective, proven to the gap that is asked for. Failures: `plan.infeasible` names the limits that
 * conflict; `plan.no-time` where the time limit came before any plan. `nowMs` is only looked at for the time limit.
 */
export const solveProblem = (highs: Highs, problem: Problem, nowMs: () => number): Result<Plan> => {
  const { gap, timeLimitSeconds } = problem.solver;
  const startedMs = nowMs();
  const secondsSoFar = (): number => (nowMs() - startedMs) / 1000;
  const every = problem.loadKw.map((_, step) => step);
  let oneWay = new Set(suspects(problem));
  for (let round = 0; ; round += 1) {
    const left = timeLimitSeconds - secondsSoFar();
    const formulation = formulate(problem, { oneWay, soft: null });
    const solved = solveOnce(highs, formulation, gap, Math.max(left, 0.01));
    if (solved.state === 'infeasible') return conflictOf(highs, problem, CONFLICT_SECONDS);
    if (solved.state === 'nothing')
      return temporary(
        'plan.no-time',
        `No plan was found within ${timeLimitSeconds} s.`,
        'Give solver.timeLimitSeconds more, or ask for a shorter horizon.',
      );
    const { decisions, gaining } = oneWayOnly(problem, decisionsOf(problem, formulation, solved.values));
    if (gaining.length === 0)
      return ok(
        planOf(problem, decisions, {
          bound: solved.bound,
          seconds: secondsSoFar(),
          timedOut: solved.state === 'feasible',
        }),
      );
    oneWay = new Set(round >= MOST_ROUNDS ? every : [...oneWay, ...gaining]);
  }
};
