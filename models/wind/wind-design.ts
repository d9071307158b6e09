import type { EnsembleDesign } from '../ensemble/types.ts';
import type { HourFrame } from '../features/frame.ts';
import { known } from '../features/lags.ts';
import { createBoostedTrees } from '../learners/boosted-trees.ts';
import { createExtraTrees } from '../learners/extra-trees.ts';
import { createGruAttention } from '../learners/gru-attention.ts';
import { createResidualNetwork } from '../learners/residual-network.ts';
import { WIND_FEATURES } from './wind-features.ts';
import { fadingShare, WIND_EXPERTS, windMoments, windRows } from './wind-rows.ts';
import { learnWindSite, readWindSite, type WindSite } from './wind-site.ts';

const DAY_HOURS = 24;
const NAIVE_BACK_HOURS = 14 * DAY_HOURS;

const STRETCHES = [
  { epochs: 6, rate: 0.004 },
  { epochs: 3, rate: 0.001 },
] as const;

/** The newest measured power: what everybody has. */
const newest = (frame: HourFrame, origin: number): number => {
  for (let back = 1; back <= NAIVE_BACK_HOURS; back += 1) {
    const value = known(frame, origin, origin - back);
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
};

/**
 * Power of a wind turbine or farm, from wind forecasts as issued: a learnt power curve, and learners for what it misses.
 * Without forecasts of an hour, what is now fades to the usual of the month and hour, and learners have little to add.
 */
export const windDesign: EnsembleDesign<WindSite> = {
  target: 'wind',
  features: WIND_FEATURES,
  experts: WIND_EXPERTS,
  learners: (settings) => [
    createBoostedTrees({
      trees: settings['trees'] ?? 200,
      depth: settings['depth'] ?? 4,
      learningRate: 0.05,
      rowShare: 0.6,
      columnShare: 0.4,
      lambda: 5,
      minChildWeight: 40,
    }),
    createExtraTrees({ trees: settings['extraTrees'] ?? 40, minLeaf: 8, columnShare: 0.4 }),
    createResidualNetwork({ members: 1, width: 24, blocks: 1, batch: 512, stretches: STRETCHES }),
    createGruAttention({ epochs: settings['gruEpochs'] ?? 12, batch: 64 }),
  ],
  historyHours: DAY_HOURS,
  // Noon as well: forecasts differ from those of midnight by the age of the run and the hours that are near.
  isTrainingOrigin: (frame, origin) => {
    const hour = frame.hour[origin] ?? 0;
    return hour % 12 === 0 && frame.hour[origin - 1] !== hour;
  },
  prepare: learnWindSite,
  readPrepared: readWindSite,
  rows: windRows,
  simple: (frame, origin) => {
    const last = newest(frame, origin);
    let baselines: ReadonlyMap<number, number> | undefined;
    const baseline = (target: number): number => {
      if (baselines === undefined) {
        const site = learnWindSite(frame, origin);
        const moments = windMoments(frame, origin, frame.hours - origin, site);
        baselines = new Map(
          moments.map((m) => [m.target, (m.covered ? m.curveNewest : fadingShare(m)) * site.capacity]),
        );
      }
      return baselines.get(target) ?? Number.NaN;
    };
    return { naive: () => last, baseline };
  },
  bounds: ({ capacity }) => ({ low: 0, high: capacity * 1.05 }),
};
