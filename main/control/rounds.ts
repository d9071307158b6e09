import type { SiteId } from '../ids.ts';
import type { Approvals } from './approvals/approvals.ts';
import type { Commands } from './commands.ts';
import { type Ground, keyOf } from './deps.ts';
import type { StopService } from './emergency-stop.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { Ledger } from './ledger.ts';
import type { Observer } from './observer.ts';
import type { Reconcile } from './reconcile.ts';
import type { Roster } from './roster.ts';
import type { Troubles } from './troubles.ts';

/** Old rows of the write budget: the longest window that is counted is a day of 25 hours. */
const WRITES_KEPT_MS = 7 * 86_400_000;
/** On leaving, what automation has borrowed is given back, but nobody waits longer for it than this. */
const LEAVE_LIMIT_MS = 4_000;

export interface RoundsParts {
  readonly commands: Commands;
  readonly keeper: LeaseKeeper;
  readonly reconcile: Reconcile;
  readonly stop: StopService;
  readonly approvals: Approvals;
  readonly ledger: Ledger;
  readonly observer: Observer;
  readonly troubles: Troubles;
  readonly roster: Roster;
}

/** What the commander does by itself: taking up what an earlier run left, reading back, keeping leases, leaving. */
export const createRounds = (ground: Ground, parts: RoundsParts) => {
  const { clock, store, bus, bestEffort, timings, log } = ground;
  const { commands, keeper, reconcile, ledger, stop, approvals } = parts;
  let own: AbortController | null = null;
  const endings: (() => void)[] = [];

  const sites = (): readonly SiteId[] =>
    bestEffort.run('list the sites', () => store.sites.list())?.map(({ id }) => id) ?? [];

  /** Rows that a crash left without an outcome. Nothing is sent again: the real state is read, then people and rules decide. */
  const closeUnfinished = (): void => {
    const now = clock.now();
    for (const action of bestEffort.run('read unfinished actions', () => store.actions.unfinished()) ?? []) {
      const sentence = 'CommandCenter ended while this was under way. The state of the device is read anew.';
      const closed = { ...action, outcome: 'interrupted' as const, sentence, finishedAt: now };
      bestEffort.run('close an action', () => store.actions.update(closed));
      // What it may have left behind is our own doing, not somebody's at the device.
      const left = [action.allowed, action.before].filter((value) => value !== null);
      if (action.attempts > 0) parts.observer.expect(keyOf(action.deviceId, action.channelId), left);
      if (action.origin !== 'stop') parts.troubles.settle(closed, now);
      bus.emit('action', closed);
    }
  };

  const every = (
    spanMs: number,
    doing: string,
    work: (signal: AbortSignal) => Promise<unknown>,
    signal: AbortSignal,
  ): void => {
    const turn = async (): Promise<void> => {
      while (!signal.aborted) {
        await clock.sleep(spanMs, signal);
        if (signal.aborted) return;
        // Not awaited: one device that hangs must not keep the next round from the others.
        bestEffort.background(doing, work(signal));
      }
    };
    bestEffort.background(doing, turn());
  };
  const readAll = (signal: AbortSignal): Promise<unknown> =>
    Promise.all(sites().map((siteId) => reconcile.site(siteId, signal)));

  /** Gives back what is borrowed as far as the rules of the devices allow, within a few seconds. */
  const giveBack = async (whose: 'automation' | 'everybody'): Promise<void> => {
    const leaving = new AbortController();
    const given = Promise.all(
      sites().map((siteId) => {
        keeper.endAll(siteId, whose);
        return keeper.tick(siteId, leaving.signal);
      }),
    );
    bestEffort.background('give back what is borrowed', given);
    await Promise.race([given.catch(() => undefined), clock.sleep(LEAVE_LIMIT_MS, leaving.signal)]);
    leaving.abort();
  };

  return {
    /** A span that a person named runs on: the timer of the device ends it, or the first round after waking up. */
    beforeSleep: (): Promise<void> => giveBack('automation'),
    start: async (outer: AbortSignal): Promise<void> => {
      const controller = new AbortController();
      own = controller;
      const { signal } = controller;
      const onOuter = (): void => controller.abort();
      outer.addEventListener('abort', onOuter, { once: true });
      endings.push(() => outer.removeEventListener('abort', onOuter));

      const all = sites();
      closeUnfinished();
      for (const siteId of all) parts.observer.remember(parts.roster.list(siteId));
      // The stop comes first: it does not wait for anybody else's reading.
      stop.resume(all);
      // What automation had borrowed when the last run ended is given back once the real state is known.
      for (const siteId of all) keeper.endAll(siteId, 'automation');
      bestEffort.run('take up open questions', () => approvals.start(all));
      bestEffort.run('prune old writes', () => store.channelControl.pruneWrites(clock.now() - WRITES_KEPT_MS));
      endings.push(
        bus.on('deviceState', ({ siteId, deviceId, state }) => {
          if (state !== 'online') return;
          bestEffort.background('read a device that came back', reconcile.device(siteId, deviceId, signal));
          stop.refresh(siteId);
        }),
        // Polling saw a switch move that we did not move: read it back at once instead of at the next round.
        bus.on('readings', ({ siteId, deviceId, readings }) => {
          const moved = readings.some(({ metric, channelId, value }) => {
            if (metric !== 'on' || commands.running(keyOf(deviceId, channelId))) return false;
            const owned = ledger.peek(deviceId, channelId)?.owned;
            return owned !== null && owned !== undefined && owned.value !== value > 0.5;
          });
          if (moved) bestEffort.background('read what moved', reconcile.device(siteId, deviceId, signal));
        }),
        bus.on('timeJump', () => bestEffort.background('read all after a time jump', readAll(signal))),
      );
      await readAll(signal);
      every(timings.reconcileMs, 'read back', readAll, signal);
      every(
        timings.reconcileMs,
        'look for devices to stop',
        async () => {
          for (const siteId of sites()) stop.refresh(siteId);
        },
        signal,
      );
      every(
        timings.leaseTickMs,
        'keep leases',
        () => Promise.all(sites().map((siteId) => keeper.tick(siteId, signal))),
        signal,
      );
      log.info('The commander has read the real state.', { sites: all.length });
    },
    stop: async (): Promise<void> => {
      const signal = own?.signal;
      await commands.abort(null);
      if (signal && !signal.aborted) await giveBack('everybody');
      own?.abort();
      commands.close();
      await commands.abort(null);
      stop.stop();
      approvals.stop();
      for (const end of endings.splice(0)) end();
    },
  };
};
