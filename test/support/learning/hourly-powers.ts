import { channelId } from '../../../main/ids.ts';
import type { Store } from '../../../main/store/types.ts';
import { DEMO_SITE } from './demo-home.ts';

const HOUR_MS = 3_600_000;

/** Writes the demo site's whole hours of [from, until) with the mean W that `meanAt` gives each. */
export const writeHourlyPowers = (
  store: Store,
  name: 'pv' | 'household' | 'load',
  from: number,
  until: number,
  meanAt: (at: number) => number,
): void => {
  const key = { siteId: DEMO_SITE.id, deviceId: '', channelId: channelId(`site:${name}`), metric: 'powerW' } as const;
  const seriesId = store.series.idOf(key);
  const rows = Array.from({ length: (until - from) / HOUR_MS }, (_, index) => {
    const at = from + index * HOUR_MS;
    const mean = meanAt(at);
    const quality = 'good' as const;
    return { seriesId, at, mean, minimum: mean, maximum: mean, count: 60, energyKwh: mean / 1000, quality };
  });
  store.rollups.write('hour', rows);
};
