import type { SavingsView } from '../../../preload/contract/backtest.ts';
import type { Mode, Problem } from '../../../preload/contract/base.ts';
import type { Recommendation } from '../../../preload/contract/plan.ts';
import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { Tariff } from '../../../preload/contract/tariff.ts';
import type { CommandParsed } from '../../../preload/contract.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Result } from '../../result.ts';
import type { StoredCarbon } from '../../store/feed-types.ts';
import type { Store } from '../../store/types.ts';
import type { SiteProblem } from '../site/types.ts';

/** What the nightly account of savings reads of the house. */
export interface SavingsDeps {
  readonly store: Pick<
    Store,
    'sites' | 'series' | 'rollups' | 'prices' | 'settings' | 'safety' | 'devices' | 'actions' | 'advice'
  >;
  readonly clock: Clock;
  readonly bus: EventBus;
  mode(siteId: SiteId): Mode;
  planSettingsOf(siteId: SiteId): PlanSettings;
  carbonOf(siteId: SiteId, from: number, to: number): readonly StoredCarbon[];
  tariffAt(siteId: SiteId, at: number): Tariff | null;
}

/** What each finished day saved against self-consumption only. */
export interface Savings {
  start(signal: AbortSignal): void;
  /** Works out the days that are over and have no number yet, up to 30 back; answers a report. */
  work(siteId: SiteId, signal: AbortSignal): Promise<Result<string>>;
  view(siteId: SiteId, days: number): SavingsView;
}

/** What recommendations are made from. */
export interface RecommendationsDeps {
  readonly store: Pick<Store, 'sites' | 'series' | 'rollups' | 'prices' | 'settings' | 'devices' | 'advice'>;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly log: Log;
  mode(siteId: SiteId): Mode;
  planSettingsOf(siteId: SiteId): PlanSettings;
  /** The next hours of the home; fails where something that it needs is not known, and says what. */
  problemOf(siteId: SiteId): Promise<Result<SiteProblem>>;
  /** Mean wind at a moment, m/s; null where it is not known. */
  windOf(siteId: SiteId, from: number, to: number): (at: number) => number | null;
  /** Moves the run of a load in the plan in force to a start. Left out: nothing is planned. */
  readonly pin?: (wish: PinWish) => Promise<Result<void>>;
}

export interface PinWish {
  readonly siteId: SiteId;
  readonly laneId: string;
  readonly startAt: number;
  readonly who: string;
}

/** Advice that a person can take or leave. */
export interface Recommendations {
  /** Newest first. */
  list(siteId: SiteId, limit: number): readonly Recommendation[];
  /** Looks for advice now; answers how much of it is new, and a report. */
  find(siteId: SiteId): Promise<Result<{ readonly found: number; readonly sentence: string }>>;
  /** Looks whether the advice that is over came true; answers how many were settled. */
  settle(siteId: SiteId): number;
  answer(input: CommandParsed<'plan.answerRecommendation'>): Promise<Result<void, Problem>>;
}

export interface Advice {
  start(signal: AbortSignal): void;
  readonly savings: Pick<Savings, 'work' | 'view'>;
  readonly recommendations: Recommendations;
}
