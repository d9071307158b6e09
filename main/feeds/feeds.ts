import type { BackfillStatus } from '../../preload/contract/feeds.ts';
import type { Site } from '../../preload/contract/site.ts';
import type { SiteId } from '../ids.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import { type Asked, createAsking } from './asking.ts';
import { createBackfill } from './backfill.ts';
import { createChain } from './chain.ts';
import { createConfiguring } from './configuring.ts';
import { createCarbonReading, createSolarReading } from './plain-reading.ts';
import { createPriceReading } from './price-reading.ts';
import type { Feeds, FeedsDeps } from './service-types.ts';
import { FEED_TOPICS } from './sources.ts';
import { createStatus, spanWords } from './status.ts';
import type { FeedTopic } from './types.ts';
import { createWeatherReading } from './weather-reading.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
/** The schedule is looked at so often at least: the wall clock may jump while a timer runs. */
const LONGEST_NAP_MS = 60 * SECOND_MS;
const THIN_EVERY_MS = 6 * HOUR_MS;
const CALLS_KEPT_MS = 40 * 24 * HOUR_MS;
const OFFSET_NAME = 'feeds.offset';

/** A number from 0 to below 1 that belongs to this installation, so that not all homes ask at the same second. */
const installationOf = ({ store, random }: FeedsDeps): number => {
  const kept = Number(store.state.get(OFFSET_NAME) ?? Number.NaN);
  if (kept >= 0 && kept < 1) return kept;
  const made = random();
  store.state.set(OFFSET_NAME, String(made));
  return made;
};

const sentenceOf = (topic: FeedTopic, asked: readonly Asked[], now: number): string => {
  if (asked.length === 0) return `${topic}: nothing is due; what is there still holds or its provider asked to wait.`;
  const words = asked.map((each) =>
    each.kind === 'answered'
      ? `${each.rows} rows came`
      : each.kind === 'failed'
        ? each.failure.message
        : `the quota is used up for ${spanWords(Math.max(60_000, each.freeAt - now))}`,
  );
  return `${topic}: ${words.join('; ')}${words.at(-1)?.endsWith('.') ? '' : '.'}`;
};

