/**
 * Bands that follow their own misses: adaptive conformal inference (Gibbs and Candès, NeurIPS 2021), one side at a time. Bands
 * are learnt on past weeks; when the season turns, the days to come are easier or harder than those. So each day's misses
 * stretch or shrink the distance of a rim from the middle, whatever model was fitted meanwhile. The middle stays.
 */

/** What the distances of p10 and p90 from p50 are multiplied by. */
export interface BandFactors {
  readonly low: number;
  readonly high: number;
}
export const PLAIN_BAND: BandFactors = { low: 1, high: 1 };

interface Band {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}
interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** The share of hours that belongs beyond each rim. */
const MISS_SHARE = 0.1;
/** A day that misses all of one side's hours moves that side by e to the power of nine tenths of this. */
const STEP = 0.5;
/** Fewer hours than this tell less than a day. */
const WHOLE_DAY_HOURS = 8;
const MOST = 4;

/** A band with its rims moved, held within what a value may be. A rim that lies on the middle stays there. */
export const adaptBand = <Row extends Band>(row: Row, factors: BandFactors, bounds: Bounds): Row => ({
  ...row,
  p10: Math.min(row.p50, Math.max(bounds.low, row.p50 - factors.low * (row.p50 - row.p10))),
  p90: Math.max(row.p50, Math.min(bounds.high, row.p50 + factors.high * (row.p90 - row.p50))),
});

/** One hour as it was said, with the factors of that time, and as it came; NaN is not known. */
export interface SaidHour {
  readonly p10: number;
  readonly p90: number;
  readonly actual: number;
}

/** The factors for the days to come, after what one day's bands missed. Hours that were certain, as night is for solar, teach nothing. */
export const learnFromDay = (factors: BandFactors, hours: readonly SaidHour[]): BandFactors => {
  const judged = hours.filter(({ p10, p90, actual }) => p90 > p10 && Number.isFinite(actual));
  const moved = (factor: number, isMissed: (hour: SaidHour) => boolean): number => {
    const beyond = judged.filter(isMissed).length - MISS_SHARE * judged.length;
    const next = factor * Math.exp((STEP * beyond) / Math.max(WHOLE_DAY_HOURS, judged.length));
    return Math.min(MOST, Math.max(1 / MOST, next));
  };
  return {
    low: moved(factors.low, ({ actual, p10 }) => actual < p10),
    high: moved(factors.high, ({ actual, p90 }) => actual > p90),
  };
};

interface IssuedBand extends Band {
  /** Index of the hour in the frame. */
  readonly target: number;
}

/** Adapts one issue after the other; each learns from the issue before it. */
export interface BandFollower {
  /** `seen` knows nothing at or after the moment of the issue: what it does not know teaches nothing. */
  issue<Row extends IssuedBand>(rows: readonly Row[], seen: Float64Array, bounds: Bounds): readonly Row[];
}

/** Follows the bands of daily issues through a rolling evaluation. */
export const followBands = (): BandFollower => {
  let factors = PLAIN_BAND;
  let said: readonly IssuedBand[] = [];
  return {
    issue: (rows, seen, bounds) => {
      const hours = said.map(({ target, p10, p90 }) => ({ p10, p90, actual: seen[target] ?? Number.NaN }));
      factors = learnFromDay(factors, hours);
      const adapted = rows.map((row) => adaptBand(row, factors, bounds));
      said = adapted;
      return adapted;
    },
  };
};
