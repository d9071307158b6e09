import type { Freshness } from '../../preload/contract/base.ts';
import { createMedian } from './day-counter.ts';

/** A reading may be this many periods old: three missed and a half. */
const PERIODS = 3.5;
/** However slow the source is, nothing older than this counts as current. */
const LONGEST_LIMIT_MS = 1_800_000;
/** From this share of the limit on a reading is late: about two missed polls. */
export const LATE_SHARE = 0.6;
const ENOUGH_INTERVALS = 5;

/** A reading from the future (a clock that was set back) is not fresh: its age is unknown. */
export const freshnessOf = (ageMs: number, limitMs: number): Exclude<Freshness, 'absent'> => {
  if (ageMs > limitMs || ageMs < -limitMs) return 'stale';
  return ageMs > limitMs * LATE_SHARE ? 'late' : 'fresh';
};

/**
 * The limit of a device: what its driver declares, or more where the source really brings new data more slowly (a limit
 * shorter than the source's own period would call a healthy device stale for ever). It never goes below the declared one.
 */
export const createFreshnessLimit = (declaredMs: number) => {
  const intervals = createMedian(15);
  let lastMeasuredAt: number | null = null;
  return {
    /** The newest measuring time of a good batch. */
    observe: (measuredAt: number): void => {
      if (lastMeasuredAt !== null && measuredAt > lastMeasuredAt) intervals.add(measuredAt - lastMeasuredAt);
      if (lastMeasuredAt === null || measuredAt > lastMeasuredAt) lastMeasuredAt = measuredAt;
    },
    /** After a failure or a pause the next interval says nothing of the period. */
    interrupt: (): void => {
      lastMeasuredAt = null;
    },
    limitMs: (): number => {
      const period = intervals.count() < ENOUGH_INTERVALS ? null : intervals.value();
      return period === null ? declaredMs : Math.max(declaredMs, Math.min(LONGEST_LIMIT_MS, period * PERIODS));
    },
  };
};
