import type { Bins } from './bins.ts';
import type { ForestBuilder } from './forest.ts';

/** How far one tree may go. */
export interface TreeLimits {
  readonly depth: number;
  /** Least weight of a leaf; rows weigh 1 on average. */
  readonly minLeafWeight: number;
  /** Drawn towards 0 as if a leaf held so much more weight (L2). */
  readonly lambda: number;
}

/** What a tree is grown on: cells of [rows × width], and for each row the slope of its loss (already times its weight). */
export interface TreeRows {
  readonly cells: Uint16Array;
  readonly width: number;
  readonly slopes: Float64Array;
  readonly weights: Float64Array;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly slopeLeft: number;
  readonly weightLeft: number;
}

/**
 * Grows trees depth by depth on histograms of slope and weight, with the gain of XGBoost (Chen and Guestrin, KDD 2016): a
 * sum of squared slopes over weight on both sides. Only the smaller child of a node is counted; its sibling is what is left.
 */
export const createTreeGrower = (bins: Bins, rows: TreeRows, limits: TreeLimits) => {
  const { cells, width, slopes, weights } = rows;
  const histogramLength = width * bins.size * 2;
  /** One histogram a depth for each side; a path down needs no more. */
  const pool = Array.from({ length: 2 * limits.depth + 2 }, () => new Float64Array(histogramLength));
  const histogramAt = (place: number): Float64Array => pool[place] ?? new Float64Array(histogramLength);

  const count = (order: Int32Array, from: number, to: number, features: Int32Array, into: Float64Array): void => {
    into.fill(0);
    const all = features.length === width;
    for (let place = from; place < to; place += 1) {
      const row = order[place] ?? 0;
      const slope = slopes[row] ?? 0;
      const weight = weights[row] ?? 0;
      const start = row * width;
      for (let each = 0; each < features.length; each += 1) {
        const cell = 2 * (cells[start + (all ? each : (features[each] ?? 0))] ?? 0);
        into[cell] = (into[cell] ?? 0) + slope;
        into[cell + 1] = (into[cell + 1] ?? 0) + weight;
      }
    }
  };

  const bestSplit = (histogram: Float64Array, features: Int32Array, slope: number, weight: number): Split | null => {
    const { lambda, minLeafWeight } = limits;
    let best: Split | null = null;
    // Splits that gain nothing but rounding are none.
    let most = (slope * slope) / (weight + lambda) + 1e-9 * weight;
    for (const feature of features) {
      const last = bins.cuts[feature]?.length ?? 0;
      let slopeLeft = 0;
      let weightLeft = 0;
      for (let bin = 0; bin < last; bin += 1) {
        const cell = 2 * (feature * bins.size + bin);
        slopeLeft += histogram[cell] ?? 0;
        weightLeft += histogram[cell + 1] ?? 0;
        const weightRight = weight - weightLeft;
        if (weightLeft < minLeafWeight) continue;
        if (weightRight < minLeafWeight) break;
        const slopeRight = slope - slopeLeft;
        const score =
          (slopeLeft * slopeLeft) / (weightLeft + lambda) + (slopeRight * slopeRight) / (weightRight + lambda);
        if (score <= most) continue;
        most = score;
        best = { feature, bin, slopeLeft, weightLeft };
      }
    }
    return best;
  };

  /** Puts the rows of the left side first; answers where the right side begins. */
  const partition = (order: Int32Array, from: number, to: number, split: Split): number => {
    const lastCell = split.feature * bins.size + split.bin;
    let left = from;
    let right = to - 1;
    while (left <= right) {
      const row = order[left] ?? 0;
      if ((cells[row * width + split.feature] ?? 0) <= lastCell) {
        left += 1;
        continue;
      }
      order[left] = order[right] ?? 0;
      order[right] = row;
      right -= 1;
    }
    return left;
  };

  /** Adds one tree on the rows of `order` (which it sorts by leaf); `leafOf` says what a leaf of some rows adds. */
  return (
    builder: ForestBuilder,
    order: Int32Array,
    features: Int32Array,
    leafOf: (leafRows: Int32Array, slope: number, weight: number) => number,
  ): void => {
    const grow = (from: number, to: number, depth: number, place: number, slope: number, weight: number): void => {
      const histogram = histogramAt(place);
      const split = depth < limits.depth ? bestSplit(histogram, features, slope, weight) : null;
      const middle = split === null ? from : partition(order, from, to, split);
      if (split === null || middle === from || middle === to) {
        builder.leaf(leafOf(order.subarray(from, to), slope, weight));
        return;
      }
      const toRight = builder.split(split.feature, bins.cuts[split.feature]?.[split.bin] ?? 0);
      const leftIsSmall = middle - from <= to - middle;
      const placeLeft = 2 * depth + 2;
      const placeRight = placeLeft + 1;
      if (depth + 1 < limits.depth) {
        const small = histogramAt(leftIsSmall ? placeLeft : placeRight);
        const large = histogramAt(leftIsSmall ? placeRight : placeLeft);
        if (leftIsSmall) count(order, from, middle, features, small);
        else count(order, middle, to, features, small);
        for (const feature of features) {
          const end = 2 * (feature + 1) * bins.size;
          for (let cell = 2 * feature * bins.size; cell < end; cell += 1)
            large[cell] = (histogram[cell] ?? 0) - (small[cell] ?? 0);
        }
      }
      grow(from, middle, depth + 1, placeLeft, split.slopeLeft, split.weightLeft);
      toRight();
      grow(middle, to, depth + 1, placeRight, slope - split.slopeLeft, weight - split.weightLeft);
    };
    let slope = 0;
    let weight = 0;
    for (const row of order) {
      slope += slopes[row] ?? 0;
      weight += weights[row] ?? 0;
    }
    builder.root();
    count(order, 0, order.length, features, histogramAt(0));
    grow(0, order.length, 0, 0, slope, weight);
  };
};
