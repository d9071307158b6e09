import type { Clock } from '../clock.ts';
import type { SiteId } from '../ids.ts';

/** At most four a second: faster than the eye needs and slow enough for a window. */
const LIVE_PERIOD_MS = 250;

/** Gathers the readings of a moment into one `live` event a site: the first goes out at once, the next ones together. */
export const createLiveEvents = (clock: Clock, emit: (siteId: SiteId) => void) => {
  const sites = new Map<SiteId, { lastMs: number; cancel: (() => void) | null }>();
  return {
    mark: (siteId: SiteId): void => {
      const site = sites.get(siteId) ?? { lastMs: Number.NEGATIVE_INFINITY, cancel: null };
      sites.set(siteId, site);
      if (site.cancel) return;
      const fire = (): void => {
        site.cancel = null;
        site.lastMs = clock.monotonicMs();
        emit(siteId);
      };
      const waitMs = site.lastMs + LIVE_PERIOD_MS - clock.monotonicMs();
      if (waitMs <= 0) fire();
      else site.cancel = clock.after(waitMs, fire);
    },
    stop: (): void => {
      for (const site of sites.values()) site.cancel?.();
      sites.clear();
    },
  };
};
