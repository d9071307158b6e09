import type { EvaluationReport } from '../../../models/evaluation/report.ts';
import type { ForecastTarget } from '../../../models/forecast/types.ts';
import type { StepRow } from '../../../models/resolution/types.ts';
import type { Place } from '../csv/zone-place.ts';

export interface FileRequest {
  readonly csv: string;
  readonly column: string;
  readonly target: ForecastTarget;
  readonly unit: string | undefined;
  readonly timeZone: string;
  /** Null where it is guessed from the zone. */
  readonly place: Place | null;
  readonly capacityKw: number | null;
  readonly weather: string | null;
  /** UTC ms; `toAt` is exclusive. */
  readonly fromAt: number;
  readonly toAt: number;
  readonly horizonHours: number;
  readonly refitDays: number;
  readonly seed: number;
}

export interface FileEvaluation {
  /** In the shown unit. */
  readonly rows: readonly StepRow[];
  readonly report: EvaluationReport;
  readonly unit: string;
  readonly place: Place;
  readonly stepMinutes: number;
  readonly issues: number;
  /** Rows by who forecast them. */
  readonly servedBy: Readonly<Record<StepRow['servedBy'], number>>;
  readonly trainSeconds: readonly number[];
  readonly predictSeconds: readonly number[];
  readonly backend: string;
  /** Sentences that a person should know. */
  readonly notes: readonly string[];
}
