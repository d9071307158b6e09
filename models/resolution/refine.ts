import type { RollingRow } from '../evaluation/rolling.ts';
import type { HourFrame } from '../features/frame.ts';
import { type HourScatter, learnShape } from './shape.ts';
import { type StepSeries, stepAt } from './step-series.ts';
import type { StepForecast } from './types.ts';

/** Points of the hour's band that are spread over, as standard normal quantiles of the middles of nine equal shares. */
const Z = [-1.593, -0.967, -0.589, -0.282, 0, 0.282, 0.589, 0.967, 1.593];
/** The standard normal 90 % quantile. */
const Z90 = 1.2816;
/** Past hours of like level whose restlessness is taken, and the most steps of each. */
const LIKE_HOURS = 15;
const MOST_STEPS = 12;
const NAIVE_DAYS = 28;

/** The residuals of the hours whose level lies nearest. */
const likeHours = (scatter: readonly HourScatter[], level: number): readonly number[] => {
  let low = 0;
  let high = scatter.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scatter[middle]?.level ?? 0) < level) low = middle + 1;
    else high = middle;
  }
  const first = Math.max(0, Math.min(scatter.length - LIKE_HOURS, low - (LIKE_HOURS >> 1)));
  return scatter.slice(first, first + LIKE_HOURS).flatMap(({ residuals }) => {
    const every = Math.max(1, Math.floor(residuals.length / MOST_STEPS));
    return residuals.filter((_, step) => step % every === 0);
  });
};

/** What the steps of an hour may be: its own band, with the restlessness of hours like it on top. */
const stepBand = (row: RollingRow, scatter: readonly HourScatter[]): readonly [number, number, number] => {
  const values = Z.flatMap((z) => {
    const level = row.p50 + (z / Z90) * (z < 0 ? row.p50 - row.p10 : row.p90 - row.p50);
    const residuals = likeHours(scatter, level);
    return residuals.length > 0 ? residuals.map((residual) => level + residual) : [level];
  });
  const sorted = Float64Array.from(values).sort();
  const rim = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? Number.NaN;
    return below + ((sorted[Math.ceil(place)] ?? Number.NaN) - below) * (place - Math.floor(place));
  };
  return [rim(0.1), rim(0.5), rim(0.9)];
};

/** A naive forecast copies an earlier hour: its steps are the steps of that hour, or the hour throughout. */
const naiveSteps = (series: StepSeries, frame: HourFrame, row: RollingRow, steps: number): readonly number[] => {
  for (let days = 1; days <= NAIVE_DAYS; days += 1) {
    const hour = frame.indexOfLocal((frame.day[row.target] ?? 0) - days, frame.hour[row.target] ?? 0);
    if (hour === undefined || hour >= row.issue || frame.values[hour] !== row.naive) continue;
    const first = stepAt(series, frame.atOf(hour));
    return Array.from({ length: steps }, (_, step) => {
      const value = series.values[first + step] ?? Number.NaN;
      return Number.isNaN(value) ? row.naive : value;
    });
  }
  return Array.from({ length: steps }, () => row.naive);
};

/** Steps without those below the floor, scaled so that the hour keeps its mean. */
const above = (floor: number, mean: number, steps: readonly number[]): readonly number[] => {
  if (floor !== 0 || steps.every((value) => value >= 0)) return steps;
  const clipped = steps.map((value) => Math.max(0, value));
  const sum = clipped.reduce((total, value) => total + value, 0);
  return sum > 0 ? clipped.map((value) => (value * Math.max(0, mean) * steps.length) / sum) : clipped;
};

/**
 * Hours of one issue as steps shorter than an hour: the mean follows the learnt shape and keeps the hour's mean, the band
 * holds the hour's own error and the restlessness within hours of like level. `rows` are the hours of one issue in a row.
 */
export const refineHours = (
  series: StepSeries,
  frame: HourFrame,
  rows: readonly RollingRow[],
  { proportional, floor }: { readonly proportional: boolean; readonly floor: number },
): readonly StepForecast[] => {
  const origin = rows[0]?.issue ?? 0;
  const shape = learnShape(series, frame, origin, proportional);
  const steps = Math.round((frame.atOf(1) - frame.atOf(0)) / series.stepMs);
  const shaped = (place: number, column: 'mean' | 'baseline'): readonly number[] => {
    const row = rows[place];
    const mean = row?.[column] ?? Number.NaN;
    const before = place > 0 ? (rows[place - 1]?.[column] ?? mean) : (frame.values[origin - 1] ?? mean);
    const after = rows[place + 1]?.[column] ?? mean;
    const deviations = shape.deviations(mean, before, after, frame.hour[row?.target ?? 0] ?? 0);
    return above(
      floor,
      mean,
      deviations.map((deviation) => mean + deviation),
    );
  };
  return rows.flatMap((row, place) => {
    const means = shaped(place, 'mean');
    const baselines = shaped(place, 'baseline');
    const naives = naiveSteps(series, frame, row, steps);
    const band = Number.isNaN(row.mean) ? [row.mean, row.mean, row.mean] : stepBand(row, shape.scatter);
    return means.map((mean, step): StepForecast => {
      // A roof's band follows the sun through the hour; a household's or a price's moves up and down with its mean.
      const moved = (value: number): number =>
        Math.max(floor, proportional && row.mean > 0 ? (value * mean) / row.mean : value + mean - row.mean);
      const [p10 = Number.NaN, p50 = Number.NaN, p90 = Number.NaN] = band.map(moved);
      return {
        at: frame.atOf(row.target) + step * series.stepMs,
        mean,
        p10,
        p50,
        p90,
        naive: naives[step] ?? Number.NaN,
        baseline: baselines[step] ?? Number.NaN,
        servedBy: row.servedBy,
      };
    });
  });
};
