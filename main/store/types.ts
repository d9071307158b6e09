import type { z } from 'zod';
import type { ChannelId, DeviceId, Metric, Quality, Setpoint, SiteId } from '../../preload/contract/base.ts';
import type { Action } from '../../preload/contract/control.ts';
import type { ChannelConfig, Connection, Hold } from '../../preload/contract/devices.ts';
import type {
  Backup,
  FlowRun,
  Notice,
  SettingName,
  SiteSettings,
  settingChangeSchema,
} from '../../preload/contract/house.ts';
import type { BandPoint, ForecastView, HistorySeries } from '../../preload/contract/insight.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import type { Safety } from '../../preload/contract/safety.ts';
import type { Site, StopState } from '../../preload/contract/site.ts';
import type { Result } from '../result.ts';
import type { AdviceRepository } from './advice.ts';
import type { ProposalRepository, RemoteQuestionRepository } from './approval-types.ts';
import type { BacktestRepository } from './backtests.ts';
import type { FeedRepositories } from './feed-types.ts';
import type { MessageRepository } from './messages.ts';
import type { ModelRepositories, ModelRepository } from './model-types.ts';
import type { PlanRepository } from './plans.ts';
import type { RuleRepository } from './rules.ts';
import type { TariffRepository } from './tariffs.ts';
import type { WorkflowRepository } from './workflows.ts';

/** The repositories of the store, one a topic. All calls are synchronous and short; long reads go to the read worker. */

export interface SiteRepository {
  list(): readonly Site[];
  get(id: SiteId): Site | undefined;
  add(site: Site, now: number): void;
  update(site: Site): void;
  /** Takes the site and everything that carries its id out of the database, in one transaction. */
  remove(id: SiteId): void;
}

