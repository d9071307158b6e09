import { ok, type Result, temporary } from '../result.ts';
import { accountsOf, stepsOf } from './accounts.ts';
import { bentOf } from './bent-sentences.ts';
import { conflictOf } from './conflict.ts';
import { followed } from './follow.ts';
import { type Formulation, type FormulationOptions, formulate, importWorth } from './formulation.ts';
import { type Highs, infoOf, type Model, REPEATABLE } from './highs.ts';
import { oneWayOnly } from './one-way.ts';
import { checkedProblem } from './problem-check.ts';
import { type Decisions, decisionsOf, scheduleOf } from './schedule.ts';
import { pricesOf } from './slacks.ts';
import type { Plan, Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** A tier is kept with so little to spare, kW, that no rounding lifts a month into the next. */
const TIER_MARGIN_KW = 1e-6;
/** An answer that needs more rounds than this to forbid useless circulation forbids it everywhere. */
const MOST_ROUNDS = 4;
/** What may be spent on saying why there is no plan, s. */
const CONFLICT_SECONDS = 10;
/** Share of the time that may go into finding out whether all limits can be kept, where they may be bent. */
const HARD_SHARE = 0.6;

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

/**
 * Which part of the objective is money where limits are bent: their price is so high that a gap of the whole would hide what
 * the plan costs. From the relaxation, so that it is known before.
 */
const moneyShare = (highs: Highs, formulation: Formulation): number => {
  const { integrality: _, ...data } = formulation.data;
  return highs.withModel(data, (model) => {
    model.options.set(REPEATABLE);
    model.run();
    const whole = model.getObjectiveValue();
    const values = model.getSolution().colValue;
    const bent = formulation.slacks.reduce(
      (sum, { column }) => sum + (formulation.data.colCost[column] ?? 0) * (values[column] ?? 0),
      0,
    );
    const share = Math.abs(whole - bent) / Math.max(1e-9, Math.abs(whole));
    return Number.isFinite(share) ? Math.min(1, Math.max(1e-6, share)) : 1;
  });
};

/** Steps in which circulating energy through a battery may pay: where to take energy earns money. */
const suspects = (problem: Problem): readonly number[] =>
  problem.batteries.length === 0 ? [] : importWorth(problem).flatMap((worth, step) => (worth < 0 ? [step] : []));

/** Puts figures on decisions. `timedOut`: nobody has proven that the bound is as near as was asked. */
export const planOf = (
  problem: Problem,
  decisions: Decisions,
  proof: { readonly bound: number; readonly seconds: number; readonly timedOut: boolean },
): Plan => {
  const schedule = scheduleOf(problem, decisions);
  const { objective, costs, bends } = accountsOf(problem, schedule);
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
    bent: problem.soft === null ? [] : bentOf(problem, schedule, bends),
  };
};

interface Watch {
  readonly limitSeconds: number;
  secondsSoFar(): number;
}

const attempt = (
  highs: Highs,
  problem: Problem,
  bend: FormulationOptions['bend'],
  watch: Watch,
): Plan | 'infeasible' | 'nothing' => {
  const every = problem.loadKw.map((_, step) => step);
  let oneWay = new Set(suspects(problem));
  let apart = false;
  for (let round = 0; ; round += 1) {
    const formulation = formulate(problem, { oneWay, bend, apart });
    const gap = problem.solver.gap * (bend === null ? 1 : moneyShare(highs, formulation));
    const left = Math.max(0.01, watch.limitSeconds - watch.secondsSoFar());
    const solved = solveOnce(highs, formulation, gap, left);
    if (solved.state === 'infeasible' || solved.state === 'nothing') return solved.state;
    const found = decisionsOf(problem, formulation, solved.values);
    if (found === null) {
      apart = true;
      continue;
    }
    const { decisions, gaining } = oneWayOnly(problem, found);
    if (gaining.length === 0)
      return planOf(problem, decisions, {
        bound: solved.bound,
        seconds: watch.secondsSoFar(),
        timedOut: solved.state === 'feasible',
      });
    oneWay = new Set(round >= MOST_ROUNDS ? every : [...oneWay, ...gaining]);
  }
};

const noTime = (limitSeconds: number) =>
  temporary(
    'plan.no-time',
    `No plan was found within ${limitSeconds} s.`,
    'Give solver.timeLimitSeconds more, or ask for a shorter horizon.',
  );

/**
 * A plan that bends the limits which cannot be kept. All limits are tried first: bending costs more than anything that could
 * be earned by it, so where they can be kept that plan is the best one.
 */
const solveSoftly = (highs: Highs, problem: Problem, watch: Watch): Plan => {
  const hard = attempt(highs, problem, null, { ...watch, limitSeconds: watch.limitSeconds * HARD_SHARE });
  if (hard !== 'infeasible' && hard !== 'nothing') return hard;
  const { soft } = problem;
  const frame = { hours: problem.stepMs / HOUR_MS, steps: problem.loadKw.length };
  const bent =
    soft === null ? 'nothing' : attempt(highs, problem, { prices: pricesOf(soft, frame), alone: false }, watch);
  if (bent !== 'infeasible' && bent !== 'nothing') return bent;
  // The time ran out: what the house does without a plan, with what that bends.
  return planOf(problem, followed(problem, null), {
    bound: Number.NEGATIVE_INFINITY,
    seconds: watch.secondsSoFar(),
    timedOut: true,
  });
};

/**
 * The plan with the lowest objective, proven to the gap that is asked for. With soft limits there always is one. Failures:
 * `plan.problem` names a field that is wrong; with hard limits `plan.infeasible` names those that conflict, and `plan.no-time`
 * says that the time limit came before any plan. `nowMs` is only looked at for the time limit.
 */
export const solveProblem = (highs: Highs, problem: Problem, nowMs: () => number): Result<Plan> => {
  const checked = checkedProblem(problem);
  if (!checked.ok) return checked;
  const { timeLimitSeconds } = problem.solver;
  const startedMs = nowMs();
  const watch: Watch = { limitSeconds: timeLimitSeconds, secondsSoFar: () => (nowMs() - startedMs) / 1000 };
  if (problem.soft !== null) return ok(solveSoftly(highs, problem, watch));
  const plan = attempt(highs, problem, null, watch);
  if (plan === 'infeasible') return conflictOf(highs, problem, CONFLICT_SECONDS);
  return plan === 'nothing' ? noTime(timeLimitSeconds) : ok(plan);
};
