import type { ChannelRole } from '../../../preload/contract/devices.ts';
import type { PlanBlock, PlanView, WhatIf, WhatIfChanges } from '../../../preload/contract/plan.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import type { ChannelId, DeviceId, SiteId } from '../../ids.ts';
import type { Result } from '../../result.ts';
import type { PlanPin } from '../../store/plans.ts';
import type { AnsweredProblem, SiteProblem } from '../site/types.ts';
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
  readonly blocks: readonly PlanBlock[];
}

/** The planner's side of a real home, as main/planning/site has it. */
export interface SiteRoom {
  problem(siteId: SiteId, now: number): Result<SiteProblem>;
  view(input: {
    readonly site: SiteProblem;
    readonly plan: Plan;
    readonly planId: string;
    readonly state: 'ready' | 'kept' | 'simple' | 'stale';
    readonly nextAt: number | null;
    readonly expiresAt: number;
    readonly planning: boolean;
    readonly pins: readonly PlanPin[];
  }): PlanView;
  emptyView(siteId: SiteId, state: 'waiting' | 'off', sentence: string, planning: boolean): PlanView;
  whatIf(site: SiteProblem, changes: WhatIfChanges): SiteProblem;
  whatIfView(asPlanned: AnsweredProblem, changed: AnsweredProblem): WhatIf;
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
  /** Plans now, though a plan is in force; answers when it is done. Failures: `plan.off`, and what the home lacks. */
  replan(siteId: SiteId, why: string, options?: { readonly anew: boolean }): Promise<Result<void>>;
  whatIf(siteId: SiteId, changes: WhatIfChanges): Promise<Result<WhatIf>>;
  /** True while the plan in force says what this channel does: then nobody below a person's rule steers it beside. */
  covers(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId): boolean;
  inForce(siteId: SiteId): PlanInForce | null;
  nextSteps(siteId: SiteId): readonly PlannedStep[];
  condition(siteId: SiteId): PlannerCondition;
  /** Resolves when nothing is being planned. */
  idle(): Promise<void>;
}

export type { LiveState };
