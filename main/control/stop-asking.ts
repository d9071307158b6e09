import type { Setpoint } from '../../preload/contract/base.ts';
import type { Action } from '../../preload/contract/control.ts';
import type { StopState } from '../../preload/contract/site.ts';
import type { Ground } from './deps.ts';
import { keyOf } from './deps.ts';
import type { Judge } from './envelope.ts';
import type { Ledger } from './ledger.ts';
import type { Observer } from './observer.ts';
import type { RosterChannel } from './roster.ts';
import { type Snapshots, safeStateOf } from './snapshot.ts';
import { sameSetpoint } from './stage.ts';
import type { EnvelopeVerdict, Proposal } from './types.ts';
import type { Verify } from './verify.ts';
import { measuredSince, type Wire } from './wire.ts';
import { saySetpoint, sayState } from './words.ts';

export type StopDevice = StopState['devices'][number];

/** One channel on its way to its safe state. */
export interface StopTarget {
  readonly channel: RosterChannel;
  device: StopDevice;
  action: Action | null;
  controller: AbortController | null;
  /** Ends the wait for the next attempt. */
  cancelNext: (() => void) | null;
}

type WhoStops = Pick<StopState, 'who' | 'surface' | 'why'>;

export interface StopAsking {
  proposal(stop: WhoStops, channel: RosterChannel, safeState: Setpoint): Proposal;
  verdict(stop: WhoStops, channel: RosterChannel): EnvelopeVerdict | null;
  /**
   * Commands the safe state and follows up until the device has shown it or has failed to. The write goes out before
   * the first await. `readFirst` is for a restart, where nothing may be written before the real state is known.
   */
  ask(stop: StopState, target: StopTarget, readFirst: boolean): Promise<void>;
}

export interface StopAskingParts {
  readonly ledger: Ledger;
  readonly snapshots: Snapshots;
  readonly observer: Observer;
  readonly wire: Wire;
  readonly verify: Verify;
  readonly judge: Judge;
  /** A target changed: state is stored and told. */
  changed(target: StopTarget): void;
}

