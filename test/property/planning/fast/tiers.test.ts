import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiersPlan } from '../../../../main/planning/fast/tiers.ts';
import type { FlexibleLoad, Problem } from '../../../../main/planning/types.ts';
import { validatePlan } from '../../../../main/planning/validate.ts';
import { figure, oneBattery } from '../../../support/planning/one-battery.ts';
import { problemFrom, rawProblem } from '../../../support/planning/problems.ts';

const load = (id: string): fc.Arbitrary<FlexibleLoad> =>
  fc.record({
    id: fc.constant(id),
    powerKw: figure(0.2, 2),
    valuePerKwh: fc.constantFrom(0, 0.3),
    firstStep: fc.integer({ min: 0, max: 4 }),
    endStep: fc.integer({ min: 5, max: 24 }),
    runSteps: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
    minRunSteps: fc.integer({ min: 0, max: 3 }),
    minPauseSteps: fc.integer({ min: 0, max: 3 }),
    maxStarts: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }),
    startCost: fc.constantFrom(0, 0.02),
    before: fc.record({ on: fc.boolean(), steps: fc.integer({ min: 0, max: 4 }) }),
    mustRun: fc.constantFrom<readonly number[]>([], [6, 7]),
    mustRest: fc.constantFrom<readonly number[]>([], [1]),
  });

describe('tiers', () => {
  it('always answer with a plan that can be carried out', () => {
    fc.assert(
      fc.property(oneBattery({ peaks: false, soft: true }), load('a'), load('b'), (alone, a, b) => {
        const inside = (each: FlexibleLoad): FlexibleLoad => ({
          ...each,
          endStep: Math.min(each.endStep, alone.loadKw.length),
          mustRun: each.mustRun.filter((step) => step < alone.loadKw.length),
          // A run that is under way and has to go on must fit into the horizon.
          minRunSteps: Math.min(each.minRunSteps, alone.loadKw.length),
        });
        const car = { id: 'car', minKw: 1, maxKw: 3, valuePerKwh: 0, firstStep: 0, endStep: alone.loadKw.length };
        const problem: Problem = {
          ...alone,
          flexibleLoads: [inside(a), inside(b)],
          modulatingLoads: [{ ...car, energyKwh: 3 }],
        };
        expect(validatePlan(problem, tiersPlan(problem))).toEqual([]);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  const miners = ['cheap', 'best'].map((id, place) => ({ id, powerKw: 0.1, valuePerKwh: 0.1 * (place + 1) }));
  const running = (initialSocPct: number): readonly string[] => {
    const problem = problemFrom(
      rawProblem({
        battery: { ...rawBattery, initialSocPct },
        loadKw: [0, 0, 0, 0],
        pvKw: [0, 0, 0, 0],
        flexibleLoads: miners,
      }),
    );
    const [first] = tiersPlan(problem).steps;
    return Object.entries(first?.loads ?? {}).flatMap(([id, kw]) => (kw > 0 ? [id] : []));
  };
  const rawBattery = {
    ...{ capacityKwh: 10, minSocPct: 0, maxSocPct: 100, maxChargeKw: 2, maxDischargeKw: 2 },
    ...{ chargeEfficiency: 1, dischargeEfficiency: 1, standingLossPerHour: 0, wearCostPerKwh: 0 },
  };

  it('let so many loads run as the lowest charge ahead allows, the best first', () => {
    expect(running(90)).toEqual(['cheap', 'best']);
    expect(running(60)).toEqual(['best']);
    expect(running(10)).toEqual([]);
  });

  it('run what has to run where it costs least', () => {
    const problem = problemFrom(
      rawProblem({ battery: null, pvKw: [0, 0, 0, 0], flexibleLoads: [{ id: 'washer', powerKw: 1, runMinutes: 120 }] }),
    );
    expect(tiersPlan(problem).steps.map(({ loads }) => loads['washer'])).toEqual([1, 1, 0, 0]);
  });
});
