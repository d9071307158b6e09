import type { HourFrame } from './frame.ts';
import { known, lagDays } from './lags.ts';

/** Mean and spread of what is known; `count` says of how many values. NaN where there is none. */
export interface Rolling {
  readonly mean: number;
  readonly spread: number;
  readonly count: number;
}

const rollingOf = (count: number, value: (index: number) => number): Rolling => {
  let sum = 0;
  let squares = 0;
  let known = 0;
  for (let index = 0; index < count; index += 1) {
    const each = value(index);
    if (Number.isNaN(each)) continue;
    sum += each;
    squares += each * each;
    known += 1;
  }
  const mean = sum / known;
  return { mean, spread: Math.sqrt(Math.max(0, squares / known - mean * mean)), count: known };
};

/** Over the `hours` before the origin, W. */
export const rollingHours = (frame: HourFrame, origin: number, hours: number): Rolling =>
  rollingOf(hours, (back) => known(frame, origin, origin - 1 - back));

/** Over the local hour of `target` on the `days` local days before the origin's day, W. */
export const rollingSameHour = (frame: HourFrame, origin: number, target: number, days: number): Rolling => {
  // The last day at which this local hour is known: the origin's own day once the hour has passed.
  const today = lagDays(frame, origin, target, (frame.day[target] ?? 0) - (frame.day[origin] ?? 0));
  const first = (frame.day[target] ?? 0) - (frame.day[origin] ?? 0) + (Number.isNaN(today) ? 1 : 0);
  return rollingOf(days, (back) => lagDays(frame, origin, target, first + back));
};
