import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { NOON, testHouse } from '../../support/simulated-house.ts';

const event = fc.record({
  afterMs: fc.oneof(
    fc.integer({ min: 1, max: 60_000 }),
    fc.integer({ min: 60_000, max: 40_000_000 }),
    fc.constant(3_000_000_000),
  ),
  pvW: fc.double({ min: -50, max: 12_000, noNaN: true }),
  householdW: fc.double({ min: 0, max: 9_000, noNaN: true }),
  load: fc.constantFrom('miner', 'tank', 'fan'),
  on: fc.boolean(),
  setpointW: fc.integer({ min: -12_000, max: 12_000 }),
  minimumSocPct: fc.integer({ min: 0, max: 100 }),
  chargeLimitA: fc.integer({ min: -1, max: 300 }),
});

describe('the simulated house under any switching', () => {
  it('keeps the balance, the state of charge, the counters and the floor', () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 100 }),
        (events, startSocPct) => {
          const clock = replayClock(NOON);
          const now = { pvW: 0, householdW: 500 };
          const house = testHouse(clock, {
            startSocPct,
            profile: { pvW: () => now.pvW, householdW: () => now.householdW, outdoorTempC: () => 15 },
          });
          let before = house.state();
          for (const { afterMs, load, on, setpointW, minimumSocPct, chargeLimitA, ...profile } of events) {
            Object.assign(now, profile);
            house.switchLoad(load, on);
            house.setGridSetpointW(setpointW);
            house.setMinimumSocPct(minimumSocPct);
            house.setChargeLimitA(chargeLimitA);
            clock.jump(afterMs);
            const state = house.state();
            expect(state.pvW + state.gridW).toBe(state.loadW + state.batteryW);
            expect(state.loads.reduce((sum, { powerW }) => sum + powerW, state.householdW)).toBe(state.loadW);
            expect(state.pvW).toBeGreaterThanOrEqual(0);
            expect(state.socPct).toBeGreaterThanOrEqual(0);
            expect(state.socPct).toBeLessThanOrEqual(100);
            // Never discharged below the floor; a floor raised above the present charge is no discharge at all.
            expect(state.socPct).toBeGreaterThanOrEqual(Math.min(before.socPct, minimumSocPct) - 1e-6);
            expect(Math.abs(state.batteryW)).toBeLessThanOrEqual(7_500);
            expect(state.batteryVoltageV).toBeGreaterThan(38);
            expect(state.batteryVoltageV).toBeLessThan(60);
            for (const key of ['pvKwh', 'loadKwh', 'importKwh', 'exportKwh', 'chargeKwh', 'dischargeKwh'] as const) {
              expect(state.total[key]).toBeGreaterThanOrEqual(before.total[key]);
            }
            const { total } = state;
            const inKwh = total.pvKwh + total.importKwh + total.dischargeKwh;
            const outKwh = total.loadKwh + total.exportKwh + total.chargeKwh;
            expect(Math.abs(inKwh - outKwh)).toBeLessThan(1e-6);
            before = state;
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
