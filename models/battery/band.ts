import { NINETY } from './normal.ts';

/** Three quantiles of something that is not known exactly; p10 ≤ p50 ≤ p90. */
export interface Band {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/**
 * The value of a band at a normal score: two half normals joined at the median, so that p10, p50 and p90 lie exactly where
 * they belong and the tails go on beyond them; never below zero.
 */
export const valueAtScore = (band: Band, score: number): number => {
  const spread = score < 0 ? band.p50 - band.p10 : band.p90 - band.p50;
  return Math.max(0, band.p50 + (score / NINETY) * spread);
};

/** The inverse of `valueAtScore`, within ±4; NaN where the band has no width on that side, since any score would fit. */
export const scoreOf = (band: Band, value: number): number => {
  const spread = value < band.p50 ? band.p50 - band.p10 : band.p90 - band.p50;
  if (!(spread > 0)) return Number.NaN;
  return Math.min(4, Math.max(-4, (NINETY * (value - band.p50)) / spread));
};

/** A value that came true beside the band that was forecast of it. */
export interface PastBand extends Band {
  readonly actual: number;
}

/**
 * How much errors of neighbouring steps resemble each other: the correlation of the normal scores at lag one, over
 * neighbours that both had a band with a width. `fallback` where there are fewer than `least` pairs; within 0 to 0.99.
 */
export const sequenceCorrelation = (past: readonly (PastBand | null)[], fallback: number, least = 48): number => {
  const scores = past.map((each) => (each === null ? Number.NaN : scoreOf(each, each.actual)));
  let pairs = 0;
  let product = 0;
  let first = 0;
  let second = 0;
  for (let index = 1; index < scores.length; index += 1) {
    const before = scores[index - 1] ?? Number.NaN;
    const now = scores[index] ?? Number.NaN;
    if (Number.isNaN(before) || Number.isNaN(now)) continue;
    pairs += 1;
    product += before * now;
    first += before * before;
    second += now * now;
  }
  if (pairs < least || first === 0 || second === 0) return fallback;
  return Math.min(0.99, Math.max(0, product / Math.sqrt(first * second)));
};
