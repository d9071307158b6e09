import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import { localDate } from '../../zone.ts';
import { createDemoCalendar } from './demo/calendar.ts';
import type { DemoData, DemoWeather } from './demo/types.ts';
import type { HouseProfile } from './types.ts';

const HOUR_MS = 3_600_000;

const metaSchema = z.object({
  place: z.object({ latitude: z.number(), longitude: z.number(), timeZone: z.string() }),
  home: z.object({ startAt: z.iso.datetime(), stepMs: z.number().positive(), slots: z.number().int().positive() }),
  prices: z.object({ startAt: z.iso.datetime(), stepMs: z.number().positive(), hours: z.number().int().positive() }),
  provenance: z.string().min(1),
});

/** Lines of a gzip CSV after its head; the head must be the expected one. */
const linesOf = (path: string, head: string): readonly string[] => {
  const [first, ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  if (first !== head) throw new Error(`${path} has the columns "${first ?? ''}", expected "${head}"`);
  return lines;
};
const numberOrNan = (cell: string | undefined): number => {
  if (cell === undefined || cell === '') return Number.NaN;
  const value = Number(cell);
  if (!Number.isFinite(value)) throw new Error(`"${cell}" is no number`);
  return value;
};
const numberOrNull = (cell: string | undefined): number | null => {
  const value = numberOrNan(cell);
  return Number.isNaN(value) ? null : value;
};

const WEATHER_HEAD =
  'local_date,temperature_max_c,temperature_mean_c,temperature_min_c,sunshine_s,daylight_s,cloud_cover_pct,wind_max_kmh';
const weatherOf = (line: string): readonly [string, DemoWeather] => {
  const [day, max, mean, min, sunshine, daylight, cloud, wind] = line.split(',');
  const weather: DemoWeather = {
    temperatureMaxC: numberOrNull(max),
    temperatureMeanC: numberOrNull(mean),
    temperatureMinC: numberOrNull(min),
    sunshineS: numberOrNull(sunshine),
    daylightS: numberOrNull(daylight),
    cloudCoverPct: numberOrNull(cloud),
    windMaxKmh: numberOrNull(wind),
  };
  return [day ?? '', weather];
};

/** Reads resources/demo. Fails with a sentence when a file is missing or is not what its meta.json says. */
export const loadDemoData = (folder: string): Result<DemoData> => {
  try {
    const meta = metaSchema.parse(JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')));
    const home = linesOf(join(folder, 'home_10min.csv.gz'), 'pv_w,load_w,battery_w').map((line) => line.split(','));
    const weather = new Map(linesOf(join(folder, 'weather_daily.csv.gz'), WEATHER_HEAD).map(weatherOf));
    const prices = linesOf(join(folder, 'prices_hourly.csv.gz'), 'day_ahead_eur_per_mwh').map(numberOrNan);
    if (home.length !== meta.home.slots) throw new Error(`home_10min.csv.gz has ${home.length} rows`);
    const column = (index: number): Float32Array => Float32Array.from(home, (cells) => numberOrNan(cells[index]));
    const pvW = column(0);
    const days = [...weather.keys()];
    const span = {
      timeZone: meta.place.timeZone,
      startAt: Date.parse(meta.home.startAt),
      stepMs: meta.home.stepMs,
      slots: home.length,
      firstDay: days[0] ?? '',
      lastDay: days.at(-1) ?? '',
      isMeasured: (slot: number) => !Number.isNaN(pvW[slot] ?? Number.NaN),
    };
    const priceStartAt = Date.parse(meta.prices.startAt);
    return ok({
      provenance: meta.provenance,
      latitude: meta.place.latitude,
      longitude: meta.place.longitude,
      timeZone: meta.place.timeZone,
      startAt: span.startAt,
      stepMs: span.stepMs,
      pvW,
      loadW: column(1),
      batteryW: column(2),
      weather,
      priceAt: (at) => {
        const perMwh = prices[Math.floor((at - priceStartAt) / meta.prices.stepMs)];
        return perMwh === undefined || Number.isNaN(perMwh) ? undefined : perMwh / 1000;
      },
      calendar: (timeZone) => createDemoCalendar(span, timeZone),
    });
  } catch (thrown) {
    return permanent(
      'demo.data',
      `The demo home's data in ${folder} could not be read: ${messageOf(thrown)}.`,
      'Install the application again, or start with a home of your own.',
    );
  }
};

export type { DemoData } from './demo/types.ts';

interface ProfileDay {
  readonly from: number;
  readonly until: number;
  readonly pvW: Float32Array;
  readonly loadW: Float32Array;
  readonly weather: DemoWeather | undefined;
}
const KEPT_DAYS = 4;

/**
 * A parabola over one interval that meets its neighbours at the edges and keeps the interval's mean, so that interpolation
 * changes no energy. The edges stay within three times either mean, which keeps the course from falling below zero.
 * `share` is the position in the interval, 0 to 1.
 */
const smooth = (before: number, mean: number, after: number, share: number): number => {
  const left = Math.min((before + mean) / 2, 3 * before, 3 * mean);
  const right = Math.min((mean + after) / 2, 3 * mean, 3 * after);
  const curve = 3 * (left + right) - 6 * mean;
  return Math.max(0, left + (right - left - curve) * share + curve * share * share);
};

/** The demo home at any time, in the local time of `timeZone`. Gap days are replaced, so there is always an answer. */
export const demoProfile = (data: DemoData, timeZone: string): HouseProfile => {
  const calendar = data.calendar(timeZone);
  const days: ProfileDay[] = [];
  const dayAt = (at: number): ProfileDay => {
    const known = days.find((day) => at >= day.from && at < day.until);
    if (known !== undefined) return known;
    const start = DateTime.fromMillis(at, { zone: timeZone }).startOf('day');
    const name = localDate(at, timeZone);
    const measured = calendar.completeDay(name);
    const slots = calendar.slots(name, measured);
    const made: ProfileDay = {
      from: start.toMillis(),
      until: start.plus({ days: 1 }).toMillis(),
      pvW: Float32Array.from(slots, (slot) => data.pvW[slot] ?? 0),
      loadW: Float32Array.from(slots, (slot) => data.loadW[slot] ?? 0),
      weather: data.weather.get(measured),
    };
    days.unshift(made);
    days.length = Math.min(days.length, KEPT_DAYS);
    return made;
  };
  const meanAt = (at: number, column: 'pvW' | 'loadW'): number => {
    const day = dayAt(at);
    return day[column][Math.floor((at - day.from) / data.stepMs)] ?? 0;
  };
  const powerAt = (at: number, column: 'pvW' | 'loadW'): number => {
    const inSlot = (at - dayAt(at).from) % data.stepMs;
    return smooth(
      meanAt(at - data.stepMs, column),
      meanAt(at, column),
      meanAt(at + data.stepMs, column),
      inSlot / data.stepMs,
    );
  };
  /** A cosine between the day's lowest and highest, warmest at 15 o'clock; between noons the days flow into each other. */
  const outdoorTempC = (at: number): number => {
    const day = dayAt(at);
    const hours = (at - day.from) / HOUR_MS;
    const other = dayAt(hours < 12 ? day.from - 12 * HOUR_MS : day.until + 12 * HOUR_MS);
    const nearness = 1 - Math.abs(hours - 12) / 24;
    const swing = Math.cos((2 * Math.PI * (hours - 15)) / 24);
    const of = (weather: DemoWeather | undefined): number => {
      const mean = weather?.temperatureMeanC ?? 10;
      return mean + ((weather?.temperatureMaxC ?? mean) - (weather?.temperatureMinC ?? mean)) * 0.5 * swing;
    };
    return of(day.weather) * nearness + of(other.weather) * (1 - nearness);
  };
  return {
    pvW: (at) => powerAt(at, 'pvW'),
    householdW: (at) => powerAt(at, 'loadW'),
    outdoorTempC,
  };
};
