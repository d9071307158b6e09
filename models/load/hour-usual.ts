import type { HourGrid } from './hour-grid.ts';

const DAY = 24;
const WEEK = 168;

/** What is known at an origin of one local hour, from that hour of the days before. NaN where nothing is known. */
export interface HourUsual {
  /** Means over the newest 3, 7, 14 and 28 days. */
  readonly mean3: number;
  readonly mean7: number;
  readonly mean14: number;
  readonly mean28: number;
  readonly spread28: number;
  readonly most28: number;
  /** Means in which a day counts half after 3, 10 and 30 days. */
  readonly fading3: number;
  readonly fading10: number;
  readonly fading30: number;
  /** The newest three days, newest first. */
  readonly last: readonly [number, number, number];
  /** Mean of the newest 8 Mondays to Fridays, and of the newest 4 Saturdays and Sundays, within 5 weeks. */
  readonly workday: number;
  readonly weekend: number;
}

const isWeekend = (grid: HourGrid, slot: number): boolean =>
  // Day 0 was a Thursday.
  (((grid.firstDay + Math.floor(slot / DAY) + 3) % 7) + 7) % 7 >= 5;

const meanOf = (sum: number, count: number): number => (count > 0 ? sum / count : Number.NaN);

/** The newest slot before `origin` with this local hour; may be below 0. */
const newestSlot = (origin: number, hour: number): number => origin - 1 - ((((origin - 1 - hour) % DAY) + DAY) % DAY);

const DAYS_BACK = 90;

/** Means over days: `means[n]` of those of the newest n days that are known. */
const HALF_LIVES = [3, 10, 30] as const;

export const hourUsual = (grid: HourGrid, origin: number, hour: number): HourUsual => {
  const newest = newestSlot(origin, hour);
  const sums = { 3: Number.NaN, 7: Number.NaN, 14: Number.NaN, 28: Number.NaN };
  const fading = HALF_LIVES.map((days) => ({ decay: 0.5 ** (1 / days), weight: 1, sum: 0, total: 0 }));
  const parts = { workday: { sum: 0, count: 0, most: 8 }, weekend: { sum: 0, count: 0, most: 4 } };
  let sum = 0;
  let squares = 0;
  let count = 0;
  let most = Number.NEGATIVE_INFINITY;
  let spread = Number.NaN;
  for (let back = 0; back < DAYS_BACK; back += 1) {
    const slot = newest - back * DAY;
    const value = slot < 0 ? Number.NaN : (grid.values[slot] ?? Number.NaN);
    if (!Number.isNaN(value)) {
      if (back < 28) {
        sum += value;
        squares += value * value;
        count += 1;
        most = Math.max(most, value);
      }
      const part = isWeekend(grid, slot) ? parts.weekend : parts.workday;
      if (back < 35 && part.count < part.most) {
        part.sum += value;
        part.count += 1;
      }
      for (const each of fading) {
        each.sum += each.weight * value;
        each.total += each.weight;
      }
    }
    for (const each of fading) each.weight *= each.decay;
    if (back === 2) sums[3] = meanOf(sum, count);
    if (back === 6) sums[7] = meanOf(sum, count);
    if (back === 13) sums[14] = meanOf(sum, count);
    if (back === 27) {
      sums[28] = meanOf(sum, count);
      spread = Math.sqrt(Math.max(0, meanOf(squares, count) - sums[28] ** 2));
    }
  }
  const at = (back: number): number => grid.values[newest - back * DAY] ?? Number.NaN;
  const [fading3 = Number.NaN, fading10 = Number.NaN, fading30 = Number.NaN] = fading.map((each) =>
    meanOf(each.sum, each.total),
  );
  return {
    mean3: sums[3],
    mean7: sums[7],
    mean14: sums[14],
    mean28: sums[28],
    spread28: spread,
    most28: most,
    fading3,
    fading10,
    fading30,
    last: [at(0), at(1), at(2)],
    workday: meanOf(parts.workday.sum, parts.workday.count),
    weekend: meanOf(parts.weekend.sum, parts.weekend.count),
  };
};

/** Same weekday and hour in the newest `weeks` weeks that are known at `origin`: their mean. */
export const sameWeekdayMean = (grid: HourGrid, origin: number, slot: number, weeks: number): number => {
  let sum = 0;
  let count = 0;
  const first = Math.max(1, Math.ceil((slot - origin + 1) / WEEK));
  for (let back = first; back < first + weeks; back += 1) {
    const value = grid.values[slot - back * WEEK] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return meanOf(sum, count);
};

/** Mean over the `hours` before `origin`, and how far it lies above what is usual for those hours. */
export const recent = (grid: HourGrid, origin: number, hours: number, skip = 0) => {
  let sum = 0;
  let above = 0;
  let count = 0;
  let countAbove = 0;
  for (let slot = Math.max(0, origin - skip - hours); slot < origin - skip; slot += 1) {
    const value = grid.values[slot] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
    const usual = grid.usual[slot] ?? Number.NaN;
    if (Number.isNaN(usual)) continue;
    above += value - usual;
    countAbove += 1;
  }
  return { mean: meanOf(sum, count), above: meanOf(above, countAbove), count };
};
