import { describe, expect, it } from 'vitest';
import { createFrame } from '../../../../models/features/frame.ts';
import { easterOf, isFeastDay } from '../../../../models/price/feast-days.ts';
import { marketSignals } from '../../../../models/price/market-signals.ts';
import { PRICE_FEATURES, priceRows } from '../../../../models/price/price-rows.ts';
import { recentDays, recentHours } from '../../../../models/price/recent-days.ts';

const dayOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const HOURS = 60 * 24;
/** Prices from 1 March 2025 on, over the clock change of 30 March; each says its own index. */
const frameOf = (
  values: ArrayLike<number> = Float64Array.from({ length: HOURS }, (_, index) => index),
  signals: ReadonlyMap<string, Float64Array> = new Map(),
) =>
  createFrame({
    firstAt: Date.UTC(2025, 1, 28, 23),
    hours: HOURS,
    values,
    timeZone: 'Europe/Berlin',
    latitude: 51,
    longitude: 10,
    weather: new Map(),
    signals,
  });
const column = (value: number) => new Float64Array(HOURS).fill(value);

describe('feast days', () => {
  it('knows Easter and what hangs on it', () => {
    expect([2000, 2019, 2024, 2025, 2026, 2038].map(easterOf)).toEqual(
      ['2000-04-23', '2019-04-21', '2024-03-31', '2025-04-20', '2026-04-05', '2038-04-25'].map(dayOf),
    );
    expect(['2025-04-18', '2025-04-21', '2025-05-29', '2025-06-09', '2025-12-25'].map(dayOf).every(isFeastDay)).toBe(
      true,
    );
    expect(['2025-04-22', '2025-10-03', '2025-12-27'].map(dayOf).some(isFeastDay)).toBe(false);
  });
});

describe('recent days', () => {
  it('gives the newest known hour of every name first, at midnight and within the day', () => {
    const frame = frameOf();
    const midnight = frame.indexOfLocal(dayOf('2025-03-20'), 0) ?? 0;
    const table = recentHours(frame, midnight);
    expect([table[0], table[23], table[24]]).toEqual([midnight - 24, midnight - 1, midnight - 48]);
    const afternoon = recentHours(frame, midnight + 15);
    expect([afternoon[14], afternoon[15]]).toEqual([midnight + 14, midnight - 9]);
  });

  it('fills an hour that the clock left out, and gaps, and says null when nothing is known', () => {
    const frame = frameOf();
    const origin = frame.indexOfLocal(dayOf('2025-03-31'), 0) ?? 0;
    const hours = recentHours(frame, origin);
    expect(hours[2]).toBe(-1);
    const filled = recentDays(hours, (index) => index);
    expect(filled?.[2]).toBe(hours[7 * 24 + 2]);
    expect(filled?.some(Number.isNaN)).toBe(false);
    expect(recentDays(hours, () => Number.NaN)).toBeNull();
  });
});

describe('market signals', () => {
  it('are found by their names, with wind and the residual load worked out', () => {
    const frame = frameOf(
      undefined,
      new Map([
        ['load_mw', column(60)],
        ['renewable_mw', column(25)],
        ['solar_mw', column(10)],
        ['fr_eur_per_mwh', column(40)],
        ['nl_eur_per_mwh', column(50)],
        ['gas_eur_per_mwh', column(30)],
        ['outdoor_temp_c', column(9)],
      ]),
    );
    const found = Object.fromEntries([...marketSignals(frame)].map(([slot, signal]) => [slot, signal(5)]));
    expect(found).toEqual({ load: 60, solar: 10, wind: 15, residual: 35, neighbours: 45, gas: 30 });
  });

  it('are taken as measured where they are', () => {
    const frame = frameOf(
      undefined,
      new Map([
        ['wind_onshore_mw', column(7)],
        ['wind_offshore_mw', column(2)],
        ['residual_load_mw', column(20)],
      ]),
    );
    expect([...marketSignals(frame)].map(([slot, signal]) => [slot, signal(5)])).toEqual([
      ['wind', 9],
      ['residual', 20],
    ]);
  });
});

describe('price rows', () => {
  it('look a week back by weekday, also two days ahead and across a clock change', () => {
    const frame = frameOf();
    const origin = frame.indexOfLocal(dayOf('2025-03-29'), 0) ?? 0;
    const rows = priceRows(frame, origin, 72);
    expect(rows).toHaveLength(72);
    const week = PRICE_FEATURES.findIndex(({ name }) => name === 'same_weekday_1');
    for (const [day, weekBefore] of [
      ['2025-03-30', '2025-03-23'],
      ['2025-03-31', '2025-03-24'],
    ] as const) {
      const row = rows.find(({ target }) => frame.day[target] === dayOf(day) && frame.hour[target] === 12);
      if (row === undefined) throw new Error('no such hour');
      const price = row.base + row.scale * (row.features[week] ?? 0);
      expect(price).toBeCloseTo(frame.indexOfLocal(dayOf(weekBefore), 12) ?? 0, 6);
    }
  });

  it('do not depend on the unit of the price', () => {
    const prices = Float64Array.from(
      { length: HOURS },
      (_, index) => 80 + 60 * Math.sin(index) - 40 * Math.cos(index / 40),
    );
    const origin = 45 * 24;
    const perMwh = priceRows(frameOf(prices), origin, 48);
    const perKwh = priceRows(frameOf(prices.map((price) => price / 1000)), origin, 48);
    perKwh.forEach((row, place) => {
      const other = perMwh[place];
      expect(row.base * 1000).toBeCloseTo(other?.base ?? Number.NaN, 6);
      expect(row.scale * 1000).toBeCloseTo(other?.scale ?? Number.NaN, 6);
      row.features.forEach((value, feature) => {
        expect(value).toBeCloseTo(other?.features[feature] ?? Number.NaN, 6);
      });
    });
  });

  it('document every feature once', () => {
    expect(new Set(PRICE_FEATURES.map(({ name }) => name)).size).toBe(PRICE_FEATURES.length);
    expect(PRICE_FEATURES.every(({ unit, doc }) => unit !== '' && doc !== '')).toBe(true);
  });
});
