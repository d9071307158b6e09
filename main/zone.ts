import { DateTime } from 'luxon';

/**
 * Local time at the edge: everything inside is UTC epoch milliseconds, and a site's days have 23, 24 or 25 hours.
 * `zone` is the site's IANA name.
 */
export const startOfLocalDay = (at: number, zone: string): number =>
  DateTime.fromMillis(at, { zone }).startOf('day').toMillis();

/**
 * The start of the local day that lies `days` calendar days after (or before) the day of `at`. Asked twice for the start,
 * because a day whose midnight is skipped begins at 01:00, and the next one must not.
 */
export const addLocalDays = (at: number, days: number, zone: string): number =>
  DateTime.fromMillis(at, { zone }).startOf('day').plus({ days }).startOf('day').toMillis();

/** Hour of the local day as a decimal number, 0 to below 25 on the long day. */
export const localHour = (at: number, zone: string): number => {
  const local = DateTime.fromMillis(at, { zone });
  return local.hour + local.minute / 60 + local.second / 3600;
};

/** Minutes of the local clock, 0 to 1439: an hour that comes twice has the same minutes twice. */
export const localMinute = (at: number, zone: string): number => {
  const local = DateTime.fromMillis(at, { zone });
  return local.hour * 60 + local.minute;
};

/** ISO weekday in local time, 1 = Monday to 7 = Sunday. */
export const localWeekday = (at: number, zone: string): number => DateTime.fromMillis(at, { zone }).weekday;

/** `HH:MM` on the site's wall clock. */
export const localTime = (at: number, zone: string): string => DateTime.fromMillis(at, { zone }).toFormat('HH:mm');

/** `YYYY-MM-DD` of the local day. */
export const localDate = (at: number, zone: string): string => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd');

/** `Mon 08:15`, for a sentence. */
export const localDayAndTime = (at: number, zone: string): string =>
  DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('ccc HH:mm');

export const isTimeZone = (zone: string): boolean => DateTime.local({ zone }).isValid;
