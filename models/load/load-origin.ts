import { dayProfiles } from '../experts/day-profiles.ts';
import type { HourFrame } from '../features/frame.ts';
import { type ExpectedOccupancy, expectOccupancy, type Occupancy } from '../occupancy/occupancy.ts';
import { type HourGrid, layHourGrid } from './hour-grid.ts';
import { type HourUsual, hourUsual, recent, sameWeekdayMean } from './hour-usual.ts';
import { type WeatherAhead, weatherAhead } from './temperature.ts';

const DAY = 24;
const MONTH = 28 * DAY;
/** Less than a day and a half of load says nothing about an hour. */
const LEAST_HOURS = 36;

/** Everything known at one origin, laid out once for all of its hours. Powers are in the unit of the frame. */
export interface LoadOrigin {
  readonly frame: HourFrame;
  readonly origin: number;
  readonly grid: HourGrid;
  readonly slot: number;
  /** Mean load of 28 days: the measure of everything. */
  readonly level: number;
  /** By local hour. */
  readonly usual: readonly HourUsual[];
  /** Means of the 24 h, 3, 7 and 14 days before, and of the same 24 h a week ago. */
  readonly day: number;
  readonly threeDays: number;
  readonly week: number;
  readonly twoWeeks: number;
  readonly dayAWeekAgo: number;
  /** How far the last hours lie above their usual: 1 h, 3 h, and four blocks of 6 h, newest first. */
  readonly above1: number;
  readonly above3: number;
  readonly aboveBlocks: readonly number[];
  readonly most: number;
  readonly least: number;
  /** Spread of the daily means of 14 days. */
  readonly daySpread: number;
  /** What followed days like the last one, and like the last two; by lead. */
  readonly similarDay: Float64Array;
  readonly similarTwoDays: Float64Array;
  readonly occupancy: ExpectedOccupancy | null;
  readonly weather: WeatherAhead;
}

const spreadOf = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
};

/** Undefined where less than a day and a half is known. Reads nothing at or after the origin. */
export const lookBack = (
  frame: HourFrame,
  origin: number,
  horizon: number,
  occupancy: Occupancy | null,
): LoadOrigin | undefined => {
  const grid = layHourGrid(frame, origin);
  const slot = grid.slotOf(origin);
  const month = recent(grid, slot, MONTH);
  if (month.count < LEAST_HOURS || !(month.mean > 0)) return undefined;
  const above = (hours: number, skip = 0): number => recent(grid, slot, hours, skip).above;
  const lastDay = grid.values.slice(Math.max(0, slot - DAY), slot).filter((value) => !Number.isNaN(value));
  const leads = Math.max(1, Math.min(horizon, frame.hours - origin));
  const lastSlot = grid.slotOf(origin + leads - 1);
  return {
    frame,
    origin,
    grid,
    slot,
    level: month.mean,
    usual: Array.from({ length: DAY }, (_, hour) => hourUsual(grid, slot, hour)),
    day: recent(grid, slot, DAY).mean,
    threeDays: recent(grid, slot, 3 * DAY).mean,
    week: recent(grid, slot, 7 * DAY).mean,
    twoWeeks: recent(grid, slot, 14 * DAY).mean,
    dayAWeekAgo: recent(grid, slot, DAY, 6 * DAY).mean,
    above1: above(1),
    above3: above(3),
    aboveBlocks: [0, 6, 12, 18].map((skip) => above(6, skip)),
    most: lastDay.length === 0 ? Number.NaN : Math.max(...lastDay),
    least: lastDay.length === 0 ? Number.NaN : Math.min(...lastDay),
    daySpread: spreadOf(Array.from({ length: 14 }, (_, back) => recent(grid, slot, DAY, back * DAY).mean)),
    similarDay: dayProfiles(frame, origin, leads, { neighbours: 20 }),
    similarTwoDays: dayProfiles(frame, origin, leads, { neighbours: 20, days: 2, weekendDistance: 0.3 }),
    occupancy: occupancy === null ? null : expectOccupancy(occupancy, grid, slot, month.mean, lastSlot - slot + 1),
    weather: weatherAhead(frame, origin, leads),
  };
};

/** One hour to forecast from an origin, with what is usual for it and for its neighbours. */
export interface LoadHour {
  readonly at: LoadOrigin;
  readonly target: number;
  readonly lead: number;
  readonly slot: number;
  readonly usual: HourUsual;
  readonly before: HourUsual;
  readonly after: HourUsual;
  /** The mean of the newest 7 days at this hour, or what comes nearest to it. */
  readonly week: number;
  /** The mean of three simple forecasts that err differently: of 7 days, of similar days, and a fading one. */
  readonly base: number;
  /** Same weekday and hour over 4 weeks, and the newest of them. */
  readonly weekday4: number;
  readonly weekday1: number;
  readonly weekdayBefore: number;
  readonly weekdayAfter: number;
}

/** Undefined where nothing is known of that hour of the day. */
export const hourAhead = (at: LoadOrigin, target: number): LoadHour | undefined => {
  const { frame, grid, origin } = at;
  const hour = frame.hour[target] ?? 0;
  const usual = at.usual[hour];
  const before = at.usual[(hour + 23) % DAY];
  const after = at.usual[(hour + 1) % DAY];
  if (usual === undefined || before === undefined || after === undefined) return undefined;
  const week = [usual.mean7, usual.mean28, usual.fading30].find((value) => !Number.isNaN(value));
  if (week === undefined) return undefined;
  const similar = at.similarDay[target - origin] ?? Number.NaN;
  const base = (week + (Number.isNaN(similar) ? week : similar) + usual.fading10) / 3;
  const slot = grid.slotOf(target);
  const weekday = (shift: number, weeks: number): number => sameWeekdayMean(grid, at.slot, slot + shift, weeks);
  return {
    at,
    target,
    lead: target - origin,
    slot,
    usual,
    before,
    after,
    week,
    base,
    weekday4: weekday(0, 4),
    weekday1: weekday(0, 1),
    weekdayBefore: weekday(-1, 4),
    weekdayAfter: weekday(1, 4),
  };
};
