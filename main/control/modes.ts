import { type Mode, modeSchema } from '../../preload/contract/base.ts';
import { newId, type SiteId } from '../ids.ts';
import type { Ground } from './deps.ts';

/** The mode of each site, kept across restarts. A site that nobody has set looks only. */
export interface Modes {
  of(siteId: SiteId): Mode;
  /** False when it could not be stored; the stricter of old and new then holds until the next start. */
  set(siteId: SiteId, mode: Mode, who: string): boolean;
}

const STRICTNESS: Record<Mode, number> = { watch: 2, suggest: 1, automate: 0 };

export const createModes = ({ clock, store, bus, bestEffort }: Ground): Modes => {
  const known = new Map<SiteId, Mode>();
  const nameOf = (siteId: SiteId): string => `mode:${siteId}`;
  const of = (siteId: SiteId): Mode => {
    const held = known.get(siteId);
    if (held) return held;
    const stored = bestEffort.run('read the mode', () => modeSchema.safeParse(store.state.get(nameOf(siteId))));
    const mode = stored?.success ? stored.data : 'watch';
    known.set(siteId, mode);
    return mode;
  };
  return {
    of,
    set: (siteId, mode, who) => {
      const before = of(siteId);
      const stored = bestEffort.run('write the mode', () => {
        store.state.set(nameOf(siteId), mode);
        return true;
      });
      if (!stored && STRICTNESS[mode] < STRICTNESS[before]) return false;
      known.set(siteId, mode);
      if (mode !== before) {
        const at = clock.now();
        const text = `${who} changed the mode from ${before} to ${mode}.`;
        bestEffort.run('log the mode', () =>
          store.events.add(siteId, { id: newId('evt'), at, level: 'info', title: `Mode: ${mode}`, text, kind: 'mode' }),
        );
      }
      bus.emit('mode', { siteId, mode });
      return stored === true;
    },
  };
};
