import type { ChannelId, DeviceId } from '../../preload/contract/base.ts';
import type { BatteryHealthView, DecisionCard, DecisionView } from '../../preload/contract/battery-decision.ts';
import type { BatteryProjection, ForecastKind, ForecastView } from '../../preload/contract/insight.ts';
import type {
  EvaluationView,
  Experiment,
  ForecastExplanation,
  ModelCard,
  ModelComparison,
  ModelDrift,
  ModelKind,
  ModelList,
  SearchView,
  TrainingState,
} from '../../preload/contract/models.ts';
import type { SiteId } from '../ids.ts';
import type { Result } from '../result.ts';

export interface TrainingReport {
  readonly kind: ForecastKind;
  readonly version: string;
  readonly rows: number;
  readonly days: number;
  readonly tookMs: number;
  readonly backend: string;
  readonly unit: string;
  readonly modelRmse: number;
  readonly naiveRmse: number | null;
  readonly baselineRmse: number | null;
  readonly stage: 'candidate' | 'shadow' | 'production';
  readonly sentence: string;
}

export interface ForecastReport {
  readonly issuedAt: number;
  readonly sentences: readonly string[];
}

export interface TaskOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, sentence: string) => void;
}

/** How the models of a site are doing, for the Health page. */
export interface ModelCondition {
  readonly state: 'ok' | 'degraded' | 'off';
  readonly sentence: string;
}

/** What a window asks about versions and may do with them. */
export interface ModelRegistry {
  list(siteId: SiteId): ModelList;
  card(siteId: SiteId, version: string): Result<ModelCard>;
  /** Takes a version into production by hand. */
  promote(siteId: SiteId, version: string, who: string): Result<void>;
  /** The version before serves again; answers which. */
  rollBack(siteId: SiteId, kind: ModelKind, who: string): Result<string>;
}

export interface Trainings {
  /** Trains one kind, after the trainings that were asked for before. */
  train(siteId: SiteId, kind: ModelKind, options: TaskOptions): Promise<Result<TrainingReport>>;
  /** The same in the background; what waits already is not asked for twice. */
  trainSoon(siteId: SiteId, kinds: readonly ModelKind[]): readonly ModelKind[];
  cancel(siteId: SiteId): void;
  state(siteId: SiteId): Omit<TrainingState, 'next'>;
}

export interface Searches {
  view(siteId: SiteId, kind: ModelKind): SearchView;
  /**
   * Goes on with the search that is under way, or begins one of `trials`; ends when all are done or `budgetMs` is used up.
   * With `onlyGoOn` nothing new is begun.
   */
  run(
    siteId: SiteId,
    kind: ModelKind,
    options: TaskOptions & { readonly trials: number; readonly budgetMs: number; readonly onlyGoOn: boolean },
  ): Promise<Result<string>>;
  startSoon(siteId: SiteId, kind: ModelKind, trials: number): Result<void>;
  stop(siteId: SiteId, kind: ModelKind): void;
}

export interface Evaluations {
  view(siteId: SiteId): EvaluationView;
  start(siteId: SiteId, asked: NonNullable<EvaluationView['asked']>): Result<void>;
  cancel(siteId: SiteId): void;
}

export interface Monitoring {
  /** Looks at yesterday and the weeks before it; answers what it found, one sentence a kind. */
  check(siteId: SiteId, signal: AbortSignal): Promise<Result<string>>;
  drift(siteId: SiteId, kind: ModelKind, days: number): ModelDrift;
  compare(siteId: SiteId, kind: ModelKind, days: number): ModelComparison;
  condition(siteId: SiteId): ModelCondition;
}

export interface Batteries {
  check(siteId: SiteId, signal: AbortSignal): Promise<Result<string>>;
  view(siteId: SiteId): BatteryHealthView;
}

/** Whether running a flexible load ends well. */
export interface Decisions {
  learn(siteId: SiteId, signal: AbortSignal): Promise<Result<string>>;
  card(siteId: SiteId): DecisionCard;
  decide(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId, hours: number): Promise<Result<DecisionView>>;
}

/** What is forecast, from the current hour on; no points where nothing was issued or the last forecast has run out. */
export type ForecastOutlook = Pick<ForecastView, 'points' | 'issuedAt' | 'servedBecause'>;

/** Training and forecasting, in a worker; the main thread stays free. */
export interface Learning {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  /** The kinds that a site has. */
  kinds(siteId: SiteId): readonly ModelKind[];
  readonly trainings: Trainings;
  readonly registry: ModelRegistry;
  readonly searches: Searches;
  readonly evaluations: Evaluations;
  readonly monitoring: Monitoring;
  readonly batteries: Batteries;
  readonly decisions: Decisions;
  /** Reads what tonight's training would read and says, a sentence a kind, how much it is and whether it is enough. */
  prepare(siteId: SiteId, signal: AbortSignal): Promise<Result<string>>;
  /** Issues every kind for 72 h and the battery simulation over them, stores them, and emits `forecast`. */
  forecast(siteId: SiteId, signal: AbortSignal): Promise<Result<ForecastReport>>;
  view(siteId: SiteId, kind: ForecastKind, hours: 24 | 48 | 72): ForecastView;
  /** The forecast of the next 72 h alone, for who decides on it: one row is read, where the view looks at days of measured ones. */
  outlook(siteId: SiteId, kind: ForecastKind): ForecastOutlook;
  battery(siteId: SiteId): BatteryProjection;
  explain(siteId: SiteId, kind: ModelKind, at: number): Promise<Result<ForecastExplanation>>;
  experiments(siteId: SiteId, limit: number, kind?: ModelKind): readonly Experiment[];
}
