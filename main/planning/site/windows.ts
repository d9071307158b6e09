import { DateTime } from 'luxon';

/** From and to by the wall clock, `HH:MM`; to not later than from lies on the next day. No days means every day. */
interface DailyTimes {
  readonly from: string;
  readonly to: string;
  readonly days: readonly number[];
}

/** UTC ms; `to` is its end. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const atClock = (day: DateTime, time: string): number =>
  day.set({ hour: Number(time.slice(0, 2)), minute: Number(time.slice(3)) }).toMillis();

/**
 * The windows that touch [startAt, endAt), in order. A day is chosen by the start of its window. Times that the change to
 * summer time skips are an hour later; of those that come twice the first counts.
 */
export const windowsOf = (times: DailyTimes, zone: string, startAt: number, endAt: number): readonly Window[] => {
  const windows: Window[] = [];
  const first = DateTime.fromMillis(startAt, { zone }).startOf('day').minus({ days: 1 });
  for (let day = first; day.toMillis() < endAt; day = day.plus({ days: 1 })) {
    if (times.days.length > 0 && !times.days.includes(day.weekday)) continue;
    const from = atClock(day, times.from);
    const to = atClock(times.to > times.from ? day : day.plus({ days: 1 }), times.to);
    if (to > startAt && from < endAt && to > from) windows.push({ from, to });
  }
  return windows;
};

/** The first moment after `at` at which the wall clock shows `time`. */
export const nextClock = (at: number, time: string, zone: string): number => {
  const day = DateTime.fromMillis(at, { zone }).startOf('day');
  const today = atClock(day, time);
  return today > at ? today : atClock(day.plus({ days: 1 }), time);
};
