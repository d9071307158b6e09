import type { BatteryLimits } from '../../models/battery/simulation.ts';
import type { BatteryHealth } from '../../models/battery-health/battery-health.ts';
import type { BandFactors } from '../../models/calibration/adaptive-band.ts';
import type { DecisionExplanation } from '../../models/decision/decision-model.ts';
import type { DecisionScore } from '../../models/decision/decision-score.ts';
import type { Situation } from '../../models/decision/situation.ts';
import type { Explanation } from '../../models/forecast/types.ts';
import type { SiteId } from '../../preload/contract/base.ts';
import type { BandPoint, ForecastView } from '../../preload/contract/insight.ts';
import type { Comparison, EvaluationView, ModelKind } from '../../preload/contract/models.ts';
import type { Failure, Result } from '../result.ts';
import type { ForecastRecord } from '../store/model-types.ts';
import type { InputShift } from './input-shift.ts';

/** What the main thread and the learning worker say to each other. Plain data only. */

export interface TaskSite {
  readonly id: SiteId;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  readonly currency: string;
  /** As entered in the settings; null where it is not known. */
  readonly pvPeakW: number | null;
}

export interface SiteTask {
  readonly databasePath: string;
  readonly site: TaskSite;
  readonly now: number;
}

/** A version on disk. */
export interface VersionPlace {
  readonly version: string;
  /** Absolute. */
  readonly folder: string;
}

export interface TrainTask extends SiteTask {
  readonly task: 'train';
  readonly kind: ModelKind;
  readonly version: string;
  /** Absolute folder into which the version is written. */
  readonly folder: string;
  readonly seed: number;
  readonly codeVersion: string;
  readonly settings: Readonly<Record<string, number>>;
  /** Settings that a search found: they are taken if they win on the newest days. */
  readonly challenger: Readonly<Record<string, number>> | null;
  /** What the new version has to beat; null where nothing is in production. */
  readonly rival: VersionPlace | null;
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
  /** What became of the challenger; null where there was none. */
  readonly challenger: { readonly won: boolean; readonly errors: Comparison; readonly tookMs: number } | null;
}

/**
 * How a kind is to be forecast: by the first version that can be read, while it still beats the simple forecasts, else by
 * one of those.
 */
export interface ServePlan {
  /** Production first, then those that stand in where its files are damaged. */
  readonly versions: readonly VersionPlace[];
  readonly shadow: VersionPlace | null;
  /** How far the bands of models are to be stretched. */
  readonly bands: BandFactors;
  /** Why no version is in production, where none is. */
  readonly because: string;
}

export interface ForecastTask extends SiteTask {
  readonly task: 'forecast';
  readonly plans: Partial<Readonly<Record<ModelKind, ServePlan>>>;
  /** Null where capacity or state of charge is not known. */
  readonly battery: {
    readonly limits: BatteryLimits;
    readonly socPct: number;
    /** W, one value an hour from the hour that holds now: flexible loads that run or are planned. */
    readonly flexibleW: readonly number[];
  } | null;
}

export type RecordEntry = Omit<ForecastRecord, 'siteId' | 'kind' | 'issuedAt'>;

export interface KindForecast extends IssuedForecast {
  /** What each forecaster says of the rest of the local day that holds the first unknown hour. */
  readonly records: readonly RecordEntry[];
  /** Versions that could not be read, and why. */
  readonly unreadable: readonly { readonly version: string; readonly why: string }[];
}

export interface ForecastAnswer {
  readonly task: 'forecast';
  readonly kinds: Partial<Readonly<Record<ModelKind, KindForecast>>>;
  /** Empty where it could not be simulated. */
  readonly soc: readonly BandPoint[];
  readonly tookMs: number;
}

export interface PrepareTask extends SiteTask {
  readonly task: 'prepare';
  readonly kinds: readonly ModelKind[];
}

export interface PrepareAnswer {
  readonly task: 'prepare';
  /** One a kind: what a training would read tonight. */
  readonly sentences: readonly string[];
  /** What is odd about the measurements of a kind, a sentence each; every kind that was asked has its entry. */
  readonly findings: readonly { readonly kind: ModelKind; readonly sentences: readonly string[] }[];
}

