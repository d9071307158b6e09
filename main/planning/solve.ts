import { ok, type Result, temporary } from '../result.ts';
import { accountsOf, stepsOf } from './accounts.ts';
import { nearestShare, togetherOf } from './assignment.ts';
import { bentOf } from './bent-sentences.ts';
import { conflictOf } from './conflict.ts';
import { followed } from './follow.ts';
import { type Formulation, type FormulationOptions, formulate, importWorth } from './formulation.ts';
import type { Highs } from './highs.ts';
import type { Apart } from './load-rows.ts';
import { oneWayOnly } from './one-way.ts';
import { checkedProblem } from './problem-check.ts';
import { type Decisions, decisionsOf, scheduleOf } from './schedule.ts';
import { pricesOf } from './slacks.ts';
import { moneyShare, type Solved, solveOnce } from './solver.ts';
import { switchedHeat } from './switched-heat.ts';
import type { Plan, Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** An answer that needs more rounds than this to forbid useless circulation forbids it everywhere. */
const MOST_ROUNDS = 4;
/** What may be spent on saying why there is no plan, s. */
const CONFLICT_SECONDS = 10;
/** Share of the time that may go into finding out whether all limits can be kept, where they may be bent. */
const HARD_SHARE = 0.6;

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

interface Found {
  readonly decisions: Decisions;
  readonly bound: number;
  readonly timedOut: boolean;
}

/** How far around what equal loads do together each of them is looked for, steps; at last anywhere. */
const ROOMS = [3, Number.POSITIVE_INFINITY];

/** Where each of equal loads is looked for: first just as it is shared out most nearly, then ever further around. */
function* triesFor(formulation: Formulation, solved: Solved): Generator<Apart> {
  const together = togetherOf(formulation.groups, solved.values);
  const { groups, meterRows } = formulation;
  const nearest = nearestShare(groups, together, (step) => solved.duals[meterRows[step] ?? -1] ?? 0);
  for (const room of nearest === null ? [] : [0, 2]) yield { together: nearest ?? together, room };
  for (const room of ROOMS) yield { together, room };
}

/**
 * Where what equal loads do together cannot be shared out among them they are planned one by one. What they do together proves
 * the bound, so the first answer that comes near enough to it will do; near what they do together there mostly is one.
 */
const solveApart = (
  highs: Highs,
  problem: Problem,
  options: Omit<FormulationOptions, 'apart'>,
  tries: Iterable<Apart>,
  effort: { readonly gap: number; readonly bound: number; secondsLeft(): number },
): Found | 'infeasible' | 'nothing' => {
  const target = effort.bound + effort.gap * Math.abs(effort.bound) * 0.99;
  let state: 'infeasible' | 'nothing' = 'nothing';
  let best: Found | null = null;
  let lowest = Number.POSITIVE_INFINITY;
  for (const apart of tries) {
    const formulation = formulate(problem, { ...options, apart });
    const solved: Solved = solveOnce(highs, formulation, { gap: effort.gap, seconds: effort.secondsLeft(), target });
    const everywhere = apart.room === Number.POSITIVE_INFINITY;
    const bound = everywhere && Number.isFinite(solved.bound) ? Math.max(effort.bound, solved.bound) : effort.bound;
    if (solved.state === 'infeasible' || solved.state === 'nothing') {
      if (everywhere) state = solved.state;
      continue;
    }
    const decisions = decisionsOf(problem, formulation, solved.values);
    if (decisions === null) continue;
    const { objective } = accountsOf(problem, scheduleOf(problem, decisions));
    const near = objective <= target || (everywhere && solved.state === 'optimal');
    best = { decisions: best === null || objective < lowest ? decisions : best.decisions, bound, timedOut: !near };
    lowest = Math.min(lowest, objective);
    if (near) break;
  }
  return best ?? state;
};

const attempt = (
  highs: Highs,
  problem: Problem,
  bend: FormulationOptions['bend'],
  watch: Watch,
  heat: Pick<FormulationOptions, 'heat'> = {},
): Plan | 'infeasible' | 'nothing' => {
  const every = problem.loadKw.map((_, step) => step);
  const secondsLeft = (): number => Math.max(0.01, watch.limitSeconds - watch.secondsSoFar());
  let oneWay = new Set(suspects(problem));
  for (let round = 0; ; round += 1) {
    const formulation = formulate(problem, { oneWay, bend, apart: null, ...heat });
    const gap = problem.solver.gap * (bend === null ? 1 : moneyShare(highs, formulation));
    const solved = solveOnce(highs, formulation, { gap, seconds: secondsLeft() });
    if (solved.state === 'infeasible' || solved.state === 'nothing') return solved.state;
    const { bound, values } = solved;
    const shared = decisionsOf(problem, formulation, values);
    const found: Found | 'infeasible' | 'nothing' =
      shared === null
        ? solveApart(highs, problem, { oneWay, bend, ...heat }, triesFor(formulation, solved), {
            gap,
            bound,
            secondsLeft,
          })
        : { decisions: shared, bound, timedOut: solved.state === 'feasible' };
    if (found === 'infeasible' || found === 'nothing') return found;
    const { decisions, gaining } = oneWayOnly(problem, found.decisions);
    if (gaining.length === 0) return planOf(problem, decisions, { ...found, seconds: watch.secondsSoFar() });
    oneWay = new Set(round >= MOST_ROUNDS ? every : [...oneWay, ...gaining]);
  }
};

const noTime = (limitSeconds: number) =>
  temporary(
    'plan.no-time',
    `No plan was found within ${limitSeconds} s.`,
    'Give solver.timeLimitSeconds more, or ask for a shorter horizon.',
  );

/** A plan that bends the limits which cannot be kept; all are tried first, where bending is dearer than all it could earn. */
const bendingPlan = (
  highs: Highs,
  problem: Problem,
  watch: Watch,
  heat: Pick<FormulationOptions, 'heat'> = {},
): Plan | null => {
  const hard = attempt(highs, problem, null, { ...watch, limitSeconds: watch.limitSeconds * HARD_SHARE }, heat);
  if (hard !== 'infeasible' && hard !== 'nothing') return hard;
  const { soft } = problem;
  if (soft === null) return null;
  const prices = pricesOf(soft, { hours: problem.stepMs / HOUR_MS, steps: problem.loadKw.length });
  const bent = attempt(highs, problem, { prices, alone: false }, watch, heat);
  return bent === 'infeasible' || bent === 'nothing' ? null : bent;
};

/**
 * Heat stores that are on or off, as if their power could be chosen: that is proven fast, and no plan is better. Then they
 * follow it switching, and all else is planned around that.
 */
const switchingPlan = (highs: Highs, problem: Problem, watch: Watch): Plan | null => {
  const heatStores = problem.heatStores.map((store) => ({ ...store, modulates: true }));
  const smooth = bendingPlan(highs, { ...problem, heatStores }, { ...watch, limitSeconds: watch.limitSeconds * 0.5 });
  if (smooth === null) return null;
  const heat = switchedHeat(problem, (id) => smooth.steps.map(({ loads }) => loads[id] ?? 0));
  const plan = bendingPlan(highs, problem, { ...watch, limitSeconds: watch.limitSeconds * 0.8 }, { heat });
  return plan === null ? null : provenBy(plan, smooth.bound, problem);
};

/** A plan with what is known about the best there can be. */
const provenBy = (plan: Plan, known: number, problem: Problem): Plan => {
  const bound = Math.min(known, plan.objective);
  const gap = plan.objective === bound ? 0 : (plan.objective - bound) / Math.max(Math.abs(plan.objective), 1e-9);
  return { ...plan, bound, gap, status: gap <= problem.solver.gap ? 'optimal' : 'feasible' };
};

/** With soft limits: a plan always. */
const solveSoftly = (highs: Highs, problem: Problem, watch: Watch): Plan => {
  const switches = problem.heatStores.some(({ modulates }) => !modulates);
  const quick = switches ? switchingPlan(highs, problem, watch) : null;
  if (quick?.status === 'optimal') return { ...quick, seconds: watch.secondsSoFar() };
  const exact = bendingPlan(highs, problem, watch);
  const seconds = watch.secondsSoFar();
  if (exact?.status === 'optimal') return { ...exact, seconds };
  const better = exact === null || (quick !== null && quick.objective <= exact.objective) ? quick : exact;
  const known = Math.max(quick?.bound ?? Number.NEGATIVE_INFINITY, exact?.bound ?? Number.NEGATIVE_INFINITY);
  if (better !== null) return { ...provenBy(better, known, problem), seconds };
  // The time ran out: what the house does without a plan, with what that bends.
  return planOf(problem, followed(problem, null), { bound: Number.NEGATIVE_INFINITY, seconds, timedOut: true });
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
