import { describe, expect, it } from 'vitest';
import { cloudShare, createClimatology, localDaysOf, weeksBefore } from '../../../main/feeds/last-resort.ts';
import { checkRows } from '../../../main/feeds/ranges.ts';
import { createSlots } from '../../../main/feeds/slots.ts';
import { solarRowsOf, solarTables, weatherRowsOf, weatherTables } from '../../../main/feeds/tables.ts';
import { between, directionBetween } from '../../../main/feeds/weather/means.ts';
import { placeAt } from '../../support/feeds/asking-provider.ts';
import { DAY, HOUR, weatherRow } from '../../support/feeds/feed-house.ts';
import { NOW } from '../../support/store/temp-store.ts';

const place = placeAt('http://x');
const NOON = Date.UTC(2026, 5, 21, 11);
const MIDNIGHT = Date.UTC(2026, 11, 21, 23);

describe('what cannot be true', () => {
  it.each([
    ['weather', weatherRow(NOON, { ghiWm2: 1501 }), 'ghiWm2 is 1501'],
    ['weather', weatherRow(NOON, { ghiWm2: -0.1 }), 'ghiWm2'],
    ['weather', weatherRow(NOON, { tempC: 283 }), 'tempC'],
    ['weather', weatherRow(NOON, { tempC: Number.NaN }), 'tempC'],
    ['weather', weatherRow(MIDNIGHT, { ghiWm2: 300 }), 'at night'],
    ['weather', weatherRow(NOON + 1_000), 'full minute'],
    ['weather', weatherRow(Number.NaN), 'no time'],
    ['price', { at: NOON, stepMs: HOUR, perKwh: 52, currency: 'EUR', kind: 'spot' as const }, 'price'],
    ['price', { at: NOON, stepMs: HOUR, perKwh: 0.1, currency: 'ct', kind: 'spot' as const }, 'no currency'],
    ['carbon', { at: NOON, stepMs: HOUR, gPerKwh: -5, kind: 'measured' as const }, 'carbon'],
    ['solar', { at: MIDNIGHT, stepMs: HOUR, p10W: 1, p50W: 4_000, p90W: 5_000 }, 'at night'],
    ['commodity', { at: NOON, name: 'EUA', value: Number.POSITIVE_INFINITY, unit: 'EUR/t' }, 'no number'],
  ] as const)('%s %j', (topic, row, reason) => {
    const { good, bad } = checkRows(topic, [row] as never, place);
    expect(good).toEqual([]);
    expect(bad[0]?.reason).toContain(reason);
  });

  it('lets negative prices, unknown values, quarter steps and side-by-side kinds through', () => {
    const price = { stepMs: HOUR / 4, currency: 'EUR', perKwh: -0.3 };
    const rows = [
      { ...price, at: NOON, kind: 'import' as const },
      { ...price, at: NOON, kind: 'export' as const },
      { ...price, at: NOON + HOUR / 4, kind: 'import' as const },
    ];
    expect(checkRows('price', rows, place).bad).toEqual([]);
    expect(checkRows('price', [{ ...price, at: NOON, kind: 'spot', currency: 'SEK', perKwh: 12 }], place).bad).toEqual(
      [],
    );
    expect(checkRows('weather', [weatherRow(MIDNIGHT, { ghiWm2: 0, tempC: null })], place).bad).toEqual([]);
  });
});

describe('tables', () => {
  it('begin anew where the step changes, and keep short holes as unknown', () => {
    const rows = [
      weatherRow(NOON, { tempC: 1.5 }),
      weatherRow(NOON + 3 * HOUR, { tempC: null, ghiWm2: 0 }),
      weatherRow(NOON + 4 * HOUR, { stepMs: 6 * HOUR }),
      weatherRow(NOON + 3 * DAY, { stepMs: 6 * HOUR }),
    ];
    const tables = weatherTables(rows);
    expect(tables.map((table) => [table.stepMs / HOUR, table.length])).toEqual([
      [1, 4],
      [6, 1],
      [6, 1],
    ]);
    const back = tables.flatMap(weatherRowsOf);
    expect(back.map((row) => row.at)).toEqual(rows.map((row) => row.at));
    expect(back[0]?.tempC).toBe(1.5);
    expect(back[1]).toMatchObject({ tempC: null, ghiWm2: 0 });
  });

  it('carry the bands of a solar service', () => {
    const rows = [{ at: NOON, stepMs: HOUR / 2, p10W: null, p50W: 500, p90W: 600 }];
    expect(solarTables(rows).flatMap(solarRowsOf)).toEqual(rows);
  });
});

describe('slots', () => {
  it('are taken once', () => {
    const slots = createSlots(NOON + 1, NOON + HOUR);
    expect(slots.take(NOON - HOUR, HOUR)).toBe(false);
    expect(slots.take(NOON + HOUR / 2, HOUR)).toBe(true);
    expect(slots.take(NOON, HOUR)).toBe(false);
    expect(slots.take(NOON, HOUR / 2)).toBe(true);
    expect(slots.covered(NOON, NOON + HOUR)).toBe(1);
    expect(slots.covered(NOON, NOON)).toBe(0);
  });
});

describe('means', () => {
  it('stand between two instants, and over the shorter way round', () => {
    expect([between(1, 3), between(null, 3), between(1, undefined), between(null, null)]).toEqual([2, 3, 1, null]);
    expect(directionBetween(350, 10)).toBeCloseTo(0, 6);
    expect(directionBetween(90, 180)).toBeCloseTo(135, 6);
    expect(directionBetween(200, 250)).toBeCloseTo(225, 6);
    expect(directionBetween(0, 180)).toBe(0);
    expect(directionBetween(undefined, undefined)).toBeNull();
  });
});

describe('last resorts', () => {
  it('darken with cloud', () => {
    expect(cloudShare(0)).toBe(1);
    expect(cloudShare(100)).toBe(0.25);
  });

  it('know nothing of a home without daylight on record', () => {
    const rows = weatherTables([weatherRow(NOON, { ghiWm2: 500 })]).flatMap(weatherRowsOf);
    expect(createClimatology(rows, 52, 13).rowAt(NOON)).toBeUndefined();
  });

  it('scale the clear sky by what is usual in the month and hour', () => {
    const rows = Array.from({ length: 60 }, (_, day) => weatherRow(NOON - day * DAY, { ghiWm2: 400, tempC: 20 }));
    const full = rows.reverse().flatMap((row) => weatherTables([row]).flatMap(weatherRowsOf));
    const row = createClimatology(full, 52.5, 13.4).rowAt(NOON + DAY);
    expect(row?.ghiWm2).toBeGreaterThan(380);
    expect(row?.ghiWm2).toBeLessThan(440);
    expect(row?.tempC).toBe(20);
    expect(createClimatology(full, 52.5, 13.4).rowAt(Date.UTC(2026, 5, 22, 0))?.ghiWm2).toBe(0);
  });

  it('count days and weeks by the wall clock', () => {
    const hours = localDaysOf(Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 9, 26, 12), 'Europe/Berlin').map(
      (day) => (day.to - day.from) / HOUR,
    );
    expect(hours).toEqual([24, 25, 24]);
    expect(weeksBefore(Date.UTC(2026, 9, 26, 11), 1, 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 19, 10));
    expect(weeksBefore(NOW, 1, 'UTC')).toBe(NOW - 7 * DAY);
  });
});
