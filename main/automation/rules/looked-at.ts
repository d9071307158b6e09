import { z } from 'zod';
import type { SiteId } from '../../ids.ts';
import type { CenterStateRepository } from '../../store/types.ts';

/** Rules that act and rules that only decide are looked at at different times: in Watch the first are not. */
export type LookGroup = 'acting' | 'dry';
export type LookedAt = Readonly<Record<LookGroup, number | null>>;

const lookedAtSchema = z.strictObject({ acting: z.number().nullable(), dry: z.number().nullable() });
const NEVER: LookedAt = { acting: null, dry: null };
/** Looks may follow each other by the second; the disk hears of them once in so long. */
const WRITE_EVERY_MS = 60_000;

const nameOf = (siteId: SiteId): string => `rules.looked-at:${siteId}`;

const read = (state: CenterStateRepository, siteId: SiteId): LookedAt => {
  const text = state.get(nameOf(siteId));
  if (text === undefined) return NEVER;
  try {
    const parsed = lookedAtSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : NEVER;
  } catch {
    return NEVER; // The same as never: "for at least" begins anew.
  }
};

/** When each group of a site was last looked at, across restarts. */
export const createLookedAt = (state: CenterStateRepository, siteId: SiteId) => {
  let now = read(state, siteId);
  let written = now;
  return {
    of: (group: LookGroup): number | null => now[group],
    set: (at: number, acting: boolean): void => {
      now = { acting: acting ? at : now.acting, dry: at };
      const due = (group: LookGroup): boolean =>
        now[group] !== written[group] && Math.abs((now[group] ?? 0) - (written[group] ?? 0)) >= WRITE_EVERY_MS;
      if (!due('acting') && !due('dry')) return;
      state.set(nameOf(siteId), JSON.stringify(now));
      written = now;
    },
  };
};
