import type { IANAZone } from 'luxon';
import { DAY_MS, MINUTE_MS } from './intervals.ts';

/** The moments at which the clock of a zone shows a wall time (given as if it were UTC), ascending. */
export const momentsOf = (wall: number, zone: IANAZone): readonly number[] => {
  const offsets = new Set([zone.offset(wall - DAY_MS), zone.offset(wall), zone.offset(wall + DAY_MS)]);
  return [...offsets]
    .map((minutes) => ({ at: wall - minutes * MINUTE_MS, minutes }))
    .filter(({ at, minutes }) => zone.offset(at) === minutes)
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
};
