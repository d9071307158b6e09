import { quantileOf } from '../metrics/band.ts';

/**
 * Conformal adjustment of a band from its own recent errors (Romano, Patterson and Candès 2019, one side at a time): each
 * rim is moved by the quantile of how far the truth went beyond it, so that about a tenth falls outside on either side.
 * Everything is in scaled residuals; a negative widening narrows.
 */
export interface Widening {
  readonly low: number;
  readonly high: number;
}

/** How far the truth lay beyond the rims in one past hour; negative is inside. */
export interface BandScore {
  readonly lead: number;
  readonly below: number;
  readonly above: number;
}

/** Errors grow with the lead time: near hours, the rest of the first day, the second day. */
const LEAD_BUCKETS = [6, 24, Number.POSITIVE_INFINITY] as const;
export const bucketOf = (lead: number): number => LEAD_BUCKETS.findIndex((until) => lead < until);

const MISS_SHARE = 0.1;
/** Fewer scores than this say too little about a tenth. */
const LEAST_SCORES = 40;

const wideningOf = (scores: readonly BandScore[]): Widening => {
  // The finite-sample correction of split conformal prediction.
  const level = Math.min(1, ((scores.length + 1) * (1 - MISS_SHARE)) / Math.max(1, scores.length));
  return {
    low: quantileOf(
      scores.map((score) => score.below),
      level,
    ),
    high: quantileOf(
      scores.map((score) => score.above),
      level,
    ),
  };
};

/** One widening a lead bucket; a bucket with few scores takes that of all, and none at all leaves the band as it is. */
export const fitWidenings = (scores: readonly BandScore[]): readonly Widening[] =>
  LEAD_BUCKETS.map((_, bucket) => {
    const own = scores.filter((score) => bucketOf(score.lead) === bucket);
    if (own.length >= LEAST_SCORES) return wideningOf(own);
    return scores.length >= LEAST_SCORES ? wideningOf(scores) : { low: 0, high: 0 };
  });
