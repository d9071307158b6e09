import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../../models/evaluation/report.ts';
import { clearSkyOfHour } from '../../../../models/features/sun.ts';
import type { ForecastTarget } from '../../../../models/forecast/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { evaluateSeries } from '../../../../models/resolution/evaluate-series.ts';
import { isUsableStep, meanBetween, type StepSeries } from '../../../../models/resolution/step-series.ts';
import { meanModel } from '../../../support/models/mean-model.ts';

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;
const DAY_MS = 24 * HOUR_MS;

const seriesOf = (firstAt: string, days: number, stepMin: number, value: (at: number, index: number) => number) => {
  const stepMs = stepMin * MIN_MS;
  const first = Date.parse(firstAt);
  const values = Float64Array.from({ length: (days * DAY_MS) / stepMs }, (_, i) => value(first + i * stepMs, i));
  return { firstAt: first, stepMs, values };
};

const evaluate = (
  series: StepSeries,
  span: readonly [string, string],
  { timeZone = 'Europe/Berlin', target = 'load' }: { timeZone?: string; target?: ForecastTarget } = {},
) =>
  evaluateSeries(
    meanModel(target),
    tf,
    {
      series,
      signals: new Map([['tempC', series]]),
      issuesFrom: () => [],
      timeZone,
      latitude: 52,
      longitude: 13,
    },
    {
      fromAt: Date.parse(span[0]),
      toAt: Date.parse(span[1]),
      horizonHours: 24,
      refitDays: 7,
      seed: 1,
      settings: {},
      onProgress: async () => true,
    },
  );

/** A restless household: hours of like size, steps within them that jump. */
const restless = (seed: number) => {
  const random = seededRandom(seed);
  return (at: number) =>
    (300 + 200 * Math.sin((at / DAY_MS) * 2 * Math.PI) ** 2) * (random() < 0.15 ? 4 * random() : 1) + 50 * random();
};

describe('steps shorter than an hour', () => {
  it.each([5, 15, 30])('of %i min keep the hour’s mean, and the band holds at the step', async (stepMin) => {
    const series = seriesOf('2026-01-10T00:00:00Z', 100, stepMin, restless(stepMin));
    const { rows, issues } = await evaluate(series, ['2026-02-28T23:00:00Z', '2026-04-10T22:00:00Z']);
    expect(issues).toBe(41);
    // Two days of the span are of 24 h, one of 23 h is asked for 24 h all the same.
    expect(rows).toHaveLength((41 * 24 * 60) / stepMin);
    expect(rows[0]).toMatchObject({ issueAt: Date.parse('2026-02-28T23:00:00Z'), lead: 0, servedBy: 'model' });
    expect(rows[1]?.at).toBe(Date.parse('2026-02-28T23:00:00Z') + stepMin * MIN_MS);
    const perHour = 60 / stepMin;
    for (let first = 0; first < 24 * perHour; first += perHour) {
      const hour = rows.slice(first, first + perHour);
      const mean = hour.reduce((sum, row) => sum + row.mean, 0) / perHour;
      const past = Array.from({ length: 28 }, (_, back) => {
        const at = (hour[0]?.at ?? 0) - (back + 1) * DAY_MS;
        return meanBetween(series, at, at + HOUR_MS);
      });
      expect(mean).toBeCloseTo(past.reduce((sum, value) => sum + value, 0) / 28, 6);
    }
    const { overall } = reportOf(rows, 'load', null);
    expect(overall.coveragePct).toBeGreaterThan(74);
    expect(overall.coveragePct).toBeLessThan(86);
  });

  it('follow the sun within an hour, and a naive forecast copies steps', async () => {
    const sun = (at: number) => (clearSkyOfHour(at - HOUR_MS / 2 + 7.5 * MIN_MS, 52, 13) / 1000) * 4000;
    const series = seriesOf('2026-01-20T00:00:00Z', 40, 15, sun);
    const { rows } = await evaluate(series, ['2026-02-25T23:00:00Z', '2026-02-27T23:00:00Z'], { target: 'solar' });
    // Both are given the hour's true mean, so that only the shape is judged.
    let shaped = 0;
    let flat = 0;
    for (let first = 0; first < rows.length; first += 4) {
      const hour = rows.slice(first, first + 4);
      const sum = (column: 'mean' | 'actual') => hour.reduce((total, row) => total + row[column], 0);
      if (sum('mean') === 0) continue;
      for (const row of hour) {
        shaped += (row.actual - (row.mean * sum('actual')) / sum('mean')) ** 2;
        flat += (row.actual - sum('actual') / 4) ** 2;
      }
    }
    expect(shaped).toBeLessThan(0.25 * flat);
    expect(rows.every((row) => row.mean >= 0 && row.p10 >= 0)).toBe(true);
    for (const row of rows) expect(row.naive).toBe(series.values[(row.at - DAY_MS - series.firstAt) / series.stepMs]);
  });

  it('learn a habit on the quarter hour', async () => {
    const series = seriesOf('2026-03-01T00:00:00Z', 40, 15, (_, index) => (index % 4 === 2 ? 2000 : 100));
    const { rows } = await evaluate(series, ['2026-03-30T22:00:00Z', '2026-03-31T22:00:00Z']);
    for (const row of rows) expect(Math.abs(row.mean - row.actual)).toBeLessThan(10);
  });
});

