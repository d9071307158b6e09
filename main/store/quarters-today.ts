import type { ChannelId, DeviceId, SiteId } from '../../preload/contract/base.ts';
import { startOfLocalDay } from '../zone.ts';
import { QUARTER_MS, quartersOf } from './rolling.ts';
import type { Rollup, SeriesKey, Store } from './types.ts';

export type TodayStore = Pick<Store, 'series' | 'rollups' | 'readings'>;

const rowsToday = (store: TodayStore, key: SeriesKey, dayAt: number, now: number): readonly Rollup[] => {
  const seriesId = store.series.find(key);
  if (seriesId === undefined) return [];
  const rolled = store.rollups.range('15min', seriesId, dayAt, now);
  const last = rolled.at(-1);
  const tailAt = last ? last.at + QUARTER_MS : Math.floor(dayAt / QUARTER_MS) * QUARTER_MS;
  if (tailAt >= now) return rolled;
  const raw = store.readings.range(seriesId, tailAt, now);
  return [...rolled, ...quartersOf(seriesId, key.metric, raw, tailAt, now)];
};

/**
 * Quarters of a series since local midnight that are believed: the rolled ones, and the newest minutes straight from the raw
 * rows. At most 100 rows: short enough for the main thread.
 */
export const quartersToday = (store: TodayStore, key: SeriesKey, dayAt: number, now: number): readonly Rollup[] =>
  rowsToday(store, key, dayAt, now).filter((row) => row.quality !== 'suspect');

/** Energy of one channel since local midnight, kWh; null where nothing was measured. */
export const channelEnergyToday = (
  store: TodayStore,
  key: { readonly siteId: SiteId; readonly deviceId: DeviceId; readonly channelId: ChannelId },
  timeZone: string,
  now: number,
): number | null => {
  const rows = quartersToday(store, { ...key, metric: 'powerW' }, startOfLocalDay(now, timeZone), now);
  const energies = rows.flatMap((row) => (row.energyKwh === null ? [] : [row.energyKwh]));
  return energies.length === 0 ? null : energies.reduce((total, energy) => total + energy, 0);
};
