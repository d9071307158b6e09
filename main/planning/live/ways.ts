import { ok, type Result } from '../../result.ts';
import { planByDynamicProgramming } from '../fast/dynamic-programming.ts';
import { tiersPlan } from '../fast/tiers.ts';
import { followed } from '../follow.ts';
import { planOf } from '../solve.ts';
import type { Plan, PlanStep, Problem } from '../types.ts';
import { validatePlan } from '../validate.ts';
import type { Ways } from './decide.ts';

const UNPROVEN = { bound: Number.NEGATIVE_INFINITY, seconds: 0, timedOut: true } as const;

/** Only what is followed is looked at: the steps' powers. */
const ofSteps = (steps: readonly PlanStep[]): Plan => ({
  ...{ status: 'feasible', objective: 0, bound: 0, gap: 0, seconds: 0, steps, bent: [] },
  costs: { energy: 0, peak: 0, wear: 0, total: 0, earned: 0, stored: 0, carbonKg: null },
});

/**
 * The ways to a plan in the product: the solver, dynamic programming for one battery without loads, and at last fixed tiers:
 * batteries serve the house, heat stores stay in their band, loads run where they must.
 */
export const createWays = (solve: (problem: Problem) => Promise<Result<Plan>> | Result<Plan>): Ways => ({
  solve: async (problem) => solve(problem),
  ladder: (problem) => planByDynamicProgramming(problem, () => 0),
  tiers: (problem) => ok(tiersPlan(problem)),
  score: (problem, steps, bound) => ok(planOf(problem, followed(problem, ofSteps(steps)), { ...UNPROVEN, bound })),
  validate: validatePlan,
});
