import type { PeakTariff } from '../types.ts';

/** What a month's peaks look like at some instant. */
export interface MonthSoFar {
  readonly tariff: PeakTariff;
  /** One a local day of this month before today, kW. */
  readonly dailyPeaksKw: readonly number[];
  readonly todayPeakKw: number;
  /** Days of the month that are left, today among them. */
  readonly daysLeft: number;
}

/** The largest peaks, highest first, and as many of `more` kW as there are days for. */
const sumOfLargest = (sorted: readonly number[], more: number, days: number, count: number): number => {
  let sum = 0;
  let known = 0;
  let added = 0;
  for (let taken = 0; taken < count; taken += 1) {
    const next = sorted[known];
    if (added < days && (next === undefined || more >= next)) {
      sum += more;
      added += 1;
    } else if (next !== undefined) {
      sum += next;
      known += 1;
    }
  }
  return sum;
};

/**
 * The import that every day that is left may reach, today's included, so that the month's mean peak stays at `upToKw`, kW; null
 * where the peaks so far are too high already. Today may reach its own peak so far in any case.
 */
export const capFor = (month: MonthSoFar, upToKw: number): number | null => {
  if (upToKw === Number.POSITIVE_INFINITY) return upToKw;
  const { tariff, dailyPeaksKw, todayPeakKw } = month;
  const daysLeft = Math.max(1, Math.round(month.daysLeft));
  const count = Math.min(tariff.largestDailyPeaks, dailyPeaksKw.length + daysLeft);
  const before = [...dailyPeaksKw].sort((one, other) => other - one);
  const withToday = [...before, todayPeakKw].sort((one, other) => other - one);
  const allowed = count * upToKw;
  const fits = (cap: number): boolean =>
    (cap <= todayPeakKw
      ? sumOfLargest(withToday, cap, daysLeft - 1, count)
      : sumOfLargest(before, cap, daysLeft, count)) <=
    allowed + 1e-9;
  if (!fits(0)) return null;
  let low = 0;
  let high = allowed + 1;
  if (fits(high)) return high;
  for (let round = 0; round < 40; round += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
};