/** One trial of a search: fitted and judged on days that lie before `now`. */
export interface TrialTask extends SiteTask {
  readonly task: 'trial';
  readonly kind: ModelKind;
  readonly seed: number;
  readonly settings: Readonly<Record<string, number>>;
}

export interface TrialAnswer {
  readonly task: 'trial';
  readonly errors: Comparison;
  readonly data: { readonly from: number; readonly to: number; readonly sha256: string };
  readonly tookMs: number;
}

export interface EvaluateTask extends SiteTask {
  readonly task: 'evaluate';
  readonly kind: ModelKind;
  readonly from: number;
  readonly to: number;
  readonly horizonHours: number;
  readonly refitDays: number;
  readonly seed: number;
  readonly settings: Readonly<Record<string, number>>;
}

export interface EvaluateAnswer {
  readonly task: 'evaluate';
  readonly result: NonNullable<EvaluationView['result']>;
  readonly data: { readonly from: number; readonly to: number; readonly sha256: string };
}

/** How the inputs of the newest weeks lie beside those that a version learnt from. */
export interface ShiftTask extends SiteTask {
  readonly task: 'shift';
  readonly kind: ModelKind;
  readonly version: VersionPlace;
}

export interface ShiftAnswer {
  readonly task: 'shift';
  readonly inputs: readonly InputShift[];
}

export interface ExplainTask extends SiteTask {
  readonly task: 'explain';
  readonly kind: ModelKind;
  readonly version: VersionPlace;
  readonly at: number;
}

export interface ExplainAnswer {
  readonly task: 'explain';
  readonly explanation: Explanation | null;
  readonly features: readonly { readonly name: string; readonly unit: string; readonly doc: string }[];
}

/** How old the battery is, from its own history. */
export interface BatteryTask extends SiteTask {
  readonly task: 'battery';
  readonly capacityKwh: number;
}

export interface BatteryAnswer {
  readonly task: 'battery';
  /** Null where less than a day is known. */
  readonly health: BatteryHealth | null;
}

/** Learns from the past of a site whether running a flexible load ends well. */
export interface DecisionTask extends SiteTask {
  readonly task: 'learn-decision';
  /** Absolute. */
  readonly folder: string;
  readonly limits: BatteryLimits;
  readonly seed: number;
  readonly runs: readonly { readonly powerW: number; readonly hours: number }[];
  /** Runs that really were: when they began, and what ran. */
  readonly logged: readonly { readonly at: number; readonly powerW: number; readonly hours: number }[];
}

export interface DecisionAnswer {
  readonly task: 'learn-decision';
  /** Null where there are too few rows, or nearly all ended the same way. */
  readonly learnt: { readonly rows: number; readonly logged: number; readonly heldOut: DecisionScore | null } | null;
}

export interface DecideTask {
  readonly task: 'decide';
  readonly folder: string;
  readonly situation: Situation;
}

export interface DecideAnswer {
  readonly task: 'decide';
  readonly explanation: DecisionExplanation;
}

export type Task =
  | BatteryTask
  | DecisionTask
  | DecideTask
  | TrainTask
  | ForecastTask
  | PrepareTask
  | TrialTask
  | EvaluateTask
  | ShiftTask
  | ExplainTask;
export type Answer =
  | BatteryAnswer
  | DecisionAnswer
  | DecideAnswer
  | TrainAnswer
  | ForecastAnswer
  | PrepareAnswer
  | TrialAnswer
  | EvaluateAnswer
  | ShiftAnswer
  | ExplainAnswer;
export type AnswerOf<Each extends Task> = Extract<Answer, { task: Each['task'] }>;

export type ToWorker =
  | { readonly type: 'run'; readonly id: number; readonly task: Task }
  | { readonly type: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly share: number; readonly sentence: string }
  | { readonly type: 'done'; readonly id: number; readonly result: Result<Answer, Failure> };
