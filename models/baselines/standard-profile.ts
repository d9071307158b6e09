import type { HourFrame } from '../features/frame.ts';

/**
 * What an ordinary household uses hour by hour, for a home of which hardly anything has been measured. The shape is our own,
 * in the manner of the standard load profiles that grid operators use for households: low at night, a morning, a noon and
 * an evening; by the local hour, as shares of the day's mean. It is no published table.
 */
const WORKDAY = [
  0.55, 0.48, 0.45, 0.44, 0.46, 0.56, 0.85, 1.1, 1.08, 1.0, 0.98, 1.05, 1.18, 1.08, 0.98, 0.95, 1.02, 1.25, 1.55, 1.7,
  1.6, 1.38, 1.05, 0.74,
] as const;
const WEEKEND = [
  0.64, 0.54, 0.48, 0.46, 0.46, 0.48, 0.58, 0.8, 1.08, 1.28, 1.35, 1.42, 1.5, 1.3, 1.14, 1.06, 1.06, 1.2, 1.42, 1.52,
  1.42, 1.26, 1.02, 0.78,
] as const;

/** About 3,500 kWh a year, what three people use without electric heating. */
export const STANDARD_HOUSEHOLD_W = 400;
/** Hours of measurements that count as much as the standard household does. */
const STANDARD_COUNTS_HOURS = 24;

const shareOf = (frame: HourFrame, index: number): number =>
  ((frame.weekday[index] ?? 1) >= 6 ? WEEKEND : WORKDAY)[frame.hour[index] ?? 0] ?? 1;

/** W of the hour `target`: the standard shape at a level that moves to the home's own as hours of it become known. */
export const standardProfile = (frame: HourFrame, origin: number): ((target: number) => number) => {
  let usedW = STANDARD_HOUSEHOLD_W * STANDARD_COUNTS_HOURS;
  let shares = STANDARD_COUNTS_HOURS;
  for (let index = 0; index < origin; index += 1) {
    const value = frame.values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    usedW += value;
    shares += shareOf(frame, index);
  }
  const level = usedW / shares;
  return (target) => level * shareOf(frame, target);
};
