import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { isWithin, localDayOf, nextEdgeOf } from '../../../main/automation/rules/local-day.ts';
import { isRanked } from '../../../main/automation/rules/price-rank.ts';
import { isSince, nextSince } from '../../../main/automation/rules/sun-times.ts';
import { worldOf } from '../../support/rules/world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Santiago', 'UTC'];
/** Around both changes of the clock in Berlin and elsewhere, and any day. */
const moments = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 2, 27), max: Date.UTC(2026, 3, 7) }),
  fc.integer({ min: Date.UTC(2026, 9, 23), max: Date.UTC(2026, 10, 3) }),
  fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
);
const clockTimes = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const windows = fc.record({
  from: fc.oneof(clockTimes, fc.constantFrom('01:30', '02:00', '02:30', '03:00', '00:00', '22:00')),
  to: fc.oneof(clockTimes, fc.constantFrom('02:15', '02:45', '03:00', '03:30', '00:00', '06:00')),
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 7 }),
});

/**
 * Another way to say when a window is open, minute by minute: walk through the local day from its start until the clock on
 * the wall has shown the time for the first time.
 */
const firstMinute = (day: DateTime, clockTime: string): number => {
  const end = day.plus({ days: 1 }).startOf('day').toMillis();
  for (let at = day.toMillis(); at < end; at += MINUTE_MS)
    if (DateTime.fromMillis(at, { zone: day.zone }).toFormat('HH:mm') >= clockTime) return at;
  return end;
};
const oracleWithin = (at: number, window: { from: string; to: string; days: number[] }, zone: string): boolean => {
  const today = DateTime.fromMillis(at, { zone }).startOf('day');
  return [today, today.minus({ days: 1 }).startOf('day')].some((day) => {
    if (window.days.length > 0 && !window.days.includes(day.weekday)) return false;
    const endsOn = window.to > window.from ? day : day.plus({ days: 1 }).startOf('day');
    return firstMinute(day, window.from) <= at && at < firstMinute(endsOn, window.to);
  });
};

it('a window is open when an oracle that walks minute by minute says so, also where the clock changes', () => {
  fc.assert(
    fc.property(moments, windows, fc.constantFrom(...ZONES), (at, window, zone) => {
      expect(isWithin(at, window, zone)).toBe(oracleWithin(at, window, zone));
    }),
    { numRuns: 120 },
  );
});

it('the next edge of a window is where it really turns, and nowhere before', () => {
  fc.assert(
    fc.property(
      moments,
      windows,
      fc.constantFrom(...ZONES),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (at, window, zone, share) => {
        const edge = nextEdgeOf(at, window, zone);
        const now = isWithin(at, window, zone);
        const between = edge ? at + Math.floor((edge.at - 1 - at) * share) : at;
        expect(isWithin(between, window, zone)).toBe(now);
      },
    ),
    { numRuns: 400 },
  );
});

it('a local day is 23, 24 or 25 hours and its moments never go back', () => {
  fc.assert(
    fc.property(moments, fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 1438 }), (at, zone, minutes) => {
      const day = localDayOf(at, zone);
      expect(day.startAt).toBeLessThanOrEqual(at);
      expect(day.endAt).toBeGreaterThan(at);
      expect([22.5, 23, 23.5, 24, 24.5, 25, 25.5]).toContain((day.endAt - day.startAt) / HOUR_MS);
      expect(day.momentOf(minutes + 1)).toBeGreaterThanOrEqual(day.momentOf(minutes));
    }),
  );
});

