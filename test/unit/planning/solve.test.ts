import { describe, expect, it } from 'vitest';
import { validatePlan } from '../../../main/planning/validate.ts';
import { BATTERY, planFor, problemFrom, rawProblem, solve } from '../../support/planning/problems.ts';

describe('the plan with the lowest cost', () => {
  it('is the one worked out by hand', async () => {
    const plan = await planFor(problemFrom(rawProblem()));
    // Hour 2: 1 kW of surplus is stored (0.9 kWh) and gives 0.81 kWh in hour 3. The 1 kWh of hour 1 and the other 0.19 kWh
    // of hour 3 come from hour 0: 1.19 / 0.81 kWh bought at 0.1 beside the load's 1 kWh. Wear: 0.01 a kWh in and out.
    const bought = 1 + 1.19 / 0.81;
    const wear = 0.01 * (1.19 / 0.81 + 1 + 1 + 1);
    expect(plan.costs.energy).toBeCloseTo(0.1 * bought, 9);
    expect(plan.costs.wear).toBeCloseTo(wear, 9);
    expect(plan.objective).toBeCloseTo(0.1 * bought + wear, 9);
    expect(plan).toMatchObject({ status: 'optimal', gap: 0 });
    expect(plan.steps.map((step) => step.start)).toEqual([
      '2025-12-31T23:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T01:00:00.000Z',
      '2026-01-01T02:00:00.000Z',
    ]);
    expect(plan.steps.at(-1)?.socPct).toBeCloseTo(0, 6);
  });

  it('leaves in the battery what is asked, or what is worth more there', async () => {
    const kept = await planFor(problemFrom(rawProblem({ battery: { ...BATTERY, finalSocPct: 40 } })));
    expect(kept.steps.at(-1)?.socPct).toBeCloseTo(40, 6);
    const worth = await planFor(problemFrom(rawProblem({ battery: { ...BATTERY, finalValuePerKwh: 2 } })));
    expect(worth.steps.at(-1)?.socPct).toBeCloseTo(100, 6);
    expect(worth.costs.stored).toBeCloseTo(8, 6);
  });

  it('does not burn energy in the battery where it is paid to take some', async () => {
    const problem = problemFrom(
      rawProblem({
        loadKw: [1, 1],
        pvKw: [0, 0],
        importPrice: [-0.5, 0.3],
        exportPrice: [-0.6, -0.6],
        battery: { ...BATTERY, initialSocPct: 100, wearCostPerKwh: 0, standingLossPerHour: 0 },
      }),
    );
    const plan = await planFor(problem);
    expect(validatePlan(problem, plan)).toEqual([]);
    expect(plan.steps[0]).toMatchObject({ importKw: 1, chargeKw: 0, dischargeKw: 0 });
    expect(plan.objective).toBeCloseTo(-0.5, 9);
  });

  it('does not trade with itself where export pays more than import costs', async () => {
    const problem = problemFrom(
      rawProblem({ battery: null, importPrice: [0.1, 0.1, 0.1, 0.1], exportPrice: [0.3, 0.3, 0.3, 0.3] }),
    );
    const plan = await planFor(problem);
    expect(validatePlan(problem, plan)).toEqual([]);
    expect(plan.objective).toBeCloseTo(0.1 * 3 - 0.3, 9);
  });

  it('holds PV back where export costs money, and takes it first where import earns', async () => {
    const problem = problemFrom(
      rawProblem({
        battery: null,
        pvKw: [3, 3, 3, 3],
        importPrice: [0.3, 0.3, -0.1, 0.3],
        exportPrice: [-0.1, 0.1, -0.2, 0],
      }),
    );
    const plan = await planFor(problem);
    expect(validatePlan(problem, plan)).toEqual([]);
    expect(plan.steps[0]).toMatchObject({ curtailKw: 2, exportKw: 0 });
    expect(plan.steps[1]).toMatchObject({ curtailKw: 0, exportKw: 2 });
    expect(plan.steps[2]).toMatchObject({ curtailKw: 3, importKw: 1 });
  });

  it('counts the mean of the largest daily peaks of each local month', async () => {
    const hours = 5 * 24;
    // Load peaks of 4, 6 and 8 kW on three days around the end of June; the battery can take 1 kW off one hour of each.
    const loadKw = Array.from({ length: hours }, () => 1);
    [12, 36, 84].forEach((hour, place) => {
      loadKw[hour] = 4 + 2 * place;
    });
    const problem = problemFrom(
      rawProblem({
        start: '2026-06-29T00:00:00+02:00',
        loadKw,
        pvKw: loadKw.map(() => 0),
        importPrice: loadKw.map(() => 0.2),
        exportPrice: loadKw.map(() => 0),
        battery: { ...BATTERY, maxDischargeKw: 1, wearCostPerKwh: 0 },
        peakTariff: {
          largestDailyPeaks: 2,
          tiers: [
            { upToKw: 4, cost: 10 },
            { upToKw: 5, cost: 20 },
            { upToKw: null, cost: 100 },
          ],
        },
      }),
    );
    const plan = await planFor(problem);
    expect(validatePlan(problem, plan)).toEqual([]);
    // June: (4 + 6) / 2 falls to (3 + 5) / 2 = 4. July: (8 − 1 + 1) / 2 = 4: two of its days count.
    expect(plan.costs.peak).toBe(20);
  });

  it('starts loads when they cost least, within their rules', async () => {
    const problem = problemFrom(
      rawProblem({
        battery: null,
        loadKw: [0, 0, 0, 0, 0, 0],
        pvKw: [0, 0, 0, 0, 0, 0],
        importPrice: [0.2, 0.1, 0.5, 0.1, 0.1, 0.3],
        exportPrice: [0, 0, 0, 0, 0, 0],
        flexibleLoads: [
          { id: 'washer', powerKw: 1, runMinutes: 120, minRunMinutes: 120, latest: '2026-01-01T04:00:00+01:00' },
          { id: 'miner', powerKw: 2, valuePerKwh: 0.25, minPauseMinutes: 120 },
        ],
      }),
    );
    const plan = await planFor(problem);
    expect(validatePlan(problem, plan)).toEqual([]);
    expect(plan.steps.map(({ loads }) => loads['washer'])).toEqual([1, 1, 0, 0, 0, 0]);
    // It earns in hours 0, 1, 3 and 4 and has to pause for two: leaving hour 1 or hour 3 out would cost the same 0.3, so the
    // pause begins before hour 1 or ends after hour 3.
    expect([
      [2, 0, 0, 2, 2, 0],
      [2, 2, 0, 0, 2, 0],
    ]).toContainEqual(plan.steps.map(({ loads }) => loads['miner']));
  });

  it('weighs carbon', async () => {
    const more = { battery: null, pvKw: [0, 0, 0, 0], carbon: [500, 100, 400, 400], importPrice: [0.1, 0.2, 0.3, 0.3] };
    const load = { id: 'boiler', powerKw: 1, runMinutes: 60 };
    const hourOf = async (weights: { cost: number; carbon: number }) =>
      (await planFor(problemFrom(rawProblem({ ...more, flexibleLoads: [load], weights })))).steps.findIndex(
        ({ loads }) => (loads['boiler'] ?? 0) > 0,
      );
    expect(await hourOf({ cost: 1, carbon: 0 })).toBe(0);
    expect(await hourOf({ cost: 1, carbon: 1 })).toBe(1);
  });

  it.each([
    ['a day of 92 quarters', '2026-03-29T00:00:00+01:00', 92],
    ['a day of 100 quarters', '2026-10-25T00:00:00+02:00', 100],
  ])('counts %s as one day of peaks', async (_, start, steps) => {
    const flat = (value: number) => Array.from({ length: steps + 1 }, () => value);
    const loadKw = flat(1);
    loadKw[steps - 1] = 6; // The last quarter of the long or short day.
    loadKw[steps] = 4; // The first of the next.
    const problem = problemFrom(
      rawProblem({
        start,
        stepMinutes: 15,
        loadKw,
        pvKw: flat(0),
        importPrice: flat(0.2),
        exportPrice: flat(0),
        battery: null,
        peakTariff: {
          largestDailyPeaks: 2,
          tiers: [
            { upToKw: 4, cost: 1 },
            { upToKw: 5, cost: 2 },
            { upToKw: 9, cost: 3 },
          ],
        },
      }),
    );
    const plan = await planFor(problem);
    expect(plan.steps).toHaveLength(steps + 1);
    expect(plan.costs.peak).toBe(2);
    expect(validatePlan(problem, plan)).toEqual([]);
  });
});

