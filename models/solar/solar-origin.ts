import type { HourFrame } from '../features/frame.ts';
import { lagDays } from '../features/lags.ts';
import type { Envelope } from './envelope.ts';

/**
 * What the sky did before an origin, as clearness: power against what the panels give under a clear sky. Reads nothing at or
 * after the origin.
 */
export interface PastSky {
  /** Clearness of the 24 h that ended `back` days before the origin, 1 to 28 as index 0 to 27; never NaN. */
  readonly days: readonly number[];
  readonly week: number;
  readonly month: number;
  /** Mean of all days, each half as heavy as the one a day and a half later. */
  readonly fading: number;
  readonly weekSpread: number;
  readonly weekBest: number;
  readonly weekWorst: number;
  /** The last 4 hours of daylight, and the 4 before them. */
  readonly newest: number;
  readonly before: number;
  /** How much clearness jumped from hour to hour on the last day. */
  readonly rough: number;
  /** The same weeks a year ago; the month's where nothing is known of them. */
  readonly yearAgo: number;
}

const DAY = 24;
const DAYS = 28;
const FADING = 0.6;
const YEAR_HOURS = 8766;
const USUAL_CLEARNESS = 0.6;
const MOST_CLEARNESS = 1.4;
const LEAST_SHARE = 0.03;

const or = (value: number, otherwise: number): number => (Number.isNaN(value) ? otherwise : value);
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Clearness of single hours, newest first, of the daylight hours in the day and a half before the origin. */
const newestHours = (frame: HourFrame, origin: number, envelope: Envelope): readonly number[] => {
  const found: number[] = [];
  for (let index = origin - 1; index >= Math.max(0, origin - 36); index -= 1) {
    const could = envelope.clear(index);
    const value = frame.values[index] ?? Number.NaN;
    if (could > LEAST_SHARE * envelope.peak && !Number.isNaN(value))
      found.push(Math.min(MOST_CLEARNESS, value / could));
  }
  return found;
};

export const pastSky = (frame: HourFrame, origin: number, envelope: Envelope): PastSky => {
  const raw = Array.from({ length: DAYS }, (_, back) =>
    Math.min(MOST_CLEARNESS, envelope.clearness(origin - (back + 1) * DAY, origin - back * DAY)),
  );
  const known = raw.filter((each) => !Number.isNaN(each));
  const month = known.length > 0 ? mean(known) : USUAL_CLEARNESS;
  const week7 = raw.slice(0, 7).filter((each) => !Number.isNaN(each));
  const week = week7.length > 0 ? mean(week7) : month;
  const days = raw.map((each) => or(each, week));
  let fading = 0;
  let weights = 0;
  days.forEach((each, back) => {
    fading += each * FADING ** back;
    weights += FADING ** back;
  });
  const lastWeek = days.slice(0, 7);
  const hours = newestHours(frame, origin, envelope);
  const one = hours.slice(0, 4);
  const two = hours.slice(4, 8);
  const jumps = hours.slice(1, 12).map((each, place) => Math.abs(each - (hours[place] ?? each)));
  const ago = origin - YEAR_HOURS;
  return {
    days,
    week,
    month,
    fading: fading / weights,
    weekSpread: Math.sqrt(mean(lastWeek.map((each) => (each - week) ** 2))),
    weekBest: Math.max(...lastWeek),
    weekWorst: Math.min(...lastWeek),
    newest: one.length > 0 ? mean(one) : (days[0] ?? week),
    before: two.length > 0 ? mean(two) : (days[0] ?? week),
    rough: jumps.length > 0 ? mean(jumps) : 0.1,
    yearAgo: or(envelope.clearness(ago - 15 * DAY, ago + 15 * DAY), month),
  };
};

/** What the local hour of a target did on the days that are known. Clearness by hour, 0 to 1.4; never NaN. */
export interface PastHour {
  /** On the newest known day, the one before it, the one before that, and the seventh. */
  readonly last: number;
  readonly second: number;
  readonly third: number;
  readonly seventh: number;
  readonly week: number;
  readonly month: number;
  readonly fading: number;
  readonly weekSpread: number;
  /** Days from the target to the newest known one. */
  readonly age: number;
}

/** The newest days that may be missing before an hour counts as unknown. */
const MOST_AGE = 7;

export const pastHour = (
  frame: HourFrame,
  origin: number,
  target: number,
  envelope: Envelope,
  past: PastSky,
): PastHour => {
  const could = Math.max(envelope.clear(target), LEAST_SHARE * envelope.peak);
  // Where the sun stood lower or higher on that day, its power counts against that day's clear sky.
  const at = (days: number): number => {
    const value = lagDays(frame, origin, target, days);
    if (Number.isNaN(value)) return Number.NaN;
    const then = Math.max(envelope.clear(target - days * DAY), 0.5 * could);
    return Math.min(MOST_CLEARNESS, Math.max(0, value / then));
  };
  let age = Math.max(1, Math.floor((target - origin) / DAY) + 1);
  while (age < MOST_AGE && Number.isNaN(at(age))) age += 1;
  let [weekSum, weekSquares, weekCount, sum, count, fadingSum, fadingWeights] = [0, 0, 0, 0, 0, 0, 0];
  for (let back = 0; back < DAYS; back += 1) {
    const value = at(age + back);
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
    fadingSum += value * 0.85 ** back;
    fadingWeights += 0.85 ** back;
    if (back >= 7) continue;
    weekSum += value;
    weekSquares += value * value;
    weekCount += 1;
  }
  const month = count > 0 ? sum / count : past.month;
  const week = weekCount > 0 ? weekSum / weekCount : month;
  const spread = weekCount > 1 ? Math.sqrt(Math.max(0, weekSquares / weekCount - week * week)) : 0.3;
  return {
    last: or(at(age), week),
    second: or(at(age + 1), week),
    third: or(at(age + 2), week),
    seventh: or(at(age + 6), week),
    week,
    month,
    fading: fadingWeights > 0 ? fadingSum / fadingWeights : week,
    weekSpread: spread,
    age,
  };
};
