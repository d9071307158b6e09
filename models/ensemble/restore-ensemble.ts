import type { FittedForecaster, SavedForecaster } from '../forecast/types.ts';
import type { FittedLearner, Learner, Tensorflow } from '../learners/types.ts';
import { createFittedEnsemble } from './fitted-ensemble.ts';
import { sizeLearner } from './parts.ts';
import { networkName, partsSchema, type SavedParts } from './saved-ensemble.ts';
import type { EnsembleDesign } from './types.ts';

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each, index) => each === other[index]);

/** Throws on parts that belong to another target, other features or other learners: such a version is of another age. */
export const restoreEnsemble = <Prepared>(
  design: EnsembleDesign<Prepared>,
  tf: Tensorflow,
  saved: SavedForecaster,
): FittedForecaster => {
  const parts = partsSchema.parse(saved.parts);
  const learners = design.learners(parts.settings);
  const fits =
    parts.target === design.target &&
    same(
      parts.features,
      design.features.map(({ name }) => name),
    ) &&
    same(parts.experts, design.experts) &&
    same(
      parts.members.map(({ name }) => name),
      learners.map(({ name }) => name),
    ) &&
    parts.weights.length === learners.length + design.experts.length;
  if (!fits) throw new Error('the version was written by another version of the model');
  const read = (place: string, learner: Learner, { parts: own, networks }: SavedParts['size']): FittedLearner =>
    learner.restore(tf, {
      parts: own,
      networks: Array.from({ length: networks }, (_, number) => {
        const network = saved.networks.get(networkName(place, number));
        if (network === undefined) throw new Error(`the version lacks the network ${networkName(place, number)}`);
        return network;
      }),
    });
  const members = learners.flatMap((learner, place) => {
    const own = parts.members[place];
    return own === undefined
      ? []
      : [
          {
            name: learner.name,
            sequential: learner.sequential === true,
            learner: read(`member${place}`, learner, own),
          },
        ];
  });
  return createFittedEnsemble(design, {
    tf,
    settings: parts.settings,
    prepared: design.readPrepared(parts.prepared),
    members,
    weights: Float64Array.from(parts.weights),
    size: read('size', sizeLearner, parts.size),
    bands: parts.bands,
    importances: parts.importances,
    usual: parts.usual,
  });
};
