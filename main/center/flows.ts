import type { Clock } from '../clock.ts';
import { foundationFlows } from '../flows/definitions.ts';
import type { FlowContext, FlowDefinition } from '../flows/types.ts';
import type { Learning } from '../learning/types.ts';
import { ok, type Result } from '../result.ts';
import type { Store } from '../store/types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Quarters of an hour are for the last days on screen; hours carry the year. */
const QUARTERS_KEPT_DAYS = 35;
const ALL_FORECASTS_KEPT_DAYS = 14;
/** A repeated message is a matter of minutes; a day is more than any reconnect takes. */
const KEYS_KEPT_MS = DAY_MS;

/** What the flows of every home do, in the words of their reports. */
export const flowsOf = (deps: {
  readonly store: Store;
  readonly learning: Learning;
  readonly clock: Clock;
}): readonly FlowDefinition[] => {
  const { store, learning, clock } = deps;
  const zoneOf = (context: FlowContext): string => store.sites.get(context.siteId)?.timeZone ?? 'UTC';

  return foundationFlows({
    roll: async (context) => {
      const rows = store.rollups.roll(context.siteId, zoneOf(context), clock.now());
      return ok(rows === 0 ? 'Nothing new to sum up.' : `${rows} rows of 15 minutes, hours and days.`);
    },
    cleanUp: async (context) => {
      const now = clock.now();
      const settings = store.settings.get(context.siteId);
      const raw = store.readings.prune(now - settings.rawRetentionHours * HOUR_MS);
      const quarters = store.rollups.prune('15min', now - QUARTERS_KEPT_DAYS * DAY_MS);
      const hours = store.rollups.prune('hour', now - settings.hourlyRetentionDays * DAY_MS);
      const forecasts = store.forecasts.thin(context.siteId, zoneOf(context), now, ALL_FORECASTS_KEPT_DAYS * DAY_MS);
      store.idempotency.prune(now - KEYS_KEPT_MS);
      store.channelControl.pruneWrites(now - 2 * DAY_MS);
      return ok(`Removed ${raw} raw values, ${quarters} quarters, ${hours} hours and ${forecasts} old forecasts.`);
    },
    backup: async () => {
      const backup = await store.backup('daily', clock.now());
      return backup.ok
        ? ok(`${backup.value.file}, ${(backup.value.bytes / 1_000_000).toFixed(1)} MB, opened and checked.`)
        : backup;
    },
    train: async (kind, context): Promise<Result<string>> => {
      const report = await learning.train(context.siteId, kind, {
        signal: context.signal,
        onProgress: (_share, sentence) => context.progress(sentence),
      });
      return report.ok ? ok(report.value.sentence) : report;
    },
    forecast: async (context) => {
      const report = await learning.forecast(context.siteId, context.signal);
      return report.ok ? ok(report.value.sentences.join(' ')) : report;
    },
  });
};
