import type { Hold } from '../../preload/contract/devices.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
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
