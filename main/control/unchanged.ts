import type { ChannelControlRecord } from '../store/types.ts';
import type { Ground } from './deps.ts';
import { holdFor } from './holds.ts';
import { leaseFor, leaseOwner, originOfLease } from './leases.ts';
import type { Ledger } from './ledger.ts';
import { isAutomated, outranks } from './stage.ts';
import type { Proposal } from './types.ts';

/**
 * Automation that finds its own value standing under automation's lease stands behind it from now on, unless somebody who comes
 * first still holds the channel: else the end of the one's lease would take away what the other wants.
 */
const takesOver = (proposal: Proposal, record: ChannelControlRecord, now: number): boolean => {
  if (record.lease === null) return false;
  if (record.lease.owner === leaseOwner(proposal.origin, proposal.who)) return true;
  const held = record.hold !== null && record.hold.until > now && outranks(record.hold.origin, proposal.origin);
  return isAutomated(proposal.origin) && isAutomated(originOfLease(record.lease)) && !held;
};

/**
 * An unchanged wish still counts as a wish: a person's hold begins, automation's lease goes on, and what the guard keeps
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
  const lease = takesOver(proposal, record, now) ? leaseFor(proposal, timings.defaultLeaseMs, now) : null;
  if (proposal.origin === 'manual') ledger.change(record, { hold, lease: null, original: null });
  else if (lease) ledger.change(record, { lease, ...(proposal.origin === 'safety' ? { hold } : {}) });
  else if (proposal.origin === 'safety')
    ledger.change(record, { hold, ...(proposal.leaseMs === null ? { lease: null, original: null } : {}) });
};
