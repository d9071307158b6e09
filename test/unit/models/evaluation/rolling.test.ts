import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { evaluateRolling, type RollingOptions } from '../../../../models/evaluation/rolling.ts';
import { localMidnights } from '../../../../models/evaluation/rolling-mask.ts';
import { madeFrame } from '../../../support/models/made-frame.ts';
import { meanModel } from '../../../support/models/mean-model.ts';

const options = (from: number, to: number): RollingOptions => ({
  from,
  to,
  horizonHours: 24,
  refitDays: 7,
  seed: 3,
  settings: { hidden: 4 },
  onProgress: async () => true,
});

describe('a rolling evaluation', () => {
  it('forecasts each local midnight, refits weekly, and leaves nothing behind', async () => {
    const model = meanModel('load');
    const frame = madeFrame({ seed: 1, days: 60, gapShare: 0 });
    const rolled = await evaluateRolling(model, tf, frame, options(30 * 24, 45 * 24));
    expect(rolled).toMatchObject({ outcome: 'done', refits: 3 });
    expect(model.fits).toEqual([30, 37, 44].map((day) => ({ origin: day * 24, seed: 3, settings: { hidden: 4 } })));
    expect(model.open()).toBe(0);
    expect(rolled.rows).toHaveLength(15 * 24);
    expect(rolled.rows[25]).toMatchObject({ issue: 31 * 24, target: 31 * 24 + 1, lead: 1, servedBy: 'model' });
    expect(rolled.rows[25]?.actual).toBe(frame.values[31 * 24 + 1]);
    expect(rolled.rows[25]?.naive).toBe(frame.values[30 * 24 + 1]);
    expect(rolled.predictSeconds).toHaveLength(15);
  });

  it('lets the baseline serve with a band of its own errors until there is enough to fit', async () => {
    const model = meanModel('load');
    const rolled = await evaluateRolling(model, tf, madeFrame({ seed: 2, days: 20, gapShare: 0 }), options(0, 16 * 24));
    const of = (day: number) => rolled.rows.filter((row) => row.issue === day * 24);
    expect(of(0).every((row) => row.servedBy === 'nobody' && Number.isNaN(row.mean))).toBe(true);
    expect(of(3).every((row) => row.servedBy === 'baseline')).toBe(true);
    expect(of(3).every((row) => row.p10 <= row.p50 && row.p50 <= row.p90 && row.p10 < row.p90)).toBe(true);
    expect(of(14).every((row) => row.servedBy === 'model')).toBe(true);
    // It is asked again each day until it can be fitted, and then weekly.
    expect(model.fits.map((fit) => fit.origin)).toEqual([14 * 24]);
    const late = of(13);
    const inside = late.filter((row) => row.actual >= row.p10 && row.actual <= row.p90).length;
    expect(inside / late.length).toBeGreaterThan(0.6);
  });

  it('ends when it is told to, between days and within a fit', async () => {
    const model = meanModel('load');
    const frame = madeFrame({ seed: 4, days: 40 });
    let asked = 0;
    const between = await evaluateRolling(model, tf, frame, {
      ...options(20 * 24, 30 * 24),
      onProgress: async () => {
        asked += 1;
        return asked <= 4;
      },
    });
    expect(between).toMatchObject({ outcome: 'cancelled', refits: 1 });
    expect(between.rows).toHaveLength(3 * 24);
    const within = await evaluateRolling(model, tf, frame, {
      ...options(20 * 24, 30 * 24),
      onProgress: async (_, sentence) => sentence !== 'Counting',
    });
    expect(within).toMatchObject({ outcome: 'cancelled', refits: 0, rows: [] });
    expect(model.open()).toBe(0);
  });

  it('with neverWorse lets the baseline serve once the model has lost a week', async () => {
    const bad = meanModel('load', () => 3000);
    const frame = madeFrame({ seed: 5, days: 60, gapShare: 0 });
    const rolled = await evaluateRolling(bad, tf, frame, { ...options(30 * 24, 40 * 24), neverWorse: true });
    const served = (day: number) =>
      new Set(rolled.rows.filter((row) => row.issue === day * 24).map((row) => row.servedBy));
    expect(served(36)).toEqual(new Set(['model']));
    expect(served(37)).toEqual(new Set(['baseline']));
    const plain = await evaluateRolling(bad, tf, frame, options(30 * 24, 40 * 24));
    expect(plain.rows.every((row) => row.servedBy === 'model')).toBe(true);
  });

  it('takes what was not known before the origin away too, where a longer interval lies across it', async () => {
    const seen: number[] = [];
    const model = meanModel('load', (frame, target) => {
      seen.push(frame.values[target - 1] ?? 0);
      return 0;
    });
    const frame = madeFrame({ seed: 6, days: 40, gapShare: 0 });
    const first = { ...options(20 * 24, 21 * 24), horizonHours: 1 };
    await evaluateRolling(model, tf, frame, first);
    await evaluateRolling(model, tf, frame, { ...first, knownBefore: (origin) => origin - 2 });
    expect(seen[0]).toBe(frame.values[20 * 24 - 1]);
    expect(seen[1]).toBeNaN();
  });
});

describe('local midnights', () => {
  const datesOf = (timeZone: string, firstAt: number, days: number): readonly string[] => {
    const frame = madeFrame({ seed: 1, days, timeZone, firstAt });
    return localMidnights(frame, 0, frame.hours).map((index) => new Date(frame.atOf(index)).toISOString().slice(5, 16));
  };

  it('are found on long and short days', () => {
    expect(datesOf('Europe/Berlin', Date.UTC(2026, 2, 27, 23), 4)).toEqual([
      '03-27T23:00',
      '03-28T23:00',
      '03-29T22:00',
      '03-30T22:00',
      '03-31T22:00',
    ]);
    expect(datesOf('America/New_York', Date.UTC(2026, 9, 31, 4), 3)).toEqual([
      '10-31T04:00',
      '11-01T04:00',
      '11-02T05:00',
    ]);
  });

  it('are the hour in which the day begins where hours are full in UTC and not in the zone', () => {
    // 18:30 UTC is midnight in Kolkata: the hour from 18:00 lies across it.
    expect(datesOf('Asia/Kolkata', Date.UTC(2026, 5, 1), 2)).toEqual(['06-01T18:00', '06-02T18:00']);
    // Lord Howe: summer time of half an hour ends on 2026-04-05 (UTC+11 to UTC+10:30).
    expect(datesOf('Australia/Lord_Howe', Date.UTC(2026, 3, 3, 13), 4)).toEqual([
      '04-03T13:00',
      '04-04T13:00',
      '04-05T13:00',
      '04-06T13:00',
    ]);
  });

  it('are the first hour of a day whose midnight is skipped', () => {
    // Cairo skips from 00:00 to 01:00 on 2026-04-24: that day begins at 22:00 UTC.
    expect(datesOf('Africa/Cairo', Date.UTC(2026, 3, 22, 22), 3)).toEqual([
      '04-22T22:00',
      '04-23T22:00',
      '04-24T21:00',
      '04-25T21:00',
    ]);
  });
});
