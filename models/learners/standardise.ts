import type { CountedRows } from './rows.ts';
import type { Matrix } from './types.ts';

/** Mean and spread of each column by the weights of the rows: serving sees what training saw. */
export interface ColumnScale {
  readonly mean: readonly number[];
  readonly spread: readonly number[];
}

/** A column that never changed carries nothing: its spread is 1, which leaves it at 0. */
export const scaleOf = (rows: Pick<CountedRows, 'inputs' | 'weights'>): ColumnScale => {
  const { rows: count, width, data } = rows.inputs;
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  let total = 0;
  for (let row = 0; row < count; row += 1) total += rows.weights[row] ?? 0;
  for (let row = 0; row < count; row += 1) {
    const share = (rows.weights[row] ?? 0) / total;
    for (let f = 0; f < width; f += 1) mean[f] = (mean[f] ?? 0) + share * (data[row * width + f] ?? 0);
  }
  for (let row = 0; row < count; row += 1) {
    const share = (rows.weights[row] ?? 0) / total;
    for (let f = 0; f < width; f += 1)
      variance[f] = (variance[f] ?? 0) + share * ((data[row * width + f] ?? 0) - (mean[f] ?? 0)) ** 2;
  }
  // Rounding leaves a little variance in a column that never changed.
  const spread = variance.map((each, f) => (each > 1e-12 * (1 + (mean[f] ?? 0) ** 2) ? Math.sqrt(each) : 1));
  return { mean: Array.from(mean), spread: Array.from(spread) };
};

/** Standardised rows; what lies further out than `limit` spreads is taken as that far, so that nothing new explodes. */
export const scaled = (inputs: Matrix, by: ColumnScale, limit: number): Float32Array => {
  const { rows, width, data } = inputs;
  const out = new Float32Array(rows * width);
  for (let f = 0; f < width; f += 1) {
    const mean = by.mean[f] ?? 0;
    const factor = 1 / (by.spread[f] ?? 1);
    for (let at = f; at < out.length; at += width)
      out[at] = Math.min(limit, Math.max(-limit, ((data[at] ?? 0) - mean) * factor));
  }
  return out;
};
