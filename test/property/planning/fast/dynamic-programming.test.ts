import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planByDynamicProgramming } from '../../../../main/planning/fast/dynamic-programming.ts';
import type { Problem } from '../../../../main/planning/types.ts';
import { validatePlan } from '../../../../main/planning/validate.ts';
import { oneBattery } from '../../../support/planning/one-battery.ts';
import { solve } from '../../../support/planning/problems.ts';

const still = (): number => 0;

/** How much dearer than the proven plan, in money; null where neither finds one. */
const apartOf = async (problem: Problem): Promise<{ apart: number; objective: number } | null> => {
  const [exact, fast] = [await solve(problem), planByDynamicProgramming(problem, still)];
  expect(fast.ok).toBe(exact.ok);
  if (!exact.ok || !fast.ok) return null;
  expect(validatePlan(problem, fast.value)).toEqual([]);
  expect(planByDynamicProgramming(problem, still)).toEqual(fast);
  return { apart: fast.value.objective - exact.value.objective, objective: exact.value.objective };
};

describe('dynamic programming', () => {
  it.each([
    ['hard limits', false],
    ['soft limits and a reserve', true],
  ])(
    'gives the plan that the solver proves: %s, prices of any sign, export that pays more than import',
    async (_, soft) => {
      let compared = 0;
      await fc.assert(
        fc.asyncProperty(oneBattery({ peaks: false, soft }), async (problem) => {
          const found = await apartOf(problem);
          if (found === null) return;
          compared += 1;
          expect(Math.abs(found.apart)).toBeLessThan(1e-5);
        }),
        { numRuns: 25, seed: 11 },
      );
      expect(compared).toBeGreaterThan(15);
    },
  );

  it('comes within half a percent of the proven plan with peak charges', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(oneBattery({ peaks: true, soft: false, prices: 'usual' }), async (problem) => {
        const found = await apartOf(problem);
        if (found === null) return;
        compared += 1;
        expect(found.apart).toBeGreaterThan(-1e-4);
        expect(found.apart).toBeLessThan(0.005 * Math.max(Math.abs(found.objective), 0.2));
      }),
      { numRuns: 25, seed: 12 },
    );
    expect(compared).toBeGreaterThan(15);
  });

  it('proves its bound where there is no peak charge', () => {
    fc.assert(
      fc.property(oneBattery({ peaks: false, soft: true }), (problem) => {
        const fast = planByDynamicProgramming(problem, still);
        if (!fast.ok) return;
        expect(fast.value.objective - fast.value.bound).toBeLessThan(1e-6);
      }),
      { numRuns: 40, seed: 13 },
    );
  });
});
