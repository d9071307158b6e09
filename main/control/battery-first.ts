import type { Origin, SiteId } from '../../preload/contract/base.ts';
import type { Result } from '../result.ts';
import { type BatteryLock, batteryLockIn, batteryLockOf } from './battery-lock.ts';
import { isAutomated } from './stage.ts';
import type { Begun, ChannelSnapshot, DecisionSnapshot, EnvelopeVerdict, Proposal } from './types.ts';

/** The guard of the house in the log; the lock is its lease, which it renews while the load runs. */
export const GUARD = 'Safety guard';
/** Longer than the guard's own period many times over, and short enough that a killed run does not lock for the day, ms. */
const LOCK_LEASE_MS = 900_000;
const LOCK_HOLD_MS = 60_000;

/** The wish that locks the battery while `load` runs. */
export const lockProposal = (siteId: SiteId, lock: BatteryLock, load: string): Proposal => ({
  siteId,
  deviceId: lock.channel.deviceId,
  channelId: lock.channel.config.channelId,
  setpoint: lock.value,
  origin: 'safety',
  who: GUARD,
  surface: 'system',
  reason: `${load} is not fed from the battery, so its discharge is locked while it runs.`,
  reasonCode: 'BATTERY_LOCKED',
  ifIgnored: `The battery feeds ${load}.`,
  holdMs: LOCK_HOLD_MS,
  leaseMs: LOCK_LEASE_MS,
});

/** Locks the battery before a load that it must not feed is started, as part of the one command. */
export interface BatteryFirst {
  /**
   * The same moment with the battery locked, where that is all that is missing; null otherwise, and where automation would
   * take the battery out of a person's hand for it.
   */
  withLock(snapshot: DecisionSnapshot, verdict: EnvelopeVerdict, origin: Origin): DecisionSnapshot | null;
  /** Answers when the lock was tried; whether it holds is seen when the load's command is judged again. */
  lock(siteId: SiteId, load: string): Promise<void>;
}

export const createBatteryFirst = (parts: {
  begin(proposal: Proposal): Result<Begun>;
  channels(siteId: SiteId): readonly ChannelSnapshot[];
}): BatteryFirst => ({
  withLock: (snapshot, verdict, origin) => {
    const lock = verdict.code === 'BATTERY_NOT_LOCKED' ? batteryLockOf(snapshot) : null;
    if (lock?.channel.hold?.origin === 'manual' && isAutomated(origin)) return null;
    if (lock === null || lock.channel.deviceState === 'offline' || lock.channel.deviceState === 'starting') return null;
    const locked = { ...lock.channel, current: { value: lock.value, ageMs: 0 } };
    return { ...snapshot, others: snapshot.others.map((other) => (other === lock.channel ? locked : other)) };
  },
  lock: async (siteId, load) => {
    const lock = batteryLockIn(parts.channels(siteId));
    if (lock === null || lock.locked === true) return;
    const begun = parts.begin(lockProposal(siteId, lock, load));
    if (begun.ok) await begun.value.done;
  },
});
