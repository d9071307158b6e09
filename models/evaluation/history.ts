import type { HourFrame } from '../features/frame.ts';
import type { ForecastModel } from '../forecast/types.ts';
import type { Tensorflow } from '../learners/types.ts';
import { type EvaluationReport, reportOf } from './report.ts';
import { evaluateRolling, type Rolling, type RollingOptions } from './rolling.ts';
import { localMidnights } from './rolling-mask.ts';

export interface HistoryOptions extends Omit<RollingOptions, 'from' | 'to'> {
  /** Whole local days to look back on. */
  readonly days: number;
  /** What solar and wind errors are a share of, in the unit of the frame; null takes the largest measured. */
  readonly capacity: number | null;
}

export interface HistoryEvaluation {
  readonly rolling: Rolling;
  readonly report: EvaluationReport;
  /** UTC ms: the first midnight that was forecast and the end of the last day; null where no day could be. */
  readonly from: number | null;
  readonly to: number | null;
}

/** The same evaluation on a home's own history: the newest whole local days before `origin`, midnight by midnight. */
export const evaluateHistory = async (
  model: ForecastModel,
  tf: Tensorflow,
  frame: HourFrame,
  origin: number,
  options: HistoryOptions,
): Promise<HistoryEvaluation> => {
  const midnights = localMidnights(frame, 0, origin + 1);
  const last = midnights.at(-1) ?? 0;
  // The first midnight has no day before it to learn from.
  const first = midnights.slice(1).at(-options.days - 1) ?? midnights[1] ?? last;
  // What came after the newest whole day is not judged, so it is not there.
  const known = { ...frame, values: frame.values.map((value, index) => (index < last ? value : Number.NaN)) };
  const rolling = await evaluateRolling(model, tf, known, { ...options, from: first, to: last });
  return {
    rolling,
    report: reportOf(rolling.rows, model.target, options.capacity),
    from: first < last ? frame.atOf(first) : null,
    to: first < last ? frame.atOf(last) : null,
  };
};