describe('a problem without a plan', () => {
  const refusal = async (more: Readonly<Record<string, unknown>>) => {
    const answer = await solve(problemFrom(rawProblem(more)));
    expect(answer).toMatchObject({ ok: false, error: { code: 'plan.infeasible', kind: 'permanent' } });
    return answer.ok ? '' : answer.error.message;
  };

  it('names the limit that is missed, by how much and when', async () => {
    expect(await refusal({ battery: null, loadKw: [1, 12.5, 1, 1] })).toBe(
      'No plan keeps all limits: grid.maxImportKw is missed by up to 2.500 kW, most at 2026-01-01 01:00.',
    );
  });

  it('names the charge at the end', async () => {
    expect(await refusal({ battery: { ...BATTERY, maxChargeKw: 0.5, finalSocPct: 100 } })).toContain(
      'battery.finalSocPct lacks 2.200 kWh',
    );
  });

  it('names the load that cannot run', async () => {
    expect(
      await refusal({
        grid: { maxImportKw: 2, maxExportKw: 0 },
        battery: null,
        pvKw: [0, 0, 0, 0],
        flexibleLoads: [{ id: 'sauna', powerKw: 9, runMinutes: 60 }],
      }),
    ).toMatch(/grid.maxImportKw|runMinutes of "sauna" lacks 60 min/);
  });

  it('says so where starts leave no room', async () => {
    expect(await refusal({ flexibleLoads: [{ id: 'a', powerKw: 1, runMinutes: 60, maxStarts: 0 }] })).toContain(
      'runMinutes of "a" lacks 60 min',
    );
  });
});
