import type { FeedConfig, FeedTopic } from '../../preload/contract/feeds.ts';
import type { SiteId } from '../ids.ts';

/** Topics whose rows are many numbers a step; they are kept packed. */
export type PackedTopic = Extract<FeedTopic, 'weather' | 'solar'>;

/** Equal steps without a hole from `startAt` on; NaN is unknown. Every column has `length` entries. */
export interface FeedTable {
  readonly startAt: number;
  readonly stepMs: number;
  readonly length: number;
  readonly columns: Readonly<Record<string, Float32Array>>;
}

/** One forecast as it was given. */
export interface FeedIssue extends FeedTable {
  readonly provider: string;
  /** When the provider made it. */
  readonly issuedAt: number;
  /** When it reached us: what was known at a moment are the issues fetched until then. */
  readonly fetchedAt: number;
  /** When the provider last said that it still holds. */
  readonly confirmedAt: number;
}

export interface FeedIssueRepository {
  put(siteId: SiteId, topic: PackedTopic, issue: FeedIssue): void;
  /** The newest issue of the provider was said to hold still. */
  confirm(siteId: SiteId, topic: PackedTopic, provider: string, at: number): void;
  /** Issues that say something of [from, to) and were fetched until `knownAt`, newest first. */
  overlapping(siteId: SiteId, topic: PackedTopic, from: number, to: number, knownAt: number): readonly FeedIssue[];
  /**
   * Keeps every issue of the last day; of older days the first in each six hours of a provider; of those older than two
   * weeks only the first 48 hours; nothing older than 400 days. Answers how many rows were removed.
   */
  thin(siteId: SiteId, now: number): number;
}

/** What is known of one past UTC day, from one provider. */
export interface FeedPastDay extends FeedTable {
  readonly provider: string;
  readonly updatedAt: number;
}

export interface FeedPastRepository {
  /** Rows replace what the provider said of the same steps; the other steps of the day stay. */
  put(siteId: SiteId, topic: PackedTopic, provider: string, table: FeedTable, now: number): void;
  range(siteId: SiteId, topic: PackedTopic, from: number, to: number): readonly FeedPastDay[];
}

export interface StoredFeedPrice {
  readonly provider: string;
  readonly kind: 'spot' | 'import' | 'export';
  readonly at: number;
  readonly stepMs: number;
  readonly perKwh: number;
  readonly currency: string;
  readonly fetchedAt: number;
}

export interface StoredCarbon {
  readonly provider: string;
  readonly kind: 'forecast' | 'measured';
  readonly at: number;
  readonly stepMs: number;
  readonly gPerKwh: number;
  readonly fetchedAt: number;
}

export interface StoredCommodity {
  readonly provider: string;
  readonly name: string;
  readonly at: number;
  readonly value: number;
  readonly unit: string;
  readonly fetchedAt: number;
}

/** Rows of one topic. A row replaces all that the same provider and kind said inside its interval. */
export interface FeedRowRepository<Row> {
  put(siteId: SiteId, rows: readonly Row[]): void;
  range(siteId: SiteId, from: number, to: number): readonly Row[];
}

/** What is remembered of one provider of one topic of one home. */
export interface FeedState {
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly askedAt: number | null;
  readonly okAt: number | null;
  readonly failedAt: number | null;
  readonly failureCode: string | null;
  /** One sentence. */
  readonly failure: string | null;
  /** In a row. */
  readonly failures: number;
  /** Not to be asked again before. Written before each call, so that a crash does not ask again at once. */
  readonly nextAt: number;
  /** End of the newest interval that is kept. */
  readonly newestAt: number | null;
  /** Rows left out since the beginning because they cannot be true. */
  readonly rejected: number;
}

export interface FeedStateRepository {
  get(siteId: SiteId, topic: FeedTopic, provider: string): FeedState | undefined;
  put(siteId: SiteId, topic: FeedTopic, provider: string, state: FeedState): void;
  forget(siteId: SiteId, topic: FeedTopic, provider: string): void;
}

export interface FeedCallRepository {
  /**
   * Counts a call before it is made, if every limit allows it: at most `calls` within any `perMs`. True when it may go.
   * What is stamped later than now (the clock was set back) counts as made now.
   */
  take(
    account: string,
    limits: readonly { readonly calls: number; readonly perMs: number }[],
    cost: number,
    now: number,
  ): boolean;
  /** Cost spent after `since`, what is stamped later than now included. */
  used(account: string, since: number): number;
  /** The first moment at or after `now` when `cost` fits into the limit again. */
  freeAt(account: string, limit: { readonly calls: number; readonly perMs: number }, cost: number, now: number): number;
  prune(before: number): number;
}

export interface FeedReject {
  readonly topic: FeedTopic;
  readonly provider: string;
  readonly foundAt: number;
  readonly reason: string;
  /** The row as JSON. */
  readonly row: string;
}

export interface FeedRejectRepository {
  /** Keeps the newest 500 of a home. */
  add(siteId: SiteId, rejects: readonly FeedReject[]): void;
  list(siteId: SiteId, limit: number): readonly FeedReject[];
}

export interface FeedConfigRepository {
  /** Undefined where nobody chose anything: the defaults hold. */
  get(siteId: SiteId): FeedConfig | undefined;
  put(siteId: SiteId, config: FeedConfig): void;
}

/** Everything that the feeds keep. */
export interface FeedRepositories {
  readonly issues: FeedIssueRepository;
  readonly past: FeedPastRepository;
  readonly prices: FeedRowRepository<StoredFeedPrice>;
  readonly carbon: FeedRowRepository<StoredCarbon>;
  readonly commodities: FeedRowRepository<StoredCommodity>;
  readonly state: FeedStateRepository;
  readonly calls: FeedCallRepository;
  readonly rejects: FeedRejectRepository;
  readonly config: FeedConfigRepository;
}
