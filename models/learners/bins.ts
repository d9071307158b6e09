import { shortBetween } from './short-number.ts';
import type { Matrix } from './types.ts';

/**
 * Features cut into a few bins by quantile, so that the best split is found from sums over bins and not from sorted rows
 * (Ke et al., "LightGBM", NeurIPS 2017).
 */
export interface Bins {
  /** Ascending cuts of each feature: a value lies in bin k when it is at most cut k and above cut k − 1. */
  readonly cuts: readonly Float32Array[];
  /** Room for the bins of one feature. */
  readonly size: number;
}

/** The cuts of one column of ascending values: between neighbours that differ, at most `size − 1`. */
const cutsOf = (sorted: Float32Array, size: number): Float32Array => {
  const edges: number[] = [];
  for (let row = 1; row < sorted.length; row += 1) {
    if ((sorted[row] ?? 0) > (sorted[row - 1] ?? 0)) edges.push(row);
    if (edges.length >= size) break;
  }
  if (edges.length >= size) {
    edges.length = 0;
    for (let bin = 1; bin < size; bin += 1) {
      let row = Math.max(1, Math.round((bin * sorted.length) / size));
      // Forward to where the value changes: equal values share a bin.
      while (row < sorted.length && sorted[row] === sorted[row - 1]) row += 1;
      if (row < sorted.length && row > (edges.at(-1) ?? 0)) edges.push(row);
    }
  }
  return Float32Array.from(edges, (row) => shortBetween(sorted[row - 1] ?? 0, sorted[row] ?? 0));
};

/** Bins by the quantiles of the rows, at most `size` a feature (2 to 256). */
export const fitBins = (inputs: Matrix, size: number): Bins => {
  const column = new Float32Array(inputs.rows);
  const cuts = Array.from({ length: inputs.width }, (_, feature) => {
    for (let row = 0; row < inputs.rows; row += 1) column[row] = inputs.data[row * inputs.width + feature] ?? 0;
    return cutsOf(column.toSorted(), size);
  });
  return { cuts, size };
};

/** The bin of a value: the number of cuts below it. */
export const binOf = (cuts: Float32Array, value: number): number => {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (cuts[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * Each value as its cell in a histogram of [features × size], row by row: feature · size + bin. A row's cells lie in one
 * cache line, whatever rows a node of a tree holds.
 */
export const cellsOf = (inputs: Matrix, bins: Bins): Uint16Array => {
  const { rows, width, data } = inputs;
  const cells = new Uint16Array(rows * width);
  for (let feature = 0; feature < width; feature += 1) {
    const cuts = bins.cuts[feature] ?? new Float32Array(0);
    const first = feature * bins.size;
    for (let row = 0; row < rows; row += 1)
      cells[row * width + feature] = first + binOf(cuts, data[row * width + feature] ?? 0);
  }
  return cells;
};

/** The bin of each value, feature by feature, for at most 256 bins. */
export const binColumnsOf = (inputs: Matrix, bins: Bins): readonly Uint8Array[] =>
  bins.cuts.map((cuts, feature) =>
    Uint8Array.from({ length: inputs.rows }, (_, row) => binOf(cuts, inputs.data[row * inputs.width + feature] ?? 0)),
  );
