import type { ChannelControlRecord } from '../store/types.ts';
import type { Ground } from './deps.ts';
import { holdFor } from './holds.ts';
import { leaseFor, leaseOwner } from './leases.ts';
import type { Ledger } from './ledger.ts';
import type { Proposal } from './types.ts';

/**
 * An unchanged wish still counts as a wish: a person's hold begins, automation's own lease goes on, and what the guard keeps
 * down stays held, so that nobody's lease ends by bringing it up again.
 */
export const keepUnchanged = (
  { clock, store, timings }: Pick<Ground, 'clock' | 'store' | 'timings'>,
  ledger: Ledger,
  proposal: Proposal,
  record: ChannelControlRecord,
): void => {
  const now = clock.now();
  const hold = holdFor(proposal, store.settings.get(proposal.siteId), now) ?? record.hold;
  const lease =
    record.lease?.owner === leaseOwner(proposal.origin, proposal.who)
      ? leaseFor(proposal, timings.defaultLeaseMs, now)
      : null;
  if (proposal.origin === 'manual') ledger.change(record, { hold, lease: null, original: null });
  else if (lease) ledger.change(record, { lease, ...(proposal.origin === 'safety' ? { hold } : {}) });
  else if (proposal.origin === 'safety')
    ledger.change(record, { hold, ...(proposal.leaseMs === null ? { lease: null, original: null } : {}) });
};
