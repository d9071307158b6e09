import { IANAZone } from 'luxon';
import type { TariffWhen } from '../../../preload/contract/tariff.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A moment as a clock on the wall shows it. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 1 = Monday to 7 = Sunday; a holiday counts as a Sunday. */
  readonly weekday: number;
  /** Of the day, 0 to 1439. */
  readonly minute: number;
  /** Counts local days: equal on one day only. */
  readonly dayNumber: number;
  /** Of the wall clock against UTC, ms. */
  readonly offsetMs: number;
}

export type WallClock = (at: number) => WallTime;

/** Reads moments by the clock of a zone. Holidays are `YYYY-MM-DD`, or `MM-DD` for every year. */
export const createWallClock = (zoneName: string, holidays: readonly string[] = []): WallClock => {
  const zone = IANAZone.create(zoneName);
  const listed = new Set(holidays);
  const isListed = (text: string): boolean => listed.has(text.slice(0, 10)) || listed.has(text.slice(5, 10));
  // Asking the zone for each step is the slow part: most days have one offset, and no day has more than one change.
  const days = new Map<number, number | null>();
  const askedAt = (at: number): number => zone.offset(at) * MINUTE_MS;
  const offsetAt = (at: number): number => {
    const day = Math.floor(at / DAY_MS);
    let known = days.get(day);
    if (known === undefined) {
      const first = askedAt(day * DAY_MS);
      known = first === askedAt((day + 1) * DAY_MS) ? first : null;
      if (days.size > 4_000) days.clear();
      days.set(day, known);
    }
    return known ?? askedAt(at);
  };
  return (at) => {
    const offsetMs = offsetAt(at);
    const local = at + offsetMs;
    const date = new Date(local);
    const isHoliday = listed.size > 0 && isListed(date.toISOString());
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: isHoliday ? 7 : date.getUTCDay() || 7,
      minute: Math.floor(local / MINUTE_MS) - Math.floor(local / DAY_MS) * 1440,
      dayNumber: Math.floor(local / DAY_MS),
      offsetMs,
    };
  };
};

/** Minutes of the day of `HH:MM`; 24:00 is 1440. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const numberOf = (date: string): number => Number(date.slice(0, 2)) * 100 + Number(date.slice(3));

/** True on days on which the rule holds at all. */
export const holdsOnDay = (when: TariffWhen, day: Pick<WallTime, 'month' | 'day' | 'weekday'>): boolean => {
  if (when.months !== null && !when.months.includes(day.month)) return false;
  if (when.weekdays !== null && !when.weekdays.includes(day.weekday)) return false;
  if (when.season === null) return true;
  const [from, to, date] = [numberOf(when.season.from), numberOf(when.season.to), day.month * 100 + day.day];
  return from <= to ? date >= from && date <= to : date >= from || date <= to;
};

/** True within the rule's hours; what runs over midnight holds at both ends of the day. */
export const holdsAtMinute = (when: TariffWhen, minute: number): boolean => {
  const [from, to] = [minutesOf(when.from), minutesOf(when.to)];
  if (from === to) return true;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
};

export const holdsAt = (when: TariffWhen, time: WallTime): boolean =>
  holdsOnDay(when, time) && holdsAtMinute(when, time.minute);
