import type { LayersModel } from '@tensorflow/tfjs';
import type { HourFrame } from '../features/frame.ts';
import type { FeatureDoc, Tensorflow } from '../learners/types.ts';

/** What every forecaster of one quantity has in common, whatever it is made of. Values are in the unit of the frame. */

export type ForecastTarget = 'solar' | 'wind' | 'load' | 'price';

/** One forecast hour. `mean` is the expected value, the rest are quantiles; p10 ≤ p50 ≤ p90. */
export interface ForecastRow {
  /** Index of the hour in the frame. */
  readonly target: number;
  /** Hours from the origin to the start of the target. */
  readonly lead: number;
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** What one input moved the mean by, in the unit of the frame; together with `base` the contributions add up to the mean. */
export interface Contribution {
  readonly name: string;
  readonly value: number;
}
export interface Explanation {
  readonly base: number;
  readonly contributions: readonly Contribution[];
}

/** How much worse the error gets when an input is shuffled, in per cent of the error. */
export interface Importance {
  readonly name: string;
  readonly errorRisePct: number;
}

/** A fitted forecaster as what a version folder holds: networks in TensorFlow.js' own format and one JSON document. */
export interface SavedForecaster {
  readonly networks: ReadonlyMap<string, LayersModel>;
  readonly parts: unknown;
}

export interface FittedForecaster {
  /** Hours origin … origin + horizon − 1; hours about which too little is known are left out. Reads nothing at or after the origin. */
  forecast(frame: HourFrame, origin: number, horizon: number): readonly ForecastRow[];
  explain(frame: HourFrame, origin: number, target: number): Explanation | null;
  /** Within which every value lies: a power is never below zero. */
  readonly bounds: { readonly low: number; readonly high: number };
  /** Over hours that the fit did not see, computed with it. */
  readonly importances: readonly Importance[];
  /** The share of each member in the mean, for the card. */
  readonly shares: readonly { readonly member: string; readonly share: number }[];
  save(): SavedForecaster;
  dispose(): void;
}

export interface FitContext {
  readonly tf: Tensorflow;
  readonly frame: HourFrame;
  /** The first hour that is not known. */
  readonly origin: number;
  readonly seed: number;
  /** Hours ahead to be good at. */
  readonly horizon: number;
  /** Hyper-parameters that differ from the model's own, by name. */
  readonly settings: Readonly<Record<string, number>>;
  /** Asks for the forecaster as it was before it saw so many newest days, to be judged on them. */
  readonly judgedDays?: number;
  /** Called between pieces of work with a share 0 to 1; answers false to end. */
  readonly onProgress: (share: number, sentence: string) => Promise<boolean>;
}

/** A forecaster that has seen nothing at or after the hour `from`. Whoever asked for it disposes of it. */
export interface EarlierForecaster {
  readonly forecaster: FittedForecaster;
  readonly from: number;
}

export type FitOutcome =
  | {
      readonly outcome: 'fitted';
      readonly fitted: FittedForecaster;
      readonly rows: number;
      /** As it was asked for; left out where the history is too short for it. */
      readonly earlier?: EarlierForecaster;
    }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'too-little'; readonly days: number };

/** The simple forecasts of one origin: NaN where they know nothing. */
export interface SimpleForecasts {
  /** Same hour of the day or the week before: what everybody has. */
  readonly naive: (target: number) => number;
  /** The best simple forecast, which serves where the model lost or is not there yet. */
  readonly baseline: (target: number) => number;
}

export interface ForecastModel {
  readonly target: ForecastTarget;
  readonly features: readonly FeatureDoc[];
  fit(context: FitContext): Promise<FitOutcome>;
  /** The inverse of save; throws on parts that it did not write. */
  restore(tf: Tensorflow, saved: SavedForecaster): FittedForecaster;
  simple(frame: HourFrame, origin: number): SimpleForecasts;
}
