import { shuffled } from '../network/random.ts';
import type { LearningRows, Matrix } from './types.ts';

/** What trees and regressions learn from: rows that count, their weights scaled to a mean of 1. */
export interface CountedRows {
  readonly inputs: Matrix;
  readonly targets: Float32Array;
  readonly weights: Float64Array;
}

/** Leaves out rows of weight 0, so that they cannot even move a bin or a draw of chance. */
export const countedRows = (rows: LearningRows): CountedRows => {
  const { width, data } = rows.inputs;
  const kept: number[] = [];
  let sum = 0;
  for (let row = 0; row < rows.inputs.rows; row += 1) {
    const weight = rows.weights[row] ?? 0;
    if (!(weight > 0)) continue;
    kept.push(row);
    sum += weight;
  }
  const inputs = new Float32Array(kept.length * width);
  const targets = new Float32Array(kept.length);
  const weights = new Float64Array(kept.length);
  for (const [place, row] of kept.entries()) {
    inputs.set(data.subarray(row * width, (row + 1) * width), place * width);
    targets[place] = rows.targets[row] ?? 0;
    weights[place] = ((rows.weights[row] ?? 0) * kept.length) / sum;
  }
  return { inputs: { rows: kept.length, width, data: inputs }, targets, weights };
};

/** The mean of the values by their weights; 0 where there is none. */
export const weightedMean = (values: ArrayLike<number>, weights: ArrayLike<number>): number => {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row += 1) {
    const weight = weights[row] ?? 0;
    sum += (values[row] ?? 0) * weight;
    total += weight;
  }
  return total > 0 ? sum / total : 0;
};

/** The smallest value that at least the share `level` of the weight does not exceed; 0 where there is none. */
export const weightedQuantile = (values: ArrayLike<number>, weights: ArrayLike<number>, level: number): number => {
  const order = Int32Array.from(values, (_, row) => row).sort(
    (one, other) => (values[one] ?? 0) - (values[other] ?? 0),
  );
  let total = 0;
  for (const row of order) total += weights[row] ?? 0;
  let sum = 0;
  for (const row of order) {
    sum += weights[row] ?? 0;
    if (sum >= level * total) return values[row] ?? 0;
  }
  return 0;
};

/** `count` of the numbers 0 … of − 1 by chance, ascending. */
export const someOf = (count: number, of: number, random: () => number): Int32Array =>
  count >= of ? Int32Array.from({ length: of }, (_, index) => index) : shuffled(of, random).slice(0, count).sort();
