import { describe, expect, it } from 'vitest';
import { MINUTE_MS, merge, QUARTER_MS, quartersOf } from '../../../main/store/rolling.ts';
import type { StoredReading } from '../../../main/store/types.ts';

const T0 = Date.UTC(2026, 5, 1, 12);
const row = (minute: number, value: number, quality: StoredReading['quality'] = 'good'): StoredReading => ({
  seriesId: 1,
  at: T0 + minute * MINUTE_MS,
  value,
  quality,
});

describe('quarters', () => {
  it('weigh by time: rows closer than a minute count for what they cover', () => {
    const [quarter] = quartersOf(1, 'powerW', [row(0, 100), row(0.5, 300), row(1, 1000)], T0, T0 + QUARTER_MS);
    expect(quarter).toMatchObject({ mean: (100 * 0.5 + 300 * 0.5 + 1000) / 2, minimum: 100, maximum: 1000, count: 2 });
    expect(quarter?.energyKwh).toBeCloseTo((50 + 150 + 1000) / 60_000, 12);
  });

  it('know energy only for power', () => {
    expect(quartersOf(1, 'socPct', [row(0, 50)], T0, T0 + QUARTER_MS)[0]?.energyKwh).toBeNull();
  });

  it('carry a state from before, for an hour at most', () => {
    const states = quartersOf(1, 'on', [row(-5, 1), row(20, 0)], T0, T0 + 8 * QUARTER_MS);
    expect(states.map((each) => [(each.at - T0) / QUARTER_MS, each.mean, each.count])).toEqual([
      [0, 1, 15],
      [1, 1 / 3, 15],
      [2, 0, 15],
      [3, 0, 15],
      [4, 0, 15],
      [5, 0, 5],
    ]);
  });

  it('leave suspect values out where there are others, and say so where there are none', () => {
    const [mixed] = quartersOf(1, 'powerW', [row(0, 500), row(1, 6_553_500, 'suspect')], T0, T0 + QUARTER_MS);
    expect(mixed).toMatchObject({ mean: 500, maximum: 500, count: 1, quality: 'good' });
    const [only] = quartersOf(1, 'powerW', [row(1, 7, 'suspect')], T0, T0 + QUARTER_MS);
    expect(only).toMatchObject({ mean: 7, quality: 'suspect' });
  });

  it('are as good as their least trusted part', () => {
    const rows = [row(0, 1), row(1, 1, 'estimated'), row(16, 1, 'demo'), row(17, 1, 'estimated')];
    const quarters = quartersOf(1, 'powerW', rows, T0, T0 + 2 * QUARTER_MS);
    expect(quarters.map((each) => each.quality)).toEqual(['estimated', 'demo']);
  });
});

describe('longer intervals', () => {
  const part = { seriesId: 1, at: T0, mean: 100, minimum: 50, maximum: 150, count: 15, quality: 'good' as const };

  it('weigh by the minutes covered and add the energies', () => {
    expect(
      merge(1, T0, [
        { ...part, energyKwh: 0.025 },
        { ...part, mean: 400, minimum: 10, count: 5, energyKwh: 0.033 },
      ]),
    ).toEqual({ ...part, mean: 175, minimum: 10, count: 20, energyKwh: 0.058 });
  });

  it('of nothing are nothing', () => {
    expect(merge(1, T0, [])).toBeUndefined();
  });

  it('have no energy where no part has one', () => {
    expect(merge(1, T0, [{ ...part, energyKwh: null }])?.energyKwh).toBeNull();
  });
});
