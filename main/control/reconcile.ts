import type { Setpoint } from '../../preload/contract/base.ts';
import type { DeviceId, SiteId } from '../ids.ts';
import type { Commands } from './commands.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import type { Observer } from './observer.ts';
import type { Roster, RosterChannel } from './roster.ts';
import type { Wire } from './wire.ts';

export interface Reconcile {
  /** Reads the real state of every controllable channel; a channel that is still being read is left alone. */
  site(siteId: SiteId, signal: AbortSignal): Promise<void>;
  device(siteId: SiteId, deviceId: DeviceId, signal: AbortSignal): Promise<void>;
}

export interface ReconcileParts {
  readonly commands: Commands;
  readonly roster: Roster;
  readonly observer: Observer;
  readonly wire: Wire;
  /** Hears of every state that was read: during a stop, what left its safe state is sent back. */
  onRead(channel: RosterChannel, value: Setpoint): void;
}

export const createReconcile = ({ actuators, bus, clock }: Ground, parts: ReconcileParts): Reconcile => {
  const reading = new Set<ChannelKey>();
  /** When a channel was asked last, on the monotonic clock: a cloud is not asked as often as a relay next door. */
  const askedMs = new Map<ChannelKey, number>();
  const one = async (channel: RosterChannel, signal: AbortSignal): Promise<void> => {
    const key = keyOf(channel.deviceId, channel.config.channelId);
    const actuator = actuators.get(channel.deviceId, channel.config.channelId);
    // What a command does not need disturbed: it reads back itself.
    if (!actuator || reading.has(key) || parts.commands.running(key)) return;
    const { reconcileEveryMs } = actuator.spec;
    const last = askedMs.get(key);
    if (reconcileEveryMs !== undefined && last !== undefined && clock.monotonicMs() - last < reconcileEveryMs) return;
    askedMs.set(key, clock.monotonicMs());
    reading.add(key);
    try {
      const read = await parts.wire.readBack(actuator, signal);
      if (!read.ok || parts.commands.running(key)) return;
      const sighting = parts.observer.see(channel, actuator, read.value);
      if (sighting === 'old') return;
      parts.onRead(channel, read.value.value);
      if (sighting === 'first') bus.emit('devices', { siteId: channel.siteId, at: clock.now() });
    } finally {
      reading.delete(key);
    }
  };
  return {
    site: async (siteId, signal) => {
      await Promise.all(parts.roster.list(siteId).map((channel) => one(channel, signal)));
    },
    device: async (siteId, deviceId, signal) => {
      const channels = parts.roster.list(siteId).filter((channel) => channel.deviceId === deviceId);
      await Promise.all(channels.map((channel) => one(channel, signal)));
    },
  };
};
