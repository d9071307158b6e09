import type { SiteId } from '../ids.ts';
import { localDate } from '../zone.ts';
import { HOUR_MS } from './rolling.ts';
import type { Store } from './types.ts';

const DAY_MS = 24 * HOUR_MS;
const QUARTERS_KEPT_DAYS = 60;
const REPLIES_KEPT_MS = 2 * DAY_MS;
const WRITES_KEPT_MS = 32 * DAY_MS;
const QUALITY_KEPT_MS = 400 * DAY_MS;
const REJECTED_KEPT_MS = 7 * DAY_MS;
const FLOW_RUNS_KEPT_MS = 14 * DAY_MS;
const FORECASTS_KEPT_WHOLE_MS = 14 * DAY_MS;
const MODELLING_KEPT_MS = 400 * DAY_MS;
const FIRINGS_KEPT_MS = 90 * DAY_MS;
const RUNS_KEPT_MS = 90 * DAY_MS;
const MESSAGES_KEPT_MS = 90 * DAY_MS;
const ADVICE_KEPT_MS = 400 * DAY_MS;

/** What a clean-up took away. */
export interface CleanedUp {
  readonly readings: number;
  readonly quarters: number;
  readonly hours: number;
  readonly forecasts: number;
  readonly replies: number;
  readonly flowRuns: number;
  /** Actions that were made smaller, or whose wish had changed nothing. */
  readonly actions: number;
}

/**
 * Applies the retention of the settings: raw rows and hours by their limits, quarters after 60 days, forecasts older than
 * two weeks thinned to one a day, plans to one an hour after two days, flow runs after two weeks; days stay for good. Raw rows are shared by all sites, so the longest wish of any
 * site holds. Works in slices of an hour and lets the house breathe between them; ends early when the signal aborts.
 */
export const cleanUp = async (store: Store, now: number, signal: AbortSignal): Promise<CleanedUp> => {
  const sites = store.sites.list();
  const longest = (limitOf: (id: SiteId) => number): number => Math.max(0, ...sites.map((site) => limitOf(site.id)));
  const rawBefore = now - longest((id) => store.settings.get(id).rawRetentionHours) * HOUR_MS;
  const hoursBefore = now - longest((id) => store.settings.get(id).hourlyRetentionDays) * DAY_MS;
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  let readings = 0;
  while (sites.length > 0 && !signal.aborted) {
    const oldestAt = store.sizes().oldestReadingAt;
    if (oldestAt === null || oldestAt >= rawBefore) break;
    readings += store.readings.prune(Math.min(oldestAt + HOUR_MS, rawBefore));
    await breathe();
  }
  const quarters = sites.length > 0 ? store.rollups.prune('15min', now - QUARTERS_KEPT_DAYS * DAY_MS) : 0;
  await breathe();
  const hours = sites.length > 0 ? store.rollups.prune('hour', hoursBefore) : 0;
  let forecasts = 0;
  for (const site of sites) {
    await breathe();
    forecasts += store.forecasts.thin(site.id, site.timeZone, now, FORECASTS_KEPT_WHOLE_MS);
  }
  const replies = store.idempotency.prune(now - REPLIES_KEPT_MS);
  store.channelControl.pruneWrites(now - WRITES_KEPT_MS);
  store.dataQuality.prune(localDate(now - QUALITY_KEPT_MS, 'UTC'), now - REJECTED_KEPT_MS);
  store.modelling.prune(now - MODELLING_KEPT_MS);
  store.rules.pruneFirings(now - FIRINGS_KEPT_MS);
  store.workflows.prune(now - RUNS_KEPT_MS);
  store.messages.prune(now - MESSAGES_KEPT_MS);
  store.plans.thin(now);
  store.advice.prune(now - ADVICE_KEPT_MS);
  const flowRuns = store.flowRuns.prune(now - FLOW_RUNS_KEPT_MS);
  const actions = store.actions.thin(now);
  return { readings, quarters, hours, forecasts, replies, flowRuns, actions };
};
