/**
 * How much each member counts: weights that are never negative and add up to 1 (Breiman, "Stacked regressions", Machine
 * Learning 24, 1996), drawn towards equal ones, since a few weeks of errors cannot tell similar members apart.
 */

/** How strongly weights are drawn to equal ones, as a share of the mean error of a member. */
const SHRINKAGE = 0.1;
const STEPS = 2_000;
/** Rounds of re-weighting that turn squared into absolute errors. */
const ABSOLUTE_ROUNDS = 8;

/** The nearest point with non-negative parts that add up to 1 (Duchi et al. 2008). */
const ontoSimplex = (point: Float64Array): Float64Array => {
  const sorted = point.toSorted().reverse();
  let sum = 0;
  let threshold = 0;
  for (const [index, value] of sorted.entries()) {
    sum += value;
    const candidate = (sum - 1) / (index + 1);
    if (value - candidate > 0) threshold = candidate;
  }
  return point.map((value) => Math.max(0, value - threshold));
};

/** Member errors against each other, [members × members], each pair as a weighted mean over the rows. */
const errorGram = (errors: readonly Float64Array[], rowWeights: Float64Array): readonly Float64Array[] =>
  errors.map((one) =>
    Float64Array.from(errors, (other) => {
      let sum = 0;
      for (let row = 0; row < rowWeights.length; row += 1)
        sum += (one[row] ?? 0) * (other[row] ?? 0) * (rowWeights[row] ?? 0);
      return sum / Math.max(1, rowWeights.length);
    }),
  );

/** min w'Gw + λ·|w − 1/n|² over the simplex, by projected gradient. With Σw = 1, w'Gw is the squared error of the mixture. */
const solve = (gram: readonly Float64Array[]): Float64Array => {
  const count = gram.length;
  const equal = 1 / count;
  const size = gram.reduce((sum, row, index) => sum + (row[index] ?? 0), 0) / count;
  const pull = SHRINKAGE * size;
  // The trace bounds the largest eigenvalue, so this step never overshoots.
  const step = 1 / (2 * (count * size + pull) + 1e-30);
  let weights: Float64Array = new Float64Array(count).fill(equal);
  for (let round = 0; round < STEPS; round += 1) {
    const next = ontoSimplex(
      weights.map((weight, index) => {
        const row = gram[index];
        let slope = pull * (weight - equal);
        for (let other = 0; other < count; other += 1) slope += (row?.[other] ?? 0) * (weights[other] ?? 0);
        return weight - 2 * step * slope;
      }),
    );
    const moved = next.reduce((most, value, index) => Math.max(most, Math.abs(value - (weights[index] ?? 0))), 0);
    weights = next;
    if (moved < 1e-7) break;
  }
  return weights;
};

/**
 * The weights of members by their predictions (one array a member, same rows) of known truths. `rowWeights` says how much a
 * row counts. With aim 'median' the absolute error is made small instead of the squared one.
 */
export const stackWeights = (
  predictions: readonly Float64Array[],
  truth: Float64Array,
  rowWeights: Float64Array,
  aim: 'mean' | 'median',
): Float64Array => {
  const count = predictions.length;
  if (count === 0) return new Float64Array(0);
  if (truth.length === 0) return new Float64Array(count).fill(1 / count);
  const errors = predictions.map((values) => values.map((value, row) => value - (truth[row] ?? 0)));
  let weights = solve(errorGram(errors, rowWeights));
  if (aim === 'mean') return weights;
  const typical = truth.reduce((sum, value) => sum + Math.abs(value), 0) / truth.length;
  for (let round = 0; round < ABSOLUTE_ROUNDS; round += 1) {
    const mixed = rowWeights.map((weight, row) => {
      let error = 0;
      for (let member = 0; member < count; member += 1) error += (weights[member] ?? 0) * (errors[member]?.[row] ?? 0);
      return weight / Math.max(1e-3 * typical + 1e-12, Math.abs(error));
    });
    weights = solve(errorGram(errors, mixed));
  }
  return weights;
};
