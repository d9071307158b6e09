import { DateTime } from 'luxon';
import { clearSkyWm2, sunPosition } from '../../models/features/sun.ts';
import { addLocalDays } from '../zone.ts';
import type { FullWeatherRow } from './tables.ts';

const HOUR_MS = 3_600_000;
/** Hours of daylight that a home must have seen before its history may stand in for a forecast. */
const LEAST_HOURS = 24;
const LEAST_CLEAR_SKY = 30;

/** Mean clear-sky irradiance over an interval, W/m² (Haurwitz, from four points within it). */
export const clearSkyMean = (at: number, stepMs: number, latitude: number, longitude: number): number =>
  [0.125, 0.375, 0.625, 0.875].reduce(
    (sum, share) => sum + clearSkyWm2(sunPosition(at + share * stepMs, latitude, longitude).sinElevation) / 4,
    0,
  );

/**
 * Irradiance under a given cloud cover, share of clear sky: 1 − 0.75 · N^3.4 with N from 0 to 1 (F. Kasten and G. Czeplak,
 * "Solar and terrestrial radiation dependent on the amount and type of cloud", Solar Energy 24, 1980).
 */
export const cloudShare = (cloudPct: number): number => 1 - 0.75 * (cloudPct / 100) ** 3.4;

/** What is usual at a home in a month and hour, from what is stored of it. */
export interface Climatology {
  /** Undefined where the home has too little history: then it stays missing. */
  rowAt(at: number): Pick<FullWeatherRow, 'tempC' | 'cloudPct' | 'ghiWm2' | 'windMs'> | undefined;
}

type Sums = Map<string, { sum: number; count: number }>;

export const createClimatology = (
  rows: readonly FullWeatherRow[],
  latitude: number,
  longitude: number,
): Climatology => {
  const sums: Sums = new Map();
  let daylightHours = 0;
  const add = (name: string, value: number | null): void => {
    if (value === null) return;
    const entry = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: entry.sum + value, count: entry.count + 1 });
  };
  const slotsOf = (at: number): readonly string[] => {
    const date = new Date(at);
    return [`${date.getUTCMonth()} ${date.getUTCHours()}`, `any ${date.getUTCHours()}`];
  };
  for (const row of rows) {
    const clear = clearSkyMean(row.at, row.stepMs, latitude, longitude);
    const isDay = row.ghiWm2 !== null && clear >= LEAST_CLEAR_SKY;
    if (isDay) daylightHours += row.stepMs / HOUR_MS;
    for (const slot of slotsOf(row.at)) {
      add(`tempC ${slot}`, row.tempC);
      add(`cloudPct ${slot}`, row.cloudPct);
      add(`windMs ${slot}`, row.windMs);
      if (isDay) add(`clearness ${slot}`, Math.min(1.2, (row.ghiWm2 ?? 0) / clear));
    }
    if (isDay) add('clearness', Math.min(1.2, (row.ghiWm2 ?? 0) / clear));
  }
  const mean = (name: string): number | null => {
    const entry = sums.get(name);
    return entry === undefined ? null : entry.sum / entry.count;
  };
  const usual = (quantity: string, at: number): number | null => {
    const [month = '', any = ''] = slotsOf(at);
    return mean(`${quantity} ${month}`) ?? mean(`${quantity} ${any}`);
  };
  return {
    rowAt: (at) => {
      if (daylightHours < LEAST_HOURS) return undefined;
      const clear = clearSkyMean(at, HOUR_MS, latitude, longitude);
      const clearness = usual('clearness', at) ?? mean('clearness');
      return {
        tempC: usual('tempC', at),
        cloudPct: usual('cloudPct', at),
        windMs: usual('windMs', at),
        ghiWm2: clear === 0 ? 0 : clearness === null ? null : clear * clearness,
      };
    },
  };
};

/** The moment a number of weeks earlier at the same local time of day: prices and habits follow the wall clock. */
export const weeksBefore = (at: number, weeks: number, timeZone: string): number =>
  DateTime.fromMillis(at, { zone: timeZone }).minus({ weeks }).toMillis();

/** The local days that touch [from, to), each as its UTC span. */
export const localDaysOf = (from: number, to: number, timeZone: string): readonly { from: number; to: number }[] => {
  const days: { from: number; to: number }[] = [];
  for (let start = addLocalDays(from, 0, timeZone); start < to; ) {
    const end = addLocalDays(start, 1, timeZone);
    days.push({ from: start, to: end });
    start = end;
  }
  return days;
};
