import type Database from 'better-sqlite3';
import { DateTime } from 'luxon';
import { createFrame, dayNumberOf, type FrameWeather, type HourFrame } from '../../models/features/frame.ts';
import { HORIZON_HOURS } from '../../models/forecaster/train.ts';
import type { ForecastKind, HistorySeries } from '../../preload/contract/insight.ts';
import { qualityOfCode } from '../store/quality.ts';
import type { SiteChannel } from '../store/types.ts';
import type { TaskSite } from './protocol.ts';

const HOUR_MS = 3_600_000;
/**
 * A year holds each season once. And the demo's measured year comes round after 364 days: one day more, and training would
 * meet its own test weeks in the past.
 */
export const TRAINING_DAYS = 363;
/** Days before the origin that a forecast from a trained version reads. */
export const RECENT_DAYS = 70;
/** An hour of which less than half was covered says too little about its mean. */
const LEAST_COVERED_HOURS = 0.5;

const SERIES: Readonly<Record<ForecastKind, HistorySeries>> = { solar: 'pv', load: 'household' };

interface HourRow {
  readonly at: number;
  readonly mean: number;
  readonly energy_kwh: number | null;
  readonly quality: number;
}
interface WeatherRow {
  readonly day: string;
  readonly temperature_mean_c: number | null;
  readonly cloud_cover_pct: number | null;
  readonly sunshine_s: number | null;
  readonly daylight_s: number | null;
}

/** Mean W × covered time = energy, so energy / mean tells how much of the hour was covered. A mean of 0 tells nothing. */
const coveredHours = (row: HourRow): number =>
  row.energy_kwh === null || Math.abs(row.mean) < 1 ? 1 : (row.energy_kwh * 1000) / row.mean;

const weatherOf = (db: Database.Database, site: TaskSite, from: number, to: number) => {
  const day = (at: number): string => DateTime.fromMillis(at, { zone: site.timeZone }).toFormat('yyyy-MM-dd');
  const rows = db
    .prepare<[string, string, string], WeatherRow>(
      `SELECT day, temperature_mean_c, cloud_cover_pct, sunshine_s, daylight_s FROM weather_days
       WHERE site_id = ? AND day >= ? AND day <= ?`,
    )
    .all(site.id, day(from), day(to));
  const known = (value: number | null): number => value ?? Number.NaN;
  return new Map(
    rows.map((row): readonly [number, FrameWeather] => [
      dayNumberOf(row.day),
      {
        temperatureMeanC: known(row.temperature_mean_c),
        cloudCoverPct: known(row.cloud_cover_pct),
        sunshineShare: known(row.sunshine_s) / known(row.daylight_s),
      },
    ]),
  );
};

export interface TrainingData {
  readonly frame: HourFrame;
  /** Index of the hour that holds `now`: the first that is not known. */
  readonly origin: number;
  /** Hours with a measurement. */
  readonly measured: number;
  /** Hours that were measured but are gaps here. */
  readonly suspectHours: number;
  readonly hardlyCoveredHours: number;
}

/**
 * The hours of a site's solar or household power before `now`, and the 48 h after, as one frame. Suspect rollups and hours
 * that were hardly covered are gaps.
 */
export const readFrame = (
  db: Database.Database,
  site: TaskSite,
  kind: ForecastKind,
  now: number,
  days: number,
): TrainingData => {
  const originAt = Math.floor(now / HOUR_MS) * HOUR_MS;
  const firstAt = originAt - days * 24 * HOUR_MS;
  const channel: SiteChannel = `site:${SERIES[kind]}`;
  const rows = db
    .prepare<[string, string, number, number], HourRow>(
      `SELECT at, mean, energy_kwh, quality FROM rollup_hour
       WHERE series_id = (SELECT id FROM series WHERE site_id = ? AND device_id = '' AND channel_id = ? AND metric = 'powerW')
       AND at >= ? AND at < ?`,
    )
    .all(site.id, channel, firstAt, originAt);
  const powerW = new Float64Array(days * 24).fill(Number.NaN);
  let measured = 0;
  let suspectHours = 0;
  let hardlyCoveredHours = 0;
  for (const row of rows) {
    const index = (row.at - firstAt) / HOUR_MS;
    if (!Number.isInteger(index)) continue;
    if (qualityOfCode(row.quality) === 'suspect') suspectHours += 1;
    else if (coveredHours(row) < LEAST_COVERED_HOURS) hardlyCoveredHours += 1;
    else {
      powerW[index] = Math.max(0, row.mean);
      measured += 1;
    }
  }
  const frame = createFrame({
    firstAt,
    hours: days * 24 + HORIZON_HOURS,
    values: powerW,
    timeZone: site.timeZone,
    latitude: site.latitude,
    longitude: site.longitude,
    weather: weatherOf(db, site, firstAt, now),
  });
  return { frame, origin: days * 24, measured, suspectHours, hardlyCoveredHours };
};
