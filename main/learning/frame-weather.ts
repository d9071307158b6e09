import { dayNumberOf, type FrameWeather } from '../../models/features/frame.ts';
import type { WeatherIssue } from '../../models/features/issued-weather.ts';
import type { WeatherColumn } from '../../models/features/weather-columns.ts';
import { type FullWeatherRow, weatherRowsOf } from '../feeds/tables.ts';
import type { SiteId } from '../ids.ts';
import type { FeedIssue } from '../store/feed-types.ts';
import { localDate } from '../zone.ts';
import type { HourSources } from './hour-sources.ts';

const HOUR_MS = 3_600_000;
/** Another provider stands in where the usual one has given nothing for so long. */
const STAND_IN_MS = 12 * HOUR_MS;

type Field = Exclude<keyof FullWeatherRow, 'at' | 'stepMs' | 'ghiP10Wm2' | 'ghiP90Wm2'>;

/** What the feeds' fields are called by models, with the factor to their unit. */
const COLUMNS: Readonly<Record<Field, readonly [WeatherColumn, number]>> = {
  tempC: ['tempC', 1],
  cloudPct: ['cloudPct', 1],
  ghiWm2: ['ghiWm2', 1],
  dniWm2: ['dniWm2', 1],
  dhiWm2: ['dhiWm2', 1],
  windMs: ['windMs', 1],
  windFromDeg: ['windDirDeg', 1],
  humidityPct: ['humidityPct', 1],
  pressureHpa: ['pressureHpa', 1],
  precipitationMm: ['precipMm', 1],
  snowDepthM: ['snowCm', 100],
};
const FIELDS = Object.keys(COLUMNS) as Field[];

/** Rows of any step as hourly columns of [firstAt, firstAt + hours): a row longer than an hour holds for each of its hours. */
const hourly = (rows: readonly FullWeatherRow[], firstAt: number, hours: number): Map<string, Float64Array> => {
  const columns = new Map<string, Float64Array>();
  for (const field of FIELDS) {
    const [name, factor] = COLUMNS[field];
    const sums = new Float64Array(hours);
    const weights = new Float64Array(hours);
    for (const row of rows) {
      const value = row[field];
      if (value === null) continue;
      const last = Math.ceil((row.at + row.stepMs - firstAt) / HOUR_MS);
      for (
        let index = Math.max(0, Math.floor((row.at - firstAt) / HOUR_MS));
        index < Math.min(hours, last);
        index += 1
      ) {
        const begin = firstAt + index * HOUR_MS;
        const share = Math.min(begin + HOUR_MS, row.at + row.stepMs) - Math.max(begin, row.at);
        // Rain is a sum of its step, all else a mean.
        const each = field === 'precipitationMm' ? (value * share) / row.stepMs : value * share;
        sums[index] = (sums[index] ?? 0) + each;
        weights[index] = (weights[index] ?? 0) + share;
      }
    }
    const column = sums.map((sum, index) => {
      const weight = weights[index] ?? 0;
      if (weight === 0) return Number.NaN;
      return factor * (field === 'precipitationMm' ? sum : sum / weight);
    });
    if (column.some((value) => !Number.isNaN(value))) columns.set(name, column);
  }
  return columns;
};

/** What the weather was, hour by hour, by the provider that has most of it, filled up by the others. */
export const observedWeather = (
  sources: HourSources,
  site: SiteId,
  firstAt: number,
  hours: number,
): ReadonlyMap<string, Float64Array> => {
  const days = sources.feeds.past.range(site, 'weather', firstAt, firstAt + hours * HOUR_MS);
  const byProvider = new Map<string, FullWeatherRow[]>();
  for (const day of days) {
    const rows = byProvider.get(day.provider) ?? [];
    for (const row of weatherRowsOf(day)) rows.push(row);
    byProvider.set(day.provider, rows);
  }
  const whole = [...byProvider.values()].toSorted((one, other) => other.length - one.length);
  const merged = new Map<string, Float64Array>();
  for (const rows of whole)
    for (const [name, column] of hourly(rows, firstAt, hours)) {
      const known = merged.get(name);
      merged.set(
        name,
        known === undefined ? column : known.map((value, i) => (Number.isNaN(value) ? (column[i] ?? value) : value)),
      );
    }
  return merged;
};

