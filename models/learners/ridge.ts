import { z } from 'zod';
import { countedRows, weightedMean } from './rows.ts';
import { type ColumnScale, scaled, scaleOf } from './standardise.ts';
import type { FittedLearner, Learner } from './types.ts';

export interface RidgeOptions {
  readonly name?: string;
  /** Draws each coefficient to 0 as if the rows were so many more; relative to the number of rows. */
  readonly penalty?: number;
}

/** Inputs further out than this many spreads count as this far. */
const LIMIT = 6;

interface Parts {
  readonly start: number;
  readonly scale: ColumnScale;
  readonly slopes: readonly number[];
}
const savedSchema: z.ZodType<Parts> = z
  .object({
    start: z.number(),
    scale: z.object({ mean: z.array(z.number()), spread: z.array(z.number()) }),
    slopes: z.array(z.number()),
  })
  .refine(({ scale, slopes }) => scale.mean.length === slopes.length && scale.spread.length === slopes.length);

/**
 * Solves A·x = b for a symmetric, positive definite A [size × size] by Cholesky, in place. Not by TensorFlow.js: it has no
 * solver, counts in float32, and the whole system is some 50 × 50 numbers that take a millisecond.
 */
export const solveCholesky = (a: Float64Array, b: Float64Array): Float64Array => {
  const size = b.length;
  for (let column = 0; column < size; column += 1) {
    for (let row = column; row < size; row += 1) {
      let sum = a[row * size + column] ?? 0;
      for (let k = 0; k < column; k += 1) sum -= (a[row * size + k] ?? 0) * (a[column * size + k] ?? 0);
      // Rounding must not turn a pivot negative where columns repeat each other.
      a[row * size + column] =
        row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (a[column * size + column] ?? 1);
    }
  }
  const x = b.slice();
  for (let row = 0; row < size; row += 1) {
    let sum = x[row] ?? 0;
    for (let k = 0; k < row; k += 1) sum -= (a[row * size + k] ?? 0) * (x[k] ?? 0);
    x[row] = sum / (a[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = x[row] ?? 0;
    for (let k = row + 1; k < size; k += 1) sum -= (a[k * size + row] ?? 0) * (x[k] ?? 0);
    x[row] = sum / (a[row * size + row] ?? 1);
  }
  return x;
};

const fitted = (parts: Parts): FittedLearner => ({
  predict: ({ inputs }) => {
    const x = scaled(inputs, parts.scale, LIMIT);
    const out = new Float64Array(inputs.rows);
    for (let row = 0; row < inputs.rows; row += 1) {
      let sum = parts.start;
      for (let f = 0; f < inputs.width; f += 1) sum += (parts.slopes[f] ?? 0) * (x[row * inputs.width + f] ?? 0);
      out[row] = sum;
    }
    return out;
  },
  save: () => ({ parts, networks: [] }),
  dispose: () => undefined,
});

/** Linear regression on standardised inputs with an L2 penalty, in closed form. */
export const createRidge = (options: RidgeOptions = {}): Learner => ({
  name: options.name ?? 'ridge',
  fit: async (learning, { tick }) => {
    const rows = countedRows(learning);
    const { rows: count, width } = rows.inputs;
    const scale = scaleOf(rows);
    const x = scaled(rows.inputs, scale, LIMIT);
    const start = weightedMean(rows.targets, rows.weights);
    const gram = new Float64Array(width * width);
    const moments = new Float64Array(width);
    for (let row = 0; row < count; row += 1) {
      const weight = rows.weights[row] ?? 0;
      const error = (rows.targets[row] ?? 0) - start;
      const at = row * width;
      for (let f = 0; f < width; f += 1) {
        const part = weight * (x[at + f] ?? 0);
        moments[f] = (moments[f] ?? 0) + part * error;
        const line = f * width;
        for (let other = 0; other <= f; other += 1)
          gram[line + other] = (gram[line + other] ?? 0) + part * (x[at + other] ?? 0);
      }
    }
    const penalty = (options.penalty ?? 0.01) * Math.max(1, count) + 1e-9;
    for (let f = 0; f < width; f += 1) gram[f * width + f] = (gram[f * width + f] ?? 0) + penalty;
    const slopes = Array.from(solveCholesky(gram, moments));
    return (await tick(1)) ? fitted({ start, scale, slopes }) : null;
  },
  restore: (_, saved) => fitted(savedSchema.parse(saved.parts)),
});
