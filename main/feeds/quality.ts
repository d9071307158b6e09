import type { Site } from '../../preload/contract/site.ts';
import type { Store } from '../store/types.ts';
import { localDate } from '../zone.ts';

/** What one ask brought: rows that are believed, rows that are not, and 1 where nothing usable came. */
export interface AskedQuality {
  readonly good?: number;
  readonly rejected?: number;
  readonly missing?: number;
}

/** Adds an ask to its provider's local day, where the data quality of every source of the home is kept. */
export const countQuality = (
  store: Pick<Store, 'dataQuality'>,
  site: Pick<Site, 'id' | 'timeZone'>,
  provider: string,
  now: number,
  { good = 0, rejected = 0, missing = 0 }: AskedQuality,
): void => {
  const source = `feed/${provider}`;
  const day = localDate(now, site.timeZone);
  const kept = store.dataQuality.get(site.id, source, day);
  store.dataQuality.put(site.id, {
    source,
    day,
    good: (kept?.good ?? 0) + good,
    suspect: kept?.suspect ?? 0,
    rejected: (kept?.rejected ?? 0) + rejected,
    missing: (kept?.missing ?? 0) + missing,
  });
};
