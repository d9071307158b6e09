import { DateTime } from 'luxon';
import rrule from 'rrule';
import type { Schedule } from '../../../preload/contract/workflows.ts';
import { ok, permanent, type Result } from '../../result.ts';

type When = Schedule['when'];

/** A day more on both sides, since local and UTC days differ by up to 14 hours. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A recurrence that finds nothing for so long will not come again. */
const HORIZON_MS = 5 * 366 * DAY_MS;
/** Nothing in a home is done more often than this by a schedule; a rule is there for that. */
const SHORTEST_FREQUENCY = rrule.RRule.HOURLY;

const wrong = (why: string): Result<never> =>
  permanent('schedule.rule', why, 'Write it like FREQ=WEEKLY;BYDAY=MO,FR or FREQ=DAILY;INTERVAL=2.');

/** Parts of RFC 5545 that a home has a use for. The rest, such as BYSETPOS or BYWEEKNO, is refused in words. */
const PARTS: ReadonlySet<string> = new Set([
  'freq',
  'interval',
  'count',
  'until',
  'wkst',
  'byweekday',
  'bymonthday',
  'bymonth',
  'byhour',
  'byminute',
]);
const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const listOf = (value: number | number[] | null | undefined): readonly number[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];

/**
 * What keeps a rule from being followed; null where nothing does. A combination that can never come is refused here, since
 * the library would look for it up to the year 9999 and hold the house up meanwhile.
 */
const problemOfOptions = (options: Partial<rrule.Options>): string | null => {
  const { freq, interval = 1, bymonth, bymonthday, byweekday } = options;
  if (freq === undefined) return 'The rule does not say how often: FREQ is missing.';
  if (freq > SHORTEST_FREQUENCY) return 'A schedule comes at most every hour.';
  if (!Number.isInteger(interval) || interval < 1 || interval > 1000)
    return 'INTERVAL is a whole number from 1 to 1000.';
  const given = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  const other = given.find(([name]) => !PARTS.has(name))?.[0];
  if (other !== undefined) return `${other.toUpperCase()} is not understood here.`;
  const filters = given.some(([name]) => name.startsWith('by'));
  const { RRule } = rrule;
  if (freq === RRule.HOURLY && filters)
    return 'An hourly schedule takes no days and hours; write FREQ=DAILY;BYHOUR=6,22.';
  if (freq === RRule.DAILY && interval > 1 && filters)
    return 'Every so many days and certain days at once does not fit; write FREQ=WEEKLY or FREQ=MONTHLY.';
  if (freq === RRule.MONTHLY && interval > 1 && listOf(bymonth).length > 0)
    return 'Every so many months and certain months at once does not fit; write FREQ=YEARLY.';
  const months = listOf(bymonth).length === 0 ? DAYS_OF_MONTHS.map((_, index) => index + 1) : listOf(bymonth);
  const most = Math.max(...months.map((month) => DAYS_OF_MONTHS[month - 1] ?? 0));
  const days = listOf(bymonthday);
  if (days.length > 0 && days.every((day) => day === 0 || Math.abs(day) > most))
    return 'This day is in none of the months.';
  const ordinals = [byweekday]
    .flat()
    .flatMap((day) => (day instanceof rrule.Weekday && day.n ? [Math.abs(day.n)] : []));
  return ordinals.some((ordinal) => ordinal > 4)
    ? 'A weekday of a month is counted from 1 to 4, or -1 for the last.'
    : null;
};

/**
 * The library counts from the start on, which takes long for an hourly schedule of last year. A start that is moved on by
 * whole rounds gives the same times from `from` on, unless they are counted.
 */
const startNear = ({ freq, interval = 1, count }: Partial<rrule.Options>, start: number, from: number): number => {
  const { RRule } = rrule;
  const unitMs =
    freq === RRule.HOURLY ? HOUR_MS : freq === RRule.DAILY ? DAY_MS : freq === RRule.WEEKLY ? 7 * DAY_MS : null;
  if (unitMs === null || (count !== null && count !== undefined)) return start;
  const roundMs = unitMs * interval;
  const rounds = Math.floor((from - 3 * DAY_MS - start) / roundMs) - 1;
  return rounds > 0 ? start + rounds * roundMs : start;
};

