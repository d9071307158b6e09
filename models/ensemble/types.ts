import type { HourFrame } from '../features/frame.ts';
import type { GroupedInput } from '../features/inputs.ts';
import type { ForecastTarget, SimpleForecasts } from '../forecast/types.ts';
import type { Learner } from '../learners/types.ts';

/** One hour to forecast from one origin. Learners learn (truth − base) / scale; its inverse is base + scale · output. */
export interface EnsembleRow {
  /** Index of the hour in the frame. */
  readonly target: number;
  /** Hours from the origin to the start of the target. */
  readonly lead: number;
  /** The forecast that learners improve on, in the unit of the frame. */
  readonly base: number;
  /** Natural size of the error here, in the unit of the frame; 0 means that the base is certain (the sun is down). */
  readonly scale: number;
  /** One number a FeatureDoc; never NaN. */
  readonly features: readonly number[];
  /** One simple forecast an expert of the design, in the unit of the frame; never NaN. */
  readonly experts: readonly number[];
}

/**
 * What makes a forecaster of one quantity out of the ensemble: which inputs, which simple experts, which learners. Pure
 * functions of the frame that read nothing at or after the origin, except calendar, sun and forecasts issued by then.
 */
export interface EnsembleDesign<Prepared> {
  readonly target: ForecastTarget;
  readonly features: readonly GroupedInput[];
  /**
   * Inputs that learners arrange rows by, as one with a member for each hour does: put into another row they would only ask
   * the wrong member, so they are held when it is asked what the others bring.
   */
  readonly arrangedBy?: readonly string[];
  /** Names of the simple forecasts that take part beside the learners. */
  readonly experts: readonly string[];
  readonly learners: (settings: Readonly<Record<string, number>>) => readonly Learner[];
  /** Hours that rows need before an origin to be good: no training row lies before it. */
  readonly historyHours: number;
  /** Whether rows of this origin are learnt from: local midnights at least, since those are judged. */
  readonly isTrainingOrigin: (frame: HourFrame, origin: number) => boolean;
  /** What is learnt once a fit from what lies before `origin` (a roof, a power curve): plain JSON, kept with the version. */
  readonly prepare: (frame: HourFrame, origin: number) => Prepared;
  /** The inverse of JSON for `Prepared`; throws on what it did not write. */
  readonly readPrepared: (value: unknown) => Prepared;
  /** Rows of the hours origin … origin + horizon − 1; hours about which too little is known are left out. */
  readonly rows: (frame: HourFrame, origin: number, horizon: number, prepared: Prepared) => readonly EnsembleRow[];
  readonly simple: (frame: HourFrame, origin: number) => SimpleForecasts;
  /** What `mean` aims at: the expected value (least squared error) unless said; a price is judged by its absolute error. */
  readonly aim?: 'mean' | 'median';
  /** Training rows count half for each such span of days that they are old; they all count the same unless said. */
  readonly halfLifeDays?: number;
  /** The bounds of any value: a power is never below zero. */
  readonly bounds: (prepared: Prepared) => { readonly low: number; readonly high: number };
}
