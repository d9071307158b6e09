import type { HourFrame } from '../features/frame.ts';

/** One input of a network: its name, unit and meaning, as the model's card shows it. */
export interface FeatureDoc {
  readonly name: string;
  readonly unit: string;
  readonly doc: string;
}

/** One hour to forecast from one origin. The network learns (truth − base) / scale; its inverse is base + scale · output. */
export interface DesignRow {
  /** Index of the hour in the frame. */
  readonly target: number;
  /** Hours from the origin to the start of the target. */
  readonly lead: number;
  /** Baseline profile, W. */
  readonly base: number;
  /** Natural size of the error here, W; 0 means that the base is certain (the sun is down). */
  readonly scale: number;
  /** One number a FeatureDoc; never NaN. */
  readonly features: readonly number[];
}

/** The simple forecasts of one origin, by name. */
interface Baselines {
  readonly seasonalNaive: (target: number) => number;
  /** The physical baseline; null where there is none. */
  readonly physical: ((target: number) => number) | null;
  /** A further baseline that a model must beat, which never serves; null where there is none. */
  readonly second: ((target: number) => number) | null;
}

/** What makes a forecaster of one quantity: pure functions of the frame that read nothing at or after the origin. */
export interface ForecastDesign {
  readonly kind: 'solar' | 'load';
  readonly features: readonly FeatureDoc[];
  /** Hours that the rows need before an origin. */
  readonly historyHours: number;
  /** Rows of the hours origin … origin + horizon − 1; hours about which too little is known are left out. */
  rows(frame: HourFrame, origin: number, horizon: number): readonly DesignRow[];
  baselines(frame: HourFrame, origin: number): Baselines;
  /** What nRMSE is relative to: capacity for solar, mean for load, W. */
  reference(truth: ArrayLike<number>): number;
}

/** A ratio or value that may be unknown, with a stand-in. */
export const orElse = (value: number, otherwise: number): number => (Number.isFinite(value) ? value : otherwise);
