import type { HourFrame } from '../features/frame.ts';

/** What is known at an origin of the outdoor temperature and clouds of the hours to come. */
export interface WeatherAhead {
  /** Mean temperature of the 24 h that end with the target, °C: a house feels the day rather than the hour. NaN: not known. */
  readonly dayMeanC: (target: number) => number;
  readonly hourC: (target: number) => number;
  /** Mean of the 7 days before the origin, °C. */
  readonly weekMeanC: number;
  /** 0 clear to 1 overcast. */
  readonly clouds: (target: number) => number;
}

const DAY = 24;

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count > 0 ? sum / count : Number.NaN;
};

/** Means of whole local days before the origin, where no hours are measured. */
const dailyMeans = (frame: HourFrame, origin: number, days: number): number => {
  const today = frame.day[origin] ?? 0;
  return meanOf(
    Array.from({ length: days }, (_, back) => frame.weather.get(today - 1 - back)?.temperatureMeanC ?? Number.NaN),
  );
};

/**
 * Forecasts as issued by the origin where there are any; else the same hour of the newest measured day; else the mean of
 * yesterday. Hours before the origin are as measured, or as forecast where they were not.
 */
export const weatherAhead = (frame: HourFrame, origin: number, horizon: number): WeatherAhead => {
  const measured = frame.signals.get('tempC');
  const { issued } = frame;
  const hasIssued = issued?.columns.includes('tempC') ?? false;
  const yesterday = dailyMeans(frame, origin, 1);
  const past = (index: number): number =>
    index < 0 || index >= origin ? Number.NaN : (measured?.[index] ?? Number.NaN);
  const at = (index: number): number => {
    const known = past(index);
    if (!Number.isNaN(known)) return known;
    const forecast = hasIssued && issued !== null ? issued.at('tempC', origin, index) : Number.NaN;
    if (!Number.isNaN(forecast)) return forecast;
    for (let back = Math.max(0, Math.floor((index - origin) / DAY)) + 1; back <= 7; back += 1) {
      const earlier = past(index - back * DAY);
      if (!Number.isNaN(earlier)) return earlier;
    }
    return yesterday;
  };
  const nowhere = measured === undefined && !hasIssued && Number.isNaN(yesterday);
  const first = origin - DAY + 1;
  const temperatures = nowhere
    ? new Float64Array(0)
    : Float64Array.from({ length: horizon + DAY }, (_, step) => at(first + step));
  const week = measured === undefined ? Number.NaN : meanOf(measured.subarray(Math.max(0, origin - 7 * DAY), origin));
  const cloudsYesterday = (frame.weather.get((frame.day[origin] ?? 0) - 1)?.cloudCoverPct ?? Number.NaN) / 100;
  const hasClouds = issued?.columns.includes('cloudPct') ?? false;
  return {
    dayMeanC: (target) => meanOf(temperatures.subarray(target - origin, target - origin + DAY)),
    hourC: (target) => temperatures[target - first] ?? Number.NaN,
    weekMeanC: Number.isNaN(week) ? dailyMeans(frame, origin, 7) : week,
    clouds: (target) => {
      const forecast = hasClouds && issued !== null ? issued.at('cloudPct', origin, target) / 100 : Number.NaN;
      return Number.isNaN(forecast) ? cloudsYesterday : forecast;
    },
  };
};
