import { DateTime } from 'luxon';
import { HOUR_MS, MINUTE_MS } from './intervals.ts';

/** When a day-ahead market publishes, by the wall clock of its zone. */
export interface Publication {
  readonly zone: string;
  readonly hour: number;
  readonly minute: number;
  /** From publication on, asked this often until tomorrow is complete or `untilHour` is over. */
  readonly everyMs: number;
  readonly untilHour: number;
}

/** Auction results of Europe's coupled market come from about 13:00 Central European time. */
export const CET_AUCTION: Publication = {
  zone: 'Europe/Brussels',
  hour: 13,
  minute: 5,
  everyMs: 15 * MINUTE_MS,
  untilHour: 15,
};

/**
 * The next moment worth asking. `newestAt` is the end of the newest row that is kept. Nothing kept, or a hole at the
 * present: soon. Tomorrow complete: after tomorrow's publication. Otherwise from today's publication on, again and again.
 * "Complete" allows two hours, because the day of some zones ends before or after the market's own.
 */
export const nextPublication =
  ({ zone, hour, minute, everyMs, untilHour }: Publication) =>
  (now: number, newestAt: number | null): number => {
    const local = DateTime.fromMillis(now, { zone });
    const publishedAt = (days: number): number =>
      local.startOf('day').plus({ days }).set({ hour, minute, second: 0, millisecond: 0 }).toMillis();
    if (newestAt === null || newestAt <= now) return now + everyMs;
    const endOfTomorrow = local.startOf('day').plus({ days: 2 }).toMillis();
    if (newestAt >= endOfTomorrow - 2 * HOUR_MS) return publishedAt(1);
    if (now < publishedAt(0)) return publishedAt(0);
    return local.hour < untilHour ? now + everyMs : now + HOUR_MS;
  };

/** The dates `YYYY-MM-DD` in `zone` that touch [from, to). */
export const datesOf = (from: number, to: number, zone: string): readonly string[] => {
  const dates: string[] = [];
  let day = DateTime.fromMillis(from, { zone }).startOf('day');
  const last = DateTime.fromMillis(Math.max(from, to - 1), { zone });
  while (day <= last && dates.length < 1000) {
    dates.push(day.toFormat('yyyy-MM-dd'));
    day = day.plus({ days: 1 });
  }
  return dates;
};
