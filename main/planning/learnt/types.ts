import type { TrainedPolicy } from '../../../models/control-policy/policy.ts';
import type { PolicyHome } from '../../../models/control-policy/types.ts';
import type { LearntPolicy as LearntPolicyView } from '../../../preload/contract/backtest.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { SiteId } from '../../ids.ts';
import type { Result } from '../../result.ts';
import type { PolicyCard } from './card.ts';

/** A home as the policy is trained for it. */
export interface HomeToLearn {
  readonly home: PolicyHome;
  readonly timeZone: string;
  readonly fixedPrices: Pick<SiteSettings, 'fixedImportPerKwh' | 'fixedExportPerKwh'>;
  /** Whether the tariff charges for peaks or demand, which the policy does not see. */
  readonly powerCharged: boolean;
}

/** What the worker is told. Plain data only. */
export interface PolicyTask {
  readonly databasePath: string;
  readonly siteId: SiteId;
  readonly learn: HomeToLearn;
  readonly now: number;
  readonly seed: number;
  readonly version: string;
  /** Absolute; the version is written there. */
  readonly folder: string;
  readonly codeVersion: string;
}

export type PolicyReply =
  | { readonly type: 'progress'; readonly share: number; readonly sentence: string }
  | { readonly type: 'done'; readonly result: Result<PolicyCard> };

export interface TrainPolicyOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, sentence: string) => void;
}

/** The policies that are learnt, one home each. They propose nothing by themselves. */
export interface LearntPolicies {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  /** What the page shows, but for the next training, which is the flow's. */
  view(siteId: SiteId): Omit<LearntPolicyView, 'nextAt'>;
  /** Trains one version and answers what came of it, in a sentence. One training at a time. */
  train(siteId: SiteId, options: TrainPolicyOptions): Promise<Result<string>>;
  /** The same in the background. */
  trainSoon(siteId: SiteId): Result<void>;
  cancel(siteId: SiteId): void;
  /** The newest version that passed its checks, for comparisons; null where there is none. */
  newest(siteId: SiteId): TrainedPolicy | null;
}
