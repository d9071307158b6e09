/** Forecast and measured power of one hour, in one unit; NaN where one of them is not known, or the output was held back. */
export interface PowerPair {
  readonly expected: number;
  readonly measured: number;
}

/** A correction never halves or doubles more than once: beyond that something is broken, not biased. */
export const LEAST_CORRECTION = 0.5;
export const MOST_CORRECTION = 2;
/** So many hours of full power stand for "as forecast" beside what was measured: little evidence moves little. */
const DOUBT_HOURS = 3;

/**
 * By what to multiply a physical forecast of power: measured against expected energy, drawn to 1 where little was measured,
 * and held between a half and twice. It compares measured power with the forecaster's raw light only, never with a corrected
 * forecast, so that it cannot feed on its own output. `usual` is the power of a clear noon.
 */
export const correctionOf = (pairs: readonly PowerPair[], usual: number): number => {
  let expected = DOUBT_HOURS * usual;
  let measured = DOUBT_HOURS * usual;
  for (const pair of pairs) {
    if (Number.isNaN(pair.expected) || Number.isNaN(pair.measured) || pair.expected <= 0) continue;
    expected += pair.expected;
    measured += Math.max(0, pair.measured);
  }
  if (!(expected > 0)) return 1;
  return Math.min(MOST_CORRECTION, Math.max(LEAST_CORRECTION, measured / expected));
};
