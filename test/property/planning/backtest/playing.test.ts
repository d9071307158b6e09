import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimSite } from '../../../../main/planning/backtest/types.ts';
import { madePast, madeSeries, SIM_BATTERY, SIM_SITE } from '../../../support/planning/made-past.ts';
import { changedFrom, expectUnbeaten, played } from '../../../support/planning/playing.ts';

/** Homes of all kinds whose limits can be kept without a battery too. */
const site = fc.record({
  capacityKwh: fc.double({ min: 1, max: 20, noNaN: true }),
  powerKw: fc.double({ min: 0.5, max: 6, noNaN: true }),
  efficiency: fc.double({ min: 0.8, max: 1, noNaN: true }),
  standing: fc.constantFrom(0, 0.0002, 0.01),
  wear: fc.constantFrom(0, 0.02),
  maxExportKw: fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
  maxImportKw: fc.constantFrom(6, 20, Number.POSITIVE_INFINITY),
  rights: fc.constantFrom(
    [true, true] as const,
    [true, false] as const,
    [false, true] as const,
    [false, false] as const,
  ),
  finalSocPct: fc.constantFrom(null, 50),
  peak: fc.boolean(),
});
const home = site.map(
  ({ capacityKwh, powerKw, efficiency, standing, wear, rights, finalSocPct, peak, ...grid }): SimSite => ({
    zone: SIM_SITE.zone,
    loads: [],
    grid,
    battery: {
      ...SIM_BATTERY,
      ...{ capacityKwh, maxChargeKw: powerKw, maxDischargeKw: powerKw, finalSocPct, wearCostPerKwh: wear },
      ...{ chargeEfficiency: efficiency, dischargeEfficiency: efficiency, standingLossPerHour: standing },
      ...{ fromGrid: rights[0], toGrid: rights[1] },
    },
    peakTariff: peak
      ? {
          largestDailyPeaks: 3,
          tiers: [2, 3, 5].map((upToKw) => ({ upToKw, cost: upToKw })).concat({ upToKw: Infinity, cost: 9 }),
        }
      : null,
  }),
);

describe('playing a past', () => {
  it('keeps every limit, balances, and is never cheaper than perfect foresight', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), home, async (seed, house) => {
        const past = madePast(madeSeries(seed, 4), 2);
        await expectUnbeaten(past, house);
      }),
      { numRuns: 8 },
    );
  });

  it('decides nothing by what comes later', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 5, max: 40 }),
        fc.boolean(),
        async (seed, hours, peak) => {
          const raw = madeSeries(seed, 6);
          const cut = 4 * 24 + hours;
          const changed = changedFrom(raw, madeSeries(seed + 1, 6), cut);
          const house: SimSite = {
            ...SIM_SITE,
            peakTariff: peak
              ? {
                  largestDailyPeaks: 2,
                  tiers: [
                    { upToKw: 2, cost: 5 },
                    { upToKw: 9, cost: 9 },
                  ],
                }
              : null,
          };
          for (const name of ['self', 'rules', 'tiers', 'plan'] as const) {
            const one = await played(name, madePast(raw, 2), house);
            const two = await played(name, madePast(changed, 2), house);
            expect([...two.played.batteryKw.subarray(0, hours)]).toEqual([...one.played.batteryKw.subarray(0, hours)]);
          }
        },
      ),
      { numRuns: 6 },
    );
  });
});
