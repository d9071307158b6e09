import { followBands } from '../../models/calibration/adaptive-band.ts';
import { evaluateRolling, type RollingRow } from '../../models/evaluation/rolling.ts';
import { frameAsKnown, localMidnights } from '../../models/evaluation/rolling-mask.ts';
import type { HourFrame } from '../../models/features/frame.ts';
import type { EarlierForecaster, ForecastModel } from '../../models/forecast/types.ts';
import type { Comparison, LeadErrors } from '../../preload/contract/models.ts';
import { temporary } from '../result.ts';
import type { Backend } from '../tensorflow.ts';
import type { JudgedDay } from './card.ts';
import { dayAheadComparison, leadErrorsOf, recordOf } from './judging.ts';
import { HORIZON_HOURS, JUDGED_DAYS, KIND_FACTS, LEARNING_DAYS } from './kinds.ts';
import type { SiteFrame } from './site-frame.ts';

const DAY_HOURS = 24;
/** One fit for all judged days: it may only get better when the version is fitted to them as well. */
const NEVER_AGAIN_DAYS = 10_000;

/** A fit to everything but the newest days, and how it did on them. */
export interface JudgedFit {
  readonly rows: readonly RollingRow[];
  readonly errors: Comparison;
  readonly byLead: readonly LeadErrors[];
  readonly record: readonly JudgedDay[];
  /** UTC ms. */
  readonly from: number;
  readonly to: number;
}

export type JudgedOutcome =
  | { readonly outcome: 'judged'; readonly judged: JudgedFit }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'too-little'; readonly days: number };

/** Whole days from the first hour that is known to the origin. */
export const daysKnown = ({ frame, origin }: Pick<SiteFrame, 'frame' | 'origin'>): number => {
  const first = frame.values.findIndex((value) => !Number.isNaN(value));
  return first < 0 ? 0 : Math.max(0, Math.floor((origin - first) / DAY_HOURS));
};

/** Fits to what lies before the newest days (four weeks, a quarter of a short history) and forecasts each of their midnights. */
export const judgeFit = async (
  backend: Backend,
  model: ForecastModel,
  data: SiteFrame,
  settings: Readonly<Record<string, number>>,
  seed: number,
  onProgress: (share: number, sentence: string) => Promise<boolean>,
): Promise<JudgedOutcome> => {
  const { frame, origin } = data;
  const days = daysKnown(data);
  if (days < LEARNING_DAYS) return { outcome: 'too-little', days };
  const midnights = localMidnights(frame, 0, origin + 1);
  const judgedDays = Math.min(JUDGED_DAYS, Math.floor(days / 4));
  const from = midnights.at(-1 - judgedDays) ?? 0;
  const to = midnights.at(-1) ?? origin;
  const rolling = await evaluateRolling(model, backend.tf, frame, {
    from,
    to: origin + 1,
    horizonHours: HORIZON_HOURS,
    refitDays: NEVER_AGAIN_DAYS,
    seed,
    settings,
    onProgress: (share) => onProgress(share, 'Learning from the past'),
  });
  if (rolling.outcome === 'cancelled') return { outcome: 'cancelled' };
  const judged = judgedBy(model, frame, rolling.rows, from, to);
  return judged === null ? { outcome: 'too-little', days } : { outcome: 'judged', judged };
};

/** How rows of midnights in [from, to) did; null where nothing can be compared. */
const judgedBy = (
  { target }: ForecastModel,
  frame: HourFrame,
  rows: readonly RollingRow[],
  from: number,
  to: number,
): JudgedFit | null => {
  // The day that has begun is no whole one.
  const own = rows.filter((row) => row.servedBy === 'model' && row.issue < to);
  const errors = dayAheadComparison(frame, own, target, null);
  if (errors === null) return null;
  return {
    rows,
    errors,
    byLead: leadErrorsOf(own, target, null),
    record: recordOf(frame, own),
    from: frame.atOf(from),
    to: frame.atOf(to),
  };
};

/** Judges a forecaster that has not seen the newest days, midnight by midnight, on a frame without what came after each. */
export const judgeEarlier = async (
  model: ForecastModel,
  { frame, origin }: SiteFrame,
  { forecaster, from: seenBefore }: EarlierForecaster,
  onProgress: (share: number, sentence: string) => Promise<boolean>,
): Promise<JudgedOutcome> => {
  const midnights = localMidnights(frame, seenBefore, origin + 1);
  const rows: RollingRow[] = [];
  const bands = followBands();
  for (const [place, midnight] of midnights.entries()) {
    if (!(await onProgress(place / midnights.length, 'Judging the newest weeks'))) return { outcome: 'cancelled' };
    const seen = frameAsKnown(frame, midnight);
    const { naive, baseline } = model.simple(seen, midnight);
    const said = forecaster.forecast(seen, midnight, HORIZON_HOURS);
    for (const row of bands.issue(said, seen.values, forecaster.bounds)) {
      const actual = frame.values[row.target] ?? Number.NaN;
      const simple = { naive: naive(row.target), baseline: baseline(row.target) };
      rows.push({ ...row, ...simple, issue: midnight, actual, servedBy: 'model' });
    }
  }
  const judged = judgedBy(model, frame, rows, midnights[0] ?? origin, midnights.at(-1) ?? origin);
  return judged === null ? { outcome: 'too-little', days: 0 } : { outcome: 'judged', judged };
};

/** What a person reads when there is not enough to learn from. */
export const tooLittle = (kind: keyof typeof KIND_FACTS, days: number) =>
  temporary(
    'learning.too-little',
    `There are only ${days} days of ${KIND_FACTS[kind].what}; a model needs about four weeks.`,
    'Nothing has to be done: a simple forecast serves until enough has been measured. History can also be imported.',
  );

export const cancelledTraining = () =>
  temporary('learning.cancelled', 'The training was cancelled.', 'Start it again when it suits you.');
