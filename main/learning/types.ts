import type { BatteryProjection, ForecastKind, ForecastView } from '../../preload/contract/insight.ts';
import type { SiteId } from '../ids.ts';
import type { Result } from '../result.ts';

export interface TrainingReport {
  readonly kind: ForecastKind;
  readonly version: string;
  readonly rows: number;
  readonly days: number;
  readonly tookMs: number;
  readonly backend: string;
  readonly modelRmseW: number;
  readonly seasonalNaiveRmseW: number;
  readonly physicalRmseW: number | null;
  /** True when the new version serves from now on. */
  readonly promoted: boolean;
  readonly sentence: string;
}

export interface ForecastReport {
  readonly issuedAt: number;
  readonly sentences: readonly string[];
}

/** Training and forecasting, in a worker; the main thread stays free. */
export interface Learning {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  train(
    siteId: SiteId,
    kind: ForecastKind,
    options: { readonly signal: AbortSignal; readonly onProgress: (share: number, sentence: string) => void },
  ): Promise<Result<TrainingReport>>;
  /** Reads what tonight's training would read and says, a sentence a kind, how much it is and whether it is enough. */
  prepare(siteId: SiteId, signal: AbortSignal): Promise<Result<string>>;
  /** Issues solar and load for 48 h and the battery simulation over them, stores them, and emits `forecast`. */
  forecast(siteId: SiteId, signal: AbortSignal): Promise<Result<ForecastReport>>;
  view(siteId: SiteId, kind: ForecastKind, hours: 24 | 48): ForecastView;
  battery(siteId: SiteId): BatteryProjection;
}
