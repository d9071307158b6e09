import type { BackfillStatus, FeedStatus, FeedTopicStatus } from '../../preload/contract/feeds.ts';
import type { Site } from '../../preload/contract/site.ts';
import { isHealthy } from './chain.ts';
import type { Feeds, FeedsDeps } from './service-types.ts';
import { chosenSources, FEED_TOPICS, type Source, sourcesOf } from './sources.ts';
import type { FeedTopic } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const NOUNS: Readonly<Record<FeedTopic, string>> = {
  weather: 'Weather',
  price: 'Prices',
  carbon: 'Carbon intensity',
  solar: 'The solar service',
  commodity: 'Commodity series',
};

/** "5 minutes", "3 hours", "2 days": for sentences. */
export const spanWords = (spanMs: number): string => {
  const [count, unit] =
    spanMs < 2 * HOUR_MS
      ? [Math.round(spanMs / MINUTE_MS), 'minute']
      : spanMs < 48 * HOUR_MS
        ? [Math.round(spanMs / HOUR_MS), 'hour']
        : [Math.round(spanMs / (24 * HOUR_MS)), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};

export const createStatus = (deps: FeedsDeps, reading: Pick<Feeds, 'weatherFor' | 'pricesFor'>) => {
  const { store, clock } = deps;

  const topicStatus = async <Topic extends FeedTopic>(site: Site, topic: Topic): Promise<FeedTopicStatus> => {
    const now = clock.now();
    const sources: readonly Source<Topic>[] = await sourcesOf(deps, site, topic);
    const stateOf = ({ provider }: Source<Topic>) => store.feeds.state.get(site.id, topic, provider.id);
    const able = sources.filter((source) => source.refusal === null && source.provider.role !== 'history');
    const isSource = (source: Source<Topic>): boolean => (source.provider.role ?? 'source') === 'source';
    const healthy = able.find((source) => isSource(source) && isHealthy(source.provider, stateOf(source), now));
    /** Nobody answers well: whose last good values reach into the present serves until they end. */
    const last = able
      .filter((source) => (stateOf(source)?.newestAt ?? 0) > now)
      .sort((a, b) => (stateOf(b)?.okAt ?? 0) - (stateOf(a)?.okAt ?? 0))[0];
    const serving = healthy ?? last;
    const okAt = serving ? (stateOf(serving)?.okAt ?? null) : null;
    const ageMs = okAt === null ? null : Math.max(0, now - okAt);
    const assumed =
      (topic === 'weather' && reading.weatherFor(site.id, now, now + HOUR_MS).some((row) => row.assumed)) ||
      (topic === 'price' && reading.pricesFor(site.id, now, now + HOUR_MS).some((row) => row.assumed));
    const nextAskAt = able.reduce<number | null>((soonest, source) => {
      const at = Math.max(stateOf(source)?.nextAt ?? now, now);
      return soonest === null || at < soonest ? at : soonest;
    }, null);
    const noun = NOUNS[topic];
    const sentence = (): string => {
      if (assumed)
        return topic === 'weather'
          ? `${noun}: nobody answers; clear sky and what is usual here stand in, marked as assumed.`
          : `${noun}: nobody answers; last week's prices of the same weekday stand in, marked as assumed.`;
      if (able.length === 0)
        return `${noun}: no provider can serve this home${sources[0]?.refusal ? ` (${sources[0].refusal})` : ''}.`;
      if (serving === undefined || ageMs === null) return `${noun}: nothing has come yet from anyone.`;
      const first = able.find(isSource);
      const stands =
        serving !== first && first !== undefined ? `, because ${first.provider.label} does not answer` : '';
      return `${noun}: ${serving.provider.label}, ${spanWords(ageMs)} old${healthy ? stands : ', kept until its end'}.`;
    };
    return {
      topic,
      servedBy: serving?.provider.id ?? null,
      ageMs,
      nextAskAt,
      assumed,
      sentence: sentence(),
      providers: sources.map((source) => {
        const state = stateOf(source);
        const { provider, refusal, account } = source;
        const isServing =
          source === serving || (refusal === null && !isSource(source) && isHealthy(provider, state, now));
        return {
          provider: provider.id,
          label: provider.label,
          state:
            refusal !== null ? 'refused' : isServing ? 'serving' : (state?.failures ?? 0) > 0 ? 'waiting' : 'standby',
          refusal,
          okAt: state?.okAt ?? null,
          nextAskAt: state === undefined || refusal !== null ? null : Math.max(0, state.nextAt),
          newestAt: state?.newestAt ?? null,
          failedAt: state?.failedAt ?? null,
          failure: state?.failure ?? null,
          failures: state?.failures ?? 0,
          rejected: state?.rejected ?? 0,
          quota: provider.quota.map(({ calls, perMs }) => {
            const used = store.feeds.calls.used(account, now - perMs);
            return { calls, perMs, used, left: Math.max(0, calls - used) };
          }),
          attribution: { ...provider.attribution },
        };
      }),
    };
  };

  return async (site: Site, backfill: BackfillStatus | null): Promise<FeedStatus> => {
    const topics: FeedTopicStatus[] = [];
    // A topic that a person emptied, and commodities without a provider, are nothing to report.
    for (const topic of FEED_TOPICS)
      if (chosenSources(deps, site.id, topic).sources.length > 0) topics.push(await topicStatus(site, topic));
    const rejects = store.feeds.rejects.list(site.id, 20).map(({ row: _row, ...rest }) => rest);
    return { siteId: site.id, topics, backfill, rejects };
  };
};
