import type { Setpoint } from '../../preload/contract/base.ts';
import type { StopState } from '../../preload/contract/site.ts';
import type { SiteId } from '../ids.ts';
import { ok, permanent, temporary } from '../result.ts';
import { actionOf } from './action-row.ts';
import type { Approvals } from './approvals/approvals.ts';
import type { Commands } from './commands.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import { createDrill } from './drill.ts';
import type { Ledger } from './ledger.ts';
import { createLeftAlone } from './left-alone.ts';
import type { Modes } from './modes.ts';
import type { Roster, RosterChannel } from './roster.ts';
import { safeStateOf } from './snapshot.ts';
import { sameSetpoint } from './stage.ts';
import { createStopAsking, type StopAskingParts, type StopDevice, type StopTarget } from './stop-asking.ts';
import { stopChannels } from './stop-channels.ts';
import { mayRelease } from './stop-release.ts';
import type { EmergencyStop } from './types.ts';
import { saySetpoint } from './words.ts';

export interface StopParts extends Omit<StopAskingParts, 'changed'> {
  readonly commands: Commands;
  readonly modes: Modes;
  readonly roster: Roster;
  readonly approvals: Approvals;
  readonly ledger: Ledger;
}

/** What the commander needs of the stop besides its public face. */
export interface StopService extends EmergencyStop {
  isActive(siteId: SiteId): boolean;
  /** Takes up a stop that an earlier run left behind, at once. */
  resume(siteIds: readonly SiteId[]): void;
  /** A state was read: during a stop, what is not safe is sent back. */
  seen(channel: RosterChannel, value: Setpoint): void;
  /** Devices that came online or were added while stopped are commanded too. */
  refresh(siteId: SiteId): void;
  stop(): void;
}

interface ActiveStop {
  state: StopState;
  readonly targets: Map<ChannelKey, StopTarget>;
}

