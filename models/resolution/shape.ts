import type { HourFrame } from '../features/frame.ts';
import { meanBetween, type StepSeries, stepAt } from './step-series.ts';

/** The days whose hours are learnt from. */
const LEARNT_HOURS = 28 * 24;
/** Against few hours: a slope between the neighbours is believed, a profile is not. */
const RIDGE = 0.1;

/** An hour's level and how far its steps lay from where the shape puts them. */
export interface HourScatter {
  readonly level: number;
  readonly residuals: readonly number[];
}

export interface Shape {
  /** What the steps of an hour of this mean add to it; they sum to 0. Neighbours that are not known are NaN. */
  deviations(mean: number, before: number, after: number, localHour: number): readonly number[];
  /** What the shape left unexplained, hour by hour, by rising level. */
  readonly scatter: readonly HourScatter[];
}

interface LearntHour {
  readonly localHour: number;
  readonly mean: number;
  readonly slope: readonly number[];
  readonly deviations: readonly number[];
}

/** A straight line through the hour with the slope between its neighbours: its mean is the hour's. */
const slopeOf = (steps: number, mean: number, before: number, after: number): readonly number[] => {
  const from = Number.isNaN(before) ? mean : before;
  const to = Number.isNaN(after) ? mean : after;
  return Array.from({ length: steps }, (_, step) => ((to - from) / 2) * ((step + 0.5) / steps - 0.5));
};

/** The full hours before the origin, with their neighbours. */
const pastHours = (series: StepSeries, frame: HourFrame, origin: number, steps: number): readonly LearntHour[] => {
  const found: LearntHour[] = [];
  const hourMean = (hour: number): number =>
    hour < 0 || hour >= origin ? Number.NaN : meanBetween(series, frame.atOf(hour), frame.atOf(hour + 1));
  for (let hour = Math.max(0, origin - LEARNT_HOURS); hour < origin; hour += 1) {
    const first = stepAt(series, frame.atOf(hour));
    const values = Array.from(series.values.subarray(Math.max(0, first), Math.max(0, first + steps)));
    if (values.length < steps || values.some(Number.isNaN)) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / steps;
    found.push({
      localHour: frame.hour[hour] ?? 0,
      mean,
      slope: slopeOf(steps, mean, hourMean(hour - 1), hourMean(hour + 1)),
      deviations: values.map((value) => value - mean),
    });
  }
  return found;
};

/**
 * How the steps of an hour lie around its mean, learnt from the four weeks before the origin: a share of the straight line
 * between the neighbouring hours, and a share of the mean profile of that local hour (habits on the quarter hour, sunrise
 * within an hour), both by least squares. `proportional` profiles grow with the hour's mean, as a roof's do. Reads nothing
 * at or after the origin.
 */
export const learnShape = (series: StepSeries, frame: HourFrame, origin: number, proportional: boolean): Shape => {
  const steps = Math.round((frame.atOf(1) - frame.atOf(0)) / series.stepMs);
  const hours = pastHours(series, frame, origin, steps);
  const weightOf = (mean: number): number => (proportional ? Math.abs(mean) : 1);
  const sums = Array.from({ length: 24 }, () => new Float64Array(steps));
  const weights = new Float64Array(24);
  for (const { localHour, mean, deviations } of hours) {
    weights[localHour] = (weights[localHour] ?? 0) + weightOf(mean);
    const sum = sums[localHour] ?? new Float64Array(steps);
    for (const [step, value] of deviations.entries()) sum[step] = (sum[step] ?? 0) + value;
  }
  /** The profile, with one hour's own part taken out so that no hour explains itself. */
  const profile = (localHour: number, step: number, mean: number, own: number | null): number => {
    const weight = (weights[localHour] ?? 0) - (own === null ? 0 : weightOf(mean));
    const sum = (sums[localHour]?.[step] ?? 0) - (own ?? 0);
    return weight > 1e-9 ? (sum / weight) * weightOf(mean) : 0;
  };
  let ss = 0;
  let sp = 0;
  let pp = 0;
  let sd = 0;
  let pd = 0;
  for (const { localHour, mean, slope, deviations } of hours)
    deviations.forEach((deviation, step) => {
      const s = slope[step] ?? 0;
      const p = profile(localHour, step, mean, deviation);
      ss += s * s;
      sp += s * p;
      pp += p * p;
      sd += s * deviation;
      pd += p * deviation;
    });
  const ridge = (RIDGE * (ss + pp)) / (1 + hours.length / 24);
  const determinant = (ss + ridge) * (pp + ridge) - sp * sp;
  const [slopeShare, profileShare] =
    determinant > 1e-9
      ? [((sd + ridge) * (pp + ridge) - sp * pd) / determinant, ((ss + ridge) * pd - sp * (sd + ridge)) / determinant]
      : [1, 0];
  const shapeOf = (
    localHour: number,
    mean: number,
    slope: readonly number[],
    own: readonly number[] | null,
  ): readonly number[] =>
    slope.map((value, step) => slopeShare * value + profileShare * profile(localHour, step, mean, own?.[step] ?? null));
  return {
    deviations: (mean, before, after, localHour) => shapeOf(localHour, mean, slopeOf(steps, mean, before, after), null),
    scatter: hours
      .map(({ localHour, mean, slope, deviations }) => {
        const explained = shapeOf(localHour, mean, slope, deviations);
        return { level: mean, residuals: deviations.map((value, step) => value - (explained[step] ?? 0)) };
      })
      .toSorted((one, other) => one.level - other.level),
  };
};
