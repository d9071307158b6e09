import { highestIntervals, type MeteredInterval } from '../../feeds/tariff/peaks.ts';
import type { Store } from '../../store/types.ts';
import { startOfLocalDay } from '../../zone.ts';
import { HOUR_MS } from './grid-of-steps.ts';
import type { InPieces } from './in-pieces.ts';
import { gridIntervals } from './measured.ts';
import type { PastPeaks, PeakQuestion } from './types.ts';

/** So much of the past is looked at in one piece: a thousand quarters. */
const PIECE_MS = 10 * 24 * HOUR_MS;
/** A meter's interval that lies across two pieces is whole in the later one. */
const OVERLAP_MS = HOUR_MS;

interface Kept {
  readonly todayAt: number;
  readonly intervals: readonly MeteredInterval[];
}

/**
 * Days that are over are gone through once a day, and the few intervals that can still be a peak are kept: a year of quarters is
 * too much for every plan. Today is read each time.
 */
export const createPastPeaks = (store: Pick<Store, 'series' | 'rollups'>): PastPeaks => {
  const kept = new Map<string, Kept>();

  const daysOver = function* (question: PeakQuestion, todayAt: number): InPieces<readonly MeteredInterval[]> {
    const { siteId, charge, zone, holidays, from, now } = question;
    let found: readonly MeteredInterval[] = [];
    for (let pieceAt = from; pieceAt < todayAt; pieceAt += PIECE_MS) {
      const span = { from: Math.max(from, pieceAt - OVERLAP_MS), to: Math.min(todayAt, pieceAt + PIECE_MS), now };
      const newer = gridIntervals(store, siteId, span);
      const intervals = [...found.filter(({ at }) => at < span.from), ...newer];
      found = highestIntervals({ charge, intervals, siteZone: zone, holidays });
      yield;
    }
    return found;
  };

  return function* (question) {
    const { siteId, zone, charge, holidays, from, now } = question;
    const todayAt = startOfLocalDay(now, zone);
    const key = JSON.stringify([siteId, zone, charge, holidays]);
    const known = kept.get(key);
    const intervals = known?.todayAt === todayAt ? known.intervals : yield* daysOver(question, todayAt);
    for (const [other, { todayAt: madeFor }] of kept) if (madeFor < todayAt - PIECE_MS) kept.delete(other);
    kept.set(key, { todayAt, intervals });
    const tailAt = Math.max(from, todayAt - OVERLAP_MS);
    return [
      ...intervals.filter(({ at }) => at < tailAt),
      ...gridIntervals(store, siteId, { from: tailAt, to: now, now }),
    ];
  };
};
