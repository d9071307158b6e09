import { z } from 'zod';
import type { EnsembleDesign } from '../ensemble/types.ts';
import type { HourFrame } from '../features/frame.ts';
import { lastWeekSameHour } from '../features/lags.ts';
import { createBoostedTrees } from '../learners/boosted-trees.ts';
import { createExtraTrees } from '../learners/extra-trees.ts';
import { createRidge } from '../learners/ridge.ts';
import { createTemporalConvolution } from '../learners/temporal-convolution.ts';
import type { Learner } from '../learners/types.ts';
import { byHour } from './by-hour.ts';
import type { FeatureSpan } from './price-feature.ts';
import { PRICE_EXPERTS, PRICE_FEATURES, priceRows } from './price-rows.ts';
import { DAYS_BACK, medianOf } from './recent-days.ts';
import { steadied } from './steadied.ts';
import { type DayColumns, wholeDay } from './whole-day.ts';

const columnsOf = (span: FeatureSpan): readonly number[] =>
  PRICE_FEATURES.flatMap((feature, column) => (feature.span === span ? [column] : []));
const HOUR = PRICE_FEATURES.findIndex(({ name }) => name === 'hour');
const SHAPE = PRICE_FEATURES.findIndex(({ name }) => name === 'base_shape');
const DAY_COLUMNS: DayColumns = { hour: HOUR, profiles: columnsOf('profile'), days: columnsOf('day') };

/** Between the lowest and highest price so far, widened by their distance: no learner may run away. */
export interface PriceBounds {
  readonly low: number;
  readonly high: number;
}
const boundsSchema: z.ZodType<PriceBounds> = z.object({ low: z.number(), high: z.number() });

const prepare = (frame: HourFrame, origin: number): PriceBounds => {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of frame.values.subarray(0, origin)) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low <= high)) return { low: -1e9, high: 1e9 };
  return { low: low - (high - low), high: high + (high - low) };
};

/** The design of a day-ahead price: any currency per energy, negative prices included. The mean row aims at the median. */
export const priceDesign: EnsembleDesign<PriceBounds> = {
  target: 'price',
  features: PRICE_FEATURES,
  arrangedBy: ['hour'],
  experts: PRICE_EXPERTS,
  aim: 'median',
  historyHours: DAYS_BACK * 24,
  isTrainingOrigin: (frame, origin) => frame.hour[origin] === 0 && frame.hour[origin - 1] !== 0,
  prepare,
  readPrepared: (value) => boundsSchema.parse(value),
  bounds: (prepared) => prepared,
  rows: priceRows,
  learners: (settings): readonly Learner[] => [
    steadied(
      createBoostedTrees({
        trees: settings['trees'] ?? 130,
        depth: 5,
        learningRate: 0.08,
        rowShare: 0.6,
        columnShare: 0.4,
        lambda: 5,
        minChildWeight: 20,
      }),
    ),
    steadied(createExtraTrees({ trees: settings['extraTrees'] ?? 16, minLeaf: 6, columnShare: 0.4 })),
    steadied(byHour('ridge-by-hour', HOUR, createRidge({ penalty: settings['hourPenalty'] ?? 0.33 }))),
    steadied(wholeDay(DAY_COLUMNS, byHour('ridge-of-day', 0, createRidge({ penalty: settings['dayPenalty'] ?? 0.4 })))),
    createTemporalConvolution({
      stepColumn: HOUR,
      shapeColumn: SHAPE,
      channels: settings['channels'] ?? 16,
      epochs: settings['epochs'] ?? 14,
      batch: settings['batch'] ?? 80,
      rate: settings['rate'] ?? 8e-3,
      decay: settings['decay'] ?? 3e-4,
      dropout: settings['dropout'] ?? 0.35,
      networks: settings['networks'] ?? 2,
    }),
  ],
  simple: (frame, origin) => ({
    naive: (target) => lastWeekSameHour(frame, origin, target),
    baseline: (target) => {
      const known = [7, 14, 21, 28].flatMap((days) => {
        const index = frame.indexOfLocal((frame.day[target] ?? 0) - days, frame.hour[target] ?? 0);
        const value = index === undefined || index >= origin ? Number.NaN : (frame.values[index] ?? Number.NaN);
        return Number.isNaN(value) ? [] : [value];
      });
      return medianOf(known);
    },
  }),
};
