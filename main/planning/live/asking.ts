import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Clock } from '../../clock.ts';
import type { ChannelSnapshot, Commander } from '../../control/types.ts';
import type { ChannelId, DeviceId, SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf } from '../../result.ts';
import type { Store } from '../../store/types.ts';

/** Who stands behind what the plan asks for. */
const WHO = 'Plan';
/** As the commander writes the owner of a lease: origin and who. */
const OWNER = `plan: ${WHO}`;
/** Tiers give a miner up to the plan; what any other rule has borrowed stays the rule's. */
const GIVEN_UP_BY = 'rule: Miner tiers';

/** What the plan borrows ends by itself so long after nobody has stood behind it any more. */
const LEASE_MS = 15 * 60_000;
const RENEW_BELOW_MS = 7 * 60_000;
const MINUTE_MS = 60_000;
/** A wish that came to nothing is repeated after one minute, then two, four, and so on up to this. */
const LONGEST_WAIT_MS = 16 * MINUTE_MS;
/** How old a read-back may be before nobody knows where a channel stands. */
const STATE_LIMIT_MS = 120_000;

export interface Wanted {
  readonly channel: ChannelSnapshot;
  readonly setpoint: Setpoint;
  readonly reason: string;
  readonly reasonCode: string;
  readonly ifIgnored: string;
  /** True for a setpoint that follows the house: after a refusal any value waits, not only the same one. */
  readonly follows?: boolean;
}

export interface AskingDeps {
  readonly store: Pick<Store, 'channelControl'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly commander: Pick<Commander, 'submit' | 'view' | 'pending' | 'withdraw' | 'endLease'>;
}

/** What came of a look: `asked` a wish went out, `stands` it is so already, `waits` something is under way or comes later. */
export type Asked = 'asked' | 'stands' | 'waits';

interface Tried {
  readonly setpoint: Setpoint;
  readonly againMs: number;
  readonly waitMs: number;
}

const keyOf = (deviceId: DeviceId, channelId: ChannelId): string => `${deviceId}/${channelId}`;

/** Whether a channel shows the setpoint; null where its state is not known. */
const shows = ({ current, control }: ChannelSnapshot, setpoint: Setpoint): boolean | null => {
  if (current === null || current.ageMs > STATE_LIMIT_MS) return null;
  const { value } = current;
  if (typeof value !== 'number' || typeof setpoint !== 'number') return value === setpoint;
  return value === setpoint || Math.abs(value - setpoint) < (control.kind === 'number' ? control.step / 2 : 0);
};

/**
 * Keeps a channel at what the plan wants: asks when it differs, renews the lease while it stands, is patient where it is refused,
 * and leaves alone what a person's rule has borrowed. It decides nothing and goes through the commander like everybody.
 */
export const createAsking = (deps: AskingDeps) => {
  const { store, clock, commander, log } = deps;
  const tried = new Map<string, Tried>();

  const leaseOf = (deviceId: DeviceId, channelId: ChannelId) => {
    const lease = store.channelControl.get(deviceId, channelId)?.lease ?? null;
    return lease !== null && lease.expiresAt > clock.now() ? lease : null;
  };
  const isOurs = (deviceId: DeviceId, channelId: ChannelId): boolean => leaseOf(deviceId, channelId)?.owner === OWNER;

  const submit = (siteId: SiteId, wanted: Wanted): void => {
    const { channel, setpoint, reason, reasonCode, ifIgnored } = wanted;
    const { deviceId, config } = channel;
    const key = keyOf(deviceId, config.channelId);
    const before = tried.get(key);
    const again = before !== undefined && (wanted.follows || before.setpoint === setpoint);
    const waitMs = again ? Math.min(LONGEST_WAIT_MS, before.waitMs * 2) : MINUTE_MS;
    tried.set(key, { setpoint, waitMs, againMs: clock.monotonicMs() + waitMs });
    const answer = commander.submit({
      ...{ siteId, deviceId, channelId: config.channelId, setpoint },
      ...{ origin: 'plan', who: WHO, surface: 'system' },
      ...{ reason, reasonCode, ifIgnored, holdMs: null, leaseMs: LEASE_MS },
    });
    if (!answer.ok) log.info('A wish was not taken', { channel: config.name, why: answer.error.message });
    if (!answer.ok || !('done' in answer.value)) return;
    answer.value.done.then(
      ({ outcome }) => {
        if (outcome === 'confirmed' || outcome === 'limited' || outcome === 'unchanged') tried.delete(key);
      },
      (thrown: unknown) => log.error('A command ended with a bug', { channel: config.name, why: messageOf(thrown) }),
    );
  };

  return {
    isOurs,
    /** Looks once, and asks for no more than one thing. */
    keep: (siteId: SiteId, wanted: Wanted): Asked => {
      const { channel, setpoint } = wanted;
      const { deviceId, config } = channel;
      const { channelId } = config;
      const lease = leaseOf(deviceId, channelId);
      const ours = lease?.owner === OWNER;
      if (lease && !ours && lease.owner !== GIVEN_UP_BY) return 'waits';
      if (commander.view(deviceId, channelId).pending) return 'waits';
      const waiting = commander
        .pending(siteId)
        .find((each) => each.origin === 'plan' && each.deviceId === deviceId && each.channelId === channelId);
      if (waiting && waiting.setpoint !== setpoint)
        commander.withdraw(
          { siteId, deviceId, channelId, origin: 'plan', who: WHO },
          'The plan wants something else now.',
        );
      else if (waiting) return 'waits';
      // Who comes first holds it: to ask would only fill the log.
      const isHeld = channel.hold !== null && channel.hold.origin !== 'plan' && channel.hold.origin !== 'advisor';
      const stands = shows(channel, setpoint);
      if (stands === null) return 'waits';
      if (stands) {
        tried.delete(keyOf(deviceId, channelId));
        // Somebody else's lease would end under the plan, and one of its own has to be renewed.
        if (lease && (ours ? lease.expiresAt - clock.now() < RENEW_BELOW_MS : !isHeld)) submit(siteId, wanted);
        return 'stands';
      }
      if (isHeld) return 'waits';
      const last = tried.get(keyOf(deviceId, channelId));
      if (last && last.againMs > clock.monotonicMs() && (wanted.follows || last.setpoint === setpoint)) return 'waits';
      submit(siteId, wanted);
      return 'asked';
    },
    /** The plan stands behind it no more: its lease ends, its question goes, and the channel goes back to what it was. */
    letGo: (siteId: SiteId, deviceId: DeviceId, channelId: ChannelId, why: string): boolean => {
      const wish = { siteId, deviceId, channelId, origin: 'plan', who: WHO } as const;
      tried.delete(keyOf(deviceId, channelId));
      commander.withdraw(wish, why);
      if (!isOurs(deviceId, channelId)) return false;
      commander.endLease(wish);
      return true;
    },
    /** A mode or an answer changed: what was refused is tried at once. */
    forget: (): void => tried.clear(),
  };
};
export type Asking = ReturnType<typeof createAsking>;
