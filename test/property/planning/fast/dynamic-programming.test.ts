import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planByDynamicProgramming } from '../../../../main/planning/fast/dynamic-programming.ts';
import { validatePlan } from '../../../../main/planning/validate.ts';
import { arbitraryProblem, problemFrom, solve } from '../../../support/planning/problems.ts';

const still = (): number => 0;

describe('dynamic programming', () => {
  it('gives the plan that the solver proves, prices of any sign and export that pays more than import among them', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryProblem({ loads: false, peaks: false }), async (raw) => {
        if (raw.battery === null) return;
        const problem = problemFrom(raw);
        const [exact, fast] = [await solve(problem), planByDynamicProgramming(problem, still)];
        expect(fast.ok).toBe(exact.ok);
        if (!exact.ok || !fast.ok) return;
        compared += 1;
        expect(validatePlan(problem, fast.value)).toEqual([]);
        expect(Math.abs(fast.value.objective - exact.value.objective)).toBeLessThan(1e-6);
      }),
      { numRuns: 60, seed: 11 },
    );
    expect(compared).toBeGreaterThan(12);
  });
});
