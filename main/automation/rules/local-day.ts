import { DateTime } from 'luxon';
import type { DailyWindow } from '../../../preload/contract/safety.ts';
import { addLocalDays, startOfLocalDay } from '../../zone.ts';

/** A local day of 23, 24 or 25 hours. */
export interface LocalDay {
  readonly startAt: number;
  readonly endAt: number;
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  /**
   * The first moment of the day at which the clock on the wall shows so many minutes after midnight, or more. So an hour that
   * comes twice counts from its first time, and one that is skipped from the jump.
   */
  momentOf(minutes: number): number;
}

const MINUTE_MS = 60_000;
const KEPT_DAYS = 64;

const offsetMs = (at: number, zone: string): number => DateTime.fromMillis(at, { zone }).offset * MINUTE_MS;

/** The first moment of (from, to] with another offset than at `from`. */
const changeBetween = (from: number, to: number, zone: string): number => {
  const before = offsetMs(from, zone);
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
};

const makeDay = (at: number, zone: string): LocalDay => {
  const startAt = startOfLocalDay(at, zone);
  const endAt = addLocalDays(at, 1, zone);
  const start = DateTime.fromMillis(startAt, { zone });
  const midnight = Date.UTC(start.year, start.month - 1, start.day);
  const before = offsetMs(startAt, zone);
  const after = offsetMs(endAt - 1, zone);
  const changesAt = before === after ? endAt : changeBetween(startAt, endAt - 1, zone);
  return {
    startAt,
    endAt,
    weekday: start.weekday,
    momentOf: (minutes) => {
      const early = midnight + minutes * MINUTE_MS - before;
      const moment = early < changesAt ? early : Math.max(changesAt, midnight + minutes * MINUTE_MS - after);
      return Math.min(endAt, Math.max(startAt, moment));
    },
  };
};

/** Days that were asked for lately: thousands of rules ask for the same ones. Only a memo, never a state. */
const days = new Map<string, LocalDay[]>();

export const localDayOf = (at: number, zone: string): LocalDay => {
  const known = days.get(zone) ?? [];
  const found = known.find((day) => day.startAt <= at && at < day.endAt);
  if (found) return found;
  const day = makeDay(at, zone);
  days.set(zone, [day, ...known].slice(0, KEPT_DAYS));
  return day;
};

/** `HH:MM` as minutes after midnight. */
const minutesOf = (clockTime: string): number => Number(clockTime.slice(0, 2)) * 60 + Number(clockTime.slice(3, 5));

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The span of the window that begins on this day; equal ends mean a whole day. */
const spanOn = (day: LocalDay, window: DailyWindow, zone: string): Span => {
  const from = minutesOf(window.from);
  const to = minutesOf(window.to);
  return {
    from: day.momentOf(from),
    to: to > from ? day.momentOf(to) : localDayOf(day.endAt, zone).momentOf(to),
  };
};

/** The weekdays name the day on which the window begins: Friday 22:00 to 06:00 ends on Saturday. */
const beginsOn = (day: LocalDay, window: DailyWindow): boolean =>
  window.days.length === 0 || window.days.includes(day.weekday);

/** Whether a moment lies within the window, by local time of the zone. */
export const isWithin = (at: number, window: DailyWindow, zone: string): boolean => {
  const today = localDayOf(at, zone);
  return [today, localDayOf(today.startAt - 1, zone)].some((day) => {
    if (!beginsOn(day, window)) return false;
    const span = spanOn(day, window, zone);
    return span.from <= at && at < span.to;
  });
};

/** The next moment after `at` at which the window begins or ends; null where no weekday is left. */
export const nextEdgeOf = (
  at: number,
  window: DailyWindow,
  zone: string,
): { readonly at: number; readonly begins: boolean } | null => {
  let day = localDayOf(localDayOf(at, zone).startAt - 1, zone);
  let best: { readonly at: number; readonly begins: boolean } | null = null;
  for (let count = 0; count < 10; count += 1) {
    if (beginsOn(day, window)) {
      const span = spanOn(day, window, zone);
      if (span.to > span.from)
        for (const edge of [
          { at: span.from, begins: true },
          { at: span.to, begins: false },
        ])
          if (edge.at > at && (best === null || edge.at < best.at)) best = edge;
    }
    day = localDayOf(day.endAt, zone);
  }
  return best;
};