/** Issues of the provider that gave most; another's only where that one had been silent for half a day. */
const oneVoice = (issues: readonly FeedIssue[]): readonly FeedIssue[] => {
  const counts = new Map<string, number>();
  for (const { provider } of issues) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const [usual] = [...counts].toSorted((one, other) => other[1] - one[1])[0] ?? [];
  const heard = issues.filter(({ provider }) => provider === usual).map(({ fetchedAt }) => fetchedAt);
  return issues.filter(
    ({ provider, fetchedAt }) =>
      provider === usual || !heard.some((at) => at <= fetchedAt && at > fetchedAt - STAND_IN_MS),
  );
};

/** Forecasts as they reached us, in hours of a frame. Ensembles of irradiance alone are left out: they are bands, not weather. */
export const issuedWeatherOf = (
  sources: HourSources,
  site: SiteId,
  firstAt: number,
  hours: number,
  knownAt: number,
): readonly WeatherIssue[] => {
  const issues = sources.feeds.issues.overlapping(site, 'weather', firstAt, firstAt + hours * HOUR_MS, knownAt);
  return oneVoice(issues.filter((issue) => issue.columns['tempC']?.some((value) => !Number.isNaN(value)))).map(
    (issue) => {
      const start = Math.floor((issue.startAt - firstAt) / HOUR_MS);
      const span = Math.ceil((issue.startAt + issue.length * issue.stepMs - firstAt) / HOUR_MS) - start;
      const columns = hourly(weatherRowsOf(issue), firstAt + start * HOUR_MS, span);
      return {
        issuedAt: issue.fetchedAt,
        firstHour: start,
        columns: new Map([...columns].map(([name, column]) => [name, Float32Array.from(column)])),
      };
    },
  );
};

const known = (value: number | null): number => value ?? Number.NaN;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Daily weather by local day: as it was given by the day, else from the hours that were observed. */
export const dailyWeather = (
  sources: HourSources,
  site: { readonly id: SiteId; readonly timeZone: string },
  firstAt: number,
  now: number,
  observed: ReadonlyMap<string, Float64Array>,
): ReadonlyMap<number, FrameWeather> => {
  const found = new Map<number, FrameWeather>();
  const hoursOf = new Map<string, number[]>();
  const count = observed.get('tempC')?.length ?? 0;
  for (let index = 0; index < count && firstAt + index * HOUR_MS < now; index += 1) {
    const day = localDate(firstAt + index * HOUR_MS, site.timeZone);
    const hours = hoursOf.get(day) ?? [];
    hours.push(index);
    hoursOf.set(day, hours);
  }
  for (const [day, hours] of hoursOf) {
    const mean = (name: string): number => {
      const values = hours.flatMap((index) => {
        const value = observed.get(name)?.[index] ?? Number.NaN;
        return Number.isNaN(value) ? [] : [value];
      });
      return values.length * 2 < hours.length ? Number.NaN : meanOf(values);
    };
    found.set(dayNumberOf(day), {
      temperatureMeanC: mean('tempC'),
      cloudCoverPct: mean('cloudPct'),
      sunshineShare: Number.NaN,
    });
  }
  for (const row of sources.weather.range(site.id, localDate(firstAt, site.timeZone), localDate(now, site.timeZone)))
    found.set(dayNumberOf(row.day), {
      temperatureMeanC: known(row.temperatureMeanC),
      cloudCoverPct: known(row.cloudCoverPct),
      sunshineShare: known(row.sunshineS) / known(row.daylightS),
    });
  return found;
};
