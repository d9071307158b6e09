import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { channelId } from '../../../main/ids.ts';
import { HOUR_MS, MINUTE_MS, QUARTER_MS } from '../../../main/store/rolling.ts';
import type { Rollup, Store, StoredReading } from '../../../main/store/types.ts';
import { HOME, homeSite, tempStore } from '../../support/store/temp-store.ts';

const ZONES = ['Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns'] as const;

const pv = (store: Store): number =>
  store.series.idOf({ siteId: HOME, deviceId: '', channelId: channelId('site:pv'), metric: 'powerW' });

const all = (store: Store, step: '15min' | 'hour' | 'day', id: number): readonly Rollup[] =>
  store.rollups.range(step, id, 0, Number.MAX_SAFE_INTEGER);

const energyOf = (rows: readonly Rollup[]): number => rows.reduce((sum, row) => sum + (row.energyKwh ?? 0), 0);

/** Minutes with holes: runs of presence and absence. */
const minutes = fc
  .array(
    fc.record({
      present: fc.integer({ min: 1, max: 300 }),
      absent: fc.integer({ min: 0, max: 200 }),
      valueW: fc.double({ min: -20_000, max: 20_000, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((runs) => {
    const rows: { readonly minute: number; readonly valueW: number }[] = [];
    let minute = 0;
    for (const run of runs) {
      for (let step = 0; step < run.present; step += 1) rows.push({ minute: minute + step, valueW: run.valueW + step });
      minute += run.present + run.absent;
    }
    return rows;
  });

describe('energy is the same whichever step it is read from', () => {
  it.each(ZONES)('in %s, over random days with holes', async (zone) => {
    const { store } = await tempStore({ site: homeSite({ timeZone: zone }) });
    const id = pv(store);
    fc.assert(
      fc.property(minutes, fc.integer({ min: 0, max: 364 }), fc.integer({ min: 0, max: 1439 }), (rows, day, offset) => {
        store.readings.prune(Number.MAX_SAFE_INTEGER);
        for (const step of ['15min', 'hour', 'day'] as const) store.rollups.prune(step, Number.MAX_SAFE_INTEGER);
        const start = Date.UTC(2026, 0, 1) + day * 24 * HOUR_MS + offset * MINUTE_MS;
        const readings = rows.map(
          (row): StoredReading => ({
            seriesId: id,
            at: start + row.minute * MINUTE_MS,
            value: row.valueW,
            quality: 'good',
          }),
        );
        store.readings.append(readings);
        const until = start + 6 * 24 * HOUR_MS;
        store.rollups.roll(HOME, zone, until);

        const rawKwh = rows.reduce((sum, row) => sum + row.valueW / 60_000, 0);
        const steps = (['15min', 'hour', 'day'] as const).map((step) => all(store, step, id));
        for (const rolled of steps) {
          expect(energyOf(rolled)).toBeCloseTo(rawKwh, 6);
          expect(rolled.reduce((sum, row) => sum + row.count, 0)).toBe(rows.length);
          for (const row of rolled) {
            expect(row.mean).toBeGreaterThanOrEqual(row.minimum - 1e-6);
            expect(row.mean).toBeLessThanOrEqual(row.maximum + 1e-6);
            expect(row.energyKwh).toBeCloseTo((row.mean * row.count) / 60_000, 6);
          }
        }
        // A gap has no row: quarters with data and rolled quarters are the same set.
        const quarters = new Set(readings.map((row) => Math.floor(row.at / QUARTER_MS) * QUARTER_MS));
        expect(new Set(steps[0]?.map((row) => row.at))).toEqual(quarters);
        expect(store.rollups.roll(HOME, zone, until)).toBe(0);
      }),
      { numRuns: 12 },
    );
  });
});

describe('rolling in many small steps gives what one great step gives', () => {
  it('whenever it is called', async () => {
    const { store } = await tempStore();
    const id = pv(store);
    fc.assert(
      fc.property(
        minutes,
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
        (rows, pauses) => {
          const start = Date.UTC(2026, 2, 28, 20);
          const until = start + 6 * 24 * HOUR_MS;
          const readings = rows.map(
            (row): StoredReading => ({
              seriesId: id,
              at: start + row.minute * MINUTE_MS,
              value: row.valueW,
              quality: 'good',
            }),
          );
          const clear = (): void => {
            store.readings.prune(Number.MAX_SAFE_INTEGER);
            for (const step of ['15min', 'hour', 'day'] as const) store.rollups.prune(step, Number.MAX_SAFE_INTEGER);
          };
          const steps = () => (['15min', 'hour', 'day'] as const).map((step) => all(store, step, id));
          clear();
          store.readings.append(readings);
          store.rollups.roll(HOME, 'Europe/Berlin', until);
          const once = steps();

          clear();
          let from = start;
          for (const pause of pauses) {
            const to = from + pause * MINUTE_MS;
            store.readings.append(readings.filter((row) => row.at >= from && row.at < to));
            store.rollups.roll(HOME, 'Europe/Berlin', to);
            from = to;
          }
          store.readings.append(readings.filter((row) => row.at >= from));
          store.rollups.roll(HOME, 'Europe/Berlin', until);
          expect(steps()).toEqual(once);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('local days are as long as they are', () => {
  const cases = [
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['Europe/Berlin', '2026-06-01', 24],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Asia/Kathmandu', '2026-02-28', 24],
  ] as const;
  it.each(cases)('%s %s has %d hours', async (zone, date, hours) => {
    const { store } = await tempStore({ site: homeSite({ timeZone: zone }) });
    const id = pv(store);
    const begin = DateTime.fromISO(date, { zone }).toMillis();
    const end = DateTime.fromISO(date, { zone }).plus({ days: 1 }).toMillis();
    const from = begin - 26 * HOUR_MS;
    store.readings.append(
      Array.from({ length: Math.round((end + 26 * HOUR_MS - from) / MINUTE_MS) }, (_, index) => ({
        seriesId: id,
        at: from + index * MINUTE_MS,
        value: 1000,
        quality: 'good' as const,
      })),
    );
    store.rollups.roll(HOME, zone, end);
    const [day, ...more] = store.rollups.range('day', id, begin, end);
    expect(day).toMatchObject({ at: begin, mean: 1000, count: hours * 60 });
    expect(day?.energyKwh).toBeCloseTo(hours, 9);
    expect(more).toEqual([]);
  });
});
