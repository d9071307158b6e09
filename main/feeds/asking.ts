import type { Site } from '../../preload/contract/site.ts';
import { type Failure, messageOf, type Result, temporary } from '../result.ts';
import type { FeedState } from '../store/feed-types.ts';
import { KEEPERS, newestOf } from './keeping.ts';
import { countQuality } from './quality.ts';
import { checkRows } from './ranges.ts';
import type { FeedsDeps } from './service-types.ts';
import type { Source } from './sources.ts';
import type { FeedRows, FeedTopic, FeedWindow, Fetched } from './types.ts';
import { guardMs, nextAfterAnswer, quickRetryMs, shareOf, tickAfterFailure } from './waits.ts';

/** Longer than any provider's own time-out: a provider that never comes back must not hold its topic for good. */
const LONGEST_CALL_MS = 120_000;

export type Asked =
  | { readonly kind: 'answered'; readonly rows: number }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly quickMs: number | null }
  | { readonly kind: 'no-budget'; readonly freeAt: number };

/** A provider that was never asked. */
const NEVER_ASKED: FeedState = {
  etag: null,
  lastModified: null,
  askedAt: null,
  okAt: null,
  failedAt: null,
  failureCode: null,
  failure: null,
  failures: 0,
  nextAt: 0,
  newestAt: null,
  rejected: 0,
};

export interface Asking {
  /** Asks once, within the quota, and keeps what comes. The call and its consequences are written down before it is made. */
  ask<Topic extends FeedTopic>(
    topic: Topic,
    site: Site,
    source: Source<Topic>,
    window: FeedWindow,
    signal: AbortSignal,
  ): Promise<Asked>;
  /** The past for training: the same care, but it never touches the schedule and leaves a fifth of the quota alone. */
  askPast<Topic extends FeedTopic>(
    topic: Topic,
    site: Site,
    source: Source<Topic>,
    window: FeedWindow,
    signal: AbortSignal,
  ): Promise<Asked>;
  /** The first moment when the quota lets this window through again. */
  freeAt<Topic extends FeedTopic>(source: Source<Topic>, window: FeedWindow, share: number): number;
}

const PAST_SHARE = 0.8;
/** So large a share of untrue rows means a wrong unit or shifted times: then those that look right are wrong too. */
const UNTRUSTED_SHARE = 0.2;

