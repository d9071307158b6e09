import type { ChannelId, DeviceId, Metric } from '../../../preload/contract/base.ts';
import type { MeteredInterval } from '../../feeds/tariff/peaks.ts';
import { createWallClock } from '../../feeds/tariff/wall-clock.ts';
import { channelId, type SiteId } from '../../ids.ts';
import { quartersToday } from '../../store/quarters-today.ts';
import type { Rollup, SeriesKey } from '../../store/types.ts';
import { HOUR_MS, STEP_MS } from './grid-of-steps.ts';
import type { SiteDeps } from './types.ts';

const DAY_MS = 24 * HOUR_MS;
/** What a load drew at an hour of the day over the last days is what it is expected to draw again. */
const HABIT_DAYS = 7;
/** Quarters are kept so long; for the months before there are hours. */
const QUARTERS_KEPT_MS = 59 * DAY_MS;

type Stored = Pick<SiteDeps['store'], 'series' | 'readings' | 'rollups'>;

/** A channel of a home, for what is stored of it. */
export interface ChannelPlace {
  readonly siteId: SiteId;
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
}

const believed = (rows: readonly Rollup[]): readonly Rollup[] => rows.filter(({ quality }) => quality !== 'suspect');

/** Hourly means of a metric in [from, to), by their hour. */
export const hourlyMeans = (store: Stored, key: SeriesKey, from: number, to: number): ReadonlyMap<number, number> => {
  const id = store.series.find(key);
  return new Map(
    id === undefined ? [] : believed(store.rollups.range('hour', id, from, to)).map((row) => [row.at, row.mean]),
  );
};

/** Energy that a channel used since `from`, kWh; null where nothing was measured. */
export const energySince = (store: Stored, place: ChannelPlace, from: number, now: number): number | null => {
  const rows = quartersToday(store, { ...place, metric: 'powerW' }, from, now);
  const energies = rows.flatMap(({ energyKwh }) => (energyKwh === null ? [] : [energyKwh]));
  return energies.length === 0 ? null : energies.reduce((all, each) => all + each, 0);
};

/** Minutes in which a channel said that it was on since `from`; null where it says nothing. */
export const minutesOnSince = (store: Stored, place: ChannelPlace, from: number, now: number): number | null => {
  const rows = quartersToday(store, { ...place, metric: 'on' }, from, now);
  return rows.length === 0 ? null : rows.reduce((all, { mean, count }) => all + mean * count, 0);
};

/** Highest power that was measured of a channel over two weeks, W; null without any. */
export const highestPowerW = (store: Stored, place: ChannelPlace, now: number): number | null => {
  const id = store.series.find({ ...place, metric: 'powerW' });
  const rows = id === undefined ? [] : believed(store.rollups.range('hour', id, now - 14 * DAY_MS, now));
  return rows.length === 0 ? null : rows.reduce((most, { maximum }) => Math.max(most, maximum), 0);
};

/** Mean kW of a channel at each hour of the local day over the last week; an hour that was never measured is null. */
export const habitKw = (store: Stored, place: ChannelPlace, zone: string, now: number): readonly (number | null)[] => {
  const first = Math.floor(now / HOUR_MS) * HOUR_MS;
  const clock = createWallClock(zone);
  const sums = new Float64Array(24);
  const counts = new Float64Array(24);
  for (const [at, powerW] of hourlyMeans(store, { ...place, metric: 'powerW' }, first - HABIT_DAYS * DAY_MS, first)) {
    const hour = Math.floor(clock(at).minute / 60);
    sums[hour] = (sums[hour] ?? 0) + Math.max(0, powerW) / 1000;
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return Array.from(sums, (total, hour) => ((counts[hour] ?? 0) > 0 ? total / (counts[hour] ?? 1) : null));
};

/** What the grid gave and took in [from, to): quarters, and hours where quarters are not kept any more. */
export const gridIntervals = (
  store: Pick<Stored, 'series' | 'rollups'>,
  siteId: SiteId,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): readonly MeteredInterval[] => {
  const metric: Metric = 'powerW';
  const id = store.series.find({ siteId, deviceId: '', channelId: channelId('site:grid'), metric });
  if (id === undefined) return [];
  const quartersFrom = Math.min(to, Math.max(from, Math.floor((now - QUARTERS_KEPT_MS) / HOUR_MS) * HOUR_MS));
  const read = (step: 'hour' | '15min', stepMs: number, since: number, until: number): readonly MeteredInterval[] =>
    believed(store.rollups.range(step, id, since, until)).map(({ at, mean }) => ({
      ...{ at, stepMs },
      importKwh: (Math.max(0, mean) / 1000) * (stepMs / HOUR_MS),
      exportKwh: (Math.max(0, -mean) / 1000) * (stepMs / HOUR_MS),
    }));
  return [...read('hour', HOUR_MS, from, quartersFrom), ...read('15min', STEP_MS, quartersFrom, to)];
};
