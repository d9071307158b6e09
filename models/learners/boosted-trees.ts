import { z } from 'zod';
import { seededRandom } from '../network/random.ts';
import { cellsOf, fitBins } from './bins.ts';
import { addForest, createForestBuilder, type Forest, readForest, savedForestSchema, saveForest } from './forest.ts';
import { createTreeGrower } from './histogram-tree.ts';
import { countedRows, someOf, weightedMean, weightedQuantile } from './rows.ts';
import { shortNear } from './short-number.ts';
import type { FittedLearner, Learner } from './types.ts';

export interface BoostedTreesOptions {
  readonly name?: string;
  readonly trees?: number;
  readonly depth?: number;
  readonly learningRate?: number;
  /** Share of the rows, and of the features, that each tree is grown on. */
  readonly rowShare?: number;
  readonly columnShare?: number;
  /** Draws leaves to 0 as if they held so much more weight. */
  readonly lambda?: number;
  /** Least weight of a leaf; rows weigh 1 on average. */
  readonly minChildWeight?: number;
  /** Bins a feature, 2 to 256. */
  readonly bins?: number;
  /** Aims at this quantile (pinball loss) instead of the mean (squared error). */
  readonly quantile?: number;
}

const savedSchema = z.object({ start: z.number(), rate: z.number(), width: z.int().min(0), forest: savedForestSchema });

const fitted = (start: number, rate: number, width: number, forest: Forest): FittedLearner => ({
  predict: ({ inputs }) => {
    const out = new Float64Array(inputs.rows).fill(start);
    addForest(forest, inputs, rate, out);
    return out;
  },
  save: () => ({ parts: { start, rate, width, forest: saveForest(forest) }, networks: [] }),
  dispose: () => undefined,
});

/** Rows that take part in one tree: each by chance, and all where chance took none. */
const rowsOf = (count: number, share: number, random: () => number): Int32Array => {
  const all = Int32Array.from({ length: count }, (_, row) => row);
  if (share >= 1) return all;
  const some = all.filter(() => random() < share);
  return some.length === 0 ? all : some;
};

/** Gradient boosting (Friedman 2001) on histograms, with squared or pinball loss. */
export const createBoostedTrees = (options: BoostedTreesOptions = {}): Learner => {
  const { trees = 300, depth = 6, learningRate = 0.05, rowShare = 1, columnShare = 1, quantile } = options;
  const limits = { depth, lambda: options.lambda ?? 1, minLeafWeight: options.minChildWeight ?? 1 };
  return {
    name: options.name ?? 'boosted-trees',
    fit: async (learning, { seed, tick }) => {
      const { inputs, targets, weights } = countedRows(learning);
      const { rows, width } = inputs;
      const random = seededRandom(seed);
      const builder = createForestBuilder();
      const start =
        quantile === undefined ? weightedMean(targets, weights) : weightedQuantile(targets, weights, quantile);
      if (rows === 0 || width === 0) return fitted(start, learningRate, width, builder.done());
      const bins = fitBins(inputs, options.bins ?? 64);
      const now = new Float64Array(rows).fill(start);
      const slopes = new Float64Array(rows);
      const grow = createTreeGrower(bins, { cells: cellsOf(inputs, bins), width, slopes, weights }, limits);
      // A mean steps to the least squared error of its leaf. A quantile's slopes say only up or down, so its leaves are
      // set to the quantile of what is missing there.
      const meanLeaf = (_: Int32Array, slope: number, weight: number): number => -slope / (weight + limits.lambda);
      const quantileLeaf = (level: number) => (leaf: Int32Array) =>
        weightedQuantile(
          Float64Array.from(leaf, (row) => (targets[row] ?? 0) - (now[row] ?? 0)),
          Float64Array.from(leaf, (row) => weights[row] ?? 0),
          level,
        );
      const leafValue = quantile === undefined ? meanLeaf : quantileLeaf(quantile);
      for (let tree = 0; tree < trees; tree += 1) {
        for (let row = 0; row < rows; row += 1) {
          const error = (now[row] ?? 0) - (targets[row] ?? 0);
          const slope = quantile === undefined ? error : (error > 0 ? 1 : 0) - quantile;
          slopes[row] = slope * (weights[row] ?? 0);
        }
        const one = createForestBuilder();
        const columns = someOf(Math.max(1, Math.round(columnShare * width)), width, random);
        grow(one, rowsOf(rows, rowShare, random), columns, (leaf, slope, weight) =>
          shortNear(leafValue(leaf, slope, weight), 5),
        );
        const grown = one.done();
        addForest(grown, inputs, learningRate, now);
        builder.append(grown);
        if (tree % 8 === 7 && !(await tick((tree + 1) / trees))) return null;
      }
      return fitted(start, learningRate, width, builder.done());
    },
    restore: (_, saved) => {
      const { start, rate, width, forest } = savedSchema.parse(saved.parts);
      return fitted(start, rate, width, readForest(forest, width));
    },
  };
};
