import { onTestFinished } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { createFeeds } from '../../../main/feeds/feeds.ts';
import type { FeedProviders, Feeds } from '../../../main/feeds/service-types.ts';
import type { FeedProvider, FeedTopic, FeedWindow, WeatherRow } from '../../../main/feeds/types.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import type { HttpClient } from '../../../main/http/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { ok, type Result } from '../../../main/result.ts';
import type { SecretStore } from '../../../main/secrets.ts';
import type { Store } from '../../../main/store/types.ts';
import { NOW, tempStore } from '../store/temp-store.ts';

/** Secrets in memory. */
const memorySecrets = (kept = new Map<string, string>()): SecretStore => ({
  protection: 'In memory.',
  get: async (name) => ok(kept.get(name) ?? null),
  set: async (name, value) => {
    kept.set(name, value);
    return ok(undefined);
  },
  remove: async (name) => {
    kept.delete(name);
    return ok(undefined);
  },
});

const noProviders: FeedProviders = { weather: [], price: [], carbon: [], solar: [], commodity: [] };

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const weatherRow = (at: number, more: Partial<WeatherRow> = {}): WeatherRow => ({
  ...{ at, stepMs: HOUR, tempC: 10, cloudPct: 50, ghiWm2: null, dniWm2: null, dhiWm2: null, windMs: 3 },
  ...{ windFromDeg: 200, humidityPct: 70, pressureHpa: 1010, precipitationMm: 0, snowDepthM: null, ...more },
});

/** A provider whose answers the test decides; it counts its calls. */
export const scriptedProvider = <Topic extends FeedTopic>(
  topic: Topic,
  id: string,
  fetch: (window: FeedWindow, call: number) => ReturnType<FeedProvider<Topic>['fetch']>,
  more: Partial<FeedProvider<Topic>> = {},
): FeedProvider<Topic> & { readonly calls: readonly number[] } => {
  const calls: number[] = [];
  return {
    ...{ id, topic, label: id.toUpperCase(), attribution: { text: id, url: 'https://example.test/' } },
    ...{
      defaultBaseUrl: `https://${id}.example.test`,
      keyHelp: null,
      options: [],
      quota: [{ calls: 100, perMs: DAY }],
    },
    ...{ refreshMs: HOUR, refusal: () => null },
    ...more,
    calls,
    fetch: (window, _place, deps) => {
      calls.push(deps.clock.now());
      return fetch(window, calls.length);
    },
  };
};

/** A good answer with one row an hour over the window. */
export const wholeWindow =
  (more: Partial<WeatherRow> = {}) =>
  async ({ from, to }: FeedWindow) => {
    const first = Math.ceil(from / HOUR) * HOUR;
    const rows = Array.from({ length: Math.floor((to - first) / HOUR) }, (_, hour) =>
      weatherRow(first + hour * HOUR, more),
    );
    const validators = { etag: null, lastModified: null };
    return ok({ rows, issuedAt: null, validators, expiresAt: null, unchanged: false, rejected: 0 });
  };

export interface FeedHouse {
  readonly feeds: Feeds;
  readonly store: Store;
  readonly clock: ReplayClock;
  readonly heard: { siteId: string; topic: string }[];
  readonly lines: readonly string[];
  readonly secrets: SecretStore;
  /** Ends this service and begins another over the same store: a restart. */
  restart(): Promise<Feeds>;
}

/** The feeds over a real store in a temporary folder, on a clock that the test moves. */
export const feedHouse = async (
  providers: Partial<FeedProviders>,
  options: {
    readonly start?: boolean;
    readonly secrets?: SecretStore;
    readonly now?: number;
    readonly wrap?: (http: HttpClient) => HttpClient;
  } = {},
): Promise<FeedHouse> => {
  const clock = replayClock(options.now ?? NOW);
  const { store } = await tempStore({ clock });
  const sink = memorySink();
  const log = createLog(sink, clock, { level: 'debug' });
  const bus = createEventBus((name, thrown) => log.error('A listener failed', { name, why: String(thrown) }));
  const heard: FeedHouse['heard'] = [];
  bus.on('feeds', (event) => void heard.push(event));
  const secrets = options.secrets ?? memorySecrets();
  const client = createHttpClient({ clock });
  const http = options.wrap?.(client) ?? client;
  const make = (): Feeds =>
    createFeeds({
      ...{
        store,
        bus,
        clock,
        log,
        secrets,
        http,
        userAgent: 'CommandCenter/1 test@example.test',
      },
      ...{ providers: { ...noProviders, ...providers }, sites: () => store.sites.list(), random: () => 0.5 },
    });
  let feeds = make();
  const ending = new AbortController();
  if (options.start !== false) feeds.start(ending.signal);
  onTestFinished(() => feeds.stop());
  return {
    ...{ store, clock, heard, lines: sink.lines, secrets },
    get feeds() {
      return feeds;
    },
    restart: async () => {
      await feeds.stop();
      feeds = make();
      feeds.start(ending.signal);
      return feeds;
    },
  };
};

export const goodValue = <Value>(result: Result<Value, { readonly code: string; readonly message: string }>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};
