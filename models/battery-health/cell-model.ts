import { type AgeingCurve, ageingCurve } from './ageing-curve.ts';
import { type CellUse, cellFeatures, cellPrior, cellWeightsSchema, groupedLosses } from './cell-prior.ts';
import trained from './cell-weights.json' with { type: 'json' };

/** The weights that test/bench/battery-health/train.ts wrote, with what they were learnt from. */
export const CELL_WEIGHTS = cellWeightsSchema.parse(trained);

/**
 * How a cell ages over cycles of full depth, in points of its first capacity: from its use alone, or adapted to the capacities
 * of its first cycles (any unit; index 0 is the first cycle, NaN where it was not measured).
 */
export const cellAgeing = (use: CellUse, capacities: readonly number[]): AgeingCurve => {
  const first = capacities.find(Number.isFinite) ?? Number.NaN;
  const losses = capacities.map((capacity) => 100 * (1 - capacity / first));
  return ageingCurve(cellPrior(CELL_WEIGHTS, use), groupedLosses(losses, CELL_WEIGHTS.measuredSpreadPct));
};

/** How much faster cycles wear at a rate than at 1 C, 1 below it: lithium plates when it is charged fast. */
export const learntRateFactor = (rateC: number): number => {
  const use = { kind: 'other', depthPct: 100, temperatureC: 25 } as const;
  // The cells were charged at up to 9 C: nothing is known beyond.
  const fast = cellFeatures({ ...use, chargeRateC: Math.min(9, Math.max(1, rateC)) });
  const slow = cellFeatures({ ...use, chargeRateC: 1 });
  const log = CELL_WEIGHTS.logLevel.reduce((sum, w, index) => sum + w * ((fast[index] ?? 0) - (slow[index] ?? 0)), 0);
  return Math.max(1, Math.exp(log));
};
