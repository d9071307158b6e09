import type { FittedForecaster } from '../forecast/types.ts';
import { createExtraTrees } from '../learners/extra-trees.ts';
import type { FittedLearner, Learner, Matrix, Tensorflow } from '../learners/types.ts';
import type { Bands } from './bands.ts';
import type { FittedMember } from './members.ts';
import type { EnsembleRow } from './types.ts';

/** Learns the size of the error: coarse, since a few weeks of errors are noisy. */
export const sizeLearner: Learner = createExtraTrees({ trees: 60, minLeaf: 40, columnShare: 0.5 });

/** Everything that a fitted ensemble is made of. */
export interface EnsembleParts<Prepared> {
  readonly tf: Tensorflow;
  readonly settings: Readonly<Record<string, number>>;
  readonly prepared: Prepared;
  readonly members: readonly FittedMember[];
  /** Learners first, then experts. */
  readonly weights: Float64Array;
  readonly size: FittedLearner;
  readonly bands: Bands;
  readonly importances: FittedForecaster['importances'];
  readonly usual: readonly number[];
}

/** The features with one more: the mixture relative to base and scale, since large values err more. */
export const withMixture = (inputs: Matrix, rows: readonly EnsembleRow[], mixture: Float64Array): Matrix => {
  const width = inputs.width + 1;
  const data = new Float32Array(inputs.rows * width);
  rows.forEach((row, index) => {
    data.set(inputs.data.subarray(index * inputs.width, (index + 1) * inputs.width), index * width);
    data[index * width + inputs.width] = (mixture[index] ?? 0) / row.scale;
  });
  return { rows: inputs.rows, width, data };
};
