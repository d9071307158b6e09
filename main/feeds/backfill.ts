import type { Site } from '../../preload/contract/site.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Asking } from './asking.ts';
import type { FeedsDeps } from './service-types.ts';
import { createSlots } from './slots.ts';
import { type Source, sourcesOf } from './sources.ts';
import { spanWords } from './status.ts';
import { weatherRowsOf } from './tables.ts';
import type { FeedTopic, FeedWindow } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A chunk of which so much is stored is not asked for again. */
const COMPLETE = 0.97;
/** Waiting for quota within a run makes sense for minutes, not for days: the next run goes on where this one ended. */
const LONGEST_QUOTA_WAIT_MS = 10 * 60_000;
const PAUSE_MS = 1_000;

export interface BackfillCount {
  readonly done: number;
  readonly total: number;
}

interface Tally {
  asked: number;
  skipped: number;
  failed: number;
  rows: number;
  why: string | null;
}

/** Collects the past of a topic, newest first, from providers that have one, in pieces that they allow. */
export const createBackfill = (deps: FeedsDeps, asking: Asking) => {
  const { store, clock, bus } = deps;

  /** Share of a span that is stored, whoever gave it. */
  const coverageOf = (site: Site, topic: FeedTopic, { from, to }: FeedWindow): number => {
    const slots = createSlots(from, to);
    const rows =
      topic === 'weather'
        ? store.feeds.past
            .range(site.id, 'weather', from, to)
            .flatMap(weatherRowsOf)
            .filter((row) => row.ghiWm2 !== null)
        : topic === 'price'
          ? store.feeds.prices.range(site.id, from - DAY_MS, to)
          : topic === 'carbon'
            ? store.feeds.carbon.range(site.id, from - DAY_MS, to).filter((row) => row.kind === 'measured')
            : [];
    for (const row of rows) slots.take(row.at, row.stepMs);
    return slots.covered(from, to);
  };

  /** Asks one piece, waiting a little for quota; answers whether this provider gave it, or why it gives no more today. */
  const piece = async <Topic extends FeedTopic>(
    site: Site,
    topic: Topic,
    source: Source<Topic>,
    window: FeedWindow,
    tally: Tally,
    signal: AbortSignal,
  ): Promise<'given' | 'failed' | 'exhausted'> => {
    for (let attempt = 0; attempt < 2 && !signal.aborted; attempt += 1) {
      const outcome = await asking.askPast(topic, site, source, window, signal);
      if (outcome.kind === 'answered') {
        tally.asked += 1;
        tally.rows += outcome.rows;
        return outcome.rows > 0 ? 'given' : 'failed';
      }
      if (outcome.kind === 'failed') {
        tally.asked += 1;
        tally.why = outcome.failure.message;
        return outcome.failure.kind === 'permanent' || outcome.failure.retryAfterMs !== undefined
          ? 'exhausted'
          : 'failed';
      }
      const waitMs = outcome.freeAt - clock.now();
      tally.why = `${source.provider.label} allows no more calls for ${spanWords(Math.max(60_000, waitMs))}`;
      if (waitMs > LONGEST_QUOTA_WAIT_MS) return 'exhausted';
      await clock.sleep(waitMs + PAUSE_MS, signal);
    }
    return 'exhausted';
  };

  const topicPast = async <Topic extends FeedTopic>(
    site: Site,
    topic: Topic,
    spanMs: number,
    signal: AbortSignal,
    onCount: (count: BackfillCount, sentence: string) => void,
  ): Promise<string> => {
    const able = (await sourcesOf(deps, site, topic)).filter(
      (source) => source.refusal === null && source.provider.history !== undefined,
    );
    // Those that are there for the past come first: they spend nobody else's calls.
    const sources = [...able].sort(
      (a, b) => Number(b.provider.role === 'history') - Number(a.provider.role === 'history'),
    );
    if (sources.length === 0) return `${topic}: no provider of this home has a past to collect.`;
    const now = clock.now();
    const chunkMs = Math.min(...sources.map((source) => source.provider.history?.chunkMs ?? DAY_MS));
    const lagMs = Math.min(...sources.map((source) => source.provider.history?.lagMs ?? 0));
    const end = Math.floor((now - lagMs) / DAY_MS) * DAY_MS;
    // Cut at fixed borders counted from the epoch, so that a later run finds the same pieces.
    const windows: FeedWindow[] = [];
    for (let to = end; to > end - spanMs; ) {
      const from = Math.max(end - spanMs, Math.floor((to - 1) / chunkMs) * chunkMs);
      windows.push({ from, to });
      to = from;
    }
    const tally: Tally = { asked: 0, skipped: 0, failed: 0, rows: 0, why: null };
    const exhausted = new Set<string>();
    for (const [index, window] of windows.entries()) {
      if (signal.aborted || sources.every((source) => exhausted.has(source.provider.id))) break;
      if (coverageOf(site, topic, window) >= COMPLETE) tally.skipped += 1;
      else {
        let isGiven = false;
        for (const source of sources) {
          const { id, history } = source.provider;
          if (isGiven || signal.aborted || exhausted.has(id)) continue;
          if (window.from < now - (history?.reachMs ?? 0)) continue;
          const outcome = await piece(site, topic, source, window, tally, signal);
          if (outcome === 'exhausted') exhausted.add(id);
          isGiven = outcome === 'given';
        }
        if (!isGiven) tally.failed += 1;
        else bus.emit('feeds', { siteId: site.id, topic, at: clock.now() });
        await clock.sleep(PAUSE_MS, signal);
      }
      onCount({ done: index + 1, total: windows.length }, `${topic}: ${index + 1} of ${windows.length} pieces.`);
    }
    const whole = { from: end - spanMs, to: end };
    const share = Math.floor(coverageOf(site, topic, whole) * 1000) / 10;
    const ended = signal.aborted ? ' It was ended and goes on from here next time.' : '';
    const why = tally.why === null ? '' : ` Last trouble: ${tally.why}.`.replace('..', '.');
    return (
      `${topic}: ${share} % of ${Math.round(spanMs / DAY_MS)} days are stored; ${tally.rows} rows came in ${tally.asked} ` +
      `calls, ${tally.skipped} pieces were there already, ${tally.failed} did not come.${ended}${why}`
    );
  };

  return async (
    site: Site,
    topics: readonly FeedTopic[],
    years: number,
    signal: AbortSignal,
    onCount: (count: BackfillCount, sentence: string) => void,
  ): Promise<Result<string>> => {
    if (topics.length === 0)
      return permanent('feed.nothing', 'No topic was named.', 'Choose weather, prices or carbon.');
    const sentences: string[] = [];
    for (const topic of topics)
      sentences.push(await topicPast(site, topic, Math.round(years * 365) * DAY_MS, signal, onCount));
    return ok(sentences.join(' '));
  };
};