describe('longer steps', () => {
  it('of three hours are forecast where they start at or after midnight, and known once they have ended', async () => {
    // In Berlin (UTC+1) a step from 21:00 UTC lies across midnight at 23:00 UTC.
    const series = seriesOf('2026-01-01T00:00:00Z', 50, 180, restless(7));
    const span = ['2026-02-10T23:00:00Z', '2026-02-12T23:00:00Z'] as const;
    const { rows } = await evaluate(series, span);
    expect(rows.map((row) => row.lead)).toEqual([1, 4, 7, 10, 13, 16, 19, 22, 1, 4, 7, 10, 13, 16, 19, 22]);
    expect(rows[0]?.actual).toBe(series.values[41 * 8]);
    const changed = { ...series, values: series.values.map((value, index) => (index >= 41 * 8 - 1 ? 9e5 : value)) };
    const again = await evaluate(changed, span);
    const first = (all: typeof rows) => all.slice(0, 8).map(({ actual: _, ...row }) => row);
    expect(first(again.rows)).toEqual(first(rows));
  });

  it('of a day are the mean of its hours', async () => {
    const series = seriesOf('2026-01-01T00:00:00Z', 60, 24 * 60, (_, index) => 100 + (index % 2));
    const { rows } = await evaluate(series, ['2026-02-10T00:00:00Z', '2026-02-20T00:00:00Z'], { timeZone: 'UTC' });
    expect(rows).toHaveLength(10);
    for (const row of rows) expect(row.mean).toBeCloseTo(100.5, 6);
    for (const row of rows) expect(row.p10).toBeLessThanOrEqual(row.p90);
  });

  it('and shorter ones must divide a day or an hour', () => {
    expect([1, 5, 10, 15, 20, 30, 60, 90, 120, 180, 1440].every((min) => isUsableStep(min * MIN_MS))).toBe(true);
    expect([7, 45 * 1.5, 50, 100, 7 * 1440].some((min) => isUsableStep(min * MIN_MS))).toBe(false);
  });
});

describe('hours that are full in UTC and not in the zone', () => {
  it.each([
    ['Asia/Kolkata', '18:30', '19:00', 0.5],
    ['Asia/Kathmandu', '18:15', '19:00', 0.75],
  ])('in %s: one that lies across midnight is neither known nor forecast', async (timeZone, issued, first, lead) => {
    const series = seriesOf('2026-01-01T00:00:00Z', 60, 60, restless(3));
    const span = ['2026-02-09T12:00:00Z', '2026-02-10T12:00:00Z'] as const;
    const { rows } = await evaluate(series, span, { timeZone });
    expect(rows).toHaveLength(24);
    expect(rows[0]).toMatchObject({
      issueAt: Date.parse(`2026-02-09T${issued}:00Z`),
      at: Date.parse(`2026-02-09T${first}:00Z`),
      lead,
    });
    const across = (Date.parse('2026-02-09T18:00:00Z') - series.firstAt) / HOUR_MS;
    const forecasts = async (changedFrom: number) => {
      const values = series.values.map((value, index) => (index >= changedFrom ? value + 5000 : value));
      return (await evaluate({ ...series, values }, span, { timeZone })).rows.map((row) => [row.mean, row.naive]);
    };
    const plain = await forecasts(Number.POSITIVE_INFINITY);
    expect(await forecasts(across)).toEqual(plain);
    expect(await forecasts(across - 1)).not.toEqual(plain);
  });

  it('on Lord Howe, where summer time is half an hour, midnights are right on both sides of the change', async () => {
    const series = seriesOf('2026-02-01T13:00:00Z', 80, 30, restless(4));
    const { rows } = await evaluate(series, ['2026-04-03T12:00:00Z', '2026-04-07T12:00:00Z'], {
      timeZone: 'Australia/Lord_Howe',
    });
    const firsts = rows.filter((row) => row.lead === 0).map((row) => new Date(row.at).toISOString().slice(5, 16));
    // UTC+11 until 2026-04-04T15:00Z, UTC+10:30 after.
    expect(firsts).toEqual(['04-03T13:00', '04-04T13:00', '04-05T13:30', '04-06T13:30']);
    expect(rows).toHaveLength(4 * 48);
    expect(rows.every((row) => Number.isFinite(row.mean))).toBe(true);
  });
});
