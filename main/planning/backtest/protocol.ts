import type { TrainedPolicy } from '../../../models/control-policy/policy.ts';
import type { BacktestAsk, BacktestView } from '../../../preload/contract/backtest.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { SiteId } from '../../ids.ts';
import type { Result } from '../../result.ts';
import type { PlayedChannel } from './home-loads.ts';
import type { SimSite } from './types.ts';

/** What the worker is told. Plain data only. */
export interface BacktestTask {
  readonly databasePath: string;
  readonly siteId: SiteId;
  readonly currency: string;
  readonly ask: BacktestAsk;
  readonly site: SimSite;
  /** Loads of the site that are played: what they drew is taken out of the home's load. */
  readonly channels: readonly PlayedChannel[];
  readonly fixedPrices: Pick<SiteSettings, 'fixedImportPerKwh' | 'fixedExportPerKwh'>;
  /** g CO2 per imported kWh, in the order of time. */
  readonly carbon: readonly { readonly at: number; readonly stepMs: number; readonly gPerKwh: number }[];
  readonly learnt: TrainedPolicy | null;
  /** What was assumed of the home, a sentence each. */
  readonly notes: readonly string[];
}

export type BacktestOutcome = NonNullable<BacktestView['result']>;

/** `null` is a run that was ended. */
export type BacktestReply =
  | { readonly type: 'progress'; readonly share: number; readonly sentence: string }
  | { readonly type: 'done'; readonly result: Result<BacktestOutcome | null> };
