import type { ReplayClock } from '../../../main/clock.ts';
import type { Store } from '../../../main/store/types.ts';
import { localHour, localWeekday } from '../../../main/zone.ts';
import { ZONE } from './demo-home.ts';
import { writeHourlyPowers } from './hourly-powers.ts';

const HOUR_MS = 3_600_000;

/** Noise between −1 and 1 that is the same in every run and differs from hour to hour. */
const noise = (at: number): number => {
  const wave = Math.sin((at / HOUR_MS) * 12.9898) * 43_758.5453;
  return 2 * (wave - Math.floor(wave)) - 1;
};
export const WEEKEND: readonly number[] = [6, 7];
export const MIDWEEK: readonly number[] = [2, 3];

/** Household power hour by hour as time goes by: 400 W, and 1.5 kW by day on the days when everybody is at home. */
export const busyHome = (store: Store, clock: ReplayClock, days: number) => {
  let writtenTo = Math.floor(clock.now() / HOUR_MS) * HOUR_MS - days * 24 * HOUR_MS;
  return {
    measure: (homeDays: readonly number[]): void => {
      const until = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
      writeHourlyPowers(store, 'household', writtenTo, until, (at) => {
        const hour = localHour(at, ZONE);
        const busy = homeDays.includes(localWeekday(at, ZONE)) && hour >= 8 && hour < 20;
        return (busy ? 1500 : 400) * (1 + 0.3 * noise(at));
      });
      writtenTo = until;
    },
    /** Nothing is measured until so many days from what was written last. */
    skip: (skipped: number): void => {
      writtenTo += skipped * 24 * HOUR_MS;
    },
  };
};
