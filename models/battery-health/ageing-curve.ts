import { normalShare } from '../battery/normal.ts';

/**
 * Loss of capacity over use as one curve with two unknowns, loss = level · (x / reference)^exponent, about which the real loss
 * wanders as it goes (variance in proportion to the loss gone through, as in the gamma processes of J. M. van Noortwijk,
 * "A survey of the application of gamma processes in maintenance", Reliability Engineering & System Safety 94, 2009).
 * What measured capacities say of it: the exact Bayes rule on a grid of hypotheses, which minds neither skew nor two
 * explanations of the same measurements.
 */

/** What is believed before any measurement: normal in the logarithm of the level and in the exponent, independent. */
export interface CurvePrior {
  /** Natural logarithm of the loss in points at `reference`. */
  readonly logLevel: number;
  readonly exponent: number;
  readonly logLevelSpread: number;
  readonly exponentSpread: number;
  /** Variance that the real loss gathers about the curve, points² a point of loss. */
  readonly wander: number;
  /** Spread of the first capacity about its true value, points: moves the whole curve. */
  readonly offsetSpread: number;
  /** Use at which the loss equals the level, in the unit of x. */
  readonly reference: number;
}

/** A loss that was measured: points of the first capacity, with its standard deviation. Ascending in x, x above 0. */
export interface MeasuredLoss {
  readonly x: number;
  readonly lossPct: number;
  readonly spreadPct: number;
}

export interface LossBand {
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface AgeingCurve {
  /** Loss in points at a use; before the newest measurement it is the curve through that measurement. */
  at(x: number): LossBand;
  /** The use at which the loss reaches `lossPct`; Infinity where that is not within `limit`. */
  reaches(lossPct: number, limit: number): { readonly p10: number; readonly p50: number; readonly p90: number };
}

interface Hypothesis {
  readonly level: number;
  readonly exponent: number;
  readonly weight: number;
  /** Loss at the newest measurement beyond what the curve says there, points, with its variance. */
  readonly shift: number;
  readonly shiftVariance: number;
}

const LEVELS = 27;
const EXPONENTS = 15;
/** Grids reach this many spreads to each side. */
const REACH = 3;
/** A loss as steep as this is no ageing but a fault; flatter does not age at all. */
const EXPONENT_BOUNDS = [0.15, 4] as const;
const scores = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => (count === 1 ? 0 : -REACH + (2 * REACH * index) / (count - 1)));

/** Where a rising function reaches `wanted` between two ends, to a millionth of their distance. */
const reachOf = (rising: (x: number) => number, wanted: number, from: number, to: number): number => {
  let low = from;
  let high = to;
  for (let round = 0; round < 20; round += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/**
 * How likely the measurements are under one curve, and where they leave the loss: a Kalman filter whose state is the loss
 * beyond the curve, which starts at the offset and gathers variance as the curve rises.
 */
const filter = (
  prior: CurvePrior,
  curve: (x: number) => number,
  measured: readonly MeasuredLoss[],
): { readonly log: number; readonly shift: number; readonly shiftVariance: number } => {
  let shift = 0;
  let variance = prior.offsetSpread * prior.offsetSpread;
  let before = 0;
  let log = 0;
  for (const { x, lossPct, spreadPct } of measured) {
    const modelled = curve(x);
    variance += prior.wander * Math.max(0, modelled - before);
    before = modelled;
    const spread2 = variance + spreadPct * spreadPct;
    const miss = lossPct - modelled - shift;
    // Student's t with 4 degrees of freedom: one odd measurement does not decide alone.
    log -= 2.5 * Math.log1p((miss * miss) / (4 * spread2)) + 0.5 * Math.log(spread2);
    // Nor does it move the state much: its own noise must have been large.
    const noise = spreadPct * spreadPct * Math.max(1, (miss * miss) / spread2 / 16);
    const gain = variance / (variance + noise);
    shift += gain * miss;
    variance *= 1 - gain;
  }
  return { log, shift, shiftVariance: variance };
};

/** The hypotheses of a prior with their weights after the measurements; those without weight are dropped. */
const hypothesesOf = (prior: CurvePrior, measured: readonly MeasuredLoss[]): readonly Hypothesis[] => {
  const all = scores(LEVELS).flatMap((u) =>
    scores(EXPONENTS).map((v) => {
      const level = Math.exp(prior.logLevel + prior.logLevelSpread * u);
      const wanted = prior.exponent + prior.exponentSpread * v;
      const exponent = Math.min(EXPONENT_BOUNDS[1], Math.max(EXPONENT_BOUNDS[0], wanted));
      const filtered = filter(prior, (x) => level * (x / prior.reference) ** exponent, measured);
      return { level, exponent, ...filtered, log: filtered.log - 0.5 * (u * u + v * v) };
    }),
  );
  const most = all.reduce((best, each) => Math.max(best, each.log), Number.NEGATIVE_INFINITY);
  const kept = all.filter((each) => each.log > most - 12);
  const sum = kept.reduce((total, each) => total + Math.exp(each.log - most), 0);
  return kept.map(({ log, ...each }) => ({ ...each, weight: Math.exp(log - most) / sum }));
};

/** The curve of a prior once `measured` is known: a mixture of normals, one a hypothesis. */
export const ageingCurve = (prior: CurvePrior, measured: readonly MeasuredLoss[]): AgeingCurve => {
  const hypotheses = hypothesesOf(prior, measured);
  const newestAt = measured.at(-1)?.x ?? 0;
  const curveOf = ({ level, exponent }: Hypothesis, x: number): number =>
    level * (Math.max(0, x) / prior.reference) ** exponent;
  const mixtureAt = (x: number) =>
    hypotheses.map((each) => {
      const curve = curveOf(each, x);
      const rise = Math.max(0, curve - curveOf(each, newestAt));
      const spread = Math.sqrt(each.shiftVariance + prior.wander * rise) + 1e-6;
      return { weight: each.weight, mean: curve + each.shift, spread };
    });
  /** The share of the mixture below a loss. */
  const shareBelow = (mixture: ReturnType<typeof mixtureAt>, loss: number): number =>
    mixture.reduce((sum, { weight, mean, spread }) => sum + weight * normalShare((loss - mean) / spread), 0);
  return {
    at: (x) => {
      const mixture = mixtureAt(x);
      const low = mixture.reduce((least, { mean, spread }) => Math.min(least, mean - 2 * spread), Infinity);
      const high = mixture.reduce((most, { mean, spread }) => Math.max(most, mean + 2 * spread), -Infinity);
      const quantile = (share: number): number => reachOf((loss) => shareBelow(mixture, loss), share, low, high);
      const p10 = quantile(0.1);
      const p50 = quantile(0.5);
      const p90 = quantile(0.9);
      return { p10, p50, p90, mean: mixture.reduce((sum, { weight, mean }) => sum + weight * mean, 0) };
    },
    reaches: (lossPct, limit) => {
      const shareAbove = (x: number): number => 1 - shareBelow(mixtureAt(x), lossPct);
      const most = shareAbove(limit);
      const when = (share: number): number =>
        most < share ? Number.POSITIVE_INFINITY : reachOf(shareAbove, share, 0, limit);
      return { p10: when(0.1), p50: when(0.5), p90: when(0.9) };
    },
  };
};
