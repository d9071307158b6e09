import type {
  FeedConfigView,
  FeedProviderView,
  FeedSource,
  FeedStatus,
  WeatherPoint,
} from '../../preload/contract/feeds.ts';
import type { Site } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { HttpClient } from '../http/types.ts';
import type { SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Result } from '../result.ts';
import type { SecretStore } from '../secrets.ts';
import type { StoredCarbon, StoredCommodity } from '../store/feed-types.ts';
import type { Store } from '../store/types.ts';
import type { FeedProvider, FeedTopic, MarketPriceRow, SolarServiceRow, WeatherRow } from './types.ts';

/** All providers that there are, a topic each in the order in which a new home asks them. */
export type FeedProviders = { readonly [Topic in FeedTopic]: readonly FeedProvider<Topic>[] };

export interface FeedsDeps {
  readonly store: Store;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: SecretStore;
  readonly http: HttpClient;
  readonly userAgent: string;
  readonly providers: FeedProviders;
  /** Homes whose feeds are kept up: no demo, and only where a person let them be asked. */
  sites(): readonly Site[];
  /** 0 to below 1; for jitter. */
  random(): number;
}

export type WeatherForRow = WeatherPoint;

export interface PriceForRow extends MarketPriceRow {
  readonly provider: string;
  /** Last week's price of the same weekday stands in: never for orders that cannot be taken back. */
  readonly assumed: boolean;
  /** Another provider than most of this local day. */
  readonly mixed: boolean;
}

export interface SolarServiceForRow extends SolarServiceRow {
  readonly provider: string;
  readonly issuedAt: number;
}

/** One forecast of weather as it was given, for training with what was known then. */
export interface WeatherIssue {
  readonly provider: string;
  readonly issuedAt: number;
  /** When it was here: nothing of it was known before. */
  readonly knownAt: number;
  readonly rows: readonly WeatherRow[];
}

export interface BackfillWish {
  readonly siteId: SiteId;
  readonly topics: readonly FeedTopic[];
  readonly years: number;
  readonly signal: AbortSignal;
  /** One sentence with numbers. */
  onProgress(sentence: string): void;
}

export interface Feeds {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  /**
   * One row a step, ascending, without overlap; holes are missing. `knownAt`: only what had reached us by then, without
   * assumptions. Otherwise hours to come of which nobody says anything are assumed where the home has history.
   */
  weatherFor(siteId: SiteId, from: number, to: number, knownAt?: number): readonly WeatherForRow[];
  /** The forecasts that were kept of [from, to), newest first. */
  weatherIssues(siteId: SiteId, from: number, to: number): readonly WeatherIssue[];
  /** All kinds, each ascending and without overlap. */
  pricesFor(siteId: SiteId, from: number, to: number): readonly PriceForRow[];
  carbonFor(siteId: SiteId, from: number, to: number): readonly StoredCarbon[];
  solarServiceFor(siteId: SiteId, from: number, to: number, knownAt?: number): readonly SolarServiceForRow[];
  commoditiesFor(siteId: SiteId, from: number, to: number): readonly StoredCommodity[];
  status(siteId: SiteId): Promise<Result<FeedStatus>>;
  config(siteId: SiteId): Promise<Result<FeedConfigView>>;
  configure(input: {
    readonly siteId: SiteId;
    readonly topic: FeedTopic;
    readonly sources: readonly (FeedSource & { readonly key?: string | null | undefined })[] | null;
    readonly who: string;
  }): Promise<Result<void>>;
  providers(): readonly FeedProviderView[];
  /** Asks whoever may be asked now; one sentence a topic. */
  refresh(siteId: SiteId, topic: FeedTopic | null): Promise<Result<readonly string[]>>;
  /** Collects the past; answers a report. What is stored already is not asked for again, so it goes on where it ended. */
  backfill(wish: BackfillWish): Promise<Result<string>>;
  /** The same in the background, shown by `status`. */
  startBackfill(siteId: SiteId, topics: readonly FeedTopic[], years: number): Result<void>;
  cancelBackfill(siteId: SiteId): void;
}
