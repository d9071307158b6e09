import type { PendingProposal } from '../../../preload/contract/control.ts';
import type { SiteId } from '../../ids.ts';
import { messageOf } from '../../result.ts';
import type { RemoteDeps } from './remote-types.ts';

/** Those that come together are counted together. */
const GATHER_MS = 30_000;
const AGAIN_MS = 900_000;

/** Questions beyond what a person can be asked in an hour: one message says how many wait. */
export const createCrowd = (deps: RemoteDeps, signal: AbortSignal) => {
  const { clock, messengers, approvals } = deps;
  const log = deps.log.room('approvals');
  const waiting = new Map<SiteId, Set<string>>();
  const timers = new Map<SiteId, () => void>();
  const toldAt = new Map<SiteId, number>();

  const tell = async (siteId: SiteId): Promise<void> => {
    const gathered = waiting.get(siteId) ?? new Set();
    waiting.delete(siteId);
    const open = approvals.pending(siteId).filter(({ id }) => gathered.has(id)).length;
    if (open === 0) return;
    toldAt.set(siteId, clock.monotonicMs());
    const { routes } = deps.settingsOf(siteId);
    const title = open === 1 ? '1 more action waits' : `${open} more actions wait`;
    const text = 'Many questions were asked within an hour. Answer these on the page Approvals in CommandCenter.';
    await Promise.all(
      messengers
        .ready()
        .filter(({ kind }) => routes[kind].approvals)
        .map(async (messenger) => {
          const told = await messenger.tell({ title, text, level: 'attention' }, signal);
          if (!told.ok) log.warn('A message could not be sent', { messenger: messenger.kind, why: told.error.message });
        }),
    );
  };

  return {
    add: ({ id, siteId }: PendingProposal): void => {
      const gathered = waiting.get(siteId) ?? new Set();
      waiting.set(siteId, gathered.add(id));
      if (timers.has(siteId)) return;
      const last = toldAt.get(siteId);
      const restMs = last === undefined ? 0 : Math.max(0, last + AGAIN_MS - clock.monotonicMs());
      timers.set(
        siteId,
        clock.after(Math.max(GATHER_MS, restMs), () => {
          timers.delete(siteId);
          tell(siteId).catch((thrown: unknown) => log.error('A message failed', { why: messageOf(thrown) }));
        }),
      );
    },
    stop: (): void => {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
};
