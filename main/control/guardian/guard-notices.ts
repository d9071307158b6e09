import type { Notice } from '../../../preload/contract/house.ts';
import { newId, type SiteId } from '../../ids.ts';
import { messageOf } from '../../result.ts';
import type { GuardianDeps } from './types.ts';

/** What a person is told: once when it begins, once when it is over. */
export interface GuardNotices {
  began(siteId: SiteId, what: string, level: Notice['level'], title: string, text: string): void;
  /** Says nothing where nothing was told before. */
  ended(siteId: SiteId, what: string, title: string, text: string): void;
  open(siteId: SiteId): readonly string[];
}

export const createGuardNotices = ({
  bus,
  clock,
  log,
  store,
}: Pick<GuardianDeps, 'bus' | 'clock' | 'log' | 'store'>): GuardNotices => {
  const told = new Map<SiteId, Map<string, string>>();
  const tell = (siteId: SiteId, words: Omit<Notice, 'id' | 'at'>): void => {
    const notice: Notice = { id: newId('notice'), at: clock.now(), ...words };
    try {
      store.events.add(siteId, { ...notice, kind: 'safety-guard' });
    } catch (thrown) {
      // Being told matters more than being kept.
      log.error('A notice of the guard could not be kept', { why: messageOf(thrown) });
    }
    bus.emit('notice', notice);
  };
  const of = (siteId: SiteId): Map<string, string> => {
    const open = told.get(siteId) ?? new Map<string, string>();
    told.set(siteId, open);
    return open;
  };
  return {
    began: (siteId, what, level, title, text) => {
      if (of(siteId).has(what)) return;
      of(siteId).set(what, title);
      tell(siteId, { level, title, text, subject: `guard/${what}` });
    },
    ended: (siteId, what, title, text) => {
      if (of(siteId).delete(what))
        tell(siteId, { level: 'info', title, text, subject: `guard/${what}`, recovered: true });
    },
    open: (siteId) => [...of(siteId).values()],
  };
};
