import type { Mode } from '../../../preload/contract/base.ts';
import type { FlowView, SiteSettings } from '../../../preload/contract/house.ts';
import type { LiveState, Overview, Site, StopState } from '../../../preload/contract/site.ts';
import type { MinerDecision } from '../../automation/miner-tiers.ts';
import type { PriceLookup } from '../../store/price-lookup.ts';
import type { StoredForecast } from '../../store/types.ts';
import type { PollerState } from '../../telemetry/types.ts';
import type { ControlledChannel } from './attention.ts';
import type { EnergyInterval } from './energy.ts';

/** Everything that the overview looks at, taken once. */
export interface OverviewInput {
  readonly now: number;
  readonly site: Pick<Site, 'id' | 'timeZone' | 'currency'>;
  readonly live: LiveState;
  readonly mode: Mode;
  readonly stop: StopState | null;
  readonly settings: SiteSettings;
  /** The newest battery projection, however old. */
  readonly projection: Pick<StoredForecast, 'issuedAt' | 'stepMs' | 'points'> | null;
  readonly decisions: readonly MinerDecision[];
  readonly ruleSteps: Overview['next'];
  /** What the plan in force begins next, and why it does what it does now; empty without one. */
  readonly planSteps: readonly Overview['next'][number][];
  readonly planSays: readonly { readonly sentence: string; readonly code: string }[];
  readonly channels: readonly ControlledChannel[];
  readonly pollers: readonly PollerState[];
  readonly flows: readonly FlowView[];
  readonly pendingProposals: number;
  readonly intervalsToday: readonly EnergyInterval[];
  readonly prices: PriceLookup;
}
