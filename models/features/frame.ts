import { IANAZone } from 'luxon';
import { createIssuedWeather, type IssuedWeather, type WeatherIssue } from './issued-weather.ts';
import { clearSkyOfHour, sunPosition } from './sun.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What is known of one local day's weather; NaN where it is not. */
export interface FrameWeather {
  readonly temperatureMeanC: number;
  readonly cloudCoverPct: number;
  /** Sunshine as a share of daylight, 0 to 1. */
  readonly sunshineShare: number;
}

/**
 * A home's hours in a row, history first and the hours to forecast after it: the one long table that goes everywhere.
 * Index i is the hour that starts at firstAt + i·1 h, UTC. Local columns follow the site's zone, so a day has 23, 24 or 25
 * of these hours and nothing else has to know it.
 */
export interface HourFrame {
  readonly firstAt: number;
  readonly hours: number;
  /** Mean of the hour of what is forecast: W for a power, currency per kWh for a price. NaN is a gap or the future. */
  readonly values: Float64Array;
  /**
   * Local calendar day as days since 1970-01-01, and local hour, 0 to 23. An hour that lies across two local hours, as where
   * hours are full in UTC and the zone is not, belongs to the one in which it ends: it is not known at the start of that one.
   */
  readonly day: Int32Array;
  readonly hour: Int8Array;
  /** 1 = Monday to 7 = Sunday, local. */
  readonly weekday: Int8Array;
  /** Place in the year, 0 to 1. */
  readonly yearShare: Float64Array;
  /** Sine of the sun's elevation in the middle of the hour, −1 to 1. */
  readonly sinElevation: Float64Array;
  /** Azimuth in the middle of the hour, radians from south, west positive. */
  readonly azimuth: Float64Array;
  /** Mean clear-sky irradiance of the hour, W/m². */
  readonly clearSky: Float64Array;
  /** By local day (days since 1970-01-01). */
  readonly weather: ReadonlyMap<number, FrameWeather>;
  /** Other measured means of the hour by name, such as tempC or load_mw: known only before an origin, like the values. */
  readonly signals: ReadonlyMap<string, Float64Array>;
  /** Weather forecasts as they were issued; null where there are none. */
  readonly issued: IssuedWeather | null;
  atOf(index: number): number;
  /** The index of a local hour; undefined where the day has no such hour or it lies outside the frame. */
  indexOfLocal(day: number, hour: number): number | undefined;
}

/** Days since 1970-01-01 of a calendar day YYYY-MM-DD. */
export const dayNumberOf = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);

/**
 * `values` may be shorter than `hours`: the rest is the future. `firstAt` is best a full local hour, which in some
 * zones lies at 30 or 45 minutes of a UTC hour.
 */
export const createFrame = (input: {
  readonly firstAt: number;
  readonly hours: number;
  readonly values: ArrayLike<number>;
  readonly timeZone: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly weather: ReadonlyMap<number, FrameWeather>;
  readonly signals?: ReadonlyMap<string, Float64Array>;
  readonly issued?: readonly WeatherIssue[];
}): HourFrame => {
  const { firstAt, hours, latitude, longitude } = input;
  const zone = IANAZone.create(input.timeZone);
  const atOf = (index: number): number => firstAt + index * HOUR_MS;
  const column = (value: (index: number) => number): Float64Array =>
    Float64Array.from({ length: hours }, (_, i) => value(i));
  const localMs = column((index) => atOf(index) + zone.offset(atOf(index)) * 60_000 + HOUR_MS - 1);
  const day = Int32Array.from(localMs, (ms) => Math.floor(ms / DAY_MS));
  const hour = Int8Array.from(localMs, (ms) => Math.floor((ms % DAY_MS) / HOUR_MS));
  const sun = Array.from({ length: hours }, (_, index) => sunPosition(atOf(index) + HOUR_MS / 2, latitude, longitude));
  const byLocal = new Map<number, number>();
  for (let index = hours - 1; index >= 0; index -= 1) byLocal.set((day[index] ?? 0) * 24 + (hour[index] ?? 0), index);
  return {
    firstAt,
    hours,
    values: column((index) => input.values[index] ?? Number.NaN),
    day,
    hour,
    // 1970-01-01 was a Thursday.
    weekday: Int8Array.from(day, (number) => ((number + 3) % 7) + 1),
    yearShare: Float64Array.from(day, (number) => (number % 365.2425) / 365.2425),
    sinElevation: Float64Array.from(sun, (each) => each.sinElevation),
    azimuth: Float64Array.from(sun, (each) => each.azimuth),
    clearSky: column((index) => clearSkyOfHour(atOf(index), latitude, longitude)),
    weather: input.weather,
    signals: input.signals ?? new Map(),
    issued: input.issued === undefined || input.issued.length === 0 ? null : createIssuedWeather(input.issued, atOf),
    atOf,
    indexOfLocal: (dayNumber, localHour) => byLocal.get(dayNumber * 24 + localHour),
  };
};