/** Small facts of the whole center: active site, mode of each site, schema-independent flags. */
export interface CenterStateRepository {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** A configured device as stored; secrets are elsewhere. */
export interface DeviceRecord {
  readonly id: DeviceId;
  readonly siteId: SiteId;
  readonly driverId: string;
  readonly name: string;
  readonly identity: string | null;
  readonly connection: Connection;
  readonly channels: readonly ChannelConfig[];
}

export interface DeviceRepository {
  list(siteId: SiteId): readonly DeviceRecord[];
  get(id: DeviceId): DeviceRecord | undefined;
  add(record: DeviceRecord, now: number): void;
  update(record: DeviceRecord): void;
  remove(id: DeviceId, now: number): void;
}

/** Names a series. The site's own derived series have device '' and channel 'site:pv', 'site:load', … */
export interface SeriesKey {
  readonly siteId: SiteId;
  readonly deviceId: DeviceId | '';
  readonly channelId: ChannelId;
  readonly metric: Metric;
}

export interface StoredReading {
  readonly seriesId: number;
  readonly at: number;
  readonly value: number;
  readonly quality: Quality;
}

export type RollupStep = '15min' | 'hour' | 'day';

export interface Rollup {
  readonly seriesId: number;
  /** Start of the interval. Days are local days of the site. */
  readonly at: number;
  readonly mean: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Minutes of the interval that have data: the weight with which it enters a longer one. */
  readonly count: number;
  /** For powers: mean × covered time, kWh; null for everything else. */
  readonly energyKwh: number | null;
  readonly quality: Quality;
}

export interface SeriesRepository {
  /** The id of a series, made on first use. Cached. */
  idOf(key: SeriesKey): number;
  find(key: SeriesKey): number | undefined;
  listOf(siteId: SiteId): readonly (SeriesKey & { readonly id: number })[];
}

/** The channel under which a derived quantity of the site is kept. */
export type SiteChannel = `site:${HistorySeries}`;

export interface ReadingRepository {
  /** One transaction. A second value for the same series and time replaces the first. */
  append(rows: readonly StoredReading[]): void;
  latest(seriesId: number): StoredReading | undefined;
  range(seriesId: number, from: number, to: number): readonly StoredReading[];
  count(): number;
  /** Removes raw rows older than `before`; answers how many. */
  prune(before: number): number;
}

export interface RollupRepository {
  write(step: RollupStep, rows: readonly Rollup[]): void;
  range(step: RollupStep, seriesId: number, from: number, to: number): readonly Rollup[];
  /**
   * Rolls what is complete: raw → 15 min → hour → day of the site's zone, from the newest rollup on. Idempotent.
   * Answers the number of rows written.
   */
  roll(siteId: SiteId, timeZone: string, until: number): number;
  prune(step: RollupStep, before: number): number;
}

export interface PriceRow {
  readonly at: number;
  readonly stepMs: number;
  readonly importPerKwh: number;
  readonly exportPerKwh: number;
  readonly source: string;
}

export interface PriceRepository {
  upsert(siteId: SiteId, rows: readonly PriceRow[]): void;
  range(siteId: SiteId, from: number, to: number): readonly PriceRow[];
  /** Takes out what overlaps the spans and writes the rows, in one transaction. */
  replace(
    siteId: SiteId,
    spans: readonly { readonly from: number; readonly to: number }[],
    rows: readonly PriceRow[],
  ): void;
}

export interface WeatherDay {
  /** Local date YYYY-MM-DD. */
  readonly day: string;
  readonly temperatureMaxC: number | null;
  readonly temperatureMeanC: number | null;
  readonly temperatureMinC: number | null;
  readonly sunshineS: number | null;
  readonly daylightS: number | null;
  readonly cloudCoverPct: number | null;
  readonly windMaxKmh: number | null;
  readonly source: string;
}

export interface WeatherRepository {
  upsert(siteId: SiteId, days: readonly WeatherDay[]): void;
  range(siteId: SiteId, fromDay: string, toDay: string): readonly WeatherDay[];
}

export interface ActionRepository {
  /** Before the wire is touched. `snapshot` is the frozen state that the decision used, as JSON. */
  insert(action: Action, snapshot: string | null): void;
  update(action: Action): void;
  get(id: string): Action | undefined;
  snapshotOf(id: string): string | undefined;
  list(siteId: SiteId, limit: number, before?: number): readonly Action[];
  /** Rows that a crash left without an outcome. */
  unfinished(): readonly Action[];
  /** Newest action of a channel that reached the wire. */
  lastOf(deviceId: DeviceId, channelId: ChannelId): Action | undefined;
  /**
   * Keeps every action that touched or was refused the wire, and makes old ones small: rows of wishes that changed nothing
   * go after a day, values with which a plan only follows the house after two, stored snapshots after two weeks, the verdicts
   * of single stages after 90 days. Answers the rows touched.
   */
  thin(now: number): number;
}

/** What the commander knows of a channel across restarts. */
export interface ChannelControlRecord {
  readonly siteId: SiteId;
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  /** What we have read back last, and when. */
  readonly owned: { readonly value: Setpoint; readonly readAt: number } | null;
  /** When the value last changed (by us or by others): minimum on and off times count from here. */
  readonly changedAt: number | null;
  readonly hold: Hold | null;
  /** A person's hold that the guard's covers: it holds again once the guard lets go. */
  readonly under?: Hold | null | undefined;
  /** The value before our first write, to go back to when we let go. */
  readonly original: Setpoint | null;
  readonly lease: { readonly owner: string; readonly reason: string; readonly expiresAt: number } | null;
}

export interface ChannelControlRepository {
  get(deviceId: DeviceId, channelId: ChannelId): ChannelControlRecord | undefined;
  put(record: ChannelControlRecord): void;
  all(siteId: SiteId): readonly ChannelControlRecord[];
  recordWrite(row: { deviceId: DeviceId; channelId: ChannelId; at: number; switched: boolean; actionId: string }): void;
  /** Writes and switches since a time. */
  countSince(
    deviceId: DeviceId,
    channelId: ChannelId,
    since: number,
  ): { readonly writes: number; readonly switches: number };
  pruneWrites(before: number): number;
}

export interface StopRepository {
  active(siteId: SiteId): StopState | undefined;
  begin(state: StopState): void;
  update(state: StopState): void;
  release(siteId: SiteId, who: string, at: number): void;
}

export type SettingChange = z.output<typeof settingChangeSchema>;

export interface SettingsRepository {
  get(siteId: SiteId): SiteSettings;
  /** Writes values and audit rows in one transaction; the caller has validated. */
  set(siteId: SiteId, changes: Partial<SiteSettings>, who: string, at: number): SiteSettings;
  /** An audit row of something that steers control and is kept elsewhere. */
  note(siteId: SiteId, change: SettingChange): void;
  audit(siteId: SiteId, limit: number): readonly SettingChange[];
  readonly names: readonly SettingName[];
}

export interface SafetyRepository {
  /** The envelope of a site: the defaults where nobody has set one. */
  get(siteId: SiteId): Safety;
  /**
   * The envelope with the names of the parts that could not be read. Those stand at their defaults, which are laxer than
   * what the person chose: whoever decides must be stricter while there are any.
   */
  read(siteId: SiteId): { readonly safety: Safety; readonly unreadable: readonly (keyof Safety)[] };
  /** Writes what changed with audit rows named `safety.<part>`, in one transaction; the caller has validated. */
  set(siteId: SiteId, safety: Safety, who: string, at: number): Safety;
}

export interface EventRepository {
  add(siteId: SiteId, event: Notice & { readonly kind: string; readonly body?: string }): void;
  list(siteId: SiteId, limit: number): readonly (Notice & { readonly kind: string })[];
  countSince(siteId: SiteId, kind: string, since: number): number;
}

export interface FlowRunRepository {
  put(run: FlowRun): void;
  get(id: string): FlowRun | undefined;
  list(siteId: SiteId, limit: number, flow?: string): readonly FlowRun[];
  /** Runs that a crash left running; the runner marks them interrupted, never replays them. */
  running(): readonly FlowRun[];
  /** Removes runs that began before `before`, but never the newest of a flow; answers how many. */
  prune(before: number): number;
}

export interface StoredForecast {
  readonly siteId: SiteId;
  readonly kind: ModelKind | 'soc';
  readonly issuedAt: number;
  readonly stepMs: number;
  readonly version: string | null;
  readonly servedBy: ForecastView['servedBy'];
  readonly because: string;
  readonly points: readonly BandPoint[];
}

export interface ForecastRepository {
  put(forecast: StoredForecast): void;
  latest(siteId: SiteId, kind: StoredForecast['kind']): StoredForecast | undefined;
  /** The newest forecast issued at or before `at`. */
  issuedBefore(siteId: SiteId, kind: StoredForecast['kind'], at: number): StoredForecast | undefined;
  range(siteId: SiteId, kind: StoredForecast['kind'], from: number, to: number): readonly StoredForecast[];
  /** Keeps all of the last `keepAllMs`, and of older days one a local day. */
  thin(siteId: SiteId, timeZone: string, now: number, keepAllMs: number): number;
}

export interface IdempotencyRepository {
  get(key: string): string | undefined;
  put(key: string, reply: string, at: number): void;
  prune(before: number): number;
}

export interface BackupRepository {
  list(): readonly Backup[];
  add(backup: Backup): void;
}

/** What one source gave in one local day: polls that brought nothing are `missing`. */
export interface QualityDay {
  /** `device/<id>` or `feed/<provider>`. */
  readonly source: string;
  /** Local date YYYY-MM-DD. */
  readonly day: string;
  readonly good: number;
  readonly suspect: number;
  readonly rejected: number;
  readonly missing: number;
}

/** A sample that was not believed. `value` is null where it was no number at all. */
export interface RejectedSample {
  readonly source: string;
  readonly channelId: string;
  readonly metric: string;
  readonly at: number;
  readonly value: number | null;
  readonly reason: string;
}

export interface DataQualityRepository {
  put(siteId: SiteId, day: QualityDay): void;
  get(siteId: SiteId, source: string, day: string): QualityDay | undefined;
  since(siteId: SiteId, day: string): readonly QualityDay[];
  reject(siteId: SiteId, samples: readonly RejectedSample[]): void;
  /** Newest first. */
  rejected(siteId: SiteId, limit: number): readonly RejectedSample[];
  prune(beforeDay: string, beforeAt: number): number;
}

export interface StoreSizes {
  readonly path: string;
  readonly bytes: number;
  readonly readings: number;
  readonly schemaVersion: number;
  readonly oldestReadingAt: number | null;
}

export interface Store {
  readonly folder: string;
  readonly databasePath: string;
  readonly sites: SiteRepository;
  readonly state: CenterStateRepository;
  readonly devices: DeviceRepository;
  readonly series: SeriesRepository;
  readonly readings: ReadingRepository;
  readonly rollups: RollupRepository;
  readonly prices: PriceRepository;
  readonly weather: WeatherRepository;
  readonly actions: ActionRepository;
  readonly channelControl: ChannelControlRepository;
  readonly proposals: ProposalRepository;
  readonly remoteQuestions: RemoteQuestionRepository;
  readonly rules: RuleRepository;
  /** Schedules, workflows with their runs, and rules that the house proposes. */
  readonly workflows: WorkflowRepository;
  readonly stops: StopRepository;
  readonly settings: SettingsRepository;
  readonly safety: SafetyRepository;
  readonly events: EventRepository;
  readonly flowRuns: FlowRunRepository;
  readonly forecasts: ForecastRepository;
  readonly models: ModelRepository;
  /** What was tried, said and found about models. */
  readonly modelling: ModelRepositories;
  readonly idempotency: IdempotencyRepository;
  readonly backups: BackupRepository;
  readonly dataQuality: DataQualityRepository;
  readonly messages: MessageRepository;
  readonly feeds: FeedRepositories;
  readonly tariffs: TariffRepository;
  readonly plans: PlanRepository;
  /** Recommendations, what each day saved, and the modes of the house. */
  readonly advice: AdviceRepository;
  readonly backtests: BacktestRepository;
  /** Runs `work` in one transaction on the writing connection. */
  transaction<Value>(work: () => Value): Value;
  /** Online backup from the writer into `<folder>/backups`, opened and checked after writing; keeps the newest ten. */
  backup(reason: string, now: number): Promise<Result<Backup>>;
  sizes(): StoreSizes;
  /** Rows met since the start that could not be read or were refused: each was left out and logged. */
  unreadableRows(): number;
  close(): void;
}
