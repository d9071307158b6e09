import { IANAZone } from 'luxon';

export const HOUR_MS = 3_600_000;

/** Means of equal steps in a row: index i is the step that starts at firstAt + i · stepMs, UTC. NaN is a gap. */
export interface StepSeries {
  readonly firstAt: number;
  readonly stepMs: number;
  readonly values: Float64Array;
}

/** Hours without at least this share of their time measured are gaps. */
const LEAST_SHARE = 0.5;

/** The step that an instant lies in; may lie outside the series. */
export const stepAt = (series: Pick<StepSeries, 'firstAt' | 'stepMs'>, at: number): number =>
  Math.floor((at - series.firstAt) / series.stepMs);

/** The mean of [from, to), UTC ms, weighted by the time that each step shares with it; NaN where too little is known. */
export const meanBetween = (series: StepSeries, from: number, to: number): number => {
  let sum = 0;
  let knownMs = 0;
  for (let step = stepAt(series, from); series.firstAt + step * series.stepMs < to; step += 1) {
    const startAt = series.firstAt + step * series.stepMs;
    const shared = Math.min(to, startAt + series.stepMs) - Math.max(from, startAt);
    const value = series.values[step] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value * shared;
    knownMs += shared;
  }
  return knownMs >= LEAST_SHARE * (to - from) && knownMs > 0 ? sum / knownMs : Number.NaN;
};

/** A series as means of hours, `hours` of them from `firstAt` on. */
export const hourlyMeans = (series: StepSeries, firstAt: number, hours: number): Float64Array =>
  Float64Array.from({ length: hours }, (_, hour) =>
    meanBetween(series, firstAt + hour * HOUR_MS, firstAt + (hour + 1) * HOUR_MS),
  );

/** Which steps can be turned into hours and back: those that divide an hour, and longer ones that divide a day. */
export const isUsableStep = (stepMs: number): boolean =>
  stepMs >= 1000 && (HOUR_MS % stepMs === 0 || (stepMs > HOUR_MS && (24 * HOUR_MS) % stepMs === 0));

/**
 * Where the hours of a series begin: at its first step that starts a full local hour, or with which one begins where no step
 * starts with it. Hours always hold whole steps, so hours of a file that are full in UTC stay as they are in every zone.
 */
export const firstHourOf = (series: StepSeries, timeZone: string): number => {
  const offsetMs = IANAZone.create(timeZone).offset(series.firstAt) * 60_000;
  const stepMs = Math.min(series.stepMs, HOUR_MS);
  for (let at = series.firstAt; at < series.firstAt + HOUR_MS; at += stepMs)
    if ((((at + offsetMs) % HOUR_MS) + HOUR_MS) % HOUR_MS < stepMs) return at;
  return series.firstAt;
};
