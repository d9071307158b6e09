import type { ChannelId, DeviceId, SiteId } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import { QUARTER_MS, quartersOf } from '../../store/rolling.ts';
import type { Rollup, SeriesKey, Store } from '../../store/types.ts';
import { startOfLocalDay } from '../../zone.ts';
import { CORE_SERIES, type EnergyInterval, intervalsOf } from './energy.ts';

type TodayStore = Pick<Store, 'series' | 'rollups' | 'readings'>;

/** Quarters of a series since local midnight: the rolled ones, and the newest minutes straight from the raw rows. */
const quartersToday = (store: TodayStore, key: SeriesKey, dayAt: number, now: number): readonly Rollup[] => {
  const seriesId = store.series.find(key);
  if (seriesId === undefined) return [];
  const rolled = store.rollups.range('15min', seriesId, dayAt, now);
  const last = rolled.at(-1);
  const tailAt = last ? last.at + QUARTER_MS : Math.floor(dayAt / QUARTER_MS) * QUARTER_MS;
  if (tailAt >= now) return rolled;
  const raw = store.readings.range(seriesId, tailAt, now);
  return [...rolled, ...quartersOf(seriesId, key.metric, raw, tailAt, now)];
};

const trusted = (rows: readonly Rollup[]): readonly Rollup[] => rows.filter((row) => row.quality !== 'suspect');

/** The site's energy since local midnight in quarters. At most 100 rows a series: short enough for the main thread. */
export const intervalsToday = (
  store: TodayStore,
  siteId: SiteId,
  timeZone: string,
  now: number,
): readonly EnergyInterval[] => {
  const dayAt = startOfLocalDay(now, timeZone);
  const rows = Object.fromEntries(
    CORE_SERIES.map((series) => {
      const key: SeriesKey = { siteId, deviceId: '', channelId: channelId(`site:${series}`), metric: 'powerW' };
      return [
        series,
        trusted(quartersToday(store, key, dayAt, now)).map((row) => ({
          at: row.at,
          energyKwh: row.energyKwh,
          minutes: row.count,
        })),
      ];
    }),
  );
  return intervalsOf(rows, () => QUARTER_MS);
};

/** Energy of one channel since local midnight, kWh; null where nothing was measured. */
export const channelEnergyToday = (
  store: TodayStore,
  key: { readonly siteId: SiteId; readonly deviceId: DeviceId; readonly channelId: ChannelId },
  timeZone: string,
  now: number,
): number | null => {
  const rows = trusted(quartersToday(store, { ...key, metric: 'powerW' }, startOfLocalDay(now, timeZone), now));
  const energies = rows.flatMap((row) => (row.energyKwh === null ? [] : [row.energyKwh]));
  return energies.length === 0 ? null : energies.reduce((total, energy) => total + energy, 0);
};
