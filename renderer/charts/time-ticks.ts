import { addDays, hourName, localParts, shortDay, shortMonth, startOfDay } from '../format/time.ts';

export interface TimeTick {
  readonly at: number;
  readonly label: string;
  /** Midnight (or the first of a month): a stronger line. */
  readonly major: boolean;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const hourTicks = (from: number, to: number, zone: string, everyHours: number): TimeTick[] => {
  const ticks: TimeTick[] = [];
  for (let at = Math.ceil(from / HOUR) * HOUR; at <= to; at += HOUR) {
    const { hour, minute } = localParts(at, zone);
    if (minute !== 0 || hour % everyHours !== 0) continue;
    const midnight = hour === 0 && at > from && at < to;
    ticks.push({ at, label: midnight ? shortDay(at, zone) : hourName(at, zone), major: midnight });
  }
  return ticks;
};

const dayTicks = (from: number, to: number, zone: string, everyDays: number): TimeTick[] => {
  const ticks: TimeTick[] = [];
  let count = 0;
  for (let at = startOfDay(from, zone); at <= to; at = addDays(at, 1, zone)) {
    if (at < from) continue;
    if (count % everyDays === 0) ticks.push({ at, label: shortDay(at, zone), major: false });
    count += 1;
  }
  return ticks;
};

const monthTicks = (from: number, to: number, zone: string, thin: boolean): TimeTick[] => {
  const ticks: TimeTick[] = [];
  for (let at = startOfDay(from, zone); at <= to; at = addDays(at, 1, zone)) {
    const { day, month } = localParts(at, zone);
    if (day === 1 && at >= from && (!thin || month % 3 === 1))
      ticks.push({ at, label: shortMonth(at, zone), major: false });
  }
  return ticks;
};

/** Ticks of a time axis in the site's zone, as many as `width` px carry. Hours are told by the zone's own clock. */
export const timeTicks = (from: number, to: number, zone: string, width: number): TimeTick[] => {
  const span = to - from;
  const room = Math.max(2, width / 58);
  if (span <= 3.5 * DAY) {
    const hours = span / HOUR;
    const every = [1, 2, 3, 6, 12, 24].find((step) => hours / step <= room) ?? 24;
    return hourTicks(from, to, zone, every);
  }
  if (span <= 70 * DAY) {
    const days = span / DAY;
    return dayTicks(from, to, zone, [1, 2, 5, 7, 10, 14].find((step) => days / step <= room) ?? 14);
  }
  return monthTicks(from, to, zone, room < 10);
};
