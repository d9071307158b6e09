import type { FittedLearner, Learner, LearningRows, Tensorflow } from '../learners/types.ts';

/**
 * Bands from the errors of hours that no learner had seen. First the size of the error is learnt (some hours are easy, some
 * are not), then errors relative to that size give quantiles by lead time: normalised conformal prediction (Lei et al.,
 * "Distribution-free predictive inference for regression", JASA 113, 2018). The newest errors count most.
 */

/** Lead times that share quantiles, hours: up to each. */
const LEAD_BOUNDS = [3, 12, 24, Number.POSITIVE_INFINITY] as const;
/** Fewer errors than this in a bucket are joined by those of all leads. */
const LEAST_ERRORS = 120;
/** A size below this share of the mean one is not believed. */
const LEAST_SIZE = 0.15;
const FOLD_HOURS = 7 * 24;

export interface Quantiles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}
export interface Bands {
  /** Mean size of an error, as a share of a row's scale. */
  readonly meanSize: number;
  /** One a lead bucket, relative to the size of the error. */
  readonly quantiles: readonly Quantiles[];
}

const bucketOf = (lead: number): number => LEAD_BOUNDS.findIndex((bound) => lead < bound);

/** Weighted quantile of values by linear interpolation between the middles of their weights. */
export const weightedQuantile = (pairs: readonly (readonly [number, number])[], share: number): number => {
  const sorted = pairs.toSorted(([one], [other]) => one - other);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let before = 0;
  let last: readonly [number, number] | undefined;
  for (const [value, weight] of sorted) {
    const at = (before + weight / 2) / total;
    if (at >= share) {
      if (last === undefined) return value;
      const [lastValue, lastAt] = last;
      return lastValue + ((value - lastValue) * (share - lastAt)) / (at - lastAt);
    }
    last = [value, at];
    before += weight;
  }
  return last?.[0] ?? 0;
};

const held = (size: number, meanSize: number): number => Math.max(LEAST_SIZE * meanSize, size);

/** The learnt size of each row's error, as a share of its scale. */
export const sizesOf = (learner: FittedLearner, rows: Parameters<FittedLearner['predict']>[0], meanSize: number) =>
  learner.predict(rows).map((size) => held(size, meanSize));

const subset = (rows: LearningRows, keep: (row: number) => boolean): LearningRows => {
  const places = Array.from({ length: rows.inputs.rows }, (_, row) => row).filter(keep);
  const { width, data } = rows.inputs;
  const inputs = new Float32Array(places.length * width);
  places.forEach((row, place) => {
    inputs.set(data.subarray(row * width, (row + 1) * width), place * width);
  });
  const pick = (source: ArrayLike<number>): number[] => places.map((row) => source[row] ?? 0);
  return {
    inputs: { rows: places.length, width, data: inputs },
    targets: Float32Array.from(pick(rows.targets)),
    weights: Float32Array.from(pick(rows.weights)),
    origins: Int32Array.from(pick(rows.origins)),
    leads: Int16Array.from(pick(rows.leads)),
  };
};

/**
 * Fits bands to scaled errors (truth − mixture) / scale in `errors.targets`, at hours `targets` before `end`. Sizes for the
 * quantiles come from a learner that had not seen that week, or the bands would be too narrow. Null when it was ended.
 */
export const fitBands = async (
  tf: Tensorflow,
  learner: Learner,
  errors: LearningRows,
  halfLifeDays: number,
  end: number,
  seed: number,
  tick: (share: number) => Promise<boolean>,
): Promise<{ readonly size: FittedLearner; readonly bands: Bands } | null> => {
  const count = errors.inputs.rows;
  const absolute: LearningRows = { ...errors, targets: errors.targets.map(Math.abs) };
  const meanSize = Math.max(1e-9, absolute.targets.reduce((sum, size) => sum + size, 0) / Math.max(1, count));
  const sizes = new Float64Array(count).fill(meanSize);
  const foldOf = (row: number): number => Math.floor((errors.origins[row] ?? 0) / FOLD_HOURS) % 2;
  for (const fold of [0, 1]) {
    const other = subset(absolute, (row) => foldOf(row) !== fold);
    if (other.inputs.rows < LEAST_ERRORS) continue;
    const fitted = await learner.fit(other, { tf, seed, tick: (share) => tick((fold + share) / 3) });
    if (fitted === null) return null;
    const predicted = sizesOf(fitted, errors, meanSize);
    fitted.dispose();
    for (let row = 0; row < count; row += 1) if (foldOf(row) === fold) sizes[row] = predicted[row] ?? meanSize;
  }
  const size = await learner.fit(absolute, { tf, seed, tick: (share) => tick((2 + share) / 3) });
  if (size === null) return null;
  const pairs = Array.from({ length: count }, (_, row): readonly [number, number] => [
    (errors.targets[row] ?? 0) / (sizes[row] ?? meanSize),
    0.5 ** (Math.max(0, end - (errors.origins[row] ?? 0)) / (halfLifeDays * 24)),
  ]);
  const quantiles = LEAD_BOUNDS.map((_, bucket): Quantiles => {
    const own = pairs.filter((__, row) => bucketOf(errors.leads[row] ?? 0) === bucket);
    const from = own.length < LEAST_ERRORS ? pairs : own;
    return { p10: weightedQuantile(from, 0.1), p50: weightedQuantile(from, 0.5), p90: weightedQuantile(from, 0.9) };
  });
  return { size, bands: { meanSize, quantiles } };
};

/** The quantiles of the error at a lead time, relative to its size. */
export const quantilesAt = (bands: Bands, lead: number): Quantiles =>
  bands.quantiles[bucketOf(lead)] ?? { p10: 0, p50: 0, p90: 0 };
