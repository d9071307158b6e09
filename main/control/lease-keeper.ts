import type { Mode } from '../../preload/contract/base.ts';
import type { ChannelId, DeviceId, SiteId } from '../ids.ts';
import type { ChannelControlRecord } from '../store/types.ts';
import type { Commands } from './commands.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import { originOfLease, whoOfLease } from './leases.ts';
import type { Ledger } from './ledger.ts';
import type { Observer } from './observer.ts';
import type { Roster, RosterChannel } from './roster.ts';
import { safeStateOf } from './snapshot.ts';
import { isAutomated, sameSetpoint } from './stage.ts';
import type { Proposal } from './types.ts';
import type { Wire } from './wire.ts';

/** Refusals that pass by themselves: the lease is tried again. On any other the channel stays and the lease ends. */
const PASSING: ReadonlySet<string> = new Set([
  'MIN_ON',
  'MIN_OFF',
  'SWITCH_LIMIT',
  'WRITE_BUDGET',
  'BUSY',
  'DEVICE_OFFLINE',
  'DEVICE_STARTING',
  'DEVICE_LATE',
  'SOC_NOT_FRESH',
  'GRID_NOT_FRESH',
  'STATE_NOT_FRESH',
  'IMPORT_LIMIT',
  'FUSE_LIMIT',
  'PHASE_UNKNOWN',
  'INVERTER_LIMIT',
  'LOAD_UNKNOWN',
  'VOLTAGE_UNKNOWN',
  'RAMP_WAIT',
]);
const LONGEST_WAIT_MS = 600_000;

export interface LeaseKeeper {
  /** Renews device timers, gives back what is over. */
  tick(siteId: SiteId, signal: AbortSignal): Promise<void>;
  /**
   * Ends automation's leases: the next ticks give the channels back. A span that a person named runs on, except when
   * nobody will be there to end it.
   */
  endAll(siteId: SiteId, whose: 'automation' | 'everybody'): void;
  /** Ends the guard's own lease on one channel: the next tick gives it back. */
  endOfGuard(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId): void;
}

export interface LeaseKeeperParts {
  readonly commands: Commands;
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly observer: Observer;
  readonly wire: Wire;
  isStopped(siteId: SiteId): boolean;
  mode(siteId: SiteId): Mode;
}

