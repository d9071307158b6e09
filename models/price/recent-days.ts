import type { HourFrame } from '../features/frame.ts';

/** Days that a forecast looks back. */
export const DAYS_BACK = 28;
const HOURS = 24;
const SIZE = DAYS_BACK * HOURS;

/**
 * Where the newest hours before an origin stand in the frame, by local hour: [28 × 24], newest day first. At midnight the
 * first line is yesterday; at 15:00 it is today up to 14:00 and yesterday from 15:00. −1 where there is no such hour.
 */
export const recentHours = (frame: HourFrame, origin: number): Int32Array => {
  const out = new Int32Array(SIZE).fill(-1);
  for (let hour = 0; hour < HOURS; hour += 1) {
    const newest = newestDayOf(frame, origin, hour);
    let guess = frame.indexOfLocal(newest, hour) ?? -1;
    for (let back = 0; back < DAYS_BACK; back += 1, guess -= HOURS) {
      // A day is 24 hours but for clock changes: asking the frame for every hour costs much more.
      const day = newest - back;
      if (frame.day[guess] !== day || frame.hour[guess] !== hour) guess = frame.indexOfLocal(day, hour) ?? guess;
      if (guess < origin && frame.day[guess] === day && frame.hour[guess] === hour) out[back * HOURS + hour] = guess;
    }
  }
  return out;
};

/** The newest local day on which a local hour lies wholly before the origin. */
export const newestDayOf = (frame: HourFrame, origin: number, hour: number): number =>
  (frame.day[origin] ?? 0) - (hour < (frame.hour[origin] ?? 0) ? 0 : 1);

/** The middle of some values; NaN of none. */
export const medianOf = (values: ArrayLike<number>): number => {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const high = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[half - 1] ?? Number.NaN)) / 2;
};

/**
 * The values at those hours, [28 × 24], gaps filled from the same hour a week or a day away, from the hour beside, or from
 * the median of all. Null where nothing is known.
 */
export const recentDays = (hours: Int32Array, valueAt: (index: number) => number): Float64Array | null => {
  const raw = new Float64Array(SIZE);
  for (let place = 0; place < SIZE; place += 1) {
    const index = hours[place] ?? -1;
    raw[place] = index < 0 ? Number.NaN : valueAt(index);
  }
  const known = raw.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return null;
  if (known.length === SIZE) return raw;
  const middle = medianOf(known);
  return raw.map((value, place) => {
    if (!Number.isNaN(value)) return value;
    for (const away of [7 * HOURS, -7 * HOURS, HOURS, -HOURS, -1, 1]) {
      const other = raw[place + away] ?? Number.NaN;
      if (!Number.isNaN(other)) return other;
    }
    return middle;
  });
};
