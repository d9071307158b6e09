import type { PendingProposal } from '../../preload/contract/control.ts';
import { newId, type SiteId } from '../ids.ts';
import { ok, permanent, type Result, temporary } from '../result.ts';
import type { Ground } from './deps.ts';
import type { RosterChannel } from './roster.ts';
import type { EnvelopeVerdict, Proposal } from './types.ts';

/** Wishes that wait for a person. One caller ever settles each of them. */
export interface Suggestions {
  /** The same wish asked again while it waits is one question, not two. */
  ask(channel: RosterChannel, proposal: Proposal, verdict: EnvelopeVerdict): PendingProposal;
  /** Answers the wish to the one caller who wins it. */
  win(proposalId: string): Result<Proposal>;
  deny(proposalId: string): Result<void>;
  /** Whether a person has said no to this wish a short while ago. */
  wasDenied(proposal: Proposal): boolean;
  pending(siteId: SiteId): readonly PendingProposal[];
  expireAll(siteId: SiteId): void;
  start(siteIds: readonly SiteId[]): void;
  stop(): void;
}

const sameWish = (pending: PendingProposal, proposal: Proposal): boolean =>
  pending.deviceId === proposal.deviceId &&
  pending.channelId === proposal.channelId &&
  pending.setpoint === proposal.setpoint &&
  pending.origin === proposal.origin;

const gone = () =>
  permanent('control.proposal-settled', 'This question has already been answered or has expired.', 'Nothing to do.');

export const createSuggestions = ({ clock, store, bus, bestEffort }: Ground): Suggestions => {
  /** The whole wish, with what the stored question leaves out; rebuilt from the question after a restart. */
  const wishes = new Map<string, Proposal>();
  const timers = new Map<string, () => void>();
  const denied = new Map<string, number>();

  const wishKey = ({
    siteId,
    deviceId,
    channelId,
    setpoint,
    origin,
  }: Pick<Proposal, 'siteId' | 'deviceId' | 'channelId' | 'setpoint' | 'origin'>): string =>
    `denied:${siteId}:${deviceId}/${channelId}:${origin}:${String(setpoint)}`;
  const tell = (siteId: SiteId): void =>
    bus.emit('proposals', { siteId, pending: store.proposals.pending(siteId).length });
  const settle = (pending: PendingProposal, state: 'approved' | 'denied' | 'expired'): boolean => {
    timers.get(pending.id)?.();
    timers.delete(pending.id);
    const won = store.proposals.settle(pending.id, state);
    if (won) tell(pending.siteId);
    return won;
  };
  const expire = (pending: PendingProposal): void => {
    wishes.delete(pending.id);
    bestEffort.run('expire a proposal', () => settle(pending, 'expired'));
  };
  const watch = (pending: PendingProposal): void => {
    const cancel = clock.after(Math.max(0, pending.expiresAt - clock.now()), () => expire(pending));
    timers.set(pending.id, cancel);
  };
  const fromStored = ({
    siteId,
    deviceId,
    channelId,
    setpoint,
    origin,
    reason,
    reasonCode,
    ifIgnored,
  }: PendingProposal): Proposal => ({
    siteId,
    deviceId,
    channelId,
    setpoint,
    origin,
    reason,
    reasonCode,
    ifIgnored,
    who: origin,
    surface: 'system',
    holdMs: null,
    leaseMs: null,
  });

  return {
    ask: (channel, proposal, verdict) => {
      const waiting = store.proposals.pending(proposal.siteId).find((one) => sameWish(one, proposal));
      if (waiting && waiting.expiresAt > clock.now()) return waiting;
      const now = clock.now();
      const { siteId, deviceId, channelId, origin, reason, reasonCode, ifIgnored } = proposal;
      const pending: PendingProposal = {
        id: newId('prop'),
        siteId,
        deviceId,
        channelId,
        deviceName: channel.config.name,
        setpoint: proposal.setpoint,
        origin,
        reason,
        reasonCode,
        ifIgnored,
        stages: [...verdict.stages],
        askedBecause: 'suggest',
        powerW: channel.config.ratedPowerW,
        createdAt: now,
        expiresAt: now + store.settings.get(siteId).approvalExpiresMs,
      };
      store.proposals.add(pending);
      wishes.set(pending.id, proposal);
      watch(pending);
      tell(siteId);
      return pending;
    },
    win: (proposalId) => {
      const pending = store.proposals.get(proposalId);
      if (!pending)
        return permanent('control.unknown-proposal', 'There is no such question.', 'Look at the list again.');
      if (pending.expiresAt <= clock.now()) {
        expire(pending);
        return gone();
      }
      const wish = wishes.get(proposalId) ?? fromStored(pending);
      if (!settle(pending, 'approved')) return gone();
      wishes.delete(proposalId);
      return ok(wish);
    },
    deny: (proposalId) => {
      const pending = store.proposals.get(proposalId);
      if (!pending)
        return permanent('control.unknown-proposal', 'There is no such question.', 'Look at the list again.');
      if (!settle(pending, 'denied')) return gone();
      wishes.delete(proposalId);
      const until = clock.now() + store.settings.get(pending.siteId).manualHoldMs;
      const key = wishKey(pending);
      denied.set(key, until);
      const stored = bestEffort.run('remember a no', () => {
        store.state.set(key, String(until));
        return true;
      });
      return stored
        ? ok(undefined)
        : temporary('control.not-stored', 'The no is kept only until the next start.', 'Check the disk.');
    },
    wasDenied: (proposal) => {
      const key = wishKey(proposal);
      const until = denied.get(key) ?? Number(bestEffort.run('read a no', () => store.state.get(key)) ?? 0);
      return until > clock.now();
    },
    pending: (siteId) => store.proposals.pending(siteId).filter((one) => one.expiresAt > clock.now()),
    expireAll: (siteId) => {
      const waiting = bestEffort.run('read the proposals', () => store.proposals.pending(siteId)) ?? [];
      for (const pending of waiting) expire(pending);
    },
    start: (siteIds) => {
      for (const siteId of siteIds) for (const pending of store.proposals.pending(siteId)) watch(pending);
    },
    stop: () => {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
};
