import type { Problem, SiteId } from '../../preload/contract/base.ts';
import type { BalanceCheck, CsvReport, DeviceView, ProbeResult, TrialResult } from '../../preload/contract/devices.ts';
import type { HealthView } from '../../preload/contract/house.ts';
import type { HistoryView, PriceView } from '../../preload/contract/insight.ts';
import type { CenterStatus, Overview } from '../../preload/contract/site.ts';
import type { CommandOutput, CommandParsed, QueryParsed } from '../../preload/contract.ts';
import type { RuleChecks } from '../automation/check/rule-checks.ts';
import type { LearntSuggestions } from '../automation/learnt/suggestions.ts';
import type { Rules } from '../automation/rules/engine-types.ts';
import type { RuleLibrary } from '../automation/rules/library.ts';
import type { Schedules } from '../automation/schedules/schedules.ts';
import type { Workflows } from '../automation/workflows/workflows.ts';
import type { Clock } from '../clock.ts';
import type { SafetyService } from '../control/safety-service.ts';
import type { Commander, EmergencyStop } from '../control/types.ts';
import type { EventBus } from '../events.ts';
import type { Feeds } from '../feeds/service-types.ts';
import type { Tariffs } from '../feeds/tariff/types.ts';
import type { FlowRunner } from '../flows/types.ts';
import type { DeviceId } from '../ids.ts';
import type { Learning } from '../learning/types.ts';
import type { MessengerDesk } from '../messengers/desk-types.ts';
import type { Advice } from '../planning/advice/types.ts';
import type { Backtests } from '../planning/backtest/backtests.ts';
import type { LearntPolicies } from '../planning/learnt/types.ts';
import type { Planner, PlanSettingsRoom } from '../planning/live/types.ts';
import type { Result } from '../result.ts';
import type { Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';
import type { HomePresence } from './home-presence/home-presence.ts';
import type { StopTokens } from './stop-tokens.ts';

/** Opens and leaves homes; the center does it, since it builds every room. */
export interface SiteService {
  status(): CenterStatus;
  /** The page's address with a fresh token; null where the host has no page. */
  link(): string | null;
  leaveDemo(input: CommandParsed<'site.leaveDemo'>): Promise<Result<{ readonly siteId: SiteId }, Problem>>;
  edit(input: CommandParsed<'site.edit'>): Result<void, Problem>;
  open(siteId: SiteId): Promise<Result<void, Problem>>;
}

/** Finds, adds and removes devices: a live test comes before anything is saved. */
export interface DeviceService {
  probe(input: CommandParsed<'devices.probe'>): Promise<Result<ProbeResult, Problem>>;
  add(input: CommandParsed<'devices.add'>): Promise<Result<{ readonly deviceId: DeviceId }, Problem>>;
  remove(input: CommandParsed<'devices.remove'>): Promise<Result<void, Problem>>;
  configure(input: CommandParsed<'devices.configure'>): Result<void, Problem>;
  /** Another address or password of the same device; anything else is refused and nothing changes. */
  reconnect(input: CommandParsed<'devices.reconnect'>): Promise<Result<void, Problem>>;
  suggestOptions(
    input: CommandParsed<'devices.suggestOptions'>,
  ): Promise<Result<CommandOutput<'devices.suggestOptions'>, Problem>>;
  tryOut(input: CommandParsed<'devices.try'>): Promise<Result<TrialResult, Problem>>;
  /** Answers at once; what is found comes as `search` events. */
  search(input: CommandParsed<'devices.search'>): Result<{ readonly searchId: string }, Problem>;
  endSearch(searchId: string): void;
  checkBalance(siteId: SiteId): Promise<Result<BalanceCheck, Problem>>;
  exportCsv(siteId: SiteId): string;
  importCsv(input: CommandParsed<'devices.importCsv'>): Promise<Result<CsvReport, Problem>>;
}

/** The contract's views, assembled from several rooms. */
export interface Views {
  overview(siteId: SiteId): Overview;
  devices(siteId: SiteId): readonly DeviceView[];
  history(input: QueryParsed<'history.get'>): Promise<Result<HistoryView, Problem>>;
  prices(input: QueryParsed<'prices.get'>): PriceView;
  health(siteId: SiteId): HealthView;
}

/** Everything that a handler may ask. */
export interface Rooms {
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly commander: Commander;
  readonly emergencyStop: EmergencyStop;
  readonly stopTokens: StopTokens;
  readonly learning: Learning;
  readonly learntPolicy: LearntPolicies;
  readonly backtests: Pick<Backtests, 'view' | 'start' | 'cancel'>;
  readonly advice: Pick<Advice, 'savings' | 'recommendations'>;
  readonly flows: FlowRunner;
  readonly feeds: Feeds;
  readonly tariffs: Tariffs;
  readonly sites: SiteService;
  readonly devices: DeviceService;
  readonly views: Views;
  readonly rules: Rules;
  readonly ruleLibrary: RuleLibrary;
  readonly workflows: Workflows;
  readonly schedules: Schedules;
  readonly suggestions: LearntSuggestions;
  readonly planner: Pick<Planner, 'view' | 'planNow' | 'pin' | 'whatIf'>;
  readonly planSettings: PlanSettingsRoom;
  readonly safety: SafetyService;
  readonly messengers: Pick<MessengerDesk, 'settings' | 'status' | 'set' | 'test'>;
  readonly ruleChecks: Pick<RuleChecks, 'check' | 'replay'>;
  readonly presence: Pick<HomePresence, 'configure' | 'password' | 'settings' | 'status'>;
}
