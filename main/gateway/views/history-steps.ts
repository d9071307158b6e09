import { IANAZone } from 'luxon';
import type { HistoryView } from '../../../preload/contract/insight.ts';
import { addLocalDays, startOfLocalDay } from '../../zone.ts';

const MINUTE_MS = 60_000;

/** Length of a step; of a day only about, since local days have 23, 24 or 25 hours. Raw rows are means of a minute. */
export const STEP_MS: Readonly<Record<HistoryView['step'], number>> = {
  raw: MINUTE_MS,
  '15min': 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1440 * MINUTE_MS,
};

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** Answers how far a zone's clock is ahead of UTC, minutes. */
const offsetAt = (zone: string): ((at: number) => number) => {
  const known = IANAZone.create(zone);
  return (at) => known.offset(at);
};

/**
 * Local midnights from the day of `from` to before `to`. Asking the calendar for each day is slow over years, so a week
 * whose offset is the same at both ends is stepped in 24 h; no zone changes its clock twice within a week.
 */
const localDays = (from: number, to: number, timeZone: string): readonly number[] => {
  const offset = offsetAt(timeZone);
  const days: number[] = [];
  let at = startOfLocalDay(from, timeZone);
  while (at < to) {
    // A day whose midnight is skipped begins later: from there the calendar has to be asked.
    const atMidnight = (at + offset(at) * MINUTE_MS) % DAY_MS === 0;
    const even = atMidnight && offset(at) === offset(at + WEEK_DAYS * DAY_MS);
    for (let day = 0; day < (even ? WEEK_DAYS : 1) && at < to; day += 1) {
      days.push(at);
      at = even ? at + DAY_MS : addLocalDays(at, 1, timeZone);
    }
  }
  return days;
};

/**
 * The starts of all steps that touch [from, to): local midnights for days, else multiples of the step in UTC, as rollups
 * are named. Null when there are more than `most`.
 */
export const stepsOf = (
  step: HistoryView['step'],
  from: number,
  to: number,
  timeZone: string,
  most: number,
): readonly number[] | null => {
  const stepMs = STEP_MS[step];
  if ((to - from) / stepMs > most) return null;
  if (step === 'day') return localDays(from, to, timeZone);
  const steps: number[] = [];
  for (let at = Math.floor(from / stepMs) * stepMs; at < to; at += stepMs) steps.push(at);
  return steps;
};
