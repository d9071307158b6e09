import { ok, type Result, temporary } from '../../result.ts';
import type { Ground } from '../deps.ts';
import type { Proposal } from '../types.ts';

type Denied = Pick<Proposal, 'siteId' | 'deviceId' | 'channelId' | 'setpoint' | 'origin'>;

/** A person's no is remembered for as long as a manual command holds, so that the same thing is not asked again at once. */
export const createDenials = ({ clock, store, bestEffort }: Ground) => {
  const until = new Map<string, number>();
  const keyOf = ({ siteId, deviceId, channelId, setpoint, origin }: Denied): string =>
    // The site stands last, as in every fact of a site, so that it goes with its site.
    `denied:${deviceId}/${channelId}:${origin}:${String(setpoint)}:${siteId}`;
  return {
    has: (wish: Denied): boolean => {
      const key = keyOf(wish);
      const end = until.get(key) ?? Number(bestEffort.run('read a no', () => store.state.get(key)) ?? 0);
      return end > clock.now();
    },
    remember: (wish: Denied): Result<void> => {
      const key = keyOf(wish);
      const end = clock.now() + store.settings.get(wish.siteId).manualHoldMs;
      until.set(key, end);
      const stored = bestEffort.run('remember a no', () => {
        store.state.set(key, String(end));
        return true;
      });
      return stored
        ? ok(undefined)
        : temporary('control.not-stored', 'The no is kept only until the next start.', 'Check the disk.');
    },
  };
};