export const createLeaseKeeper = (ground: Ground, parts: LeaseKeeperParts): LeaseKeeper => {
  const { clock, actuators, timings } = ground;
  const { commands, ledger, roster, observer, wire } = parts;
  const retries = new Map<ChannelKey, { readonly atMs: number; readonly waitMs: number }>();

  /** In Watch automation holds nothing, whatever a command that was under way at the change has written since. */
  const ofNobody = ({ siteId, lease }: ChannelControlRecord): boolean =>
    lease !== null && isAutomated(originOfLease(lease)) && parts.mode(siteId) === 'watch';

  const drop = (record: ChannelControlRecord): void => {
    retries.delete(keyOf(record.deviceId, record.channelId));
    ledger.change(record, { lease: null, original: null });
  };

  const giveBack = async (channel: RosterChannel, record: ChannelControlRecord): Promise<void> => {
    const { lease } = record;
    const key = keyOf(record.deviceId, record.channelId);
    const actuator = actuators.get(record.deviceId, record.channelId);
    const retry = retries.get(key);
    if (!lease || !actuator || commands.running(key) || (retry && retry.atMs > clock.monotonicMs())) return;
    // A hold of a person means that the channel is theirs now.
    if (record.hold && record.hold.origin === 'manual' && record.hold.until > clock.now()) return drop(record);
    const safeState = safeStateOf(channel, actuator.spec);
    const target = record.original ?? safeState;
    // Nothing to go back to: what stands there stays.
    if (target === null) return drop(record);
    // The guard may only take away, so what it took is given back with a person's rights, and never forgotten.
    const guards = originOfLease(lease) === 'safety';
    if (guards && record.hold?.origin === 'safety') ledger.change(record, { hold: null });
    const proposal: Proposal = {
      siteId: channel.siteId,
      deviceId: record.deviceId,
      channelId: record.channelId,
      setpoint: target,
      origin: originOfLease(lease),
      who: whoOfLease(lease),
      surface: 'system',
      reason: `The time of “${lease.reason.replace(/\.$/, '')}” is over, so the channel goes back.`,
      reasonCode: 'LEASE_ENDED',
      ifIgnored: '',
      holdMs: 0,
      leaseMs: null,
    };
    // Going to the safe state is no decision about the house: it needs neither fresh readings nor the mode's leave.
    const safe = safeState !== null && sameSetpoint(target, safeState, actuator.spec.control);
    const begin = {
      channel,
      actuator,
      proposal,
      lettingGo: true,
      ...(safe || guards ? { judgedAs: { ...proposal, origin: 'manual' as const } } : {}),
    };
    const verdict = commands.judge(begin);
    if (verdict.setpoint === null) {
      if (!guards && !PASSING.has(verdict.code)) drop(record);
      if (guards) retries.set(key, { atMs: clock.monotonicMs() + timings.reconcileMs, waitMs: timings.reconcileMs });
      return;
    }
    const waitMs = Math.min(LONGEST_WAIT_MS, (retry?.waitMs ?? timings.reconcileMs / 2) * 2);
    retries.set(key, { atMs: clock.monotonicMs() + waitMs, waitMs });
    const begun = commands.begin(begin);
    if (!begun.ok) return;
    const done = await begun.value.done;
    if (done.outcome === 'confirmed' || done.outcome === 'limited') retries.delete(key);
  };

  /** Arms the device's own timer anew, but only while the device still shows what we hold. */
  const renew = async (channel: RosterChannel, record: ChannelControlRecord, signal: AbortSignal): Promise<void> => {
    const key = keyOf(record.deviceId, record.channelId);
    const untilMs = observer.armedUntilMs(key);
    const actuator = actuators.get(record.deviceId, record.channelId);
    if (untilMs === null || !actuator || !record.lease || !record.owned) return;
    // A timer on the safe state would end in the unsafe one.
    const safeState = safeStateOf(channel, actuator.spec);
    if (safeState !== null && sameSetpoint(record.owned.value, safeState, actuator.spec.control)) return;
    if (untilMs - clock.monotonicMs() > timings.deviceLeaseMs / 2) return;
    const leftMs = record.lease.expiresAt - clock.now();
    // The timer that runs ends with the lease anyway.
    if (untilMs - clock.monotonicMs() >= leftMs) return;
    const read = await wire.readBack(actuator, signal);
    if (!read.ok || commands.running(key)) return;
    const sighting = observer.see(channel, actuator, read.value);
    const now = ledger.get(record.siteId, record.deviceId, record.channelId);
    if (sighting !== 'same' || now.lease?.owner !== record.lease.owner) return;
    if (parts.isStopped(channel.siteId) || ofNobody(now)) return;
    const spanMs = Math.min(timings.deviceLeaseMs, now.lease.expiresAt - clock.now());
    if (spanMs <= 0) return;
    const written = await wire.write(actuator, read.value.value, spanMs, signal);
    if (written.ok) observer.armed(key, clock.monotonicMs() + spanMs);
  };

  return {
    tick: async (siteId, signal) => {
      if (parts.isStopped(siteId)) return;
      const now = clock.now();
      await Promise.all(
        ledger.all(siteId).map(async (record) => {
          if (!record.lease || signal.aborted) return;
          const channel = roster.find(siteId, record.deviceId, record.channelId);
          if (!channel) return drop(record);
          if (record.lease.expiresAt <= now || ofNobody(record)) return giveBack(channel, record);
          if (!commands.running(keyOf(record.deviceId, record.channelId))) return renew(channel, record, signal);
        }),
      );
    },
    endOfGuard: (siteId, deviceId, channelId) => {
      const record = ledger.get(siteId, deviceId, channelId);
      const now = clock.now();
      if (record.lease && originOfLease(record.lease) === 'safety' && record.lease.expiresAt > now)
        ledger.change(record, { lease: { ...record.lease, expiresAt: now } });
    },
    endAll: (siteId, whose) => {
      const now = clock.now();
      for (const record of ledger.all(siteId))
        if (
          record.lease &&
          record.lease.expiresAt > now &&
          (whose === 'everybody' || isAutomated(originOfLease(record.lease)))
        )
          ledger.change(record, { lease: { ...record.lease, expiresAt: now } });
    },
  };
};
