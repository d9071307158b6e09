import type { Setpoint } from '../../preload/contract/base.ts';
import type { Action } from '../../preload/contract/control.ts';
import type { ChannelActuator } from '../devices/types.ts';
import type { SiteId } from '../ids.ts';
import { messageOf, ok, permanent, type Result, temporary } from '../result.ts';
import type { ChannelControlRecord } from '../store/types.ts';
import { actionOf } from './action-row.ts';
import type { BatteryFirst } from './battery-first.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import type { Judge } from './envelope.ts';
import { createExecute, type Execution, type Finish } from './execute.ts';
import { holdFor } from './holds.ts';
import { leaseFor } from './leases.ts';
import type { Ledger } from './ledger.ts';
import { createDeviceLocks } from './locks.ts';
import type { Observer } from './observer.ts';
import type { Roster, RosterChannel } from './roster.ts';
import { createSettle } from './settle.ts';
import { type Snapshots, safeStateOf } from './snapshot.ts';
import { isOn, takesAway } from './stage.ts';
import type { Troubles } from './troubles.ts';
import type { Begun, EnvelopeVerdict, Proposal } from './types.ts';
import { keepUnchanged } from './unchanged.ts';
import type { Verify } from './verify.ts';
import type { Wire } from './wire.ts';

interface Running {
  action: Action;
  readonly siteId: SiteId;
  readonly value: Setpoint;
  readonly controller: AbortController;
  readonly done: Promise<Action>;
}

/** A command that is begun: who is logged may differ from whose rights it is judged with (letting go of a lease). */
interface Begin {
  readonly channel: RosterChannel;
  readonly actuator: ChannelActuator;
  readonly proposal: Proposal;
  /** Judged as this proposal where it is not the logged one itself. */
  readonly judgedAs?: Proposal;
  /** True when the command gives a lease back: no new hold and no new lease. */
  readonly lettingGo?: boolean;
  /** The name in the log where a person stands behind an automation's wish; hold and lease stay the automation's. */
  readonly loggedWho?: string;
  /** Of the row, where it must be the only one of its kind; a new one else. */
  readonly actionId?: string;
  /** Runs in the transaction that writes the row; answers false where somebody else was first, and nothing is begun. */
  readonly claim?: () => boolean;
}

export interface Commands {
  judge(begin: Begin): EnvelopeVerdict;
  begin(begin: Begin): Result<Begun>;
  running(key: ChannelKey): Readonly<Running> | undefined;
  /** Breaks off every command of the site (null: of all) at once, running and waiting; answers when all have ended. */
  abort(siteId: SiteId | null): Promise<void>;
  /** From now on nothing is begun. */
  close(): void;
}

export interface CommandParts {
  readonly roster: Roster;
  readonly ledger: Ledger;
  readonly snapshots: Snapshots;
  readonly observer: Observer;
  readonly troubles: Troubles;
  readonly wire: Wire;
  readonly verify: Verify;
  readonly judge: Judge;
  readonly batteryFirst: BatteryFirst;
}

