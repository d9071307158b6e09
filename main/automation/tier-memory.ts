import { z } from 'zod';
import type { SiteId } from '../ids.ts';
import type { CenterStateRepository } from '../store/types.ts';
import { NO_MEMORY, type TierMemory } from './miner-tiers.ts';

const memorySchema = z.strictObject({ pausedLow: z.boolean(), pausedByTier: z.array(z.string()) });
const nameOf = (siteId: SiteId): string => `automation.miner-tiers:${siteId}`;

/** What the rule remembered before a restart; nothing where nothing readable is stored. */
export const readMemory = (state: CenterStateRepository, siteId: SiteId): TierMemory => {
  const text = state.get(nameOf(siteId));
  if (text === undefined) return NO_MEMORY;
  try {
    const parsed = memorySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : NO_MEMORY;
  } catch {
    return NO_MEMORY; // Unreadable text is the same as none: the next run writes it anew.
  }
};

/** Writes only what changed, so that an idle house writes nothing. */
export const writeMemory = (state: CenterStateRepository, siteId: SiteId, before: TierMemory, after: TierMemory) => {
  const text = JSON.stringify(after);
  if (text !== JSON.stringify(before)) state.set(nameOf(siteId), text);
};
