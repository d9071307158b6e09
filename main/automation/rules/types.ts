import type { Mode, Setpoint } from '../../../preload/contract/base.ts';
import type { Quantity, Rule } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';

/** What things are called, for sentences. An id that nobody knows any more answers itself. */
export interface RuleNames {
  channel(channel: ChannelRef): string;
  device(deviceId: ChannelRef['deviceId']): string;
  workflow(workflowId: string): string;
  /** A value of the channel with its unit: on, 2000 W, eco. */
  setpoint(channel: ChannelRef, value: Setpoint): string;
  readonly currency: string;
}

/** What a rule may look at, at one moment: live, or a moment of the past in a replay. Null is unknown, never 0. */
export interface RuleWorld {
  readonly at: number;
  /** IANA zone of the site. */
  readonly zone: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly mode: Mode;
  readonly names: RuleNames;
  /** The look before this one; null where there was none. Too long a time between two looks breaks every "for at least". */
  readonly lookedAt: number | null;
  /**
   * In the unit that the quantity names; null where it is missing, stale or absent. `own` are the channels that the asking
   * rule switches on: only `surplus-power` looks at them.
   */
  quantity(quantity: Quantity, own: readonly ChannelRef[]): number | null;
  /** Whether the channel is on by a fresh reading; null where unknown. */
  isOn(channel: ChannelRef): boolean | null;
  isHeld(channel: ChannelRef): boolean;
  /** Whether the device answers; null while it has not been asked yet. */
  isOnline(deviceId: ChannelRef['deviceId']): boolean | null;
  /** Import prices of the local day with their own step, for ranks; empty where unknown. */
  pricesOfDay(): readonly { readonly at: number; readonly stepMs: number; readonly perKwh: number }[];
}

/** What the engine remembers of a rule between two looks; kept in the store across restarts. */
export interface RuleMemory {
  /** Since when each trigger has held without a break; null while it does not. */
  readonly triggerSince: readonly (number | null)[];
  /** Whether each comparison of the rule held at the last look, by its path (for hysteresis). */
  readonly held: Readonly<Record<string, boolean>>;
  /** Since when the rule as a whole holds; null while it does not. */
  readonly holdingSince: number | null;
  readonly lastFiredAt: number | null;
}

/** What a look at one rule says. `unknown`: something that it needs is not known, so nothing changes. */
export interface RuleLook {
  readonly state: 'holding' | 'waiting' | 'resting' | 'asleep' | 'unknown' | 'off';
  /** An edge: the rule begins or ends to hold now. */
  readonly edge: 'begins' | 'ends' | null;
  readonly memory: RuleMemory;
  /** Why, in one sentence with the numbers that decided. */
  readonly why: string;
}

/** Pure: one rule against one moment. */
export type LookAtRule = (rule: Rule, world: RuleWorld, memory: RuleMemory) => RuleLook;
