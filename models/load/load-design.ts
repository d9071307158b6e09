import { z } from 'zod';
import { loadSevenDayMean } from '../baselines/seasonal-naive.ts';
import type { EnsembleDesign, EnsembleRow } from '../ensemble/types.ts';
import type { HourFrame } from '../features/frame.ts';
import { latestSameHour } from '../features/lags.ts';
import { createBoostedTrees } from '../learners/boosted-trees.ts';
import { createExtraTrees } from '../learners/extra-trees.ts';
import { createResidualNetwork } from '../learners/residual-network.ts';
import { createRidge } from '../learners/ridge.ts';
import { learnOccupancy, type Occupancy, occupancySchema } from '../occupancy/occupancy.ts';
import { findHiddenLoad, withoutBlocks } from './hidden-load.ts';
import { layHourGrid } from './hour-grid.ts';
import { featuresOf, LOAD_FEATURES } from './load-features.ts';
import { hourAhead, lookBack } from './load-origin.ts';

/** What a fit learns of a home before its learners do. */
export interface PreparedLoad {
  readonly occupancy: Occupancy | null;
  /** Hours so far above their usual belong to a load that hides in the base load, W; null where none does. */
  readonly blocksAboveW: number | null;
  /** No forecast lies above this, in the unit of the frame. */
  readonly most: number;
}
const preparedSchema: z.ZodType<PreparedLoad> = z.object({
  occupancy: occupancySchema.nullable(),
  blocksAboveW: z.number().positive().nullable(),
  most: z.number().nonnegative(),
});

const DAY = 24;

const prepare = (frame: HourFrame, origin: number): PreparedLoad => {
  const grid = layHourGrid(frame, origin);
  const known = grid.values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return {
    occupancy: mean > 0 ? learnOccupancy(grid, mean) : null,
    blocksAboveW: findHiddenLoad(frame, origin)?.aboveW ?? null,
    most: known.reduce((most, value) => Math.max(most, value), 0),
  };
};

const rows: EnsembleDesign<PreparedLoad>['rows'] = (whole, origin, horizon, { occupancy, blocksAboveW }) => {
  const frame = blocksAboveW === null ? whole : withoutBlocks(whole, origin, blocksAboveW);
  const at = lookBack(frame, origin, horizon, occupancy);
  if (at === undefined) return [];
  const made: EnsembleRow[] = [];
  for (let target = origin; target < Math.min(frame.hours, origin + horizon); target += 1) {
    const hour = hourAhead(at, target);
    if (hour === undefined) continue;
    const { base, lead } = hour;
    const orBase = (value: number | undefined): number => (value === undefined || Number.isNaN(value) ? base : value);
    made.push({
      target,
      lead,
      base,
      scale: at.level,
      features: featuresOf(hour),
      experts: [orBase(at.similarDay[lead]), orBase(at.similarTwoDays[lead]), orBase(hour.usual.fading10)],
    });
  }
  return made;
};

/** Household power: what is usual for the hour, and learners for what differs today. */
export const loadDesign: EnsembleDesign<PreparedLoad> = {
  target: 'load',
  features: LOAD_FEATURES,
  experts: ['similar days', 'similar two days', 'fading mean of the hour'],
  learners: (settings) => [
    createResidualNetwork({
      members: 3,
      width: settings['networkWidth'] ?? 16,
      blocks: 1,
      huberShare: 0,
      decay: settings['networkDecay'] ?? 0.3,
      stretches: [
        { epochs: settings['networkEpochs'] ?? 5, rate: settings['networkRate'] ?? 0.003 },
        { epochs: 2, rate: 0.001 },
      ],
    }),
    createExtraTrees({ trees: 60, columnShare: 0.25, minLeaf: settings['extraLeaf'] ?? 20 }),
    createRidge({ penalty: settings['ridgePenalty'] ?? 0.05 }),
    createBoostedTrees({
      trees: settings['trees'] ?? 100,
      depth: settings['depth'] ?? 3,
      minChildWeight: settings['leafWeight'] ?? 40,
      lambda: settings['leafPenalty'] ?? 20,
      rowShare: 0.5,
      columnShare: 0.3,
    }),
  ],
  halfLifeDays: 150,
  historyHours: 14 * DAY,
  // More origins within the day make midnights worse in some homes and the day better in others: not worth twice the time.
  isTrainingOrigin: (frame, origin) => frame.hour[origin] === 0,
  prepare,
  readPrepared: (value) => preparedSchema.parse(value),
  rows,
  simple: (frame, origin) => ({
    naive: (target) => latestSameHour(frame, origin, target, 9),
    baseline: (target) => loadSevenDayMean(frame, origin, target),
  }),
  bounds: ({ most }) => ({ low: 0, high: most }),
};