/** Persisted first, then every channel at once; whoever does not answer is asked until it does. */
export const createEmergencyStop = (ground: Ground, parts: StopParts): StopService => {
  const { clock, store, bus, bestEffort, actuators, timings, log } = ground;
  const active = new Map<SiteId, ActiveStop>();
  const leftAlone = createLeftAlone(ground);
  let ended = false;

  const publish = (siteId: SiteId): void => {
    const one = active.get(siteId);
    if (!one) return;
    const devices = [...one.targets.values()].map((target) => target.device);
    const allSafe = devices.every((device) => device.state === 'safe');
    const answeredAfterMs = allSafe
      ? (one.state.answeredAfterMs ?? Math.max(0, clock.now() - one.state.stoppedAt))
      : null;
    one.state = { ...one.state, devices, answeredAfterMs };
    const { state } = one;
    bestEffort.run('update a stop', () => store.stops.update(state));
    bus.emit('stop', state);
  };
  const waiting = new Set<SiteId>();
  /** Fifty answers in one turn are one change of the state. */
  const publishSoon = (siteId: SiteId): void => {
    if (waiting.has(siteId)) return;
    waiting.add(siteId);
    queueMicrotask(() => {
      waiting.delete(siteId);
      publish(siteId);
    });
  };
  const asking = createStopAsking(ground, {
    ...parts,
    changed: (target) => {
      const one = active.get(target.channel.siteId);
      if (!one) return;
      if (target.device.state === 'no-answer' && !ended) {
        target.cancelNext?.();
        target.cancelNext = clock.after(timings.stopRetryMs, () => ask(one, target, false));
      }
      publishSoon(target.channel.siteId);
    },
  });
  const ask = (one: ActiveStop, target: StopTarget, readFirst: boolean): void => {
    if (ended || active.get(target.channel.siteId) !== one) return;
    bestEffort.background('command a safe state', asking.ask(one.state, target, readFirst));
  };

  const drill = createDrill(ground, { ...parts, asking, isStopped: (siteId) => active.has(siteId) });

  const targetOf = (channel: RosterChannel, known: StopDevice | undefined): StopTarget => {
    const { deviceId, config } = channel;
    const spec = actuators.get(deviceId, config.channelId)?.spec;
    const safeState = spec ? safeStateOf(channel, spec) : config.safeState;
    const device: StopDevice = {
      deviceId,
      channelId: config.channelId,
      name: config.name,
      role: config.role,
      safeState: safeState === null ? 'unknown' : saySetpoint(safeState, spec?.control ?? null),
      state: 'commanded',
      readBack: null,
      attempts: known?.attempts ?? 0,
      confirmedAfterMs: null,
      lastAskedAt: null,
      nextAskAt: null,
    };
    return { channel, device, action: null, controller: null, cancelNext: null };
  };

  /** The rows of all targets in one transaction, before the first write. */
  const logRows = (state: StopState, targets: readonly StopTarget[]): void => {
    const rows = targets.flatMap((target) => {
      const { deviceId, config } = target.channel;
      const spec = actuators.get(deviceId, config.channelId)?.spec;
      const verdict = bestEffort.run('judge a stop', () => asking.verdict(state, target.channel));
      const safeState = spec ? safeStateOf(target.channel, spec) : null;
      if (safeState === null || !verdict) return [];
      const proposal = asking.proposal(state, target.channel, safeState);
      const before = parts.ledger.peek(deviceId, config.channelId)?.owned?.value ?? null;
      return [{ target, action: actionOf(target.channel, proposal, verdict, before, clock.now()) }];
    });
    const logged = bestEffort.run('log the stop', () =>
      store.transaction(() => {
        for (const { action } of rows) store.actions.insert(action, null);
        return true;
      }),
    );
    if (logged) for (const { target, action } of rows) target.action = action;
  };

  /** Whatever was held or borrowed is over: after the stop nobody owns anything. */
  const clearClaims = (siteId: SiteId): void => {
    for (const record of parts.ledger.all(siteId))
      if (record.hold || record.lease || record.original !== null)
        parts.ledger.change({ ...record, under: null }, { hold: null, lease: null, original: null });
  };

  const addTargets = (one: ActiveStop, readFirst: boolean): void => {
    const known = new Map(one.state.devices.map((device) => [keyOf(device.deviceId, device.channelId), device]));
    const fresh: StopTarget[] = [];
    const channels = stopChannels(ground, parts.roster, one.state.siteId);
    for (const channel of channels.filter((each) => !leftAlone.is(each))) {
      const key = keyOf(channel.deviceId, channel.config.channelId);
      if (one.targets.has(key)) continue;
      const target = targetOf(channel, known.get(key));
      one.targets.set(key, target);
      fresh.push(target);
    }
    if (fresh.length > 0) logRows(one.state, fresh);
    for (const target of fresh) ask(one, target, readFirst);
    leftAlone.tell(channels); // After the writes: being told can wait.
  };

  const activate: EmergencyStop['activate'] = async (siteId, who, surface, why) => {
    const startedMs = clock.monotonicMs();
    const running = active.get(siteId);
    if (running) {
      for (const target of running.targets.values()) if (target.device.state !== 'safe') ask(running, target, false);
      addTargets(running, false);
      publish(siteId);
      return running.state;
    }
    const now = clock.now();
    const state: StopState = {
      siteId,
      stoppedAt: now,
      who,
      surface,
      why,
      whyAt: why === null ? null : now,
      modeBefore: parts.modes.of(siteId),
      commandedAfterMs: null,
      answeredAfterMs: null,
      devices: [],
    };
    bestEffort.run('store the stop', () => store.stops.begin(state));
    const one: ActiveStop = { state, targets: new Map() };
    active.set(siteId, one);
    bestEffort.background(
      'break off commands',
      parts.commands.abort(siteId).then(() => clearClaims(siteId)),
    );
    addTargets(one, false);
    one.state = { ...one.state, commandedAfterMs: clock.monotonicMs() - startedMs };
    // Only what must not wait stands before this line.
    clearClaims(siteId);
    parts.modes.set(siteId, 'watch', who);
    parts.approvals.cancelAll(siteId, 'The house was stopped.', { who, surface });
    log.warn('Emergency stop.', { site: siteId, who, devices: one.targets.size, afterMs: one.state.commandedAfterMs });
    publish(siteId);
    return one.state;
  };

  const notStopped = () => permanent('control.not-stopped', 'The house is not stopped.', 'Nothing to do.');

  const forget = (one: ActiveStop): void => {
    for (const target of one.targets.values()) {
      target.controller?.abort();
      target.cancelNext?.();
    }
  };

  return {
    state: (siteId) => active.get(siteId)?.state ?? null,
    isActive: (siteId) => active.has(siteId),
    activate,
    drill,
    explain: (siteId, who, why) => {
      const one = active.get(siteId);
      if (!one) return notStopped();
      one.state = { ...one.state, why: who === one.state.who ? why : `${why} (${who})`, whyAt: clock.now() };
      publish(siteId);
      return ok(one.state);
    },
    release: (siteId, who, surface) => {
      const allowed = mayRelease(ground, siteId, who, surface);
      if (!allowed.ok) return allowed;
      const one = active.get(siteId);
      if (!one) return notStopped();
      // Watch first: were the release on disk and the mode not, automation might come back by itself.
      const stored = bestEffort.run('release the stop', () => {
        store.transaction(() => {
          store.state.set(`mode:${siteId}`, 'watch');
          store.stops.release(siteId, who, clock.now());
        });
        return true;
      });
      if (!stored)
        return temporary(
          'control.not-stored',
          'The release could not be stored, so the house stays stopped.',
          'Check the disk, then release again.',
        );
      forget(one);
      active.delete(siteId);
      leftAlone.forget(siteId);
      for (const target of one.targets.values()) closeRow(target, who);
      parts.modes.set(siteId, 'watch', who);
      log.warn('The stop was released.', { site: siteId, who });
      bus.emit('stop', null);
      return ok(undefined);
    },
    resume: (siteIds) => {
      for (const siteId of siteIds) {
        const state = bestEffort.run('read the stop', () => store.stops.active(siteId));
        if (!state || active.has(siteId)) continue;
        const one: ActiveStop = { state, targets: new Map() };
        active.set(siteId, one);
        addTargets(one, true);
        publish(siteId);
      }
    },
    seen: (channel, value) => {
      const one = active.get(channel.siteId);
      const target = one?.targets.get(keyOf(channel.deviceId, channel.config.channelId));
      const spec = actuators.get(channel.deviceId, channel.config.channelId)?.spec;
      if (!one || !spec || target?.device.state !== 'safe') return;
      const safeState = safeStateOf(channel, spec);
      if (safeState === null || sameSetpoint(value, safeState, spec.control)) return;
      target.device = { ...target.device, state: 'commanded', confirmedAfterMs: null };
      ask(one, target, false);
    },
    refresh: (siteId) => {
      const one = active.get(siteId);
      if (!one) return;
      addTargets(one, true);
      // A device that just came back is not left waiting for its turn.
      for (const target of one.targets.values()) if (target.cancelNext) ask(one, target, false);
    },
    stop: () => {
      ended = true;
      for (const one of active.values()) forget(one);
    },
  };

  function closeRow(target: StopTarget, who: string): void {
    const { action } = target;
    if (!action || action.finishedAt !== null) return;
    const closed = {
      ...action,
      finishedAt: clock.now(),
      outcome: 'not-confirmed' as const,
      sentence: `${who} released the stop before ${target.channel.config.name} had answered.`,
    };
    bestEffort.run('close a stop action', () => store.actions.update(closed));
    bus.emit('action', closed);
  }
};
