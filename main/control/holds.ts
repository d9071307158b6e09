import type { Hold } from '../../preload/contract/devices.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type { ChannelControlRecord } from '../store/types.ts';
import type { Proposal } from './types.ts';

/** Long enough to outlive one cycle of rules or one replan, so that lower origins do not slip in between. */
const AUTOMATED_HOLD_MS = 600_000;

/** The owner shown for a change that was made with a wall switch or the vendor's app. */
export const SOMEBODY = 'Somebody at the device';

/** The hold that a wish brings with it; null for a span of 0 and for a stop, which holds by being a stop. */
export const holdFor = (proposal: Proposal, settings: SiteSettings, now: number): Hold | null => {
  if (proposal.origin === 'stop') return null;
  const usualMs = proposal.origin === 'manual' ? settings.manualHoldMs : AUTOMATED_HOLD_MS;
  const spanMs = proposal.holdMs ?? usualMs;
  if (spanMs <= 0) return null;
  const { who: owner, origin, reason } = proposal;
  return { owner, origin, reason, since: now, until: now + spanMs };
};

/**
 * A change from outside is a person's wish: automation respects it for as long as a manual command, and no shorter than a
 * person has asked for before.
 */
export const foreignHold = (settings: SiteSettings, before: Hold | null, now: number): Hold | null => {
  const asked = before?.origin === 'manual' ? before.until : 0;
  const until = Math.max(now + settings.manualHoldMs, asked);
  return until <= now
    ? null
    : { owner: SOMEBODY, origin: 'manual', reason: 'It was changed outside CommandCenter.', since: now, until };
};

type Held = Pick<ChannelControlRecord, 'hold' | 'under'>;
const runs = (hold: Hold | null | undefined, now: number): hold is Hold => hold != null && hold.until > now;

/**
 * The holds after `next` came: the guard's hold covers a person's, which holds again when the guard lets go. Whatever else
 * comes takes the place of both.
 */
export const coveredBy = ({ hold, under }: Held, next: Hold | null, now: number): Held => {
  const guarded = hold?.origin === 'safety';
  const persons = hold?.origin === 'manual' ? hold : under;
  if (next?.origin === 'safety') return { hold: next, under: runs(persons, now) ? persons : null };
  if (next === null && guarded && runs(under, now)) return { hold: under, under: null };
  return { hold: next, under: null };
};

/** The record without a guard's hold that is over. */
export const uncovered = <Record extends Held>(record: Record, now: number): Record =>
  !record.under || runs(record.hold, now)
    ? record
    : { ...record, hold: runs(record.under, now) ? record.under : record.hold, under: null };
