import { DEFAULT_SETTINGS } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { SiteId } from '../ids.ts';
import type { Store } from '../store/types.ts';

/**
 * Calls `onDue` again and again, as often as the settings of the homes ask (the shortest of them). What changes them holds
 * at once. Answers what ends it.
 */
export const everyRulePeriod = (
  deps: {
    readonly store: Pick<Store, 'settings'>;
    readonly clock: Clock;
    readonly bus: EventBus;
    siteIds(): readonly SiteId[];
  },
  onDue: () => void,
): (() => void) => {
  const { store, clock, bus } = deps;
  const wishedMs = (): number => {
    const wishes = deps.siteIds().map((siteId) => store.settings.get(siteId).rulesEveryMs);
    return wishes.length > 0 ? Math.min(...wishes) : DEFAULT_SETTINGS.rulesEveryMs;
  };
  let periodMs = wishedMs();
  let cancel: () => void;
  const arm = (): void => {
    cancel = clock.after(periodMs, () => {
      arm(); // First, and without asking the store: whatever goes wrong below, the next time comes.
      onDue();
    });
  };
  arm();
  const follow = (): void => {
    const wished = wishedMs();
    if (wished === periodMs) return;
    periodMs = wished;
    cancel();
    arm();
  };
  const ends = [bus.on('settings', follow), bus.on('status', follow), () => cancel()];
  return () => {
    for (const end of ends) end();
  };
};
