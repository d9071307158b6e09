import type { SiteId } from '../../preload/contract/base.ts';
import type { Experiment, ModelKind, ModelStage, SearchView } from '../../preload/contract/models.ts';

/** What the store keeps of models beside their files. */

export interface ModelVersion {
  readonly id: string;
  readonly siteId: SiteId;
  readonly kind: ModelKind;
  readonly stage: ModelStage;
  readonly trainedAt: number;
  /** Folder of the networks, parts and card, below the data folder. */
  readonly folder: string;
  /** Data span, metrics against baselines, features: JSON. */
  readonly card: string;
}

/** Why a version got a stage. `rolledBack`: a person took it out, so that it does not come back by itself. */
export interface StageChange {
  readonly at: number;
  readonly why: string;
  readonly rolledBack?: boolean;
}

export interface ModelRepository {
  /** With `change`, the stage and its reason are remembered. A version that goes into production archives the one before. */
  add(version: ModelVersion, change?: StageChange): void;
  setStage(id: string, stage: ModelStage, change?: StageChange): void;
  get(id: string): ModelVersion | undefined;
  production(siteId: SiteId, kind: ModelKind): ModelVersion | undefined;
  /** Newest first. */
  list(siteId: SiteId, kind: ModelKind): readonly ModelVersion[];
  /** Oldest first. */
  stagesOf(id: string): readonly (Required<StageChange> & { readonly stage: ModelStage })[];
}

export type ForecasterRole = 'production' | 'shadow' | 'baseline' | 'naive';

/** What one forecaster said of a local day at one moment; NaN for hours that were over or of which it knew nothing. */
export interface ForecastRecord {
  readonly siteId: SiteId;
  readonly kind: ModelKind;
  /** Start of the local day. */
  readonly dayAt: number;
  readonly issuedAt: number;
  readonly role: ForecasterRole;
  /** Of production and shadow. */
  readonly version: string | null;
  /** Whether this was what was shown and decided upon. */
  readonly served: boolean;
  /** One entry an hour from `dayAt` on, in the unit of the kind. */
  readonly hours: readonly { readonly mean: number; readonly p10: number; readonly p90: number }[];
}

export interface ForecastRecordRepository {
  put(record: ForecastRecord): void;
  /** Ascending by day and moment. */
  range(siteId: SiteId, kind: ModelKind, fromDayAt: number, toDayAt: number): readonly ForecastRecord[];
}

export interface ExperimentRepository {
  put(siteId: SiteId, experiment: Experiment): void;
  /** Newest first. */
  list(siteId: SiteId, limit: number, kind?: ModelKind): readonly Experiment[];
}

export interface StoredSearch {
  readonly id: string;
  readonly siteId: SiteId;
  readonly kind: ModelKind;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly state: Exclude<SearchView['state'], 'never'>;
  readonly trialsWanted: number;
  readonly seed: number;
  /** First hour that no trial may read: all are judged on the same days. */
  readonly until: number;
  readonly rmseOfDefaults: number | null;
  readonly verdict: SearchView['verdict'];
  readonly sentence: string;
}
export type StoredTrial = SearchView['trials'][number];

export interface SearchRepository {
  put(search: StoredSearch): void;
  latest(siteId: SiteId, kind: ModelKind): StoredSearch | undefined;
  addTrial(search: StoredSearch, trial: StoredTrial): void;
  trials(searchId: string): readonly StoredTrial[];
}

/** What a check wrote, as JSON whose shape its writer knows. */
export interface ModelReport {
  readonly name: string;
  readonly at: number;
  readonly body: string;
}

export interface ModelReportRepository {
  put(siteId: SiteId, report: ModelReport): void;
  latest(siteId: SiteId, name: string): ModelReport | undefined;
  /** Newest first. */
  list(siteId: SiteId, name: string, limit: number): readonly ModelReport[];
}

export interface ModelRepositories {
  readonly records: ForecastRecordRepository;
  readonly experiments: ExperimentRepository;
  readonly searches: SearchRepository;
  readonly reports: ModelReportRepository;
  /** Removes what is older than `before`; answers how many rows. */
  prune(before: number): number;
}
