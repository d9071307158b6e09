import type { HourFrame } from '../features/frame.ts';
import { known } from '../features/lags.ts';
import type { SimpleForecasts } from '../forecast/types.ts';
import { quantileOf } from '../metrics/band.ts';
import { localMidnights } from './rolling-mask.ts';

/** A forecast without a model: NaN throughout where nothing is known at all. */
export interface SimpleBand {
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** Days whose errors make the band. */
const ERROR_DAYS = 28;
/** Fewer errors than this say nothing about a tenth. */
const LEAST_ERRORS = 8;
const DAY_HOURS = 24;

const apart = (one: number, other: number): number => {
  const hours = Math.abs(one - other) % DAY_HOURS;
  return Math.min(hours, DAY_HOURS - hours);
};

/**
 * The baseline with a band from its own errors: how far it was off at that hour of the day when it was asked at the
 * midnights before. Before it has erred often enough the band spans the tenths of all that was measured. Where the baseline
 * knows nothing the naive forecast serves, then the mean of that local hour, then the mean of all hours. `seen` must know
 * nothing at or after the origin.
 */
export const baselineBands = (
  seen: HourFrame,
  origin: number,
  simple: (frame: HourFrame, origin: number) => SimpleForecasts,
): ((target: number) => SimpleBand) => {
  const { naive, baseline } = simple(seen, origin);
  const measured = seen.values.subarray(0, origin).filter((value) => !Number.isNaN(value));
  const floor = measured.every((value) => value >= 0) ? 0 : Number.NEGATIVE_INFINITY;
  const errors: { readonly hour: number; readonly error: number }[] = [];
  for (const past of localMidnights(seen, origin - ERROR_DAYS * DAY_HOURS, origin)) {
    const then = simple(seen, past);
    for (let target = past; target < Math.min(origin, past + DAY_HOURS); target += 1) {
      const error = known(seen, origin, target) - then.baseline(target);
      if (Number.isFinite(error)) errors.push({ hour: seen.hour[target] ?? 0, error });
    }
  }
  const errorsAt = (hour: number): readonly number[] => {
    for (const reach of [0, 2, DAY_HOURS]) {
      const near = errors.filter((each) => apart(each.hour, hour) <= reach).map((each) => each.error);
      if (near.length >= LEAST_ERRORS) return near;
    }
    return [];
  };
  const meanAt = (hour: number): number => meanOf(measuredAt(seen, origin, hour));
  return (target) => {
    const hour = seen.hour[target] ?? 0;
    const mean = [baseline(target), naive(target), meanAt(hour), meanOf(measured)].find(Number.isFinite) ?? Number.NaN;
    const near = errorsAt(hour);
    const rim = (share: number): number =>
      near.length > 0 ? mean + quantileOf(near, share) : quantileOf(measured, share);
    const clipped = (value: number): number => (Number.isNaN(mean) ? mean : Math.max(floor, value));
    const p50 = near.length > 0 ? clipped(rim(0.5)) : mean;
    return { mean, p10: Math.min(p50, clipped(rim(0.1))), p50, p90: Math.max(p50, clipped(rim(0.9))) };
  };
};

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / values.length;
};

const measuredAt = (seen: HourFrame, origin: number, hour: number): readonly number[] => {
  const same: number[] = [];
  for (let index = 0; index < origin; index += 1) {
    const value = known(seen, origin, index);
    if (seen.hour[index] === hour && !Number.isNaN(value)) same.push(value);
  }
  return same;
};
