import { describe, expect, it } from 'vitest';
import { planByDynamicProgramming } from '../../../../main/planning/fast/dynamic-programming.ts';
import { problemFrom, rawProblem } from '../../../support/planning/problems.ts';

const still = (): number => 0;

describe('dynamic programming', () => {
  it('refuses what it does not know', () => {
    const problem = problemFrom(rawProblem({ flexibleLoads: [{ id: 'a', powerKw: 1 }] }));
    expect(planByDynamicProgramming(problem, still)).toMatchObject({ error: { code: 'plan.not-one-battery' } });
  });

  it('finds the plan that was worked out by hand', () => {
    const plan = planByDynamicProgramming(problemFrom(rawProblem()), still);
    expect(plan.ok && plan.value.objective).toBeCloseTo(0.1 * (1 + 1.19 / 0.81) + 0.01 * (1.19 / 0.81 + 3), 9);
  });

  it('says that there is no plan', () => {
    const problem = problemFrom(rawProblem({ loadKw: [1, 30, 1, 1] }));
    expect(planByDynamicProgramming(problem, still)).toMatchObject({ error: { code: 'plan.infeasible' } });
  });
});
