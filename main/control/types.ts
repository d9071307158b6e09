import type { ChannelId, DeviceId, Mode, Origin, Setpoint, SiteId, Surface } from '../../preload/contract/base.ts';
import type { Action, PendingProposal, SettledProposal, StageVerdict } from '../../preload/contract/control.ts';
import type { ChannelConfig, ChannelView, TrialResult } from '../../preload/contract/devices.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type { ChannelRef, Drill, Safety } from '../../preload/contract/safety.ts';
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

/** Whose wish for which channel. */
export type Wish = Pick<Proposal, 'siteId' | 'deviceId' | 'channelId' | 'origin' | 'who'>;

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
  /** Missing only for a stop, which looks at nothing of it, and in what earlier versions stored. */
  readonly surroundings?: Surroundings;
}

/** The envelope as data, and what is known now of the things that it names. */
export interface Surroundings {
  readonly safety: Safety;
  /** Parts of the envelope that could not be read and stand at their defaults. */
  readonly unreadable: readonly string[];
  /** The site's clock: minutes of the day and ISO weekday. */
  readonly local: { readonly timeZone: string; readonly minute: number; readonly weekday: number };
  /** Fresh currents of the grid's phases, A, import +; a phase without a meter is left out. */
  readonly phases: readonly { readonly phase: 1 | 2 | 3; readonly currentA: number; readonly ageMs: number }[];
  /** Sensors that limit this channel; null where the reading is not fresh. */
  readonly temperatures: readonly {
    readonly sensor: ChannelRef;
    readonly name: string;
    readonly valueC: number | null;
  }[];
  /** Channels that must not run with this one; null where nobody knows whether they do. */
  readonly partners: readonly { readonly channel: ChannelRef; readonly name: string; readonly runs: boolean | null }[];
  /** Battery level of the newest forecast's poor case (p10), % a step from now on; null where none is recent. */
  readonly poorSoc: { readonly from: number; readonly stepMs: number; readonly socPct: readonly number[] } | null;
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

/** A command whose row is written; `done` settles with the finished action. */
export interface Begun {
  readonly action: Action;
  readonly done: Promise<Action>;
}

/** The only way to an actuator. */
export interface Commander {
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /**
   * Before the machine sleeps, once nothing proposes any more: gives back what automation has borrowed, within 4 s. What a
   * device may not give back yet is given back after waking up.
   */
  beforeSleep(): Promise<void>;
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
  /**
   * Judges again and begins. The same decision a second time is the same action; a contrary one is refused and says what was
   * decided, by whom and when.
   */
  approve(
    proposalId: string,
    who: string,
    surface: Surface,
  ): Result<{ readonly action: Action; readonly done: Promise<Action> }>;
  deny(proposalId: string, who: string, surface: Surface): Result<void>;
  /** Whoever wished it wishes it no more: an open question about it is cancelled. `why` is a whole sentence. */
  withdraw(wish: Wish, why: string): void;
  /** Ends every open question of the site, with all that was sent about them; answers how many. */
  cancelQuestions(siteId: SiteId, who: string, surface: Surface): number;
  /** Questions that have their answer, or none in time; newest first. */
  settled(siteId: SiteId, limit: number): readonly SettledProposal[];
  releaseHold(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId, who: string): Result<void>;
  /** Ends the guard's own lease on a channel, which then goes back to what it was before. Moves nobody else's. */
  giveBack(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId): void;
  /** Whoever borrowed it stands behind it no more: its lease ends now, and the channel goes back. Moves nobody else's. */
  endLease(wish: Wish): void;
  /** Every channel of the site that can be commanded, frozen: for who looks at the house as a whole. */
  channels(siteId: SiteId): readonly ChannelSnapshot[];
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
  /** Goes the whole way of a stop and switches nothing; never while stopped. */
  drill(siteId: SiteId, who: string, surface: Surface): Promise<Result<Drill>>;
}
