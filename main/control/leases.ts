import type { Origin } from '../../preload/contract/base.ts';
import type { ChannelControlRecord } from '../store/types.ts';
import { isAutomated } from './stage.ts';
import type { Proposal } from './types.ts';

export type Lease = NonNullable<ChannelControlRecord['lease']>;

const ORIGINS: readonly Origin[] = ['safety', 'manual', 'rule', 'plan', 'advisor'];

/** The owner's origin stands in front of the name, so that a later run knows with whose right to let go. */
export const leaseOwner = (origin: Origin, who: string): string => `${origin}: ${who}`;

export const originOfLease = (lease: Lease): Origin =>
  ORIGINS.find((origin) => lease.owner.startsWith(`${origin}: `)) ?? 'advisor';

export const whoOfLease = (lease: Lease): string => lease.owner.replace(/^[a-z]+: /, '');

/**
 * What automation borrows it gives back. A person's command lasts until somebody changes it, unless the person said how
 * long: ending a hold never moves a device.
 */
export const leaseFor = (proposal: Proposal, defaultMs: number, now: number): Lease | null => {
  const spanMs = proposal.leaseMs ?? (isAutomated(proposal.origin) ? defaultMs : null);
  if (spanMs === null) return null;
  return { owner: leaseOwner(proposal.origin, proposal.who), reason: proposal.reason, expiresAt: now + spanMs };
};
