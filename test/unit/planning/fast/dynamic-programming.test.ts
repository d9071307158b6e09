import { describe, expect, it } from 'vitest';
import { planByDynamicProgramming } from '../../../../main/planning/fast/dynamic-programming.ts';
import { problemFrom, rawProblem } from '../../../support/planning/problems.ts';

const still = (): number => 0;

describe('dynamic programming', () => {
  it('refuses what it does not know', () => {
    const loads = problemFrom(rawProblem({ flexibleLoads: [{ id: 'a', powerKw: 1 }] }));
    const none = problemFrom(rawProblem({ battery: null }));
    for (const problem of [loads, none])
      expect(planByDynamicProgramming(problem, still)).toMatchObject({ error: { code: 'plan.not-one-battery' } });
  });

  it('finds the plan that was worked out by hand, and proves it', () => {
    const plan = planByDynamicProgramming(problemFrom(rawProblem()), still);
    expect(plan).toMatchObject({ ok: true, value: { status: 'optimal', seconds: 0 } });
    expect(plan.ok && plan.value.objective).toBeCloseTo(0.1 * (1 + 1.19 / 0.81) + 0.01 * (1.19 / 0.81 + 3), 9);
  });

  it('says that there is no plan', () => {
    for (const more of [
      { loadKw: [1, 30, 1, 1] },
      {
        battery: {
          capacityKwh: 4,
          minSocPct: 0,
          maxSocPct: 100,
          initialSocPct: 0,
          finalSocPct: 100,
          maxChargeKw: 0.1,
          maxDischargeKw: 2,
          chargeEfficiency: 0.9,
          dischargeEfficiency: 0.9,
          standingLossPerHour: 0,
          wearCostPerKwh: 0.01,
        },
      },
    ])
      expect(planByDynamicProgramming(problemFrom(rawProblem(more)), still)).toMatchObject({
        error: { code: 'plan.infeasible' },
      });
  });

  it('spreads the charging where a peak costs', () => {
    const tiers = [
      { upToKw: 2, cost: 1 },
      { upToKw: null, cost: 9 },
    ];
    const problem = problemFrom(
      rawProblem({
        importPrice: [0.1, 0.2, 0.4, 0.5],
        pvKw: [0, 0, 0, 0],
        peakTariff: { largestDailyPeaks: 1, tiers },
      }),
    );
    const plan = planByDynamicProgramming(problem, still);
    expect(plan.ok && plan.value.costs.peak).toBe(1);
    expect(plan.ok && Math.max(...plan.value.steps.map(({ importKw }) => importKw))).toBeCloseTo(2, 6);
  });
});
