import type { Surface } from '../../../preload/contract/base.ts';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import type { SiteId } from '../../ids.ts';
import type { Ground } from '../deps.ts';
import { sayCancelled, sayExpired } from './sentences.ts';

/** The ends of a question that no person gives to it, and what follows from any end: its timer goes, the others hear. */
interface Ending {
  zoneOf(siteId: SiteId): string;
  tell(siteId: SiteId): void;
  /** Lets it expire at its time: no answer is a no. */
  watch(pending: PendingProposal): void;
  /** Answers the sentence that says so. */
  expire(pending: PendingProposal): string;
  /** True when it was this call that ended it. `why` is a whole sentence. */
  cancel(pending: PendingProposal, why: string, by?: { readonly who: string; readonly surface: Surface }): boolean;
  /** It was settled elsewhere. */
  ended(pending: PendingProposal): void;
  stop(): void;
}

export const createEnding = ({ clock, store, bus, bestEffort }: Ground): Ending => {
  const timers = new Map<string, () => void>();

  const zoneOf = (siteId: SiteId): string =>
    bestEffort.run('read the time zone', () => store.sites.get(siteId)?.timeZone) ?? 'UTC';
  const tell = (siteId: SiteId): void => {
    const pending = bestEffort.run('count the questions', () => store.proposals.pending(siteId).length);
    if (pending !== undefined) bus.emit('proposals', { siteId, pending });
  };
  const ended = ({ id, siteId }: PendingProposal): void => {
    timers.get(id)?.();
    timers.delete(id);
    tell(siteId);
  };
  const end = (
    pending: PendingProposal,
    state: 'expired' | 'cancelled',
    sentence: string,
    by?: { readonly who: string; readonly surface: Surface },
  ): boolean => {
    const settledAt = clock.now();
    const { who = null, surface = null } = by ?? {};
    const won = bestEffort.run(`end a question as ${state}`, () =>
      store.proposals.settle(pending.id, { state, settledAt, who, surface, sentence, actionId: null }),
    );
    if (won) ended(pending);
    return won === true;
  };
  const expire = (pending: PendingProposal): string => {
    const sentence = sayExpired(pending, zoneOf(pending.siteId));
    end(pending, 'expired', sentence);
    return sentence;
  };

  return {
    zoneOf,
    tell,
    ended,
    expire,
    watch: (pending) => {
      const lifeMs = pending.expiresAt - pending.createdAt;
      // A wall clock that was set back must not make a question live longer than it was given.
      const leftMs = Math.min(lifeMs, Math.max(0, pending.expiresAt - clock.now()));
      timers.get(pending.id)?.();
      timers.set(
        pending.id,
        clock.after(leftMs, () => {
          timers.delete(pending.id);
          expire(pending);
        }),
      );
    },
    cancel: (pending, why, by) => end(pending, 'cancelled', sayCancelled(why, clock.now(), zoneOf(pending.siteId)), by),
    stop: () => {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
};
