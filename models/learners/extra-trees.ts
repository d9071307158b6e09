import { z } from 'zod';
import { seededRandom } from '../network/random.ts';
import { type Bins, binColumnsOf, binOf, fitBins } from './bins.ts';
import {
  addForest,
  createForestBuilder,
  type Forest,
  type ForestBuilder,
  readForest,
  savedForestSchema,
  saveForest,
} from './forest.ts';
import { type CountedRows, countedRows } from './rows.ts';
import { shortNear } from './short-number.ts';
import type { FittedLearner, Learner } from './types.ts';

export interface ExtraTreesOptions {
  readonly name?: string;
  readonly trees?: number;
  /** Share of the features that each node draws from. */
  readonly columnShare?: number;
  /** Least rows of a leaf: also what bounds the size of a saved forest. */
  readonly minLeaf?: number;
  readonly depth?: number;
}

const savedSchema = z.object({ width: z.int().min(0), forest: savedForestSchema });

const fitted = (width: number, forest: Forest): FittedLearner => ({
  predict: ({ inputs }) => {
    const out = new Float64Array(inputs.rows);
    if (forest.roots.length > 0) addForest(forest, inputs, 1 / forest.roots.length, out);
    return out;
  },
  save: () => ({ parts: { width, forest: saveForest(forest) }, networks: [] }),
  dispose: () => undefined,
});

const NONE = new Float32Array(0);
/** Bins a feature: as fine as cuts can be, and a feature of 20,000 rows still fits the fastest cache. */
const BINS = 256;

/** Grows trees whose cuts are drawn by chance, the best of a few by squared error (Geurts, Ernst, Wehenkel 2006). */
const createGrower = (
  rows: CountedRows,
  bins: Bins,
  random: () => number,
  limits: Required<Omit<ExtraTreesOptions, 'name' | 'trees'>>,
) => {
  const { cuts } = bins;
  const columns = binColumnsOf(rows.inputs, bins);
  const { targets, weights } = rows;
  const count = targets.length;
  const order = Int32Array.from({ length: count }, (_, row) => row);
  const drawn = Int32Array.from(columns, (_, feature) => feature);
  const wanted = Math.max(1, Math.round(limits.columnShare * columns.length));
  /** One node's values, targets and weights in a row, so that the second pass reads them in order. */
  const values = new Uint8Array(count);
  const products = new Float64Array(count);
  const masses = new Float64Array(count);

  /** A cut between the bins `low` and `high`, drawn evenly over the values between them. */
  const drawCut = (of: Float32Array, low: number, high: number): number => {
    const least = of[Math.max(0, low - 1)] ?? 0;
    const most = of[Math.min(high, of.length - 1)] ?? 0;
    return Math.min(high - 1, Math.max(low, binOf(of, least + random() * (most - least))));
  };

  /** The best of `wanted` random cuts of features that differ among the rows; null where none does. */
  const drawSplit = (from: number, to: number, product: number, mass: number) => {
    let best: { readonly feature: number; readonly cut: number } | null = null;
    let most = (product * product) / mass + 1e-9 * mass;
    let tried = 0;
    for (let place = 0; place < drawn.length && tried < wanted; place += 1) {
      const other = place + Math.floor(random() * (drawn.length - place));
      const feature = drawn[other] ?? 0;
      drawn[other] = drawn[place] ?? 0;
      drawn[place] = feature;
      const column = columns[feature] ?? values;
      let low = BINS;
      let high = -1;
      for (let each = from; each < to; each += 1) {
        const value = column[order[each] ?? 0] ?? 0;
        values[each] = value;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (!(low < high)) continue;
      tried += 1;
      const cut = drawCut(cuts[feature] ?? NONE, low, high);
      let productLeft = 0;
      let massLeft = 0;
      let countLeft = 0;
      for (let each = from; each < to; each += 1) {
        // 1 at most the cut, else 0, without a branch: which side a row goes is chance, which no processor foresees.
        const left = ((values[each] ?? 0) - cut - 1) >>> 31;
        productLeft += left * (products[each] ?? 0);
        massLeft += left * (masses[each] ?? 0);
        countLeft += left;
      }
      if (countLeft < limits.minLeaf || to - from - countLeft < limits.minLeaf) continue;
      const productRight = product - productLeft;
      const score = (productLeft * productLeft) / massLeft + (productRight * productRight) / (mass - massLeft);
      if (score <= most) continue;
      most = score;
      best = { feature, cut };
    }
    return best;
  };

  const partition = (from: number, to: number, column: Uint8Array, cut: number): number => {
    let left = from;
    let right = to - 1;
    while (left <= right) {
      const row = order[left] ?? 0;
      if ((column[row] ?? 0) <= cut) {
        left += 1;
        continue;
      }
      order[left] = order[right] ?? 0;
      order[right] = row;
      right -= 1;
    }
    return left;
  };

  const grow = (builder: ForestBuilder, from: number, to: number, depth: number): void => {
    let product = 0;
    let mass = 0;
    for (let each = from; each < to; each += 1) {
      const row = order[each] ?? 0;
      const weight = weights[row] ?? 0;
      const part = (targets[row] ?? 0) * weight;
      products[each] = part;
      masses[each] = weight;
      product += part;
      mass += weight;
    }
    const may = depth < limits.depth && to - from >= 2 * limits.minLeaf;
    const split = may ? drawSplit(from, to, product, mass) : null;
    const middle = split === null ? from : partition(from, to, columns[split.feature] ?? values, split.cut);
    if (split === null || middle === from || middle === to) {
      builder.leaf(shortNear(product / mass, 5));
      return;
    }
    const toRight = builder.split(split.feature, cuts[split.feature]?.[split.cut] ?? 0);
    grow(builder, from, middle, depth + 1);
    toRight();
    grow(builder, middle, to, depth + 1);
  };

  return (builder: ForestBuilder): void => {
    builder.root();
    grow(builder, 0, count, 0);
  };
};

/** Extremely randomised trees without bootstrap: the mean of trees that differ by their random cuts alone. */
export const createExtraTrees = (options: ExtraTreesOptions = {}): Learner => {
  const { trees = 100, columnShare = 1 / 3, minLeaf = 12, depth = 24 } = options;
  return {
    name: options.name ?? 'extra-trees',
    fit: async (learning, { seed, tick }) => {
      const rows = countedRows(learning);
      const builder = createForestBuilder();
      if (rows.targets.length === 0) return fitted(rows.inputs.width, builder.done());
      const grow = createGrower(rows, fitBins(rows.inputs, BINS), seededRandom(seed), { columnShare, minLeaf, depth });
      for (let tree = 0; tree < trees; tree += 1) {
        grow(builder);
        if (tree % 4 === 3 && !(await tick((tree + 1) / trees))) return null;
      }
      return fitted(rows.inputs.width, builder.done());
    },
    restore: (_, saved) => {
      const { width, forest } = savedSchema.parse(saved.parts);
      return fitted(width, readForest(forest, width));
    },
  };
};
