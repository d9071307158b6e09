import type { HourFrame } from '../features/frame.ts';
import { type MarketSignal, type MarketSlot, marketSignals } from './market-signals.ts';
import { DAYS_BACK, medianOf, newestDayOf, recentDays, recentHours } from './recent-days.ts';

const HOURS = 24;
/** Least scale as a share of what prices are: a tariff that never changes has no spread. */
const LEAST_SCALE = 0.005;
/** How much of yesterday's departure from its weekday is carried on. */
const CARRIED = 0.5;

/** 28 days of something by local hour, newest first, with its mean of each hour. */
export interface DayTable {
  /** The value `back` days before the newest, at a local hour. */
  at(back: number, hour: number): number;
  /** Mean of an hour over the newest `days` days from `back` on. */
  mean(hour: number, days: number, back?: number): number;
}

/** One measured signal of the market around an origin. */
export interface SignalTable extends DayTable {
  readonly slot: MarketSlot;
  readonly spread: number;
}

/** A day to forecast as the simple methods see it, by local hour. */
export interface TargetDay {
  readonly base: Float64Array;
  /** Mean of `base` over the day. */
  readonly level: number;
  /** Median of the same weekday in four weeks, by hour. */
  readonly weekday: Float64Array;
  /** The same with half of the newest day's departure from its own weekday added. */
  readonly carried: Float64Array;
  /** Days from the newest known hour of that name to the target, by hour: 1 is tomorrow's. */
  readonly ahead: Int32Array;
  /** Days back in the table at which the same weekday stands, by hour. */
  readonly weekBack: Int32Array;
}

/** What is known at an origin, computed once for all of its rows. */
export interface PriceOrigin {
  readonly price: DayTable;
  readonly scale: number;
  /** The newest day less the median of its weekday, by hour. */
  readonly departure: Float64Array;
  readonly departureMean: number;
  readonly signals: readonly SignalTable[];
  readonly targetDay: (day: number) => TargetDay;
}

const tableOf = (data: Float64Array): DayTable => {
  const at = (back: number, hour: number): number => data[back * HOURS + hour] ?? Number.NaN;
  return {
    at,
    mean: (hour, days, back = 0) => {
      let sum = 0;
      for (let day = back; day < back + days; day += 1) sum += at(day, hour);
      return sum / days;
    },
  };
};

export const byHour = (value: (hour: number) => number): Float64Array =>
  Float64Array.from({ length: HOURS }, (_, hour) => value(hour));

export const meanOf = (values: Float64Array, from = 0, to = values.length): number => {
  let sum = 0;
  for (let index = from; index < to; index += 1) sum += values[index] ?? 0;
  return sum / Math.max(1, to - from);
};

/** Mean distance of 28 days from the median of each hour: what spikes move little. */
const scaleOf = (price: DayTable): number => {
  let distance = 0;
  let size = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const values = Float64Array.from({ length: DAYS_BACK }, (_, back) => price.at(back, hour));
    const middle = medianOf(values);
    for (const value of values) {
      distance += Math.abs(value - middle);
      size += Math.abs(value);
    }
  }
  const count = HOURS * DAYS_BACK;
  return Math.max(distance / count, (LEAST_SCALE * size) / count, 1e-6);
};

const signalTable = (hours: Int32Array, slot: MarketSlot, signal: MarketSignal): SignalTable | null => {
  const data = recentDays(hours, signal);
  if (data === null) return null;
  const mean = meanOf(data);
  const spread = Math.sqrt(meanOf(data.map((value) => (value - mean) ** 2)));
  return { ...tableOf(data), slot, spread: Math.max(spread, 1e-6 * Math.abs(mean), 1e-9) };
};

const targetDayOf = (
  frame: HourFrame,
  origin: number,
  day: number,
  price: DayTable,
  departureMean: number,
): TargetDay => {
  const ahead = Int32Array.from({ length: HOURS }, (_, hour) => Math.max(1, day - newestDayOf(frame, origin, hour)));
  const weekBack = ahead.map((days) => Math.min(DAYS_BACK - 1, 7 * Math.ceil(days / 7) - days));
  const weekday = byHour((hour) => {
    const first = weekBack[hour] ?? 6;
    return medianOf(
      [0, 1, 2, 3]
        .map((weeks) => first + 7 * weeks)
        .flatMap((back) => (back < DAYS_BACK ? [price.at(back, hour)] : [])),
    );
  });
  const carried = weekday.map((value) => value + CARRIED * departureMean);
  const base = byHour(
    (hour) =>
      (price.at(0, hour) + price.at(weekBack[hour] ?? 6, hour) + price.mean(hour, 7) + (carried[hour] ?? 0)) / 4,
  );
  return { base, level: meanOf(base), weekday, carried, ahead, weekBack };
};

/** Null where no price is known before the origin. */
export const priceOrigin = (frame: HourFrame, origin: number): PriceOrigin | null => {
  const hours = recentHours(frame, origin);
  const known = recentDays(hours, (index) => frame.values[index] ?? Number.NaN);
  if (known === null) return null;
  const price = tableOf(known);
  const departure = byHour(
    (hour) => price.at(0, hour) - medianOf([price.at(7, hour), price.at(14, hour), price.at(21, hour)]),
  );
  const departureMean = meanOf(departure);
  const days = new Map<number, TargetDay>();
  return {
    price,
    scale: scaleOf(price),
    departure,
    departureMean,
    signals: [...marketSignals(frame)].flatMap(([slot, signal]) => signalTable(hours, slot, signal) ?? []),
    targetDay: (day) => {
      const made = days.get(day) ?? targetDayOf(frame, origin, day, price, departureMean);
      days.set(day, made);
      return made;
    },
  };
};
