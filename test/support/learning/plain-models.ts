import type { Models } from '../../../main/learning/version-cache.ts';
import { createEnsembleModel } from '../../../models/ensemble/ensemble.ts';
import type { ForecastTarget } from '../../../models/forecast/types.ts';
import { createExtraTrees } from '../../../models/learners/extra-trees.ts';
import { createResidualNetwork } from '../../../models/learners/residual-network.ts';
import { createRidge } from '../../../models/learners/ridge.ts';
import { plainDesign } from '../models/plain-design.ts';

const plainModel = (target: ForecastTarget) =>
  createEnsembleModel({
    ...plainDesign,
    target,
    learners: (settings) => [
      createRidge({ penalty: settings['hourPenalty'] ?? 1 }),
      createExtraTrees({ trees: settings['extraTrees'] ?? 6 }),
      createResidualNetwork({ members: 1, width: 8, blocks: 1, batch: 1024, stretches: [{ epochs: 2, rate: 0.004 }] }),
    ],
  });

/** Real ensembles, small enough to train in a second: a ridge, a few trees and one network. */
export const PLAIN_MODELS: Models = {
  solar: plainModel('solar'),
  load: plainModel('load'),
  price: plainModel('price'),
};
