import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { peakChargeOf } from '../../../../main/feeds/tariff/peaks.ts';
import { createWallClock } from '../../../../main/feeds/tariff/wall-clock.ts';
import { channelId } from '../../../../main/ids.ts';
import { atOnce } from '../../../../main/planning/site/in-pieces.ts';
import { gridIntervals } from '../../../../main/planning/site/measured.ts';
import { createPastPeaks } from '../../../../main/planning/site/past-peaks.ts';
import type { Store } from '../../../../main/store/types.ts';
import { addLocalDays } from '../../../../main/zone.ts';
import { type PeakCharge, tariffSchema } from '../../../../preload/contract/tariff.ts';
import { HOME, tempStore } from '../../../support/store/temp-store.ts';

const [HOUR_MS, QUARTER_MS] = [3_600_000, 900_000];
const DAY_MS = 24 * HOUR_MS;
/** Four days after the clocks are set back in Berlin. */
const NOW = Date.parse('2026-10-29T13:20:00Z');
const DAYS = 95;

let store: Store;
let seriesId = 0;
beforeEach(async () => {
  ({ store } = await tempStore());
  seriesId = store.series.idOf({ siteId: HOME, deviceId: '', channelId: channelId('site:grid'), metric: 'powerW' });
});
afterEach(() => store.close());

/** A load that nobody could guess, the same for the same seed; a sixth of the time nothing is measured. */
const fill = (seed: number): void => {
  let state = seed;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const rows = (stepMs: number, days: number) =>
    Array.from({ length: (days * DAY_MS) / stepMs }, (_, place) => {
      // Few different powers, so that many peaks are equal.
      const mean = Math.floor(next() * 40) * 250 - 2_000;
      const at = Math.floor(NOW / HOUR_MS) * HOUR_MS - days * DAY_MS + place * stepMs;
      const plain = { seriesId, at, mean, minimum: mean, maximum: mean, count: 15, energyKwh: null };
      return { ...plain, quality: next() < 0.17 ? ('suspect' as const) : ('good' as const) };
    });
  store.rollups.write('hour', rows(HOUR_MS, DAYS));
  store.rollups.write('15min', rows(QUARTER_MS, 62));
};

const charge = fc
  .record({
    intervalMinutes: fc.constantFrom(15, 30, 60),
    apart: fc.constantFrom('none', 'day', 'week'),
    peaks: fc.integer({ min: 1, max: 4 }),
    zone: fc.constantFrom(null, 'Europe/London', 'Asia/Kathmandu'),
    windows: fc.constantFrom([], [{ from: '07:00', to: '21:00', weightPct: 50 }], [{ from: '22:00', to: '06:00' }]),
    pickedFromMonths: fc.integer({ min: 1, max: 3 }),
    lookback: fc.constantFrom(null, { kind: 'highest', months: 2, percent: 80 }, { kind: 'mean', months: 3 }),
  })
  .map((own): PeakCharge => {
    const priced = { name: 'Power', price: { kind: 'per-kw', per: 'month', tiers: [{ fromKw: 0, perKw: 1 }] }, ...own };
    const [made] = tariffSchema.parse({
      ...{ version: 1, name: 'Peaks', currency: 'EUR', vatPct: 0, typedWithVat: true, peakCharges: [priced] },
      ...{ import: { kind: 'schedule', otherwisePerKwh: 0.3 }, export: { kind: 'none' } },
    }).peakCharges;
    if (!made) throw new Error('There is no charge.');
    return made;
  });

it('keeps of the days that are over all that a bill is made of: the same peaks as from every interval, asked once or again', () => {
  fc.assert(
    fc.property(charge, fc.integer({ min: 1, max: 1_000_000 }), (own, seed) => {
      fill(seed);
      const zone = 'Europe/Berlin';
      const from = addLocalDays(NOW, -DAYS, zone);
      const local = createWallClock(zone)(NOW);
      const billOf = (intervals: ReturnType<typeof gridIntervals>) => {
        const month = local.year * 12 + local.month;
        const { picked, peakKw, basisKw } = peakChargeOf({ charge: own, intervals, month, siteZone: zone, until: NOW });
        return { picked, peakKw, basisKw };
      };
      const all = gridIntervals(store, HOME, { from, to: NOW, now: NOW });
      const past = createPastPeaks(store);
      const question = { siteId: HOME, zone, charge: own, holidays: [], from, now: NOW };
      const few = atOnce(past(question));
      expect(few.length).toBeLessThan(all.length / 10);
      expect(billOf(few)).toEqual(billOf(all));
      expect(billOf(atOnce(past(question)))).toEqual(billOf(all));
    }),
    { numRuns: 12, interruptAfterTimeLimit: 1_500 },
  );
});
