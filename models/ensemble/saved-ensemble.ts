import type { LayersModel } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { SavedForecaster } from '../forecast/types.ts';
import type { FittedLearner } from '../learners/types.ts';
import { type EnsembleParts, sizeLearner } from './parts.ts';
import type { EnsembleDesign } from './types.ts';

/** What a version folder keeps of an ensemble: each learner's parts by its place, its networks by `<place>-<number>`. */
const learnerSchema = z.strictObject({ name: z.string(), parts: z.unknown(), networks: z.int().min(0) });
const quantilesSchema = z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() });
export const partsSchema = z.strictObject({
  target: z.enum(['solar', 'wind', 'load', 'price']),
  features: z.array(z.string()),
  experts: z.array(z.string()),
  settings: z.record(z.string(), z.number()),
  prepared: z.unknown(),
  members: z.array(learnerSchema),
  weights: z.array(z.number()),
  size: learnerSchema,
  bands: z.strictObject({ meanSize: z.number(), quantiles: z.array(quantilesSchema) }),
  importances: z.array(z.strictObject({ name: z.string(), errorRisePct: z.number() })),
  usual: z.array(z.number()),
});
export type SavedParts = z.infer<typeof partsSchema>;

export const networkName = (place: string, number: number): string => `${place}-${number}`;

export const saveEnsemble = <Prepared>(
  design: EnsembleDesign<Prepared>,
  parts: EnsembleParts<Prepared>,
): SavedForecaster => {
  const networks = new Map<string, LayersModel>();
  const keep = (place: string, name: string, learner: FittedLearner): SavedParts['size'] => {
    const saved = learner.save();
    for (const [number, network] of saved.networks.entries()) networks.set(networkName(place, number), network);
    return { name, parts: saved.parts, networks: saved.networks.length };
  };
  const written: SavedParts = {
    target: design.target,
    features: design.features.map(({ name }) => name),
    experts: [...design.experts],
    settings: { ...parts.settings },
    prepared: parts.prepared,
    members: parts.members.map(({ name, learner }, place) => keep(`member${place}`, name, learner)),
    weights: [...parts.weights],
    size: keep('size', sizeLearner.name, parts.size),
    bands: { meanSize: parts.bands.meanSize, quantiles: [...parts.bands.quantiles] },
    importances: [...parts.importances],
    usual: [...parts.usual],
  };
  return { networks, parts: written };
};
