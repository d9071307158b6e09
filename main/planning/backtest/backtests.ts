import type { TrainedPolicy } from '../../../models/control-policy/policy.ts';
import type { BacktestAsk, BacktestView } from '../../../preload/contract/backtest.ts';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { Feeds } from '../../feeds/service-types.ts';
import { newId, type SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import type { StoredBacktest } from '../../store/backtests.ts';
import type { Store } from '../../store/types.ts';
import { createBacktestClient } from './backtest-client.ts';
import { type HomeDeps, homeToPlay } from './home.ts';

export interface BacktestDeps extends HomeDeps {
  readonly store: HomeDeps['store'] & Pick<Store, 'backtests' | 'databasePath'>;
  readonly carbonOf: (siteId: SiteId, from: number, to: number) => ReturnType<Feeds['carbonFor']>;
  /** The trained policy of a home; null where none passed its checks. */
  readonly learntOf: (siteId: SiteId) => TrainedPolicy | null;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly log: Log;
  readonly workerUrl: URL;
}

/** Plays a home's own past, one run a home at a time. */
export interface Backtests {
  view(siteId: SiteId): BacktestView;
  /** Answers once the run is under way; `plan` events tell the rest. */
  start(siteId: SiteId, ask: BacktestAsk): Result<void, Problem>;
  cancel(siteId: SiteId): void;
  /** Ends what runs, and answers once it has ended. */
  stop(): Promise<void>;
}

/** Progress is told in steps of this share. */
const TELL_SHARE = 0.01;

export const createBacktests = (deps: BacktestDeps): Backtests => {
  const { store, clock, bus, log } = deps;
  const client = createBacktestClient(deps);
  const running = new Map<
    SiteId,
    { run: StoredBacktest; readonly end: AbortController; readonly over: Promise<void> }
  >();

  const tell = ({ siteId, state, share, sentence }: BacktestView): void =>
    bus.emit('plan', { siteId, about: 'backtest', share: state === 'running' ? share : null, sentence });

  // What a restart interrupted is told as failed: nobody is at it any more.
  for (const run of store.backtests.running())
    store.backtests.put({
      ...run,
      view: {
        ...run.view,
        state: 'failed',
        finishedAt: clock.now(),
        sentence: 'The application was closed while it ran. Start it again.',
      },
    });

  const play = async (
    id: string,
    begun: BacktestView,
    task: Parameters<typeof client.run>[0],
    end: AbortController,
  ) => {
    const { siteId } = begun;
    const startedAt = begun.startedAt ?? clock.now();
    let told = 0;
    const answer = await client.run(task, {
      signal: end.signal,
      onProgress: (share, sentence) => {
        const entry = running.get(siteId);
        if (entry === undefined || share < told + TELL_SHARE) return;
        told = share;
        entry.run = { id, startedAt, view: { ...begun, share: Math.min(1, share), sentence } };
        tell(entry.run.view);
      },
    });
    const over = { ...begun, finishedAt: clock.now(), share: 1 };
    const view: BacktestView = !answer.ok
      ? { ...over, state: 'failed', sentence: `${answer.error.message} ${answer.error.advice}` }
      : answer.value === null
        ? { ...over, state: 'cancelled', sentence: 'The backtest was cancelled.' }
        : {
            ...over,
            state: 'done',
            result: answer.value,
            sentence: `Played ${answer.value.policies.length} policies; ${answer.value.coveragePct.toFixed(0)} % of the span was measured.`,
          };
    store.backtests.put({ id, startedAt, view });
    running.delete(siteId);
    tell(view);
  };

  return {
    view: (siteId) =>
      running.get(siteId)?.run.view ??
      store.backtests.latest(siteId)?.view ?? {
        ...{ siteId, state: 'none', asked: null, startedAt: null, finishedAt: null, share: 0, result: null },
        sentence: 'Nothing has been played yet.',
      },
    start: (siteId, ask) => {
      if (running.has(siteId))
        return permanent('backtest.busy', 'A backtest is running already.', 'Wait for it, or cancel it first.');
      if (ask.to > clock.now())
        return permanent('backtest.span', 'The end lies in the future.', 'Choose a span that is over.');
      const home = homeToPlay(deps, siteId, ask, clock.now());
      if (!home.ok) return home;
      const { site, channels, currency, notes } = home.value;
      const settings = store.settings.get(siteId);
      const startedAt = clock.now();
      const id = newId('backtest');
      const view: BacktestView = {
        ...{ siteId, state: 'running', asked: ask, startedAt, finishedAt: null, share: 0, result: null },
        sentence: 'The backtest begins.',
      };
      const run = { id, startedAt, view };
      store.backtests.put(run);
      const task = {
        ...{
          databasePath: store.databasePath,
          siteId,
          currency,
          ask,
          site,
          channels,
          notes,
          learnt: deps.learntOf(siteId),
        },
        fixedPrices: { fixedImportPerKwh: settings.fixedImportPerKwh, fixedExportPerKwh: settings.fixedExportPerKwh },
        carbon: deps.carbonOf(siteId, ask.from, ask.to).map(({ at, stepMs, gPerKwh }) => ({ at, stepMs, gPerKwh })),
      };
      const end = new AbortController();
      // Begun in the next turn, so that it is known as running before it can be over.
      const over = Promise.resolve()
        .then(() => play(id, view, task, end))
        .catch((thrown: unknown) => {
          log.error('A backtest failed', { why: messageOf(thrown) });
          running.delete(siteId);
        });
      running.set(siteId, { run, end, over });
      tell(view);
      return ok(undefined);
    },
    cancel: (siteId) => running.get(siteId)?.end.abort(),
    stop: async () => {
      const all = [...running.values()];
      for (const { end } of all) end.abort();
      await Promise.all(all.map(({ over }) => over));
    },
  };
};
