import { ok, permanent, type Result } from '../../result.ts';
import type { SiteProblem } from '../site/types.ts';
import type { Plan, PlanStep, Problem } from '../types.ts';
import { carriedOver, type Decided } from './carry-over.ts';
import { type Intent, intentsOf } from './intent.ts';
import type { MadeBy } from './types.ts';

/** The ways to a plan, best first, and the yardsticks. Only the first may take long; it runs in a thread. */
export interface Ways {
  readonly solve: (problem: Problem, signal: AbortSignal) => Promise<Result<Plan>>;
  readonly ladder: (problem: Problem) => Result<Plan>;
  readonly tiers: (problem: Problem) => Result<Plan>;
  /** The figures of given steps on a problem of which no plan can cost less than `bound`. */
  readonly score: (problem: Problem, steps: readonly PlanStep[], bound: number) => Result<Plan>;
  /** What is wrong with a plan, a sentence each. */
  readonly validate: (problem: Problem, plan: Plan) => readonly string[];
}

/** The plan in force, as far as a decision looks at it. */
export interface Standing extends Decided {
  readonly id: string;
  readonly by: MadeBy;
}

export const standingOf = (plan: {
  readonly id: string;
  readonly by: MadeBy;
  readonly intents: readonly Intent[];
  readonly site: Pick<SiteProblem, 'problem'>;
  readonly plan: Pick<Plan, 'steps'>;
}): Standing => ({
  id: plan.id,
  by: plan.by,
  startAt: plan.site.problem.startAt,
  stepMs: plan.site.problem.stepMs,
  loads: plan.plan.steps.map(({ loads }) => loads),
  intents: plan.intents,
});

/** Everything that a decision looks at: the same input gives the same decision for ever. */
export interface DecisionInput {
  readonly site: SiteProblem;
  /** The plan in force; null where there is none, or where a person's change makes it void. */
  readonly before: Standing | null;
  readonly keepUnlessBetterBy: number;
}

export interface Decision {
  readonly chosen: 'new' | 'before';
  /** What the house goes by from now on: the new plan, or the one before on the new data. */
  readonly plan: Plan;
  readonly intents: readonly Intent[];
  readonly by: MadeBy;
  /** What was made and not taken; null where the new one was, or none could be made. */
  readonly other: Plan | null;
  /** Why the better ways failed, a sentence each. */
  readonly troubles: readonly string[];
}

interface Made {
  readonly plan: Plan;
  readonly by: MadeBy;
}

/** Nobody goes by a plan that the validator has not passed, wherever it comes from. */
const judged = (ways: Ways, problem: Problem, made: Result<Plan>): Result<Plan> => {
  if (!made.ok) return made;
  const [wrong] = ways.validate(problem, made.value);
  return wrong === undefined
    ? made
    : permanent('plan.invalid', `The plan was refused by the validator: ${wrong}`, 'Another way of planning is tried.');
};

const newPlan = async (
  ways: Ways,
  problem: Problem,
  signal: AbortSignal,
): Promise<{ readonly made: Made | null; readonly troubles: readonly string[] }> => {
  const troubles: string[] = [];
  const attempts: readonly (readonly [MadeBy, () => Promise<Result<Plan>> | Result<Plan>])[] = [
    ['solver', () => ways.solve(problem, signal)],
    ['ladder', () => ways.ladder(problem)],
    ['tiers', () => ways.tiers(problem)],
  ];
  for (const [by, attempt] of attempts) {
    const result = judged(ways, problem, await attempt());
    if (result.ok) return { made: { plan: result.value, by }, troubles };
    troubles.push(result.error.message);
  }
  return { made: null, troubles };
};

/** The incumbent on the new data; null where it does not fit, breaks a limit, or cannot be followed any more. */
const carried = (
  ways: Ways,
  input: DecisionInput,
  then: Decided,
  bound: number,
): Pick<Decision, 'plan' | 'intents' | 'by'> | null => {
  const { before, site } = input;
  const { problem } = site;
  const steps = before && carriedOver(before, problem, then);
  if (!before || !steps) return null;
  const scored = judged(ways, problem, ways.score(problem, steps, bound));
  if (!scored.ok) return null;
  const shift = Math.round((problem.startAt - before.startAt) / problem.stepMs);
  const intents = steps.flatMap((_, place) => before.intents[place + shift] ?? then.intents[place] ?? []);
  return { plan: scored.value, intents, by: before.by };
};

/** A limit that the one bends and the other does not. */
const bendsMore = (one: Plan, other: Plan): boolean =>
  one.bent.some(({ limit, id }) => !other.bent.some((each) => each.limit === limit && each.id === id));

/**
 * Plans anew, and keeps the plan in force unless the new one wins by the threshold on the same data, or a limit is bent that the
 * new one does not bend. So a plan is never changed for pennies, and never for a worse one. Fails where no way leads to a plan.
 */
export const decide = async (ways: Ways, input: DecisionInput, signal: AbortSignal): Promise<Result<Decision>> => {
  const { site, before, keepUnlessBetterBy } = input;
  const { problem } = site;
  const { made, troubles } = await newPlan(ways, problem, signal);
  const intents = made ? intentsOf(problem, made.plan) : [];
  const fresh = made && standingOf({ id: '', by: made.by, intents, site, plan: made.plan });
  const kept = before && carried(ways, input, fresh ?? before, made?.plan.bound ?? Number.NEGATIVE_INFINITY);
  if (!made || !fresh)
    return kept
      ? ok({ ...kept, chosen: 'before', other: null, troubles })
      : permanent('plan.none', troubles.at(-1) ?? 'No plan could be made.', 'The house goes on by its rules.');
  const anew: Decision = { ...made, chosen: 'new', intents, other: kept?.plan ?? null, troubles };
  if (!kept || bendsMore(kept.plan, made.plan)) return ok(anew);
  const gain = kept.plan.objective - made.plan.objective;
  // What stood in for the solver goes as soon as the solver is back.
  if (gain >= 0 && made.by === 'solver' && kept.by !== 'solver') return ok(anew);
  return gain > keepUnlessBetterBy ? ok(anew) : ok({ ...kept, chosen: 'before', other: made.plan, troubles });
};
