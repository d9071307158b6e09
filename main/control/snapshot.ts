import type { Measure, Mode, Setpoint } from '../../preload/contract/base.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/house.ts';
import type { LiveState } from '../../preload/contract/site.ts';
import type { ChannelActuator, ControlSpec } from '../devices/types.ts';
import type { SiteId } from '../ids.ts';
import type { ChannelControlRecord } from '../store/types.ts';
import { startOfLocalDay } from '../zone.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { Roster, RosterChannel } from './roster.ts';
import { createSurroundings } from './surroundings.ts';
import type { ChannelSnapshot, DecisionSnapshot } from './types.ts';

const HOUR_MS = 3_600_000;

const NOT_LOOKED_AT: Measure = { value: null, unit: '', measuredAt: null, limitMs: 0, freshness: 'absent' };

/** In a stop's place of the measurements: to derive them once a device would hold up the last of fifty. */
const unseen = (siteId: SiteId, at: number): LiveState => ({
  siteId,
  at,
  pvW: NOT_LOOKED_AT,
  gridW: NOT_LOOKED_AT,
  batteryW: NOT_LOOKED_AT,
  loadW: NOT_LOOKED_AT,
  householdW: NOT_LOOKED_AT,
  socPct: NOT_LOOKED_AT,
  batteryTempC: NOT_LOOKED_AT,
  batteryVoltageV: NOT_LOOKED_AT,
  unmeasuredW: null,
  balanced: null,
  loads: [],
});

/** Freezes a value and everything in it. */
export const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
};

export interface SnapshotSources {
  readonly roster: Roster;
  readonly ledger: Ledger;
  mode(siteId: SiteId): Mode;
  isStopped(siteId: SiteId): boolean;
  isBusy(key: ChannelKey): boolean;
}

export interface Snapshots {
  /** All that one decision may look at; `busy` of the channel itself can be overruled by the command that runs. */
  take(channel: RosterChannel, actuator: ChannelActuator, options?: { readonly own: boolean }): DecisionSnapshot;
  /** Every channel of the site that can be commanded, for who looks at the house as a whole. */
  all(siteId: SiteId): readonly ChannelSnapshot[];
  /** For a stop: from memory only, because the database may be busy. */
  takeForStop(channel: RosterChannel, spec: ControlSpec): DecisionSnapshot;
}

/**
 * Where the channel goes at a stop: the person's choice, or the vendor's. Null for a table that no person has chosen: none
 * fits every house, so what stands in the inverter stays.
 */
export const safeStateOf = (channel: RosterChannel, spec: ControlSpec): Setpoint | null =>
  channel.config.safeState ?? (spec.control.kind === 'time-table' ? null : spec.defaultSafeState);

export const createSnapshots = (ground: Ground, sources: SnapshotSources): Snapshots => {
  const { clock, store, telemetry, actuators } = ground;
  const surroundings = createSurroundings(ground);

  const stateOf = (channel: RosterChannel): ChannelSnapshot['deviceState'] =>
    telemetry.pollers(channel.siteId).find((poller) => poller.deviceId === channel.deviceId)?.state ?? 'starting';

  /** The newer of our own read-back and the switch state that polling brings. */
  const currentOf = (record: ChannelControlRecord, spec: ControlSpec, now: number): ChannelSnapshot['current'] => {
    const polled =
      spec.control.kind === 'switch' ? telemetry.latest(record.deviceId, record.channelId, 'on') : undefined;
    const usable = polled && polled.quality !== 'suspect' ? polled : undefined;
    const { owned } = record;
    if (usable && (!owned || usable.measuredAt > owned.readAt))
      return { value: usable.value > 0.5, ageMs: now - usable.measuredAt };
    return owned && { value: owned.value, ageMs: now - owned.readAt };
  };

  const channelSnapshot = (
    channel: RosterChannel,
    spec: ControlSpec,
    now: number,
    dayStart: number,
    busy: boolean,
  ): ChannelSnapshot => {
    const { siteId, deviceId, config } = channel;
    const record = sources.ledger.get(siteId, deviceId, config.channelId);
    const power = telemetry.latest(deviceId, config.channelId, 'powerW');
    const { hold } = record;
    const count = store.channelControl.countSince.bind(store.channelControl, deviceId, config.channelId);
    return {
      deviceId,
      config: { ...config, safeState: safeStateOf(channel, spec), rules: config.rules ?? spec.defaultRules },
      control: spec.control,
      deviceState: stateOf(channel),
      current: currentOf(record, spec, now),
      powerW:
        power && power.quality !== 'suspect'
          ? { value: power.value, ageMs: now - power.measuredAt, limitMs: power.limitMs }
          : null,
      sinceChangeMs: sources.ledger.sinceChangeMs(record),
      switchesLastHour: count(now - HOUR_MS).switches,
      writesToday: count(dayStart).writes,
      hold: hold && hold.until > now ? { origin: hold.origin, owner: hold.owner, untilAt: hold.until } : null,
      busy,
    };
  };

  const channelsBut = (
    own: ChannelKey | null,
    siteId: SiteId,
    now: number,
    dayStart: number,
  ): readonly ChannelSnapshot[] =>
    sources.roster.list(siteId).flatMap((other) => {
      const key = keyOf(other.deviceId, other.config.channelId);
      const spec = actuators.get(other.deviceId, other.config.channelId)?.spec;
      return key === own || !spec ? [] : [channelSnapshot(other, spec, now, dayStart, sources.isBusy(key))];
    });

  return {
    all: (siteId) => {
      const now = clock.now();
      const dayStart = startOfLocalDay(now, store.sites.get(siteId)?.timeZone ?? 'UTC');
      return deepFreeze(channelsBut(null, siteId, now, dayStart));
    },
    take: (channel, actuator, options) => {
      const now = clock.now();
      const { siteId } = channel;
      const timeZone = store.sites.get(siteId)?.timeZone ?? 'UTC';
      const dayStart = startOfLocalDay(now, timeZone);
      const key = keyOf(channel.deviceId, channel.config.channelId);
      const others = channelsBut(key, siteId, now, dayStart);
      const busy = options?.own ? false : sources.isBusy(key);
      return deepFreeze({
        at: now,
        live: structuredClone(telemetry.live(siteId)),
        settings: store.settings.get(siteId),
        mode: sources.mode(siteId),
        stopped: sources.isStopped(siteId),
        channel: channelSnapshot(channel, actuator.spec, now, dayStart, busy),
        others,
        surroundings: surroundings.of(channel, others, { now, timeZone }),
      });
    },
    takeForStop: (channel, spec) => {
      const now = clock.now();
      const { siteId, deviceId, config } = channel;
      const owned = sources.ledger.peek(deviceId, config.channelId)?.owned ?? null;
      return {
        at: now,
        live: unseen(siteId, now),
        settings: DEFAULT_SETTINGS, // Not looked at for a stop.
        mode: sources.mode(siteId),
        stopped: true,
        channel: {
          deviceId,
          config: { ...config, safeState: safeStateOf(channel, spec), rules: config.rules ?? spec.defaultRules },
          control: spec.control,
          deviceState: 'starting', // Whatever it is: a stop asks everybody.
          current: owned && { value: owned.value, ageMs: now - owned.readAt },
          powerW: null,
          sinceChangeMs: null,
          switchesLastHour: 0,
          writesToday: 0,
          hold: null,
          busy: false,
        },
        others: [],
      };
    },
  };
};
