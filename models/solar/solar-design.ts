import { z } from 'zod';
import { solarSeasonalNaive } from '../baselines/seasonal-naive.ts';
import type { EnsembleDesign, EnsembleRow } from '../ensemble/types.ts';
import type { HourFrame } from '../features/frame.ts';
import { rollingSameHour } from '../features/rolling.ts';
import { createBoostedTrees } from '../learners/boosted-trees.ts';
import { createExtraTrees } from '../learners/extra-trees.ts';
import { createResidualNetwork } from '../learners/residual-network.ts';
import { createRidge } from '../learners/ridge.ts';
import { analogueClearness } from './analogue.ts';
import { envelopeAt } from './envelope.ts';
import { outlookAt } from './outlook.ts';
import { learnPanels, type Panels } from './panels.ts';
import { hasSkyForecast, skyForecastsFrom } from './sky-forecast.ts';
import { SOLAR_FEATURES, type SolarMoment } from './solar-features.ts';
import { pastHour, pastSky } from './solar-origin.ts';

/** What a fit learns of the panels before its learners do. */
export interface PreparedSolar {
  readonly panels: Panels;
  /** Whether there were enough days with a weather forecast to learn from them. */
  readonly weather: boolean;
}
const preparedSchema: z.ZodType<PreparedSolar> = z.object({
  panels: z.object({ tilt: z.number(), azimuth: z.number(), most: z.number().nonnegative() }),
  weather: z.boolean(),
});

const DAY = 24;
const STRETCHES = [
  { epochs: 4, rate: 0.002 },
  { epochs: 2, rate: 0.0005 },
];
/** With fewer days of weather forecasts, clouds are learnt from the panels' own history only. */
const LEAST_WEATHER_DAYS = 30;
/** Beside midnights, what a morning tells of its afternoon is learnt from these local hours of every third day. */
const DAYTIME_ORIGINS = [9, 13];

/** The hour from which on origins have a weather forecast to learn from; undefined where there is too little. */
const weatherFrom = (frame: HourFrame): number | undefined => {
  const from = skyForecastsFrom(frame);
  if (from === undefined) return undefined;
  let known = frame.hours - 1;
  while (known > from && Number.isNaN(frame.values[known] ?? Number.NaN)) known -= 1;
  return known - from >= LEAST_WEATHER_DAYS * DAY ? from : undefined;
};

const isTrainingOrigin = (frame: HourFrame, origin: number): boolean => {
  const hour = frame.hour[origin] ?? 0;
  const midnight = hour === 0;
  if (!midnight && !(DAYTIME_ORIGINS.includes(hour) && (frame.day[origin] ?? 0) % 3 === 0)) return false;
  const from = weatherFrom(frame);
  return from === undefined || (origin >= from && hasSkyForecast(frame, midnight ? origin : origin - hour));
};

/**
 * Simple forecasts. Where a weather forecast is there, history alone is far worse, so each is drawn to the forecast in its own
 * way: with similar skies, by the bias of three days, and as it is.
 */
const expertsOf = (moment: SolarMoment, physical: number, weekMean: number): readonly number[] => {
  const { clear, analogue, hour, outlook } = moment;
  if (outlook !== null)
    return [0.25 * analogue + 0.75 * physical, outlook.sky * outlook.bias.threeDays, outlook.sky, physical].map(
      (clearness) => clear * clearness,
    );
  const week = Number.isNaN(weekMean) ? clear * hour.week : weekMean;
  return [clear * analogue, clear * (0.5 * hour.month + 0.5 * hour.fading), week, clear * physical];
};

const rows: EnsembleDesign<PreparedSolar>['rows'] = (frame, origin, horizon, { panels, weather }) => {
  const envelope = envelopeAt(frame, origin, panels);
  if (envelope === undefined) return [];
  const past = pastSky(frame, origin, envelope);
  const similar = analogueClearness(frame, origin, horizon, envelope);
  const outlook = weather ? outlookAt(frame, origin, panels, envelope) : null;
  const made: EnsembleRow[] = [];
  for (let target = origin; target < Math.min(frame.hours, origin + horizon); target += 1) {
    const lead = target - origin;
    const clear = envelope.clear(target);
    if (clear <= 0) {
      made.push({ target, lead, base: 0, scale: 0, features: [], experts: [] });
      continue;
    }
    const hour = pastHour(frame, origin, target, envelope, past);
    const found = similar[lead] ?? Number.NaN;
    const analogue = Number.isNaN(found) ? hour.fading : found;
    const ahead = outlook?.hour(target, hour.fading) ?? null;
    const moment: SolarMoment = { frame, target, lead, clear, envelope, past, hour, analogue, outlook: ahead };
    const physical = ahead === null ? hour.week : ahead.sky * ahead.bias.week;
    made.push({
      target,
      lead,
      base: clear * physical,
      scale: clear,
      features: SOLAR_FEATURES.map((feature) => feature.value(moment)),
      experts: expertsOf(moment, physical, rollingSameHour(frame, origin, target, 7).mean),
    });
  }
  return made;
};

/** PV power: the bell of clear days, weather forecasts where there are some, and learners for what clouds leave of it. */
export const solarDesign: EnsembleDesign<PreparedSolar> = {
  target: 'solar',
  features: SOLAR_FEATURES,
  experts: ['similar skies', 'recent sky', 'plain sky', 'usual sky'],
  // All of them stiff: the sky of one roof is few days and much chance.
  learners: (settings) => [
    createRidge({ penalty: settings['ridgePenalty'] ?? 1 }),
    createExtraTrees({ minLeaf: settings['extraLeaf'] ?? 20 }),
    createBoostedTrees({
      trees: settings['trees'] ?? 100,
      depth: settings['depth'] ?? 3,
      learningRate: 0.05,
      lambda: settings['leafPenalty'] ?? 15,
      minChildWeight: settings['leafWeight'] ?? 15,
      columnShare: 0.5,
    }),
    createResidualNetwork({
      members: 3,
      width: settings['networkWidth'] ?? 16,
      blocks: 1,
      decay: settings['networkDecay'] ?? 0.1,
      stretches: STRETCHES,
    }),
  ],
  historyHours: 14 * DAY,
  isTrainingOrigin,
  prepare: (frame, origin) => ({ panels: learnPanels(frame, origin), weather: weatherFrom(frame) !== undefined }),
  readPrepared: (value) => preparedSchema.parse(value),
  rows,
  simple: (frame, origin) => ({
    naive: (target) => solarSeasonalNaive(frame, origin, target),
    baseline: (target) => ((frame.clearSky[target] ?? 0) <= 0 ? 0 : rollingSameHour(frame, origin, target, 7).mean),
  }),
  bounds: ({ panels }) => ({ low: 0, high: panels.most > 0 ? panels.most : Number.POSITIVE_INFINITY }),
};