/** Keeps up what the outside world says, a chain of providers a topic, and answers who asks for it. */
export const createFeeds = (input: FeedsDeps): Feeds => {
  const deps: FeedsDeps = { ...input, log: input.log.room('feeds') };
  const { store, clock, log, bus, sites } = deps;
  const asking = createAsking(deps, installationOf(deps));
  const chain = createChain(deps, asking);
  const weather = createWeatherReading(deps);
  const prices = createPriceReading(deps);
  const carbon = createCarbonReading(deps);
  const solar = createSolarReading(deps);
  const configuring = createConfiguring(deps);
  const collect = createBackfill(deps, asking);
  const backfills = new Map<SiteId, { readonly end: AbortController; status: BackfillStatus }>();
  const inFlight = new Set<Promise<unknown>>();
  let ending = new AbortController();
  let running = false;
  let cancelTimer = (): void => undefined;
  let thinnedAt = Number.NEGATIVE_INFINITY;

  const siteOf = (siteId: SiteId): Site | undefined => store.sites.get(siteId);
  const noSite = () => permanent('site.unknown', 'There is no such home.', 'Open a home that exists.');
  /** Work that `stop` waits for; a failure inside is a bug, told and counted by the log, and ends nothing else. */
  const track = (work: Promise<unknown>): void => {
    const tracked = work.catch((thrown: unknown) => log.error('The feeds failed inside.', { why: messageOf(thrown) }));
    inFlight.add(tracked);
    void tracked.finally(() => inFlight.delete(tracked));
  };

  const tidy = (now: number): void => {
    if (Math.abs(now - thinnedAt) < THIN_EVERY_MS) return;
    thinnedAt = now;
    for (const site of sites()) store.feeds.issues.thin(site.id, now);
    store.feeds.calls.prune(now - CALLS_KEPT_MS);
  };

  const tick = (): void => {
    cancelTimer();
    if (!running) return;
    let nextAt = clock.now() + LONGEST_NAP_MS;
    try {
      tidy(clock.now());
      for (const site of sites())
        for (const topic of FEED_TOPICS) {
          const dueAt = chain.dueAt(site.id, topic);
          if (dueAt <= clock.now()) track(chain.serve(site, topic, ending.signal).finally(tick));
          else nextAt = Math.min(nextAt, dueAt);
        }
    } catch (thrown) {
      log.error('The feeds could not be looked at.', { why: messageOf(thrown) });
    }
    cancelTimer(); // A round that ended at once has set its own.
    cancelTimer = clock.after(Math.max(SECOND_MS, nextAt - clock.now()), tick);
  };

  const weatherFor: Feeds['weatherFor'] = (siteId, from, to, knownAt) => {
    const site = siteOf(siteId);
    return site ? weather.weatherFor(site, from, to, knownAt) : [];
  };
  const pricesFor: Feeds['pricesFor'] = (siteId, from, to) => {
    const site = siteOf(siteId);
    return site ? prices(site, from, to) : [];
  };
  const status = createStatus(deps, { weatherFor, pricesFor });

  const backfill: Feeds['backfill'] = async ({ siteId, topics, years, signal, onProgress }) => {
    const site = siteOf(siteId);
    if (!site) return noSite();
    if (backfills.get(siteId)?.status.running)
      return permanent('feed.busy', 'The past is already being collected.', 'Wait for it, or end it first.');
    const end = new AbortController();
    const onEnd = (): void => end.abort();
    const entry = { end, status: { running: true, done: 0, total: 0, sentence: 'Collecting the past has begun.' } };
    backfills.set(siteId, entry);
    for (const each of [signal, ending.signal]) {
      each.addEventListener('abort', onEnd, { once: true });
      if (each.aborted) end.abort();
    }
    try {
      const report = await collect(site, topics, years, end.signal, ({ done, total }, sentence) => {
        entry.status = { running: true, done, total, sentence };
        onProgress(sentence);
      });
      entry.status = { ...entry.status, sentence: report.ok ? report.value : report.error.message };
      return report;
    } finally {
      entry.status = { ...entry.status, running: false };
      for (const each of [signal, ending.signal]) each.removeEventListener('abort', onEnd);
      bus.emit('feeds', { siteId, topic: topics[0] ?? 'weather', at: clock.now() });
    }
  };

  return {
    start: (signal) => {
      if (running || signal.aborted) return;
      ending = new AbortController();
      running = true;
      const onAbort = (): void => {
        running = false;
        cancelTimer();
        ending.abort();
      };
      signal.addEventListener('abort', onAbort, { once: true, signal: ending.signal });
      tick();
    },
    stop: async () => {
      running = false;
      cancelTimer();
      ending.abort();
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
    weatherFor,
    weatherIssues: (siteId, from, to) => {
      const site = siteOf(siteId);
      return site ? weather.weatherIssues(site, from, to) : [];
    },
    pricesFor,
    carbonFor: (siteId, from, to) => {
      const site = siteOf(siteId);
      return site ? carbon(site, from, to) : [];
    },
    solarServiceFor: (siteId, from, to, knownAt) => {
      const site = siteOf(siteId);
      return site ? solar(site, from, to, knownAt) : [];
    },
    commoditiesFor: (siteId, from, to) => store.feeds.commodities.range(siteId, from, to),
    status: async (siteId) => {
      const site = siteOf(siteId);
      return site ? ok(await status(site, backfills.get(siteId)?.status ?? null)) : noSite();
    },
    config: async (siteId) => {
      const site = siteOf(siteId);
      return site ? configuring.view(site) : noSite();
    },
    configure: async (wish) => {
      if (!siteOf(wish.siteId)) return noSite();
      const configured = await configuring.configure(wish);
      if (!configured.ok) return configured;
      chain.forget(wish.siteId, wish.topic);
      bus.emit('feeds', { siteId: wish.siteId, topic: wish.topic, at: clock.now() });
      tick();
      return configured;
    },
    providers: configuring.providerViews,
    refresh: async (siteId, topic): Promise<Result<readonly string[]>> => {
      const site = siteOf(siteId);
      if (!site) return noSite();
      const sentences: string[] = [];
      for (const each of topic === null ? FEED_TOPICS : [topic])
        sentences.push(sentenceOf(each, await chain.serve(site, each, ending.signal), clock.now()));
      tick();
      return ok(sentences);
    },
    backfill,
    startBackfill: (siteId, topics, years) => {
      if (!siteOf(siteId)) return noSite();
      if (backfills.get(siteId)?.status.running)
        return permanent('feed.busy', 'The past is already being collected.', 'Wait for it, or end it first.');
      const never = new AbortController();
      track(backfill({ siteId, topics, years, signal: never.signal, onProgress: () => undefined }));
      return ok(undefined);
    },
    cancelBackfill: (siteId) => backfills.get(siteId)?.end.abort(),
  };
};