/**
 * A recurrence of RFC 5545 on the wall clock of the site. The library counts in "floating" time: here each local time is
 * written as if it were UTC, and turned into an instant of the zone afterwards, so that 07:00 stays 07:00 over a change of
 * the clocks.
 */
const floatingRule = (when: Extract<When, { kind: 'recurring' }>, from: number): Result<rrule.RRule> => {
  const start = DateTime.fromISO(when.startLocal, { zone: 'UTC' });
  if (!start.isValid) return wrong(`${when.startLocal} is no date and time.`);
  if (/DTSTART|TZID|\n/i.test(when.rrule)) return wrong('The start and the zone are set beside the rule, not in it.');
  try {
    const options = rrule.RRule.parseString(when.rrule);
    const problem = problemOfOptions(options);
    if (problem !== null) return wrong(problem);
    // What is not said follows the start, as RFC 5545 has it.
    return ok(new rrule.RRule({ ...options, dtstart: new Date(startNear(options, start.toMillis(), from)) }));
  } catch (thrown) {
    return wrong(`The rule cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
};

/** The instant of a floating time; one that the clocks skip comes when they have been moved, one that comes twice comes once. */
const instantOf = (floating: Date, zone: string): number => {
  const { year, month, day, hour, minute } = DateTime.fromJSDate(floating, { zone: 'UTC' });
  return DateTime.fromObject({ year, month, day, hour, minute }, { zone }).toMillis();
};

const floatingOf = (at: number, zone: string): Date =>
  DateTime.fromMillis(at, { zone }).setZone('UTC', { keepLocalTime: true }).toJSDate();

/** What is wrong with the time of a schedule; null where nothing is. */
export const problemOfWhen = (when: When, zone: string, now: number): Result<void> => {
  if (when.kind === 'once')
    return when.at > now
      ? ok(undefined)
      : permanent('schedule.past', 'This time has passed already.', 'Choose a time that is still to come.');
  const read = floatingRule(when, now);
  if (!read.ok) return read;
  return occurrencesAfter(when, zone, now, 1).length > 0
    ? ok(undefined)
    : permanent('schedule.never', 'This never comes again.', 'Choose another rule or another start.');
};

/** The next times after an instant, at most `count`, in order. A rule that cannot be read has none. */
export const occurrencesAfter = (when: When, zone: string, after: number, count: number): readonly number[] => {
  if (when.kind === 'once') return when.at > after ? [when.at] : [];
  const read = floatingRule(when, after);
  if (!read.ok) return [];
  const found: number[] = [];
  let floating: Date | null = floatingOf(after - DAY_MS, zone);
  while (found.length < count && floating !== null && floating.getTime() < after + HORIZON_MS) {
    floating = read.value.after(floating, false);
    if (floating === null) break;
    const at = instantOf(floating, zone);
    if (at > after && at !== found.at(-1)) found.push(at);
  }
  return found;
};

/** The times after `from` up to and with `to`. */
export const occurrencesWithin = (when: When, zone: string, from: number, to: number): readonly number[] => {
  if (when.kind === 'once') return when.at > from && when.at <= to ? [when.at] : [];
  const read = floatingRule(when, from);
  if (!read.ok) return [];
  const floating = read.value.between(floatingOf(from - DAY_MS, zone), floatingOf(to + DAY_MS, zone), true);
  const times = floating.map((one) => instantOf(one, zone)).filter((at) => at > from && at <= to);
  return [...new Set(times)];
};

/** In words: `every week on Monday, Friday at 22:30`. */
export const sayWhen = (when: When, zone: string): string => {
  if (when.kind === 'once')
    return `once on ${DateTime.fromMillis(when.at, { zone }).toFormat('d LLLL yyyy')} at ${DateTime.fromMillis(when.at, { zone }).toFormat('HH:mm')}`;
  const read = floatingRule(when, 0);
  if (!read.ok) return 'never: the rule cannot be read';
  const time = when.startLocal.slice(11);
  const text = read.value.toText();
  return read.value.origOptions.byhour === undefined ? `${text} at ${time}` : text;
};
