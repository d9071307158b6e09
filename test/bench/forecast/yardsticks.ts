import { localMidnights } from '../../../models/evaluation/rolling-mask.ts';
import { dayProfiles } from '../../../models/experts/day-profiles.ts';
import type { HourFrame } from '../../../models/features/frame.ts';
import { lagDays, lastWeekSameHour, latestSameHour } from '../../../models/features/lags.ts';
import { rollingHours, rollingSameHour } from '../../../models/features/rolling.ts';
import { createBoostedTrees } from '../../../models/learners/boosted-trees.ts';
import type { FittedLearner, Tensorflow } from '../../../models/learners/types.ts';

/** Somebody else's method: one mean an hour, NaN where it knows nothing; `seen` holds nothing at or after the origin. */
export interface Yardstick {
  readonly name: string;
  forecast(seen: HourFrame, origin: number, horizon: number, refit: boolean): Promise<Float64Array>;
}

type Simple = (seen: HourFrame, origin: number, target: number) => number;

const simple = (name: string, value: Simple): Yardstick => ({
  name,
  forecast: async (seen, origin, horizon) =>
    Float64Array.from({ length: horizon }, (_, lead) => value(seen, origin, origin + lead)),
});

export const SEASONAL_NAIVE = simple('seasonal naive 24 h', (seen, origin, target) =>
  latestSameHour(seen, origin, target, 9),
);
export const SEVEN_DAY_MEAN = simple(
  '7-day mean of the hour',
  (seen, origin, target) => rollingSameHour(seen, origin, target, 7).mean,
);
export const LAST_WEEK = simple('same hour last week', lastWeekSameHour);

export const DAY_PROFILES: Yardstick = {
  name: 'kNN on day profiles',
  forecast: async (seen, origin, horizon) => dayProfiles(seen, origin, horizon),
};

export const BOOSTED = 'XGBoost, lags';
export const PROPHET = 'Prophet';

/** Stands for missing: below all values, so that trees can part from it as XGBoost does. */
const MISSING = -1e6;

/** Lags of 1, 2 and 7 days, 7-day mean of the hour, means of the last day and week, hour, weekday, month, and all that a weather forecast said. */
const lagRow = (seen: HourFrame, origin: number, target: number): readonly number[] =>
  [
    lagDays(seen, origin, target, 1),
    lagDays(seen, origin, target, 2),
    lagDays(seen, origin, target, 7),
    rollingSameHour(seen, origin, target, 7).mean,
    rollingHours(seen, origin, DAY_HOURS).mean,
    rollingHours(seen, origin, 7 * DAY_HOURS).mean,
    seen.hour[target] ?? 0,
    seen.weekday[target] ?? 0,
    Math.floor((seen.yearShare[target] ?? 0) * 12),
    ...(seen.issued?.columns.map((column) => seen.issued?.at(column, origin, target) ?? Number.NaN) ?? []),
  ].map((value) => (Number.isFinite(value) ? value : MISSING));

const MOST_DAYS = 730;
const DAY_HOURS = 24;

/**
 * Gradient boosting on lags as people set XGBoost for this: 300 trees, learning rate 0.05, 256 bins; depth 4 and 80 % of rows
 * and columns a tree, which is better on these homes than depth 6 and all of them (load 3 to 6 %).
 */
export const createLagBoosting = (tf: Tensorflow): Yardstick => {
  let fitted: FittedLearner | null = null;
  const matrixOf = (rows: readonly (readonly number[])[]) => ({
    inputs: { rows: rows.length, width: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) },
    origins: new Int32Array(rows.length),
    leads: new Int16Array(rows.length),
  });
  return {
    name: BOOSTED,
    forecast: async (seen, origin, horizon, refit) => {
      if (fitted === null || refit) {
        const rows: (readonly number[])[] = [];
        const targets: number[] = [];
        for (const midnight of localMidnights(seen, Math.max(7 * DAY_HOURS, origin - MOST_DAYS * DAY_HOURS), origin)) {
          for (let target = midnight; target < Math.min(origin, midnight + DAY_HOURS); target += 1) {
            const value = seen.values[target] ?? Number.NaN;
            // A model of weather learns where there was a forecast.
            if (Number.isNaN(value) || (seen.issued && !hasWeather(seen, midnight, target))) continue;
            rows.push(lagRow(seen, midnight, target));
            targets.push(value);
          }
        }
        const options = { trees: 300, depth: 4, learningRate: 0.05, rowShare: 0.8, columnShare: 0.8, bins: 256 };
        fitted = await createBoostedTrees(options).fit(
          { ...matrixOf(rows), targets: Float32Array.from(targets), weights: new Float32Array(rows.length).fill(1) },
          { tf, seed: 1, tick: async () => true },
        );
      }
      const asked = Array.from({ length: horizon }, (_, lead) => lagRow(seen, origin, origin + lead));
      return fitted?.predict(matrixOf(asked)) ?? new Float64Array(horizon).fill(Number.NaN);
    },
  };
};

const hasWeather = (seen: HourFrame, origin: number, target: number): boolean =>
  seen.issued?.columns.some((column) => Number.isFinite(seen.issued?.at(column, origin, target))) ?? false;

/** m/s a bin of the power curve. */
const SPEED_STEP = 0.5;

/** What a wind farm gave on average at the forecast wind speed. */
export const createPowerCurve = (): Yardstick => {
  let curve: readonly number[] = [];
  const binOf = (seen: HourFrame, origin: number, target: number): number =>
    Math.round((seen.issued?.at('windMs', origin, target) ?? Number.NaN) / SPEED_STEP);
  return {
    name: 'power curve',
    forecast: async (seen, origin, horizon, refit) => {
      if (curve.length === 0 || refit) {
        const sums: number[] = [];
        const counts: number[] = [];
        for (const midnight of localMidnights(seen, 0, origin)) {
          for (let target = midnight; target < Math.min(origin, midnight + DAY_HOURS); target += 1) {
            const bin = binOf(seen, midnight, target);
            const value = seen.values[target] ?? Number.NaN;
            if (Number.isNaN(bin + value)) continue;
            sums[bin] = (sums[bin] ?? 0) + value;
            counts[bin] = (counts[bin] ?? 0) + 1;
          }
        }
        let last = 0;
        curve = Array.from(sums, (sum, bin) => {
          const count = counts[bin] ?? 0;
          if (count > 0) last = (sum ?? 0) / count;
          return last;
        });
      }
      return Float64Array.from({ length: horizon }, (_, lead) => {
        const bin = binOf(seen, origin, origin + lead);
        return Number.isNaN(bin) ? Number.NaN : (curve[Math.min(bin, curve.length - 1)] ?? Number.NaN);
      });
    },
  };
};

/** The middle of what the members say, of those that say something. */
export const medianOf = (columns: readonly Float64Array[]): Float64Array =>
  Float64Array.from(columns[0] ?? [], (_, hour) => {
    const values = columns.map((column) => column[hour] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    values.sort((one, other) => one - other);
    const half = values.length / 2;
    return ((values[Math.ceil(half) - 1] ?? Number.NaN) + (values[Math.floor(half)] ?? Number.NaN)) / 2;
  });
