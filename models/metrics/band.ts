import type { Column } from './point.ts';

/** How often the truth lies inside the band (rims included), per cent; null for empty columns. */
export const coveragePct = (truth: Column, low: Column, high: Column): number | null => {
  if (truth.length === 0) return null;
  let inside = 0;
  for (let index = 0; index < truth.length; index += 1) {
    const value = truth[index] ?? Number.NaN;
    if (value >= (low[index] ?? Number.NaN) && value <= (high[index] ?? Number.NaN)) inside += 1;
  }
  return (100 * inside) / truth.length;
};

/**
 * Mean pinball loss of one quantile (0 to 1), in the unit of the columns: Koenker and Bassett 1978. At 0.5 it is half the
 * mean absolute error.
 */
export const pinball = (truth: Column, forecast: Column, quantile: number): number => {
  let sum = 0;
  for (let index = 0; index < truth.length; index += 1) {
    const error = (truth[index] ?? Number.NaN) - (forecast[index] ?? Number.NaN);
    sum += Math.max(quantile * error, (quantile - 1) * error);
  }
  return sum / truth.length;
};

/** The empirical quantile with linear interpolation between order statistics; NaN for an empty sample. */
export const quantileOf = (sample: ArrayLike<number>, quantile: number): number => {
  if (sample.length === 0) return Number.NaN;
  const sorted = Float64Array.from(sample).sort();
  const place = Math.min(1, Math.max(0, quantile)) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
};
