import { addDays, instantOf, localParts, startOfDay } from '../../format/time.ts';

const MINUTE = 60_000;
const two = (number: number): string => String(number).padStart(2, '0');

/** `HH:MM` of the home's wall clock, as a field of time wants it. */
export const clockField = (at: number, zone: string): string => {
  const { hour, minute } = localParts(at, zone);
  return `${two(hour)}:${two(minute)}`;
};

/** Minutes since midnight as `HH:MM`. */
export const clockOfMinutes = (minutes: number): string => `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;

/** Minutes since midnight of `HH:MM`; null for anything else. */
export const minutesOfClock = (text: string): number | null => {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
};

/** The next instant at which the home's clock shows `HH:MM`; null where that is no time. */
export const nextClock = (text: string, now: number, zone: string): number | null => {
  const minutes = minutesOfClock(text);
  if (minutes === null) return null;
  const on = (day: number): number => {
    const { year, month, day: date } = localParts(day, zone);
    return instantOf(zone, year, month, date, Math.floor(minutes / 60)) + (minutes % 60) * MINUTE;
  };
  const today = startOfDay(now, zone);
  const first = on(today);
  return first > now ? first : on(addDays(today, 1, zone));
};