export const createCommands = (ground: Ground, parts: CommandParts): Commands => {
  const { clock, store, bus, bestEffort, timings } = ground;
  const { ledger, snapshots, observer, troubles } = parts;
  const execute = createExecute(ground, parts.wire, parts.verify);
  const settle = createSettle(ground, ledger);
  const locks = createDeviceLocks();
  const running = new Map<ChannelKey, Running>();
  let closed = false;

  const recordOf = ({ channel }: Begin): ChannelControlRecord =>
    ledger.get(channel.siteId, channel.deviceId, channel.config.channelId);

  const show = (action: Action): Action => {
    bestEffort.run('update an action', () => store.actions.update(action));
    bus.emit('action', action);
    return action;
  };

  /** Waits for the device, executes, and turns a bug on the way into a doubtful outcome instead of a stuck channel. */
  const drive = async (channel: RosterChannel, execution: Execution): Promise<Finish> => {
    const release = await locks.acquire(channel.deviceId, execution.signal);
    if (!release)
      return { outcome: 'interrupted', sentence: 'The command was broken off before anything was sent.', shown: null };
    try {
      return await execute(execution);
    } catch (thrown) {
      ground.log.error('A command failed unexpectedly.', { device: channel.deviceName, why: messageOf(thrown) });
      return { outcome: 'not-confirmed', sentence: `Not confirmed: ${messageOf(thrown)}.`, shown: null };
    } finally {
      release();
    }
  };

  const run = async (
    begin: Begin,
    mine: Running,
    wishedRecord: ChannelControlRecord,
    locksFirst: boolean,
  ): Promise<Action> => {
    const { channel, actuator, proposal } = begin;
    const key = keyOf(channel.deviceId, channel.config.channelId);
    const judged = begin.judgedAs ?? proposal;
    const { signal } = mine.controller;
    const lease = begin.lettingGo ? null : leaseFor(proposal, timings.defaultLeaseMs, clock.now());
    const leaseMs =
      lease && actuator.spec.deviceLease ? Math.min(timings.deviceLeaseMs, lease.expiresAt - clock.now()) : null;
    let wrote = false;
    const progress = (change: Partial<Action>): void => {
      mine.action = show({ ...mine.action, ...change });
    };
    const execution: Execution = {
      channel,
      actuator,
      value: mine.value,
      safeState: safeStateOf(channel, actuator.spec),
      leaseMs,
      takesAway: takesAway(proposal.origin),
      signal,
      progress,
      saw: (read) => void ledger.observe(recordOf(begin), read.value, actuator.spec.control, read.measuredAt),
      recheck: (seen) => {
        observer.see(channel, actuator, seen);
        // As configured now: a permission that was taken away meanwhile counts.
        const present = parts.roster.find(channel.siteId, channel.deviceId, channel.config.channelId) ?? {
          ...channel,
          config: { ...channel.config, controllable: false },
        };
        const wish = { ...judged, setpoint: mine.value };
        const snapshot = snapshots.take(present, actuator, { own: true });
        const newest = parts.judge(wish, snapshot);
        const { channel: now } = snapshot;
        // Where the device's answers contradict each other the guard must take away by either, or it would give more.
        const asSeen =
          proposal.origin === 'safety' && newest.setpoint !== null
            ? parts.judge(wish, { ...snapshot, channel: { ...now, current: { value: seen.value, ageMs: 0 } } })
            : newest;
        const verdict = asSeen.setpoint === null && asSeen.code !== 'UNCHANGED' ? asSeen : newest;
        const last = verdict.stages.at(-1);
        if (verdict.setpoint === null && last)
          progress({ stages: [...mine.action.stages, { ...last, stage: 'recheck' }] });
        return verdict;
      },
      recordWrite: (value, before, timerMs, kind) => {
        const row = {
          deviceId: channel.deviceId,
          channelId: channel.config.channelId,
          at: clock.now(),
          actionId: mine.action.id,
        };
        const written = bestEffort.run('log a write', () => {
          store.channelControl.recordWrite({ ...row, switched: isOn(value) !== isOn(before) });
          return true;
        });
        if (!written) return false;
        observer.expect(key, [value, before]);
        observer.armed(key, timerMs === null ? null : clock.monotonicMs() + timerMs);
        const record = recordOf(begin);
        // The earlier state is kept with the lease before the wire is touched: a crash finds both on the next start.
        if (kind === 'command' && !begin.lettingGo)
          ledger.change(record, {
            hold: holdFor(proposal, store.settings.get(proposal.siteId), clock.now()) ?? record.hold,
            lease,
            original: wrote ? record.original : lease ? (wishedRecord.original ?? before) : before,
          });
        wrote = true;
        return true;
      },
    };
    // Before this device's turn: battery and load may be one device.
    if (locksFirst) await parts.batteryFirst.lock(channel.siteId, channel.config.name);
    const finish = await drive(channel, execution);
    if (finish.outcome === 'confirmed' && finish.shown) observer.confirmed(key, finish.shown.value);
    settle({ ...begin, before: wishedRecord, finish, wrote, recordOf: () => recordOf(begin) });
    // A person's command that ended is nobody's to take back later.
    const record = recordOf(begin);
    if (record.lease === null && record.original !== null) ledger.change(record, { original: null });
    running.delete(key);
    const now = clock.now();
    const { outcome, sentence } = finish;
    mine.action = show({ ...mine.action, outcome, sentence, finishedAt: now });
    troubles.settle(mine.action, now);
    bus.emit('devices', { siteId: channel.siteId, at: now });
    return mine.action;
  };

  /** Where only the battery's lock is missing, the command locks it first: it is judged as it will then be. */
  const judgeReady = (begin: Begin) => {
    const judged = begin.judgedAs ?? begin.proposal;
    const now = snapshots.take(begin.channel, begin.actuator);
    const verdict = parts.judge(judged, now);
    const locked = parts.batteryFirst.withLock(now, verdict, judged.origin);
    if (locked === null) return { verdict, snapshot: now, locksFirst: false };
    const then = parts.judge(judged, locked);
    return { verdict: then, snapshot: locked, locksFirst: then.setpoint !== null };
  };

  return {
    judge: (begin) => judgeReady(begin).verdict,
    running: (key) => running.get(key),
    begin: (begin) => {
      const { channel, proposal } = begin;
      if (closed) return temporary('control.closed', 'CommandCenter is closing.', 'Start it again.');
      const judged = begin.judgedAs ?? proposal;
      const { verdict, snapshot, locksFirst } = judgeReady(begin);
      const now = clock.now();
      const row = { ...proposal, who: begin.loggedWho ?? proposal.who };
      const judgedRow = actionOf(channel, row, verdict, snapshot.channel.current?.value ?? null, now);
      const action = begin.actionId === undefined ? judgedRow : { ...judgedRow, id: begin.actionId };
      const logged = bestEffort.run('log an action', () =>
        store.transaction(() => {
          if (begin.claim?.() === false) return 'lost';
          store.actions.insert(action, JSON.stringify({ proposal: judged, snapshot }));
          return 'logged';
        }),
      );
      if (logged === 'lost')
        return permanent('control.lost', 'This was decided a moment ago.', 'Look at what was decided.');
      if (!logged)
        return temporary(
          'control.not-logged',
          'The command could not be logged, so nothing was sent.',
          'Check the disk, then try again.',
        );
      bus.emit('action', action);
      if (verdict.setpoint === null) {
        if (action.outcome === 'unchanged')
          bestEffort.run('keep an unchanged wish', () =>
            keepUnchanged(ground, ledger, begin.proposal, recordOf(begin)),
          );
        return ok({ action, done: Promise.resolve(action) });
      }
      const record = recordOf(begin);
      if (!begin.lettingGo) ledger.change(record, { hold: holdFor(proposal, snapshot.settings, now) ?? record.hold });
      const key = keyOf(channel.deviceId, channel.config.channelId);
      let end: (done: Promise<Action>) => void = () => undefined;
      const done = new Promise<Action>((resolve) => {
        end = resolve;
      });
      const mine: Running = {
        action,
        siteId: proposal.siteId,
        value: verdict.setpoint,
        controller: new AbortController(),
        done,
      };
      running.set(key, mine);
      end(run(begin, mine, record, locksFirst));
      return ok({ action, done });
    },
    close: () => {
      closed = true;
    },
    abort: async (siteId) => {
      const ending = [...running.values()].filter((one) => siteId === null || one.siteId === siteId);
      for (const one of ending) one.controller.abort();
      await Promise.all(ending.map((one) => one.done));
    },
  };
};