export const createAsking = (deps: FeedsDeps, installation: number): Asking => {
  const { store, clock, log, http, userAgent, random } = deps;
  const feeds = store.feeds;

  const limitsOf = <Topic extends FeedTopic>({ provider }: Source<Topic>, share: number) =>
    provider.quota.map(({ calls, perMs }) => ({ calls: Math.max(1, Math.floor(calls * share)), perMs }));
  const costOf = <Topic extends FeedTopic>({ provider, place }: Source<Topic>, window: FeedWindow): number =>
    Math.max(1, Math.ceil(provider.cost?.(window, place) ?? 1));
  const freeAt: Asking['freeAt'] = (source, window, share) =>
    Math.max(
      ...limitsOf(source, share).map((limit) =>
        feeds.calls.freeAt(source.account, limit, costOf(source, window), clock.now()),
      ),
      clock.now(),
    );

  /** One call; whatever the provider throws is a bug of that provider alone. */
  const fetch = async <Topic extends FeedTopic>(
    source: Source<Topic>,
    window: FeedWindow,
    state: FeedState,
    signal: AbortSignal,
  ): Promise<Result<Fetched<FeedRows[Topic]>>> => {
    const { provider, place } = source;
    const limit = new AbortController();
    const end = (): void => limit.abort();
    const cancelTimer = clock.after(LONGEST_CALL_MS, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const late = new Promise<Result<Fetched<FeedRows[Topic]>>>((resolve) => {
      limit.signal.addEventListener('abort', () =>
        resolve(
          signal.aborted
            ? temporary('feed.cancelled', `Asking ${provider.label} was ended.`, 'Nothing needs to be done.')
            : temporary('feed.timeout', `${provider.label} did not answer in time.`, 'It is asked again by itself.'),
        ),
      );
    });
    try {
      const validators = { etag: state.etag, lastModified: state.lastModified };
      const call = provider.fetch(window, place, { http, clock, userAgent }, validators, limit.signal);
      return await Promise.race([call, late]);
    } catch (thrown) {
      log.error('A provider failed inside.', { provider: provider.id, why: messageOf(thrown) });
      return temporary(
        'feed.bug',
        `What ${provider.label} sent could not be read.`,
        'Another provider serves meanwhile; report this.',
      );
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', end);
    }
  };

  /** Checks and keeps the rows; a failure where none of them can be true or there is none where there must be some. */
  const keep = <Topic extends FeedTopic>(
    topic: Topic,
    site: Site,
    source: Source<Topic>,
    fetched: Fetched<FeedRows[Topic]>,
  ): Result<{ readonly newestAt: number | null; readonly rows: number; readonly rejected: number }> => {
    const now = clock.now();
    const { provider } = source;
    const { good, bad } = checkRows(topic, fetched.rows, source.place);
    const rejected = bad.length + fetched.rejected;
    const untrue = (code: string, why: string): Result<never> => {
      // Nothing of such an answer is believed, also not what looks right.
      countQuality(store, site, provider.id, now, { rejected: fetched.rows.length + fetched.rejected });
      feeds.rejects.add(
        site.id,
        bad.slice(-20).map(({ row, reason }) => ({
          ...{ topic, provider: provider.id, foundAt: now, reason, row: JSON.stringify(row) },
        })),
      );
      return temporary(
        code,
        `${provider.label} ${why}.`,
        'Another provider serves meanwhile; it is asked again later.',
      );
    };
    const offered = good.length + bad.length;
    if (bad.length > 0 && bad.length >= offered * UNTRUSTED_SHARE)
      return untrue(
        'feed.untrue',
        `sent ${bad.length} of ${offered} rows that cannot be true: ${bad[0]?.reason ?? ''}`,
      );
    const mayBeEmpty = topic === 'price' || topic === 'commodity';
    if (good.length === 0 && !fetched.unchanged && !mayBeEmpty) return untrue('feed.empty', 'sent no data at all');
    // An answer that rightly brings no row (unchanged, or not published yet) counts as one, as a missing one does.
    const believed = good.length > 0 || rejected > 0 ? good.length : 1;
    store.transaction(() => {
      countQuality(store, site, provider.id, now, { good: believed, rejected });
      const issuedAt = Math.min(fetched.issuedAt ?? now, now);
      if (good.length > 0) KEEPERS[topic](feeds, good, { siteId: site.id, provider: provider.id, issuedAt, now });
      else if (fetched.unchanged && (topic === 'weather' || topic === 'solar'))
        feeds.issues.confirm(site.id, topic, provider.id, now);
      feeds.rejects.add(
        site.id,
        bad.map(({ row, reason }) => ({
          topic,
          provider: provider.id,
          foundAt: now,
          reason,
          row: JSON.stringify(row),
        })),
      );
    });
    return { ok: true, value: { newestAt: newestOf(good), rows: good.length, rejected } };
  };

  const ask: Asking['ask'] = async (topic, site, source, window, signal) => {
    const { provider, place, account } = source;
    const askedAt = clock.now();
    const before = feeds.state.get(site.id, topic, provider.id) ?? NEVER_ASKED;
    const put = (state: FeedState): void => {
      if (store.sites.get(site.id) !== undefined) feeds.state.put(site.id, topic, provider.id, state);
    };
    const mayGo = store.transaction(() => {
      if (!feeds.calls.take(account, limitsOf(source, 1), costOf(source, window), askedAt)) return false;
      put({ ...before, askedAt, nextAt: askedAt + guardMs(provider.refreshMs) });
      return true;
    });
    if (!mayGo) return { kind: 'no-budget', freeAt: freeAt(source, window, 1) };
    const answer = await fetch(source, window, before, signal);
    if (store.sites.get(site.id) === undefined) return { kind: 'answered', rows: 0 }; // The home went meanwhile.
    const kept = answer.ok ? keep(topic, site, source, answer.value) : answer;
    const now = clock.now();
    if (kept.ok && answer.ok) {
      const newestAt = kept.value.newestAt ?? before.newestAt;
      put({
        ...before,
        ...answer.value.validators,
        askedAt,
        okAt: now,
        failures: 0,
        newestAt,
        rejected: before.rejected + kept.value.rejected,
        nextAt: nextAfterAnswer({
          now,
          refreshMs: provider.refreshMs,
          expiresAt: answer.value.expiresAt,
          publishedAt: provider.nextAt?.(now, newestAt, place) ?? null,
          share: shareOf(installation, `${site.id} ${provider.id}`),
        }),
      });
      return { kind: 'answered', rows: kept.value.rows };
    }
    const failure = kept.ok ? null : kept.error;
    if (failure === null) throw new Error('An answer was kept that never came.');
    // Ended by us: the guard that was written before the call stands, nothing else is known.
    if (failure.code === 'feed.cancelled') return { kind: 'failed', failure, quickMs: null };
    countQuality(store, site, provider.id, now, { missing: 1 });
    const failures = before.failures + 1;
    put({
      ...before,
      askedAt,
      failedAt: now,
      failureCode: failure.code,
      failure: failure.message,
      failures,
      nextAt: now + tickAfterFailure(failure, failures, provider.refreshMs, random()),
    });
    log.warn('A feed did not come.', { provider: provider.id, topic, why: failure.message, failures });
    return { kind: 'failed', failure, quickMs: quickRetryMs(failure, failures, random()) };
  };

  const askPast: Asking['askPast'] = async (topic, site, source, window, signal) => {
    const now = clock.now();
    if (!feeds.calls.take(source.account, limitsOf(source, PAST_SHARE), costOf(source, window), now))
      return { kind: 'no-budget', freeAt: freeAt(source, window, PAST_SHARE) };
    const answer = await fetch(source, window, NEVER_ASKED, signal);
    if (store.sites.get(site.id) === undefined) return { kind: 'answered', rows: 0 };
    const kept = answer.ok ? keep(topic, site, source, answer.value) : answer;
    if (kept.ok) return { kind: 'answered', rows: kept.value.rows };
    if (kept.error.code !== 'feed.cancelled')
      countQuality(store, site, source.provider.id, clock.now(), { missing: 1 });
    return { kind: 'failed', failure: kept.error, quickMs: null };
  };

  return { ask, askPast, freeAt };
};
