import { fitWidenings } from '../calibration/conformal.ts';
import {
  type Evaluation,
  evaluate,
  ORIGIN_EVERY_HOURS,
  scoreOrigins,
  scoresBefore,
} from '../evaluation/rolling-origin.ts';
import type { HourFrame } from '../features/frame.ts';
import type { ForecastDesign } from '../network/design.ts';
import { buildNetwork, type Tensorflow, trainNetwork } from '../network/quantile-network.ts';
import { fitStandardiser, standardise } from '../network/standardise.ts';
import { type Forecaster, rawQuantiles } from './forecaster.ts';

/** Hours ahead that are forecast; also the gap between training and test. */
export const HORIZON_HOURS = 48;
const DAY_HOURS = 24;

export interface TrainSettings {
  readonly seed: number;
  /** Networks whose mean is served: their errors differ, so the mean errs less. */
  readonly members: number;
  readonly epochs: number;
}
export const DEFAULT_TRAINING: TrainSettings = { seed: 7, members: 3, epochs: 12 };

const WIDTH = 32;
const BLOCKS = 1;
const DECAY = 3e-3;
const BATCH = 512;

/** How the history is cut, newest last: training | gap of 48 h | calibration | test. Days. */
export interface Windows {
  readonly trainFrom: number;
  readonly trainTo: number;
  readonly calibrationFrom: number;
  readonly testFrom: number;
  readonly end: number;
}

/** A test of 8 weeks where the history allows it, a quarter of it otherwise. Undefined below six weeks. */
export const cutWindows = (design: ForecastDesign, firstKnown: number, end: number): Windows | undefined => {
  const days = Math.floor((end - firstKnown) / DAY_HOURS);
  if (days < 42) return undefined;
  const testDays = Math.min(56, Math.floor(days / 4));
  const calibrationDays = Math.min(28, Math.floor(days / 8));
  const testFrom = end - testDays * DAY_HOURS;
  const calibrationFrom = testFrom - calibrationDays * DAY_HOURS;
  const warmUp = Math.min(design.historyHours, Math.floor((end - firstKnown) / 6));
  return { trainFrom: firstKnown + warmUp, trainTo: calibrationFrom - HORIZON_HOURS, calibrationFrom, testFrom, end };
};

