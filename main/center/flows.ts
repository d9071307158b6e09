import type { Clock } from '../clock.ts';
import type { Feeds } from '../feeds/service-types.ts';
import { adviceFlows } from '../flows/advice-flows.ts';
import { foundationFlows } from '../flows/definitions.ts';
import { feedFlows } from '../flows/feed-flows.ts';
import { policyFlow } from '../flows/policy-flow.ts';
import type { FlowContext, FlowDefinition } from '../flows/types.ts';
import type { SiteId } from '../ids.ts';
import { searchOfNight } from '../learning/search-turn.ts';
import type { Learning } from '../learning/types.ts';
import type { Advice } from '../planning/advice/types.ts';
import type { LearntPolicies } from '../planning/learnt/types.ts';
import { ok, type Result } from '../result.ts';
import { cleanUp } from '../store/clean-up.ts';
import type { Store } from '../store/types.ts';

const SEARCH_TRIALS = 50;
const SEARCH_BUDGET_MS = 60 * 60_000;

/** What the flows of every home do, in the words of their reports. */
export const flowsOf = (deps: {
  readonly store: Store;
  readonly learning: Learning;
  readonly clock: Clock;
  readonly feeds: Pick<Feeds, 'backfill'>;
  readonly advice: Pick<Advice, 'savings' | 'recommendations'>;
  readonly learntPolicy: Pick<LearntPolicies, 'train'>;
  /** Looks for what people do by hand again and again. */
  habits(siteId: SiteId): Result<string>;
}): readonly FlowDefinition[] => {
  const { store, learning, clock, feeds, advice } = deps;
  const zoneOf = (context: Pick<FlowContext, 'siteId'>): string => store.sites.get(context.siteId)?.timeZone ?? 'UTC';

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
      if (!learning.kinds(context.siteId).includes(kind)) return ok('This home has nothing of the kind.');
      const report = await learning.trainings.train(context.siteId, kind, {
        signal: context.signal,
        onProgress: (_share, sentence) => context.progress(sentence),
      });
      if (report.ok) return ok(report.value.sentence);
      // A young home is no failure: there is nothing to repair, and nothing to try again tonight.
      return report.error.code === 'learning.too-little' ? ok(report.error.message) : report;
    },
    battery: (context) => learning.batteries.check(context.siteId, context.signal),
    habits: async ({ siteId }) => deps.habits(siteId),
    decisions: (context) => learning.decisions.learn(context.siteId, context.signal),
    drift: (context) => learning.monitoring.check(context.siteId, context.signal),
    search: ({ siteId, signal, progress }) => {
      const { kind, begins } = searchOfNight(learning.kinds(siteId), clock.now(), zoneOf({ siteId }));
      return learning.searches.run(siteId, kind, {
        signal,
        onProgress: (_share, sentence) => progress(sentence),
        trials: SEARCH_TRIALS,
        budgetMs: SEARCH_BUDGET_MS,
        onlyGoOn: !begins,
      });
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
  const ofAdvice = adviceFlows({
    settleAdvice: async ({ siteId }) => {
      const settled = advice.recommendations.settle(siteId);
      return ok(settled === 0 ? 'Nothing to look back on.' : `${settled} recommendations were followed and judged.`);
    },
    findAdvice: async ({ siteId }) => {
      const found = await advice.recommendations.find(siteId);
      // A home that lacks a forecast or a price gets no advice; that is told elsewhere and is no failure of the night.
      return ok(found.ok ? found.value.sentence : `No advice: ${found.error.message} ${found.error.advice}`);
    },
    savings: async (context) => {
      // After a start the last quarters of yesterday may not be summed up yet.
      store.rollups.roll(context.siteId, zoneOf(context), clock.now());
      return advice.savings.work(context.siteId, context.signal);
    },
  });
  const ofPolicy = policyFlow(async ({ siteId, signal, progress }) => {
    const done = await deps.learntPolicy.train(siteId, {
      signal,
      onProgress: (_share, sentence) => progress(sentence),
    });
    // A young home, or one without a battery, is no failure.
    const nothing = !done.ok && (done.error.code === 'policy.too-little' || done.error.code === 'policy.no-battery');
    return nothing ? ok(done.error.message) : done;
  });
  return [...ofTheHouse, ...ofTheFeeds, ...ofAdvice, ofPolicy];
};
