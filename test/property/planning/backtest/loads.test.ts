import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetOf } from '../../../../main/planning/backtest/fleet.ts';
import { loadAccounts } from '../../../../main/planning/backtest/load-account.ts';
import { stepLoads } from '../../../../main/planning/backtest/loads.ts';
import type { SimLoad, SimSite } from '../../../../main/planning/backtest/types.ts';
import { madeMiner, madeTank, madeWasher } from '../../../support/planning/made-loads.ts';
import { madePast, madeSeries, SIM_BATTERY, SIM_SITE } from '../../../support/planning/made-past.ts';
import { changedFrom, expectUnbeaten, played } from '../../../support/planning/playing.ts';

const rules = fc.record({
  minRunMinutes: fc.constantFrom(0, 90, 180),
  minPauseMinutes: fc.constantFrom(0, 60, 120),
  maxStarts: fc.constantFrom(null, 2),
  startCost: fc.constantFrom(0, 0.02),
});
const times = fc.constantFrom(
  { kind: 'daily' as const, from: '22:00', to: '06:00', days: [] },
  { kind: 'daily' as const, from: '00:00', to: '00:00', days: [] },
  { kind: 'daily' as const, from: '09:00', to: '16:00', days: [1, 2, 6, 7] },
);
const load: fc.Arbitrary<SimLoad> = fc.oneof(
  fc
    .record({
      rules,
      value: fc.constantFrom(0.05, 0.15, 0.25),
      own: fc.option(times),
      priority: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ rules: own, value, own: when, priority }) =>
      madeMiner({ ...own, valuePerKwh: value, times: when, priority }),
    ),
  fc
    .record({ rules, times, runMinutes: fc.constantFrom(60, 150, 240) })
    .map(({ rules: own, ...more }) =>
      madeWasher({ ...own, ...more, minRunMinutes: Math.min(own.minRunMinutes, more.runMinutes) }),
    ),
  fc
    .record({
      powerKw: fc.constantFrom(0.8, 2),
      initialC: fc.constantFrom(40, 46, 55, 65),
      // Too weak for what is drawn, as heaters may be.
      drawKw: fc.constantFrom(0.5, 1.5),
    })
    .map(({ drawKw, ...more }) =>
      madeTank({ ...more, gainKw: Array.from({ length: 24 }, (_, hour) => (hour >= 17 && hour < 22 ? -drawKw : 0)) }),
    ),
);
const loads = fc
  .array(load, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((each, place) => ({ ...each, id: `load ${place}` })));
const home = fc
  .record({
    loads,
    rights: fc.constantFrom([true, true] as const, [true, false] as const, [false, false] as const),
    battery: fc.constantFrom('none', 'small', 'large'),
    maxExportKw: fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
    peak: fc.boolean(),
  })
  .map(
    ({ loads: all, rights, battery, maxExportKw, peak }): SimSite => ({
      zone: SIM_SITE.zone,
      loads: all,
      grid: { maxImportKw: 16, maxExportKw },
      battery:
        battery === 'none'
          ? null
          : { ...SIM_BATTERY, capacityKwh: battery === 'small' ? 2 : 8, fromGrid: rights[0], toGrid: rights[1] },
      peakTariff: peak
        ? {
            largestDailyPeaks: 2,
            tiers: [2, 4, 6].map((upToKw) => ({ upToKw, cost: upToKw })).concat({ upToKw: Infinity, cost: 9 }),
          }
        : null,
    }),
  );

describe('playing loads', () => {
  it('keeps the rules of loads whatever is wished', () => {
    fc.assert(
      fc.property(
        loads,
        fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 48, maxLength: 48 }),
        fc.constantFrom(60, 30),
        (all, wished, stepMinutes) => {
          const past = madePast(madeSeries(1, 3, stepMinutes), 2);
          const own = stepLoads(past, all);
          const fleet = fleetOf(past, own);
          const drawn = own.map(() => new Float64Array(past.end - past.first));
          for (let step = past.first; step < past.end; step += 1) {
            const place = step - past.first;
            const wishes = own.map((each, load) => (wished[place % wished.length]?.[load] === true ? each.powerKw : 0));
            fleet.draw(step, wishes, Number.POSITIVE_INFINITY);
            for (const [load, kw] of drawn.entries()) kw[place] = fleet.kwOf(load);
          }
          expect(loadAccounts(past, own, drawn).map(({ violations }) => violations)).toEqual(own.map(() => 0));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps their rules and every limit, balances, and is never cheaper than perfect foresight', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), home, async (seed, house) => {
        const past = madePast(madeSeries(seed, 3), 2);
        await expectUnbeaten(past, house);
      }),
      { numRuns: 3 },
    );
  });

  it('decides nothing by what comes later', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 5, max: 40 }),
        home,
        async (seed, hours, house) => {
          const raw = madeSeries(seed, 5);
          const cut = 3 * 24 + hours;
          const changed = changedFrom(raw, madeSeries(seed + 1, 5), cut);
          // The weather of a zone comes as it comes too.
          const zone = (from: Float64Array): SimLoad =>
            madeTank({
              ...{ id: 'zone', minC: 20, maxC: 22, initialC: 21, capacityKwhPerK: 2, lossKwPerK: 0.1 },
              ambientC: [...from].map((kw, step) => ({ at: raw.startAt + step * raw.stepMs, tempC: 5 + kw })),
            });
          for (const name of ['self', 'tiers', 'plan'] as const) {
            const one = await played(name, madePast(raw, 2), { ...house, loads: [...house.loads, zone(raw.loadKw)] });
            const two = await played(name, madePast(changed, 2), {
              ...house,
              loads: [...house.loads, zone(changed.loadKw)],
            });
            for (const [place, kw] of one.played.loadsKw.entries())
              expect([...(two.played.loadsKw[place]?.subarray(0, hours) ?? [])]).toEqual([...kw.subarray(0, hours)]);
            expect([...two.played.batteryKw.subarray(0, hours)]).toEqual([...one.played.batteryKw.subarray(0, hours)]);
          }
        },
      ),
      { numRuns: 2 },
    );
  });
});
