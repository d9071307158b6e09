import { z } from 'zod';
import { decimalOf } from './short-number.ts';
import type { Matrix } from './types.ts';

/**
 * Regression trees side by side in flat arrays, each tree from its root down and left before right: the left child is the
 * next node, the right one is named.
 */
export interface Forest {
  readonly roots: Int32Array;
  /** The feature that a node splits by; −1 at a leaf. */
  readonly feature: Int16Array;
  /** The greatest value that goes left; at a leaf what it adds. */
  readonly number: Float32Array;
  readonly right: Int32Array;
}

const LEAF = -1;

/** Takes nodes in the order in which they stand, tree by tree. */
export interface ForestBuilder {
  root(): void;
  leaf(value: number): void;
  /** Answers a function to call when its left side is complete, and the right one follows. */
  split(feature: number, cut: number): () => void;
  /** Adds whole trees. */
  append(forest: Forest): void;
  done(): Forest;
}

export const createForestBuilder = (): ForestBuilder => {
  const roots: number[] = [];
  const feature: number[] = [];
  const number: number[] = [];
  const right: number[] = [];
  const add = (of: number, value: number): number => {
    feature.push(of);
    number.push(value);
    return right.push(0) - 1;
  };
  return {
    root: () => void roots.push(feature.length),
    leaf: (value) => void add(LEAF, value),
    split: (of, cut) => {
      const node = add(of, cut);
      return () => {
        right[node] = feature.length;
      };
    },
    append: (forest) => {
      const first = feature.length;
      roots.push(...Array.from(forest.roots, (node) => node + first));
      forest.feature.forEach((of, node) => {
        right[add(of, forest.number[node] ?? 0)] = (forest.right[node] ?? 0) + first;
      });
    },
    done: () => ({
      roots: Int32Array.from(roots),
      feature: Int16Array.from(feature),
      number: Float32Array.from(number),
      right: Int32Array.from(right),
    }),
  };
};

/** Adds `factor` times what each tree says of each row. */
export const addForest = (forest: Forest, inputs: Matrix, factor: number, into: Float64Array): void => {
  const { roots, feature, number, right } = forest;
  const { rows, width, data } = inputs;
  for (let row = 0; row < rows; row += 1) {
    const start = row * width;
    let sum = 0;
    for (let tree = 0; tree < roots.length; tree += 1) {
      let node = roots[tree] ?? 0;
      let of = feature[node] ?? LEAF;
      while (of >= 0) {
        node = (data[start + of] ?? 0) <= (number[node] ?? 0) ? node + 1 : (right[node] ?? 0);
        of = feature[node] ?? LEAF;
      }
      sum += number[node] ?? 0;
    }
    into[row] = (into[row] ?? 0) + factor * sum;
  }
};

/** The forest as plain JSON; where trees and right sides begin follows from the order. */
export interface SavedForest {
  readonly features: readonly number[];
  readonly numbers: readonly number[];
}

export const savedForestSchema: z.ZodType<SavedForest> = z.object({
  features: z.array(z.int().min(LEAF).max(32_767)),
  numbers: z.array(z.number()),
});

export const saveForest = (forest: Forest): SavedForest => ({
  features: Array.from(forest.feature),
  numbers: Array.from(forest.number, decimalOf),
});

/** The inverse of save for rows of `width` features; throws where a tree ends too early or asks for another feature. */
export const readForest = (saved: SavedForest, width: number): Forest => {
  const { features, numbers } = saved;
  if (features.length !== numbers.length) throw new Error('a forest has as many numbers as nodes');
  const roots: number[] = [];
  const right = new Int32Array(features.length);
  const open: number[] = [];
  features.forEach((of, node) => {
    if (of >= width) throw new Error(`a tree asks for feature ${of} of ${width}`);
    // After a leaf the newest split that still waits for its right side gets it; with none waiting, a tree begins.
    if (node === 0 || features[node - 1] === LEAF) {
      const parent = open.pop();
      if (parent === undefined) roots.push(node);
      else right[parent] = node;
    }
    if (of !== LEAF) open.push(node);
  });
  if (open.length > 0 || (features.at(-1) ?? LEAF) !== LEAF) throw new Error('a forest ends within a tree');
  return {
    roots: Int32Array.from(roots),
    feature: Int16Array.from(features),
    number: Float32Array.from(numbers),
    right,
  };
};
