import type { BatteryLimits } from '../../models/battery/simulation.ts';
import type { BaselineName } from '../../models/forecaster/baseline-forecast.ts';
import type { TrainSettings } from '../../models/forecaster/train.ts';
import type { BandPoint, ForecastKind, ForecastView } from '../../preload/contract/insight.ts';
import type { Failure, Result } from '../result.ts';

/** What the main thread and the learning worker say to each other. Plain data only. */

export interface TaskSite {
  readonly id: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
}

export interface TrainTask {
  readonly task: 'train';
  readonly databasePath: string;
  readonly site: TaskSite;
  readonly kind: ForecastKind;
  readonly now: number;
  readonly version: string;
  /** Absolute folder into which the version is written. */
  readonly folder: string;
  readonly settings: TrainSettings;
  /** Local midnights for which a forecast is worked out afterwards, from data before each. */
  readonly hindcasts: readonly number[];
}

export interface IssuedForecast {
  readonly issuedAt: number;
  readonly servedBy: ForecastView['servedBy'];
  readonly version: string | null;
  readonly because: string;
  readonly points: readonly BandPoint[];
}

export interface TrainAnswer {
  readonly task: 'train';
  /** The card as JSON text, as written. */
  readonly card: string;
  readonly backend: string;
  readonly hindcasts: readonly IssuedForecast[];
}

/**
 * How a kind is to be forecast: by the version in production while it can be read and still beats the baselines, else by
 * a baseline.
 */
export interface ServePlan {
  readonly production: { readonly version: string; readonly folder: string } | null;
  /** Why no version is in production, where none is. */
  readonly because: string;
  /** The baseline that serves where lately nothing could be compared. */
  readonly baseline: BaselineName;
}

export interface ForecastTask {
  readonly task: 'forecast';
  readonly databasePath: string;
  readonly site: TaskSite;
  readonly now: number;
  readonly plans: Readonly<Record<ForecastKind, ServePlan>>;
  /** Null where capacity or state of charge is not known. */
  readonly battery: { readonly limits: BatteryLimits; readonly socPct: number } | null;
}

export interface ForecastAnswer {
  readonly task: 'forecast';
  readonly solar: IssuedForecast;
  readonly load: IssuedForecast;
  /** Empty where it could not be simulated. */
  readonly soc: readonly BandPoint[];
  readonly tookMs: number;
}

export interface PrepareTask {
  readonly task: 'prepare';
  readonly databasePath: string;
  readonly site: TaskSite;
  readonly now: number;
}

export interface PrepareAnswer {
  readonly task: 'prepare';
  /** One a kind: what a training would read tonight. */
  readonly sentences: readonly string[];
}

export type Task = TrainTask | ForecastTask | PrepareTask;
export type Answer = TrainAnswer | ForecastAnswer | PrepareAnswer;
export type AnswerOf<Each extends Task> = Extract<Answer, { task: Each['task'] }>;

export type ToWorker =
  | { readonly type: 'run'; readonly id: number; readonly task: Task }
  | { readonly type: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly share: number; readonly sentence: string }
  | { readonly type: 'done'; readonly id: number; readonly result: Result<Answer, Failure> };
