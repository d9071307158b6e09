import { z } from 'zod';
import type { CurvePrior, MeasuredLoss } from './ageing-curve.ts';

/**
 * What the ageing of cells in a laboratory says before a cell has been measured: a ridge regression over all cells, trained
 * by test/bench/battery-health/train.ts, from how a cell is used to the level and the exponent of its curve.
 */

/** What kind of cell: loading is the charge that a square centimetre of electrode holds. */
export type CellKind = 'pouch-low-loading' | 'pouch-moderate-loading' | 'cylinder-18650' | 'other';

/** How a cell is cycled; full depth and about 25 °C in all that could be learnt from. */
export interface CellUse {
  readonly kind: CellKind;
  /** Charge current over rated capacity, 1/h. */
  readonly chargeRateC: number;
  readonly depthPct: number;
  readonly temperatureC: number;
}

/** Inputs of the regression, in its order. The kinds are pulled towards each other: an unknown kind stands between them. */
export const CELL_FEATURES = [
  { name: 'one', unit: '1', doc: 'What all cells have in common', pull: 0.02 },
  { name: 'logRate', unit: 'ln(1/h)', doc: 'Logarithm of the charge rate over 5 C', pull: 0.3 },
  { name: 'rate', unit: '1/h', doc: 'Charge rate over 5 C, in steps of 4 C: fast charging plates lithium', pull: 0.3 },
  { name: 'lowLoading', unit: '0 or 1', doc: 'Pouch cell of low loading', pull: 0.3 },
  { name: 'moderateLoading', unit: '0 or 1', doc: 'Pouch cell of moderate loading', pull: 0.3 },
  {
    name: 'moderateFast',
    unit: '0 or 1',
    doc: 'Moderate loading charged above 5 C: thick electrodes plate sooner',
    pull: 0.3,
  },
  { name: 'cylinder', unit: '0 or 1', doc: 'Cylindrical 18650 cell charged to 4.2 V', pull: 0.3 },
] as const;

/** One number a feature. */
export const cellFeatures = ({ kind, chargeRateC }: CellUse): readonly number[] => [
  1,
  Math.log(chargeRateC / 5),
  (chargeRateC - 5) / 4,
  kind === 'pouch-low-loading' ? 1 : 0,
  kind === 'pouch-moderate-loading' ? 1 : 0,
  kind === 'pouch-moderate-loading' && chargeRateC > 5 ? 1 : 0,
  kind === 'cylinder-18650' ? 1 : 0,
];

const row = z.array(z.number()).length(CELL_FEATURES.length);
const spreads = z.object({ logLevel: z.number().positive(), exponent: z.number().positive() });

/** What the training wrote. `spread` of a kind that was learnt from, and of one that was not. */
export const cellWeightsSchema = z.object({
  schema: z.literal(1),
  seed: z.number(),
  cells: z.number(),
  sources: z.array(z.object({ name: z.string(), licence: z.string() })),
  referenceCycles: z.number().positive(),
  logLevel: row,
  exponent: row,
  known: spreads,
  unknown: spreads,
  wander: z.number().positive(),
  offsetSpreadPct: z.number().positive(),
  /** Of a single measured loss, points. */
  measuredSpreadPct: z.number().positive(),
});
export type CellWeights = z.infer<typeof cellWeightsSchema>;

const weighed = (weights: readonly number[], features: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (features[index] ?? 0), 0);

/** What is believed of a cell before it was measured; x is the number of cycles of full depth. */
export const cellPrior = (weights: CellWeights, use: CellUse): CurvePrior => {
  const features = cellFeatures(use);
  const { logLevel, exponent } = use.kind === 'other' ? weights.unknown : weights.known;
  return {
    // Held within what a cell can do, should somebody ask far from all that was learnt from.
    logLevel: Math.min(Math.log(60), Math.max(Math.log(0.5), weighed(weights.logLevel, features))),
    exponent: Math.min(2.5, Math.max(0.3, weighed(weights.exponent, features))),
    logLevelSpread: logLevel,
    exponentSpread: exponent,
    wander: weights.wander,
    offsetSpread: weights.offsetSpreadPct,
    reference: weights.referenceCycles,
  };
};

/** Measurements are taken together in so many groups: neighbours repeat each other's error and say nothing new. */
const GROUPS = 10;

/** Capacities of the first cycles as a few measured losses: medians of groups, so that odd cycles do not count. */
export const groupedLosses = (lossPctOfCycle: readonly number[], spreadPct: number): readonly MeasuredLoss[] => {
  const size = Math.max(1, Math.ceil(lossPctOfCycle.length / GROUPS));
  return Array.from({ length: Math.ceil(lossPctOfCycle.length / size) }, (_, group) => {
    const some = lossPctOfCycle.slice(group * size, (group + 1) * size).filter(Number.isFinite);
    const sorted = some.toSorted((one, other) => one - other);
    return {
      x: group * size + (Math.min(size, lossPctOfCycle.length - group * size) + 1) / 2,
      lossPct: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      spreadPct,
    };
  }).filter((each) => Number.isFinite(each.lossPct));
};
