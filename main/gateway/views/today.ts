import type { SiteId } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import { quartersToday, type TodayStore } from '../../store/quarters-today.ts';
import { QUARTER_MS } from '../../store/rolling.ts';
import type { SeriesKey } from '../../store/types.ts';
import { startOfLocalDay } from '../../zone.ts';
import { CORE_SERIES, type EnergyInterval, intervalsOf } from './energy.ts';

/** The site's energy since local midnight in quarters. */
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
        quartersToday(store, key, dayAt, now).map((row) => ({
          at: row.at,
          energyKwh: row.energyKwh,
          minutes: row.count,
        })),
      ];
    }),
  );
  return intervalsOf(rows, () => QUARTER_MS);
};
