import type { ChannelId, DeviceId, Mode, Origin, Setpoint, SiteId, Surface } from '../../preload/contract/base.ts';
import type { Action, PendingProposal, StageVerdict } from '../../preload/contract/control.ts';
import type { ChannelConfig, ChannelView, TrialResult } from '../../preload/contract/devices.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type { LiveState, StopState } from '../../preload/contract/site.ts';
import type { Result } from '../result.ts';

/** A wish to change a setpoint, not yet allowed. Everybody who wants something of a device submits one. */
export interface Proposal {
  readonly siteId: SiteId;
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  readonly setpoint: Setpoint;
  readonly origin: Origin;
  /** A person's name, a rule's name, "plan". */
  readonly who: string;
  readonly surface: Surface;
  /** One plain sentence, and its stable code such as `SOC_ABOVE_RESUME`. */
  readonly reason: string;
  readonly reasonCode: string;
  /** What happens when nobody answers (Suggest mode). */
  readonly ifIgnored: string;
  /** How long the wish holds the channel against lower origins; null takes the site's default for the origin. */
  readonly holdMs: number | null;
  /** The command ends by itself after this long (lease); null takes the default. */
  readonly leaseMs: number | null;
}

/** Everything that one decision may look at, taken once and frozen. Stored with the action so that it replays to the same answer. */
export interface DecisionSnapshot {
  readonly at: number;
  readonly live: LiveState;
  readonly settings: SiteSettings;
  readonly mode: Mode;
  readonly stopped: boolean;
  readonly channel: ChannelSnapshot;
  /** The other controllable channels of the site. */
  readonly others: readonly ChannelSnapshot[];
}

export interface ChannelSnapshot {
  readonly deviceId: DeviceId;
  readonly config: ChannelConfig;
  readonly control: NonNullable<ChannelView['control']>;
  readonly deviceState: 'starting' | 'online' | 'late' | 'offline';
  /** Read back, with its age; null when never read. */
  readonly current: { readonly value: Setpoint; readonly ageMs: number } | null;
  readonly powerW: { readonly value: number; readonly ageMs: number; readonly limitMs: number } | null;
  readonly sinceChangeMs: number | null;
  readonly switchesLastHour: number;
  readonly writesToday: number;
  readonly hold: { readonly origin: Origin; readonly owner: string; readonly untilAt: number } | null;
  readonly busy: boolean;
}

export interface EnvelopeVerdict {
  readonly outcome: 'allowed' | 'narrowed' | 'refused';
  /** The setpoint that may be written; null when refused. */
  readonly setpoint: Setpoint | null;
  readonly stages: readonly StageVerdict[];
  /** The stage that decided, in one sentence. */
  readonly sentence: string;
  readonly code: string;
}

/** A device that is not saved yet: its actuators are in the vault under an id of its own, nobody else knows it. */
export interface TrialWish {
  readonly siteId: SiteId;
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  readonly name: string;
  readonly who: string;
  readonly surface: Surface;
  /** Measured power of the channel, W; null where it has no meter or does not answer. */
  readonly powerW: (signal: AbortSignal) => Promise<number | null>;
}

/** The only way to an actuator. */
export interface Commander {
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /**
   * Checks, logs, and where allowed begins to execute. Answers once the row is written: the action (refused, waiting for a
   * person, or on its way). Progress and outcome come as `action` events; `done` settles with the finished action.
   */
  submit(
    proposal: Proposal,
  ): Result<{ readonly action: Action; readonly done: Promise<Action> } | { readonly pending: PendingProposal }>;
  /** Switches a device that is being added, there and back; a person agreed to it. */
  tryOut(wish: TrialWish): Promise<Result<TrialResult>>;
  retry(
    actionId: string,
    who: string,
    surface: Surface,
  ): Result<{ readonly action: Action; readonly done: Promise<Action> }>;
  approve(
    proposalId: string,
    who: string,
    surface: Surface,
  ): Result<{ readonly action: Action; readonly done: Promise<Action> }>;
  deny(proposalId: string, who: string): Result<void>;
  releaseHold(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId, who: string): Result<void>;
  dismiss(actionId: string): void;
  /** The part of a channel's view that control knows. */
  view(
    deviceId: DeviceId,
    channelId: ChannelId,
  ): Pick<ChannelView, 'setpoint' | 'setpointSince' | 'hold' | 'pending' | 'trouble'>;
  pending(siteId: SiteId): readonly PendingProposal[];
  mode(siteId: SiteId): Mode;
  setMode(siteId: SiteId, mode: Mode, who: string): Result<void>;
}

/** Persisted first, then acted. Survives a crash and a restart; only a person ends it. */
export interface EmergencyStop {
  state(siteId: SiteId): StopState | null;
  /** Answers when the stop is on disk and every device has been commanded, not when all have answered. Idempotent. */
  activate(siteId: SiteId, who: string, surface: Surface, why: string | null): Promise<StopState>;
  explain(siteId: SiteId, who: string, why: string): Result<StopState>;
  release(siteId: SiteId, who: string, surface: Surface): Result<void>;
}
