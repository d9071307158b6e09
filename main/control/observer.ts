import type { Setpoint } from '../../preload/contract/base.ts';
import type { ChannelActuator, ReadBack } from '../devices/types.ts';
import { newId } from '../ids.ts';
import { foreignActionOf } from './action-row.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import { foreignHold, SOMEBODY } from './holds.ts';
import type { Ledger } from './ledger.ts';
import type { RosterChannel } from './roster.ts';
import { sameSetpoint } from './stage.ts';
import type { Troubles } from './troubles.ts';
import { measuredSince } from './wire.ts';
import { saySetpoint } from './words.ts';

/** `old`: measured before our own last write, proves nothing. `ours`: our own command or the end of our own lease. */
type Sighting = 'first' | 'same' | 'ours' | 'old' | 'foreign';

export interface Observer {
  /** Notes that we are about to write: a late echo of either value is then not somebody else's doing. */
  expect(key: ChannelKey, values: readonly Setpoint[]): void;
  /** The device has shown the value: from now on the earlier one is no echo any more. */
  confirmed(key: ChannelKey, value: Setpoint): void;
  /** After a restart: what an earlier run wrote a moment ago may still turn up late. */
  remember(channels: readonly RosterChannel[]): void;
  /** Notes the device's own timer, which will take the channel to its safe state by itself. */
  armed(key: ChannelKey, untilMs: number | null): void;
  armedUntilMs(key: ChannelKey): number | null;
  see(channel: RosterChannel, actuator: ChannelActuator, read: ReadBack): Sighting;
}

/** Tells our own late echo from a change made elsewhere, and turns the latter into a visible hold. */
export const createObserver = (ground: Ground, ledger: Ledger, troubles: Troubles): Observer => {
  const { clock, store, bus, bestEffort, timings } = ground;
  const expected = new Map<ChannelKey, { readonly values: readonly Setpoint[]; readonly atMs: number }>();
  const timers = new Map<ChannelKey, number>();

  const foreign = (channel: RosterChannel, actuator: ChannelActuator, before: Setpoint, value: Setpoint): void => {
    const now = clock.now();
    const { siteId, deviceId, config } = channel;
    const control = actuator.spec.control;
    const sentence = `${config.name} was changed from ${saySetpoint(before, control)} to ${saySetpoint(value, control)} at the device, not by CommandCenter.`;
    const action = foreignActionOf(channel, before, value, sentence, SOMEBODY, now);
    const settings = bestEffort.run('read the settings', () => store.settings.get(siteId));
    const record = ledger.get(siteId, deviceId, config.channelId);
    ledger.change(record, {
      hold: settings ? foreignHold(settings, record.hold, now) : record.hold,
      lease: null,
      original: null,
    });
    bestEffort.run('log a foreign change', () => store.actions.insert(action, null));
    troubles.raise(action, 'foreign-change', now);
    const title = `${config.name} was changed at the device`;
    bestEffort.run('log a foreign change', () =>
      store.events.add(siteId, {
        id: newId('evt'),
        at: now,
        level: 'info',
        title,
        text: sentence,
        kind: 'foreign-change',
      }),
    );
    bus.emit('action', action);
    bus.emit('devices', { siteId, at: now });
  };

  return {
    expect: (key, values) => void expected.set(key, { values, atMs: clock.monotonicMs() }),
    confirmed: (key, value) => {
      const ours = expected.get(key);
      if (ours) expected.set(key, { ...ours, values: [value] });
    },
    remember: (channels) => {
      for (const { deviceId, config } of channels) {
        const last = bestEffort.run('read the last action', () => store.actions.lastOf(deviceId, config.channelId));
        // What was confirmed has shown itself: anything else is somebody's doing.
        if (!last || last.outcome === 'confirmed' || last.sentAt === null) continue;
        if (Math.abs(clock.now() - last.sentAt) > timings.echoMs) continue;
        const values = [last.allowed, last.before].filter((value) => value !== null);
        expected.set(keyOf(deviceId, config.channelId), { values, atMs: clock.monotonicMs() });
      }
    },
    armed: (key, untilMs) => void (untilMs === null ? timers.delete(key) : timers.set(key, untilMs)),
    armedUntilMs: (key) => timers.get(key) ?? null,
    see: (channel, actuator, read) => {
      const { siteId, deviceId, config } = channel;
      const { control } = actuator.spec;
      const key = keyOf(deviceId, config.channelId);
      const ours = expected.get(key);
      const nowMs = clock.monotonicMs();
      // By ages, not by instants: a clock that was set back must not make every reading look old for an hour.
      if (ours && !measuredSince(clock, read.measuredAt, ours.atMs)) return 'old';
      const record = ledger.get(siteId, deviceId, config.channelId);
      const known = record.owned;
      const { changed } = ledger.observe(record, read.value, control, Math.min(read.measuredAt, clock.now()));
      if (!known) return 'first';
      if (!changed) return 'same';
      const echo =
        ours !== undefined &&
        nowMs - ours.atMs <= timings.echoMs &&
        ours.values.some((value) => sameSetpoint(value, read.value, control));
      const timer = timers.get(key);
      const ranOut = timer !== undefined && nowMs >= timer - 2_000;
      if (ranOut) timers.delete(key);
      const leaseOver = record.lease !== null && record.lease.expiresAt <= clock.now() && actuator.spec.deviceLease;
      if (echo || ranOut || leaseOver) return 'ours';
      foreign(channel, actuator, known.value, read.value);
      return 'foreign';
    },
  };
};
