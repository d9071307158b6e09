import type { Clock } from '../clock.ts';
import type { Feeds } from '../feeds/service-types.ts';
import { foundationFlows } from '../flows/definitions.ts';
import { feedFlows } from '../flows/feed-flows.ts';
import type { FlowContext, FlowDefinition } from '../flows/types.ts';
import type { Learning } from '../learning/types.ts';
import { ok, type Result } from '../result.ts';
import { cleanUp } from '../store/clean-up.ts';
import type { Store } from '../store/types.ts';

/** What the flows of every home do, in the words of their reports. */
export const flowsOf = (deps: {
  readonly store: Store;
  readonly learning: Learning;
  readonly clock: Clock;
  readonly feeds: Pick<Feeds, 'backfill'>;
}): readonly FlowDefinition[] => {
  const { store, learning, clock, feeds } = deps;
  const zoneOf = (context: FlowContext): string => store.sites.get(context.siteId)?.timeZone ?? 'UTC';

  const ofTheHouse = foundationFlows({
    roll: async (context) => {
      const rows = store.rollups.roll(context.siteId, zoneOf(context), clock.now());
      return ok(rows === 0 ? 'Nothing new to sum up.' : `${rows} rows of 15 minutes, hours and days.`);
    },
    cleanUp: async (context) => {
      const removed = await cleanUp(store, clock.now(), context.signal);
      return ok(
        `Removed ${removed.readings} raw values, ${removed.quarters} quarters, ${removed.hours} hours and ${removed.forecasts} old forecasts.`,
      );
    },
    backup: async () => {
      const backup = await store.backup('daily', clock.now());
      return backup.ok
        ? ok(`${backup.value.file}, ${(backup.value.bytes / 1_000_000).toFixed(1)} MB, opened and checked.`)
        : backup;
    },
    features: (context) => learning.prepare(context.siteId, context.signal),
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
  const ofTheFeeds = feedFlows({
    collectPast: ({ siteId, signal, progress }) =>
      feeds.backfill({ siteId, topics: ['weather', 'price', 'carbon'], years: 1, signal, onProgress: progress }),
  });
  return [...ofTheHouse, ...ofTheFeeds];
};
