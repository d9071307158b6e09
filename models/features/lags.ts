import type { HourFrame } from './frame.ts';

/**
 * Looks back from an origin. Every function here reads hours strictly before `origin` only: that is what "known when the
 * forecast is issued" means, and a property test changes the future to prove it.
 */

/** Power of the hour `index`, W; NaN when it is not before the origin or was not measured. */
export const known = (frame: HourFrame, origin: number, index: number | undefined): number =>
  index === undefined || index < 0 || index >= origin ? Number.NaN : (frame.values[index] ?? Number.NaN);

/** Power at the local hour of `target`, `days` local days earlier, W. */
export const lagDays = (frame: HourFrame, origin: number, target: number, days: number): number => {
  const day = (frame.day[target] ?? 0) - days;
  const hour = frame.hour[target] ?? 0;
  // Right on all days but those around a clock change, and much cheaper than looking the hour up.
  const guess = target - days * 24;
  const index = frame.day[guess] === day && frame.hour[guess] === hour ? guess : frame.indexOfLocal(day, hour);
  return known(frame, origin, index);
};

/** The newest known value at the local hour of `target`, at most `days` local days earlier, W. */
export const latestSameHour = (frame: HourFrame, origin: number, target: number, days: number): number => {
  for (let back = 1; back <= days; back += 1) {
    const value = lagDays(frame, origin, target, back);
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
};

/** Same weekday and hour, one week back, or two where one week back lies after the origin or is a gap, W. */
export const lastWeekSameHour = (frame: HourFrame, origin: number, target: number): number => {
  for (const days of [7, 14, 21]) {
    const value = lagDays(frame, origin, target, days);
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
};