export const createStopAsking = (ground: Ground, parts: StopAskingParts): StopAsking => {
  const { clock, store, bus, bestEffort, actuators, timings } = ground;
  const { ledger, observer, wire, verify } = parts;

  const proposal: StopAsking['proposal'] = (stop, { siteId, deviceId, config }, safeState) => ({
    siteId,
    deviceId,
    channelId: config.channelId,
    setpoint: safeState,
    origin: 'stop',
    who: stop.who,
    surface: stop.surface,
    reason: stop.why ?? `${stop.who} stopped the house.`,
    reasonCode: 'EMERGENCY_STOP',
    ifIgnored: '',
    holdMs: 0,
    leaseMs: null,
  });

  const verdict: StopAsking['verdict'] = (stop, channel) => {
    const spec = actuators.get(channel.deviceId, channel.config.channelId)?.spec;
    const safeState = spec && safeStateOf(channel, spec);
    if (!spec || safeState === undefined || safeState === null) return null;
    return parts.judge(proposal(stop, channel, safeState), parts.snapshots.takeForStop(channel, spec));
  };

  const update = (target: StopTarget, parts_: Partial<StopDevice>, action: Partial<Action>): void => {
    target.device = { ...target.device, ...parts_ };
    if (target.action) {
      const next: Action = { ...target.action, ...action };
      target.action = next;
      bestEffort.run('update a stop action', () => store.actions.update(next));
      bus.emit('action', next);
    }
    if (Object.keys(parts_).length > 0) parts.changed(target);
  };

  const noAnswer = (target: StopTarget, sentence: string): void =>
    update(
      target,
      { state: 'no-answer', nextAskAt: clock.now() + timings.stopRetryMs },
      { outcome: 'unreachable', sentence: `${sentence} It is asked again until it answers.` },
    );

  /** For the budget's count. After the write, because a stop waits for no disk. */
  const logWrite = (target: StopTarget, at: number, owned: Setpoint | undefined): void => {
    const { siteId, deviceId, config } = target.channel;
    const actionId = target.action?.id ?? `stop:${siteId}`;
    const switched = owned !== target.action?.allowed;
    bestEffort.run('log a stop write', () =>
      store.channelControl.recordWrite({ deviceId, channelId: config.channelId, at, switched, actionId }),
    );
  };

  return {
    proposal,
    verdict,
    ask: async (stop, target, readFirst) => {
      const { channel } = target;
      const { deviceId, siteId, config } = channel;
      target.controller?.abort();
      target.cancelNext?.();
      target.cancelNext = null;
      const controller = new AbortController();
      target.controller = controller;
      const { signal } = controller;
      const askedAt = clock.now();
      const askedMs = clock.monotonicMs();
      target.device = { ...target.device, attempts: target.device.attempts + 1, lastAskedAt: askedAt, nextAskAt: null };
      if (target.action) target.action = { ...target.action, attempts: target.device.attempts };
      const actuator = actuators.get(deviceId, config.channelId);
      if (!actuator) return noAnswer(target, `${config.name} is not connected.`);
      const { control } = actuator.spec;
      const safeState = verdict(stop, channel)?.setpoint;
      if (safeState === null || safeState === undefined)
        return noAnswer(target, `${config.name} has no valid safe state.`);

      const isSafe = (value: Setpoint, measuredAt: number): boolean =>
        // Asked after the stop, so what was measured since we asked is newer than the stop.
        measuredSince(clock, measuredAt, askedMs) && sameSetpoint(value, safeState, control);
      const confirm = (value: Setpoint, measuredAt: number): void => {
        const readBack = saySetpoint(value, control);
        ledger.observe(ledger.get(siteId, deviceId, config.channelId), value, control, measuredAt);
        const now = clock.now();
        update(
          target,
          { state: 'safe', readBack, confirmedAfterMs: Math.max(0, now - stop.stoppedAt), nextAskAt: null },
          {
            outcome: 'confirmed',
            step: 'read',
            sentence: `${config.name} is ${sayState(value, control)}, read back.`,
            finishedAt: now,
          },
        );
      };

      if (readFirst) {
        const seen = await wire.readBack(actuator, signal);
        if (signal.aborted) return;
        if (seen.ok) observer.see(channel, actuator, seen.value);
        if (seen.ok && isSafe(seen.value.value, seen.value.measuredAt))
          return confirm(seen.value.value, seen.value.measuredAt);
      }
      const owned = ledger.peek(deviceId, config.channelId)?.owned?.value;
      observer.expect(keyOf(deviceId, config.channelId), owned === undefined ? [safeState] : [safeState, owned]);
      observer.armed(keyOf(deviceId, config.channelId), null);
      const writtenAt = clock.now();
      const writtenMs = clock.monotonicMs();
      const written = await wire.write(actuator, safeState, null, signal);
      logWrite(target, writtenAt, owned);
      // Somebody may have switched it on since the last reading, and this switched it off: it rests from here.
      ledger.restFrom(ledger.get(siteId, deviceId, config.channelId), writtenAt);
      if (signal.aborted) return;
      if (written.ok) update(target, {}, { step: 'sent', sentAt: target.action?.sentAt ?? writtenAt });
      // Even a write that failed may have arrived: only the device's own answer counts.
      const proof = await verify.readBack(actuator, safeState, writtenMs, signal);
      if (signal.aborted) return;
      if (proof.taken && proof.shown) return confirm(proof.shown.value, proof.shown.measuredAt);
      const readBack = proof.shown ? saySetpoint(proof.shown.value, control) : null;
      target.device = { ...target.device, readBack };
      noAnswer(target, readBack ? `${config.name} still shows ${readBack}.` : `${config.name} does not answer.`);
    },
  };
};
