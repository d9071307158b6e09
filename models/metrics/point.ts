/**
 * Errors of a point forecast, as plain functions of two columns of equal length. The caller has taken out every row in
 * which either side is unknown, so that all models are compared on identical rows. An empty column answers NaN.
 */
export type Column = ArrayLike<number>;

const sumOf = (count: number, each: (index: number) => number): number => {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += each(index);
  return sum;
};
const at = (column: Column, index: number): number => column[index] ?? Number.NaN;

/** Root mean square error, in the unit of the columns. */
export const rmse = (truth: Column, forecast: Column): number =>
  Math.sqrt(sumOf(truth.length, (i) => (at(truth, i) - at(forecast, i)) ** 2) / truth.length);

/** Mean absolute error, in the unit of the columns. */
export const mae = (truth: Column, forecast: Column): number =>
  sumOf(truth.length, (i) => Math.abs(at(truth, i) - at(forecast, i))) / truth.length;

/** RMSE in per cent of `reference`: the capacity for solar, the mean for load. */
export const nrmsePct = (truth: Column, forecast: Column, reference: number): number =>
  (100 * rmse(truth, forecast)) / reference;

/** Share of the truth's variance that is explained; null where the truth does not vary. Below 0 is worse than its mean. */
export const r2 = (truth: Column, forecast: Column): number | null => {
  const mean = sumOf(truth.length, (i) => at(truth, i)) / truth.length;
  const variance = sumOf(truth.length, (i) => (at(truth, i) - mean) ** 2);
  if (!(variance > 0)) return null;
  return 1 - sumOf(truth.length, (i) => (at(truth, i) - at(forecast, i)) ** 2) / variance;
};

/** Less error than a reference forecast on the same rows, in per cent; null where the reference makes none. */
export const skillPct = (error: number, referenceError: number): number | null =>
  referenceError > 0 ? 100 * (1 - error / referenceError) : null;
