import type { Importance } from '../forecast/types.ts';
import { rmse } from '../metrics/point.ts';
import { seededRandom, shuffled } from '../network/random.ts';
import { type FittedMember, memberPredictions, mixtureOf } from './members.ts';
import { askedOf, type KnownRows } from './training-rows.ts';
import type { EnsembleDesign } from './types.ts';

/** Rows that are asked a feature: enough to tell, few enough to be quick. */
const MOST_ROWS = 480;
const NO_BOUNDS = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/**
 * Permutation importance (Breiman 2001): how much the error on held-out hours rises when one input is shuffled among them,
 * in per cent of the error. Inputs that learners arrange rows by are no input in this sense, and are left out.
 */
export const importancesOf = <Prepared>(
  design: EnsembleDesign<Prepared>,
  members: readonly FittedMember[],
  weights: Float64Array,
  known: KnownRows,
  seed: number,
): readonly Importance[] => {
  const from = Math.max(0, known.rows.length - MOST_ROWS);
  const rows = known.rows.slice(from);
  const truth = [...known.truth.subarray(from)];
  const asked = askedOf(rows, known.origins.slice(from), design.features.length);
  const { width, data } = asked.inputs;
  const errorOf = (changed: Float32Array): number => {
    const predictions = memberPredictions(members, design.experts.length, rows, {
      ...asked,
      inputs: { ...asked.inputs, data: changed },
    });
    return rmse(truth, [...mixtureOf(predictions, weights, NO_BOUNDS)]);
  };
  const plain = errorOf(data);
  if (!(plain > 0)) return [];
  return design.features
    .flatMap(({ name }, feature) => {
      if (design.arrangedBy?.includes(name) === true) return [];
      const order = shuffled(rows.length, seededRandom(seed + feature));
      const changed = data.slice();
      for (let row = 0; row < rows.length; row += 1)
        changed[row * width + feature] = data[(order[row] ?? 0) * width + feature] ?? 0;
      return [{ name, errorRisePct: (errorOf(changed) / plain - 1) * 100 }];
    })
    .toSorted((one, other) => other.errorRisePct - one.errorRisePct);
};