it('price ranks count time, not slots: over the day exactly the hours that were asked for', () => {
  const day = fc.tuple(
    fc.constantFrom(Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25), Date.UTC(2026, 5, 10)),
    fc.constantFrom(15, 30, 60),
  );
  fc.assert(
    fc.property(
      day,
      fc.infiniteStream(fc.integer({ min: -3, max: 6 })),
      fc.integer({ min: 1, max: 96 }),
      fc.constantFrom('cheapest' as const, 'dearest' as const),
      ([near, stepMinutes], prices, quarters, rank) => {
        const { startAt, endAt } = localDayOf(near, 'Europe/Berlin');
        const stepMs = stepMinutes * MINUTE_MS;
        const rows: { at: number; stepMs: number; perKwh: number }[] = [];
        for (let at = startAt; at < endAt; at += stepMs) rows.push({ at, stepMs, perKwh: prices.next().value });
        const hours = quarters / 4;
        let rankedMs = 0;
        let worstIn = Number.NEGATIVE_INFINITY;
        let bestOut = Number.POSITIVE_INFINITY;
        const sign = rank === 'cheapest' ? 1 : -1;
        for (let at = startAt; at < endAt; at += 15 * MINUTE_MS) {
          const ranked = isRanked(worldOf({ at, pricesOfDay: () => rows }), rank, hours);
          const cost = sign * (rows.findLast((row) => row.at <= at)?.perKwh ?? Number.NaN);
          if (ranked) {
            rankedMs += 15 * MINUTE_MS;
            worstIn = Math.max(worstIn, cost);
          } else bestOut = Math.min(bestOut, cost);
        }
        expect(rankedMs).toBe(Math.min(hours * HOUR_MS, endAt - startAt));
        expect(worstIn).toBeLessThanOrEqual(bestOut);
      },
    ),
    { numRuns: 60 },
  );
});

it('a rank is unknown without a price now or of most of the day', () => {
  const { startAt, endAt } = localDayOf(Date.UTC(2026, 5, 10), 'Europe/Berlin');
  const half = [{ at: startAt, stepMs: (endAt - startAt) / 2, perKwh: 1 }];
  expect(isRanked(worldOf({ at: startAt, pricesOfDay: () => half }), 'cheapest', 3)).toBeNull();
  const most = [{ at: startAt, stepMs: (endAt - startAt) * 0.9, perKwh: 1 }];
  expect(isRanked(worldOf({ at: startAt, pricesOfDay: () => most }), 'cheapest', 3)).toBe(true);
  expect(isRanked(worldOf({ at: endAt - 1, pricesOfDay: () => most }), 'cheapest', 3)).toBeNull();
});

const BERLIN = { latitude: 52.5, longitude: 13.4 };

it('the sun rises and sets when the almanac says', () => {
  // Berlin, 21 June and 21 December 2026 (almanac: 04:43 and 21:33; 08:15 and 15:54 local time).
  const summer = Date.UTC(2026, 5, 21);
  expect(new Date(nextSince(summer, 'sunrise', 0, BERLIN) ?? 0).toISOString()).toMatch(/T02:4[1-5]/);
  expect(new Date(nextSince(summer, 'sunset', 0, BERLIN) ?? 0).toISOString()).toMatch(/T19:3[1-5]/);
  const winter = Date.UTC(2026, 11, 21);
  expect(new Date(nextSince(winter, 'sunrise', 0, BERLIN) ?? 0).toISOString()).toMatch(/T07:1[3-7]/);
  expect(new Date(nextSince(winter, 'sunset', 0, BERLIN) ?? 0).toISOString()).toMatch(/T14:5[2-6]/);
});

it('without an offset it is always either since sunrise or since sunset, also where the sun stays up or down', () => {
  fc.assert(
    fc.property(
      moments,
      fc.integer({ min: -80, max: 80 }),
      fc.integer({ min: -179, max: 179 }),
      (at, latitude, longitude) => {
        const place = { latitude, longitude };
        expect(isSince(at, 'sunrise', 0, place)).toBe(!isSince(at, 'sunset', 0, place));
      },
    ),
  );
  const tromso = { latitude: 69.6, longitude: 18.9 };
  expect(isSince(Date.UTC(2026, 5, 21, 0), 'sunrise', 60, tromso)).toBe(true);
  expect(isSince(Date.UTC(2026, 11, 21, 11), 'sunset', 60, tromso)).toBe(true);
  expect(nextSince(Date.UTC(2026, 5, 21), 'sunset', 0, tromso)).toBeNull();
});

it('an offset moves only the beginning', () => {
  const rise = nextSince(Date.UTC(2026, 5, 21), 'sunrise', 0, BERLIN) ?? 0;
  const set = nextSince(rise, 'sunset', 0, BERLIN) ?? 0;
  for (const offset of [-60, 60]) {
    const begins = rise + offset * MINUTE_MS;
    expect(isSince(begins - 1, 'sunrise', offset, BERLIN)).toBe(false);
    expect(isSince(begins, 'sunrise', offset, BERLIN)).toBe(true);
    expect(isSince(set - 2_000, 'sunrise', offset, BERLIN)).toBe(true);
    expect(isSince(set, 'sunrise', offset, BERLIN)).toBe(false);
  }
});
