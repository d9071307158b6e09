import type { Site } from '../../preload/contract/site.ts';
import type { SiteId } from '../ids.ts';
import type { FeedState } from '../store/feed-types.ts';
import { addLocalDays } from '../zone.ts';
import type { Asked, Asking } from './asking.ts';
import type { FeedsDeps } from './service-types.ts';
import { chainsOf, type Source, sourcesOf } from './sources.ts';
import type { FeedProvider, FeedTopic, FeedWindow } from './types.ts';
import { LONGEST_WAIT_MS } from './waits.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The span that a topic keeps up: a little past, so that late data arrive, and as far ahead as plans look. */
const windowOf = (topic: FeedTopic, site: Pick<Site, 'timeZone'>, now: number): FeedWindow => {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  switch (topic) {
    case 'weather':
      return { from: hour - 2 * DAY_MS, to: hour + 7 * DAY_MS };
    case 'price':
      return { from: addLocalDays(now, -1, site.timeZone), to: addLocalDays(now, 3, site.timeZone) };
    case 'carbon':
      return { from: hour - DAY_MS, to: hour + 2 * DAY_MS };
    case 'solar':
      return { from: hour, to: hour + 4 * DAY_MS };
    case 'commodity':
      return { from: hour - 30 * DAY_MS, to: hour + DAY_MS };
  }
};

/** How long a provider's data count as fresh while it answers well. */
export const staleAfterMs = (provider: Pick<FeedProvider, 'refreshMs'>): number =>
  Math.max(3 * HOUR_MS, 3 * provider.refreshMs);

/** It answered well, and nothing that it should have given since is missing. */
export const isHealthy = (
  provider: Pick<FeedProvider, 'refreshMs'>,
  state: FeedState | undefined,
  now: number,
): boolean =>
  state !== undefined &&
  state.failures === 0 &&
  state.okAt !== null &&
  state.okAt <= now + HOUR_MS &&
  (now <= state.nextAt + HOUR_MS || now - state.okAt <= staleAfterMs(provider));

/** No wait is that long: the clock was ahead when it was written. */
const isFromAhead = (at: number, now: number): boolean => at > now + LONGEST_WAIT_MS + HOUR_MS;

export interface Chain {
  /** Asks who is due, in order, until one serves. Two callers at once share one round. */
  serve(site: Site, topic: FeedTopic, signal: AbortSignal): Promise<readonly Asked[]>;
  /** When the topic is worth another round. */
  dueAt(siteId: SiteId, topic: FeedTopic): number;
  /** Forgets what is only in memory, so that a changed configuration is asked at once. */
  forget(siteId: SiteId, topic: FeedTopic): void;
}

export const createChain = (deps: FeedsDeps, asking: Asking): Chain => {
  const { store, clock, bus } = deps;
  /** Sooner tries and waits for quota; both are only for the living process. */
  const soonerAt = new Map<string, number>();
  const roundAt = new Map<string, number>();
  const rounds = new Map<string, Promise<readonly Asked[]>>();
  const nameOf = (...parts: readonly string[]): string => parts.join(' ');

  const askAt = (siteId: SiteId, topic: FeedTopic, id: string, state: FeedState | undefined, now: number): number => {
    const at = soonerAt.get(nameOf(siteId, topic, id)) ?? state?.nextAt ?? now;
    return isFromAhead(at, now) ? now : at;
  };

  /** Walks one chain; answers what was asked and when it is worth walking it again. */
  const walk = async <Topic extends FeedTopic>(
    chain: readonly Source<Topic>[],
    topic: Topic,
    site: Site,
    signal: AbortSignal,
  ): Promise<{ readonly asked: readonly Asked[]; readonly nextAt: number }> => {
    const asked: Asked[] = [];
    let nextAt = Number.POSITIVE_INFINITY;
    for (const source of chain) {
      if (signal.aborted) break;
      const { provider } = source;
      const name = nameOf(site.id, topic, provider.id);
      const stateOf = (): FeedState | undefined => store.feeds.state.get(site.id, topic, provider.id);
      if (askAt(site.id, topic, provider.id, stateOf(), clock.now()) <= clock.now()) {
        soonerAt.delete(name);
        const outcome = await asking.ask(topic, site, source, windowOf(topic, site, clock.now()), signal);
        asked.push(outcome);
        const now = clock.now();
        if (outcome.kind === 'failed' && outcome.quickMs !== null) soonerAt.set(name, now + outcome.quickMs);
        if (outcome.kind === 'no-budget') soonerAt.set(name, outcome.freeAt);
        if (outcome.kind === 'answered' && outcome.rows > 0) bus.emit('feeds', { siteId: site.id, topic, at: now });
      }
      const state = stateOf();
      nextAt = Math.min(nextAt, askAt(site.id, topic, provider.id, state, clock.now()));
      if (isHealthy(provider, state, clock.now())) break;
    }
    return { asked, nextAt };
  };

  const round = async <Topic extends FeedTopic>(
    site: Site,
    topic: Topic,
    signal: AbortSignal,
  ): Promise<readonly Asked[]> => {
    const chains = chainsOf(topic, await sourcesOf(deps, site, topic));
    const asked: Asked[] = [];
    let nextAt = clock.now() + HOUR_MS; // Nobody to ask: looked at again in case a key is readable by then.
    for (const chain of chains) {
      const walked = await walk(chain, topic, site, signal);
      asked.push(...walked.asked);
      nextAt = Math.min(nextAt, walked.nextAt);
    }
    roundAt.set(nameOf(site.id, topic), nextAt);
    return asked;
  };

  return {
    serve: (site, topic, signal) => {
      const name = nameOf(site.id, topic);
      const running = rounds.get(name);
      if (running !== undefined) return running;
      const started = round(site, topic, signal).finally(() => rounds.delete(name));
      rounds.set(name, started);
      return started;
    },
    dueAt: (siteId, topic) => {
      const name = nameOf(siteId, topic);
      if (rounds.has(name)) return Number.POSITIVE_INFINITY;
      const at = roundAt.get(name) ?? Number.NEGATIVE_INFINITY;
      return isFromAhead(at, clock.now()) ? Number.NEGATIVE_INFINITY : at;
    },
    forget: (siteId, topic) => {
      const name = nameOf(siteId, topic);
      roundAt.delete(name);
      for (const each of [...soonerAt.keys()]) if (each.startsWith(`${name} `)) soonerAt.delete(each);
    },
  };
};
