import type { Problem as Refusal } from '../../../preload/contract/base.ts';
import type { ChannelRole } from '../../../preload/contract/devices.ts';
import type { PlanBlock, PlannableLoad, PlanView, WhatIf, WhatIfChanges } from '../../../preload/contract/plan.ts';
import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { ChannelId, DeviceId, SiteId } from '../../ids.ts';
import type { Result } from '../../result.ts';
import type { PlanPin } from '../../store/plans.ts';
import type { PlanPicture } from '../site/plan-view.ts';
import type { SiteProblem } from '../site/types.ts';
import type { Plan } from '../types.ts';
import type { Intent } from './intent.ts';

/** `solver`: within a proven gap. The others stand in for it: dynamic programming, then fixed tiers. */
export type MadeBy = 'solver' | 'ladder' | 'tiers';

/** The plan that the house goes by. */
export interface PlanInForce {
  readonly id: string;
  readonly site: SiteProblem;
  readonly plan: Plan;
  /** One a step: what the fast loop holds between plans. */
  readonly intents: readonly Intent[];
  readonly by: MadeBy;
  /** `kept`: an earlier plan on newer data. */
  readonly state: 'ready' | 'kept' | 'simple';
  /** When it was last judged on fresh data, and until when it may be followed without being judged again. */
  readonly madeAt: number;
  readonly expiresAt: number;
  /** The page's picture of it, made once: it costs more than a look. */
  readonly view: PlanView;
  readonly blocks: readonly PlanBlock[];
}

/** The planner's side of a real home, as main/planning/site has it. */
export interface SiteRoom {
  /** Over turns of the event loop: it reads much. */
  problem(siteId: SiteId, now: number): Promise<Result<SiteProblem>>;
  view(input: {
    readonly site: SiteProblem;
    readonly plan: Plan;
    readonly planId: string;
    readonly state: 'ready' | 'kept' | 'simple' | 'stale';
    readonly nextAt: number | null;
    readonly expiresAt: number;
    readonly planning: boolean;
    readonly picture: PlanPicture;
  }): PlanView;
  emptyView(siteId: SiteId, state: 'waiting' | 'off', sentence: string, planning: boolean): PlanView;
  /** What a person wants of a block, as it is kept; null takes an earlier wish back. */
  pinOf(view: PlanView, wish: PinWish, now: number): Result<PlanPin | null>;
}

/** What a person wants of a block of the plan in force. */
export interface PinWish {
  readonly blockId: string;
  readonly pin: 'keep' | 'move' | 'skip' | 'none';
  readonly toAt?: number;
  readonly who: string;
}

/** What the planner is to do, as a person has said it. */
export interface PlanSettingsRoom {
  view(siteId: SiteId): { readonly settings: PlanSettings; readonly loads: readonly PlannableLoad[] };
  set(siteId: SiteId, settings: PlanSettings, who: string): Result<PlanSettings, Refusal>;
}

/** A part of the Health page, and a sentence for it. */
export interface PlannerCondition {
  readonly state: 'ok' | 'degraded' | 'off';
  readonly sentence: string;
}

/** What the overview says that comes next. */
export interface PlannedStep {
  readonly at: number;
  readonly role: ChannelRole;
  readonly sentence: string;
  readonly expected: boolean;
}

export interface Planner {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  /** What the page shows. */
  view(siteId: SiteId): PlanView;
  /** Plans now; the `plan` event tells when it is done. With `anew` the plan in force is not weighed against the new one. */
  planNow(siteId: SiteId, why: string, options?: { readonly anew: boolean }): void;
  /** Keeps, moves or skips a block, or takes that back, and plans anew. Failure: `plan.pin`, with a sentence. */
  pin(siteId: SiteId, wish: PinWish): Result<void>;
  whatIf(siteId: SiteId, changes: WhatIfChanges): Promise<Result<WhatIf>>;
  /** True while the plan in force says what this channel does: then nobody below a person's rule steers it beside. */
  covers(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId): boolean;
  inForce(siteId: SiteId): PlanInForce | null;
  nextSteps(siteId: SiteId): readonly PlannedStep[];
  /** Why the plan does what it does now, the battery first; empty in Watch and without a plan. */
  says(siteId: SiteId): readonly { readonly sentence: string; readonly code: string }[];
  condition(siteId: SiteId): PlannerCondition;
  /** Resolves when nothing is being planned. */
  idle(): Promise<void>;
}
