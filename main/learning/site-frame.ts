import { createHash } from 'node:crypto';
import { createFrame, type HourFrame } from '../../models/features/frame.ts';
import type { WeatherIssue } from '../../models/features/issued-weather.ts';
import { learnable } from '../../models/solar/plausibility.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import { dailyWeather, issuedWeatherOf, observedWeather } from './frame-weather.ts';
import type { HourSources } from './hour-sources.ts';
import { HORIZON_HOURS } from './kinds.ts';
import { marketSignals } from './market-signals.ts';
import { type MeasuredHours, measuredHours, wholeLoadHours } from './measured-hours.ts';
import type { TaskSite } from './protocol.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** A price is known until the end of the published hours, which may lie this far ahead. */
const PUBLISHED_HOURS = 60;

export interface SiteFrame extends Omit<MeasuredHours, 'values'> {
  readonly frame: HourFrame;
  /** The same with solar hours that are not learnt from: held back, or not of panels at all. */
  readonly asMeasured: HourFrame;
  /** Index of the first hour that is not known: the one that holds `now`, or the first unpublished hour of a price. */
  readonly origin: number;
  /** Index of the hour that holds `now`. */
  readonly nowHour: number;
  /** SHA-256 of everything in it, to tell whether two trainings read the same. */
  readonly sha256: string;
}

const digestOf = (
  firstAt: number,
  values: Float64Array,
  signals: ReadonlyMap<string, Float64Array>,
  issued: readonly WeatherIssue[],
): string => {
  const hash = createHash('sha256').update(`${firstAt}`);
  const add = (name: string, column: Float64Array | Float32Array): void => {
    hash.update(name).update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  };
  add('values', values);
  for (const [name, column] of signals) add(name, column);
  for (const { issuedAt, columns } of issued) for (const [name, column] of columns) add(`${issuedAt} ${name}`, column);
  return hash.digest('hex');
};

const signalsOf = (
  sources: HourSources,
  site: TaskSite,
  kind: ModelKind,
  firstAt: number,
  hours: number,
  weather: ReadonlyMap<string, Float64Array>,
): ReadonlyMap<string, Float64Array> => {
  if (kind === 'price') return new Map([...weather, ...marketSignals(sources, site.id, firstAt, hours)]);
  if (kind === 'solar') {
    // Panels that give just what is used, under a sky that would give more, are held back by a rule against exports.
    const { values: load, measured } = wholeLoadHours(sources, site.id, firstAt, hours);
    return measured === 0 ? weather : new Map([...weather, ['load', load]]);
  }
  if (kind !== 'load') return weather;
  const { values: pv, measured } = measuredHours(sources, site.id, 'solar', firstAt, hours);
  return measured === 0 ? weather : new Map([...weather, ['pv', pv]]);
};

/** The hour after the last published price, at `nowHour` or behind it; without a published price it is `nowHour`. */
const firstUnpublished = (values: Float64Array, nowHour: number): number => {
  let hour = nowHour;
  while (hour < values.length && !Number.isNaN(values[hour])) hour += 1;
  return hour;
};

/**
 * The hours of one quantity of a site before `now`, and those to forecast after them, as one frame. What had not reached us
 * by `now` is not in it. `days` of history.
 */
export const readSiteFrame = (
  sources: HourSources,
  site: TaskSite,
  kind: ModelKind,
  now: number,
  days: number,
): SiteFrame => {
  const nowHour = days * DAY_HOURS;
  const firstAt = Math.floor(now / HOUR_MS) * HOUR_MS - nowHour * HOUR_MS;
  const known = kind === 'price' ? nowHour + PUBLISHED_HOURS : nowHour;
  const { values, ...counts } = measuredHours(sources, site.id, kind, firstAt, known);
  const origin = kind === 'price' ? firstUnpublished(values, nowHour) : nowHour;
  values.fill(Number.NaN, origin);
  const hours = origin + HORIZON_HOURS;
  const weather = observedWeather(sources, site.id, firstAt, nowHour);
  const signals = signalsOf(sources, site, kind, firstAt, nowHour, weather);
  const issued = issuedWeatherOf(sources, site.id, firstAt, hours, now);
  const asMeasured = createFrame({
    firstAt,
    hours,
    values,
    timeZone: site.timeZone,
    latitude: site.latitude,
    longitude: site.longitude,
    weather: dailyWeather(sources, site, firstAt, now, weather),
    signals,
    issued,
  });
  const frame = kind === 'solar' ? learnable(asMeasured, origin) : asMeasured;
  return { ...counts, frame, asMeasured, origin, nowHour, sha256: digestOf(firstAt, values, signals, issued) };
};
