import type { HourFrame } from '../features/frame.ts';
import { type Forecaster, rawQuantiles } from '../forecaster/forecaster.ts';
import type { ForecastDesign } from '../network/design.ts';
import type { Tensorflow } from '../network/quantile-network.ts';
import { judge, type Verdict } from './judge.ts';
import { evaluate, scoreOrigins } from './rolling-origin.ts';

/** The days that decide whether a version goes on serving. */
const RECENT_DAYS = 28;
const DAY_HOURS = 24;

/** Networks that may be asked about every hour from `from` on, because they were fitted to nothing at or after it. */
export interface HonestNetworks extends Pick<Forecaster, 'networks' | 'standardiser'> {
  readonly from: number;
}

/**
 * Judges a version on the whole local days just before `origin`, by day-ahead forecasts from their midnights: each made by
 * the last of `fits` (in the order of their `from`) that had not seen it. A day that all had seen is left out, so nothing
 * is judged by what it learnt by heart. `baseline` is null where no hour could be compared.
 */
export const judgeRecent = (
  tf: Tensorflow,
  design: ForecastDesign,
  frame: HourFrame,
  origin: number,
  fits: readonly HonestNetworks[],
): Omit<Verdict, 'bestBaseline'> & { readonly bestBaseline: Verdict['bestBaseline'] | null } => {
  let to = Math.min(origin, frame.hours - 1);
  while (to > 0 && frame.hour[to] !== 0) to -= 1;
  // One hour more than the days have as a rule: a long day among them must not cost the first midnight.
  const firstHonest = Math.min(...fits.map((fit) => fit.from));
  const from = Math.max(0, firstHonest, to - RECENT_DAYS * DAY_HOURS - 1);
  const origins = { from, to, everyHours: DAY_HOURS, horizon: DAY_HOURS };
  const scored = scoreOrigins(frame, design, origins, (rows, at) => {
    const fit = fits.findLast((each) => each.from <= at);
    if (fit === undefined) throw new Error(`no network may be asked about the hour ${at}`);
    return rawQuantiles(tf, fit, rows);
  });
  const evaluation = evaluate(scored, design, frame, from);
  const verdict = judge(evaluation);
  return { ...verdict, bestBaseline: evaluation.model.count > 0 ? verdict.bestBaseline : null };
};
