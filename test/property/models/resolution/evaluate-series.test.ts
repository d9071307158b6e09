import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ForecastTarget } from '../../../../models/forecast/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { evaluateSeries } from '../../../../models/resolution/evaluate-series.ts';
import type { StepSeries } from '../../../../models/resolution/step-series.ts';
import { meanModel } from '../../../support/models/mean-model.ts';

const MIN_MS = 60_000;
const DAY_MS = 1440 * MIN_MS;
const DAYS = 36;

const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
const steps = fc.constantFrom(10, 15, 30, 60, 90, 180);
const targets = fc.constantFrom<ForecastTarget>('load', 'solar', 'price');
const starts = fc.constantFrom(Date.UTC(2026, 2, 1), Date.UTC(2026, 8, 14));

const seriesOf = (seed: number, firstAt: number, stepMin: number, changedFrom: number): StepSeries => {
  const random = seededRandom(seed);
  const stepMs = stepMin * MIN_MS;
  return {
    firstAt,
    stepMs,
    values: Float64Array.from({ length: (DAYS * DAY_MS) / stepMs }, (_, index) => {
      const value = random() < 0.05 ? Number.NaN : 500 * random();
      return firstAt + index * stepMs >= changedFrom ? 7777 : value;
    }),
  };
};

const evaluate = (series: StepSeries, timeZone: string, target: ForecastTarget, fromDay: number, days: number) =>
  evaluateSeries(
    meanModel(target),
    tf,
    { series, signals: new Map(), issuesFrom: () => [], timeZone, latitude: 50, longitude: 8 },
    {
      fromAt: series.firstAt + fromDay * DAY_MS,
      toAt: series.firstAt + (fromDay + days) * DAY_MS,
      horizonHours: 30,
      refitDays: 3,
      seed: 1,
      settings: {},
      onProgress: async () => true,
    },
  );

describe('a series of any step', () => {
  it('is never read ahead: steps that end after the issue change nothing that was issued', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        zones,
        steps,
        targets,
        starts,
        async (seed, timeZone, stepMin, target, firstAt) => {
          const one = await evaluate(seriesOf(seed, firstAt, stepMin, Infinity), timeZone, target, 18, 12);
          const cut = one.rows.at(-1)?.issueAt ?? 0;
          // The last step that may be known ends at the cut: what starts later than a step before it is changed.
          const series = seriesOf(seed, firstAt, stepMin, cut - stepMin * MIN_MS + 1);
          const two = await evaluate(series, timeZone, target, 18, 12);
          const forecasts = (rows: typeof one.rows) => rows.map(({ actual: _, ...row }) => row);
          expect(forecasts(two.rows)).toEqual(forecasts(one.rows));
          for (const row of one.rows) {
            expect(row.at).toBeGreaterThanOrEqual(row.issueAt);
            expect(row.lead).toBeLessThan(30);
            expect([row.p10, row.p50, row.p90]).toEqual([row.p10, row.p50, row.p90].toSorted((a, b) => a - b));
            expect(Number.isFinite(row.mean)).toBe(true);
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});
