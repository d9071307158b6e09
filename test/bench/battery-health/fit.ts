import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import {
  CELL_FEATURES,
  type CellUse,
  type CellWeights,
  cellFeatures,
} from '../../../models/battery-health/cell-prior.ts';
import type { Tensorflow } from '../../../models/learners/types.ts';
import type { Cell } from './cells.ts';

/** Cycles at which the loss equals the level of the curve. */
const REFERENCE_CYCLES = 300;
const POINTS = 16;
const STEPS = 500;

/** Loss of a cell at evenly spaced cycles, each the median of five cycles about it. */
const pointsOf = ({ lossPct }: Cell): readonly (readonly [cycle: number, lossPct: number])[] =>
  Array.from({ length: POINTS }, (_, point) => {
    const cycle = Math.round(((point + 1) * lossPct.length) / POINTS);
    const near = lossPct.slice(Math.max(0, cycle - 3), cycle + 2).filter(Number.isFinite);
    const sorted = near.toSorted((one, other) => one - other);
    return [cycle, sorted[Math.floor(sorted.length / 2)] ?? Number.NaN] as const;
  }).filter(([, loss]) => Number.isFinite(loss));

/** Rows of all cells side by side: features, ln(cycle / reference), loss. */
const rowsOf = (cells: readonly Cell[], featuresOf: (cell: Cell, index: number) => readonly number[]) => {
  const rows = cells.flatMap((cell, index) =>
    pointsOf(cell).map(([cycle, loss]) => ({
      features: [...featuresOf(cell, index)],
      log: Math.log(cycle / REFERENCE_CYCLES),
      loss,
    })),
  );
  return rows;
};

/**
 * Level and exponent as linear functions of features, [features] each, by Adam on the curves themselves: a smooth absolute
 * error, so that a cell that failed does not bend the rest, plus a pull of each weight towards zero.
 */
const fitLinear = (
  tf: Tensorflow,
  rows: ReturnType<typeof rowsOf>,
  pulls: readonly number[],
  start: { readonly logLevel: readonly number[]; readonly exponent: readonly number[] },
  steps = STEPS,
): { readonly logLevel: readonly number[]; readonly exponent: readonly number[] } => {
  const features = tf.tensor2d(rows.map((each) => each.features));
  const logs = tf.tensor1d(rows.map((each) => each.log));
  const losses = tf.tensor1d(rows.map((each) => each.loss));
  const pull = tf.tensor1d([...pulls]);
  const logLevel = tf.variable(tf.tensor1d([...start.logLevel]));
  const exponent = tf.variable(tf.tensor1d([...start.exponent]));
  const startLevel = tf.tensor1d([...start.logLevel]);
  const startExponent = tf.tensor1d([...start.exponent]);
  const optimizer = tf.train.adam(0.03);
  for (let step = 0; step < steps; step += 1) {
    tf.tidy(() => {
      optimizer.minimize(() => {
        const level = tf.dot(features as Tensor2D, logLevel as Tensor1D);
        const power = tf.dot(features as Tensor2D, exponent as Tensor1D);
        const modelled = tf.exp(tf.add(level, tf.mul(power, logs)));
        const miss = tf.sqrt(tf.add(tf.square(tf.sub(modelled, losses)), 1));
        const moved = tf.add(tf.square(tf.sub(logLevel, startLevel)), tf.square(tf.sub(exponent, startExponent)));
        return tf.add(tf.mean(miss), tf.sum(tf.mul(pull, moved))).asScalar();
      });
    });
  }
  const out = { logLevel: [...logLevel.dataSync()], exponent: [...exponent.dataSync()] };
  for (const each of [features, logs, losses, pull, logLevel, exponent, startLevel, startExponent]) each.dispose();
  optimizer.dispose();
  return out;
};

const FIRST = {
  logLevel: CELL_FEATURES.map((_, index) => (index === 0 ? 1.6 : 0)),
  exponent: CELL_FEATURES.map((_, index) => (index === 0 ? 1 : 0)),
};

const spreadOf = (values: readonly number[], least: number): number =>
  Math.max(least, Math.sqrt(values.reduce((sum, each) => sum + each * each, 0) / Math.max(1, values.length)));

/** Robust spread: 1.48 times the median of the absolute values. */
const robustSpread = (values: readonly number[], least: number): number => {
  const sorted = values.map(Math.abs).toSorted((one, other) => one - other);
  return Math.max(least, 1.48 * (sorted[Math.floor(sorted.length / 2)] ?? 0));
};

export interface FitInput {
  readonly tf: Tensorflow;
  readonly cells: readonly Cell[];
  readonly seed: number;
  readonly sources: CellWeights['sources'];
}

/** The weights of a set of cells, and how far each cell's own curve lies from what they say of it. */
export const fitCells = ({ tf, cells, seed, sources }: FitInput): CellWeights => {
  const common = fitLinear(
    tf,
    rowsOf(cells, (cell) => cellFeatures(cell.use)),
    CELL_FEATURES.map((each) => each.pull * PULL),
    FIRST,
  );
  // Each cell alone, pulled a little towards what is common: its distance is the spread among cells.
  const own = fitLinear(
    tf,
    rowsOf(cells, (_, index) => cells.map((__, other) => (other === index ? 1 : 0))),
    cells.map(() => 0.002),
    {
      logLevel: cells.map(({ use }) => dot(common.logLevel, cellFeatures(use))),
      exponent: cells.map(({ use }) => dot(common.exponent, cellFeatures(use))),
    },
  );
  const missOf = (weights: readonly number[], owned: readonly number[], use: (cell: Cell) => CellUse) =>
    cells.map((cell, index) => (owned[index] ?? 0) - dot(weights, cellFeatures(use(cell))));
  const asKnown = (cell: Cell): CellUse => cell.use;
  const asOther = (cell: Cell): CellUse => ({ ...cell.use, kind: 'other' });
  const levelMiss = missOf(common.logLevel, own.logLevel, asKnown);
  const exponentMiss = missOf(common.exponent, own.exponent, asKnown);
  const inflate = 1.3;
  return {
    schema: 1,
    seed,
    cells: cells.length,
    sources,
    referenceCycles: REFERENCE_CYCLES,
    logLevel: [...common.logLevel],
    exponent: [...common.exponent],
    known: {
      logLevel: Math.min(0.6, inflate * Math.max(robustSpread(levelMiss, 0.2), 0.5 * spreadOf(levelMiss, 0.2))),
      exponent: Math.min(0.6, inflate * Math.max(robustSpread(exponentMiss, 0.15), 0.5 * spreadOf(exponentMiss, 0.15))),
    },
    unknown: {
      logLevel: spreadOf(missOf(common.logLevel, own.logLevel, asOther), 0.5),
      exponent: spreadOf(missOf(common.exponent, own.exponent, asOther), 0.3),
    },
    wander: 0.4,
    offsetSpreadPct: 1,
    measuredSpreadPct: 0.3,
  };
};

const PULL = 0.3;
const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, each, index) => sum + each * (other[index] ?? 0), 0);