interface Rows {
  readonly features: readonly (readonly number[])[];
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

/** Every local midnight and one further origin a day that moves through 6, 12 and 18 o'clock; targets before `to` only. */
const collectRows = (design: ForecastDesign, frame: HourFrame, from: number, to: number): Rows => {
  const features: (readonly number[])[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  for (let origin = from; origin < to; origin += 1) {
    const hour = frame.hour[origin] ?? 0;
    const further = 6 * (1 + ((frame.day[origin] ?? 0) % 3));
    if (hour !== 0 && hour !== further) continue;
    for (const row of design.rows(frame, origin, Math.min(HORIZON_HOURS, to - origin))) {
      const truth = frame.values[row.target] ?? Number.NaN;
      if (row.scale === 0 || Number.isNaN(truth)) continue;
      features.push(row.features);
      targets.push((truth - row.base) / row.scale);
      weights.push(row.scale);
    }
  }
  // An error counts by its W, not by its share: noon matters more than dawn.
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  return {
    features,
    targets: Float32Array.from(targets),
    weights: Float32Array.from(weights, (weight) => weight / mean),
  };
};

interface Material {
  /** Whole days since the first hour that is known. */
  readonly days: number;
  /** Undefined where it is too little to train and to judge. */
  readonly enough: { readonly windows: Windows; readonly early: Rows } | undefined;
}

/** What a training that begins at `origin`, the first hour that is not known, would have to learn from. */
const materialOf = (design: ForecastDesign, frame: HourFrame, origin: number): Material => {
  const firstKnown = frame.values.findIndex((power) => !Number.isNaN(power));
  if (firstKnown < 0) return { days: 0, enough: undefined };
  const days = Math.floor((origin - firstKnown) / DAY_HOURS);
  const windows = cutWindows(design, firstKnown, origin);
  if (windows === undefined) return { days, enough: undefined };
  const early = collectRows(design, frame, windows.trainFrom, windows.trainTo);
  return { days, enough: early.targets.length < BATCH ? undefined : { windows, early } };
};

/** Whether a training that begins at `origin` would find enough. */
export const canTrain = (design: ForecastDesign, frame: HourFrame, origin: number): boolean =>
  materialOf(design, frame, origin).enough !== undefined;

type Fitted = Pick<Forecaster, 'networks' | 'standardiser'>;

/** Undefined when it was cancelled; nothing is left behind then. */
const fitMembers = async (
  tf: Tensorflow,
  design: ForecastDesign,
  rows: Rows,
  settings: TrainSettings,
  afterEpoch: (share: number) => Promise<boolean>,
): Promise<Fitted | undefined> => {
  const standardiser = fitStandardiser(rows.features, design.features.length);
  const inputs = standardise(rows.features, standardiser);
  const networks: Fitted['networks'][number][] = [];
  const quick = Math.max(1, Math.round((settings.epochs * 2) / 3));
  for (let member = 0; member < settings.members; member += 1) {
    const seed = settings.seed + member;
    const network = buildNetwork(tf, { inputs: design.features.length, width: WIDTH, blocks: BLOCKS }, seed);
    networks.push(network);
    const ended = await trainNetwork(
      tf,
      network,
      { inputs, targets: rows.targets, weights: rows.weights },
      {
        seed,
        batch: BATCH,
        decay: DECAY,
        stretches: [
          { epochs: quick, rate: 2e-3 },
          { epochs: Math.max(1, settings.epochs - quick), rate: 4e-4 },
        ],
        afterEpoch: (done, of) => afterEpoch((member + done / of) / settings.members),
      },
    );
    if (!ended) {
      for (const each of networks) each.dispose();
      return undefined;
    }
  }
  return { networks, standardiser };
};

interface TrainedForecaster {
  /** Fitted to everything up to the end: serves from now on. */
  readonly serving: Forecaster;
  /**
   * The one that was judged: fitted to what lies before the test window, its band calibrated on errors known before
   * `origin`. It may look back on an hour of the test window honestly.
   */
  judgedAt(origin: number): Forecaster;
  readonly evaluation: Evaluation;
  readonly windows: Windows;
  readonly rows: number;
}

export type TrainOutcome =
  | { readonly outcome: 'trained'; readonly trained: TrainedForecaster }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'too-little'; readonly days: number };

/**
 * Trains, judges on the newest weeks that training has not seen, and fits again to everything. `origin` is the first hour
 * that is not known yet. The caller disposes of both forecasters' networks.
 */
export const trainForecaster = async (
  tf: Tensorflow,
  design: ForecastDesign,
  frame: HourFrame,
  origin: number,
  settings: TrainSettings,
  onProgress: (share: number, sentence: string) => Promise<boolean>,
): Promise<TrainOutcome> => {
  const { days, enough } = materialOf(design, frame, origin);
  if (enough === undefined) return { outcome: 'too-little', days };
  const { windows, early } = enough;
  const judgedFit = await fitMembers(tf, design, early, settings, (share) =>
    onProgress(share * 0.45, 'Learning from the past'),
  );
  if (judgedFit === undefined) return { outcome: 'cancelled' };
  const { calibrationFrom: from, end: to } = windows;
  const origins = { from, to, everyHours: ORIGIN_EVERY_HOURS, horizon: HORIZON_HOURS };
  const scored = scoreOrigins(frame, design, origins, (rows) => rawQuantiles(tf, judgedFit, rows));
  const evaluation = evaluate(scored, design, frame, windows.testFrom);
  const all = collectRows(design, frame, windows.trainFrom, windows.end);
  const servingFit = await fitMembers(tf, design, all, settings, (share) =>
    onProgress(0.5 + share * 0.5, 'Learning the newest weeks as well'),
  );
  if (servingFit === undefined) {
    for (const network of judgedFit.networks) network.dispose();
    return { outcome: 'cancelled' };
  }
  const widenings = fitWidenings(scoresBefore(scored, windows.end));
  return {
    outcome: 'trained',
    trained: {
      serving: { ...servingFit, widenings },
      judgedAt: (past) => ({ ...judgedFit, widenings: fitWidenings(scoresBefore(scored, past)) }),
      evaluation,
      windows,
      rows: all.targets.length,
    },
  };
};
