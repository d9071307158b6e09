import { type EvaluationReport, type JudgedRow, reportOf } from '../../models/evaluation/report.ts';
import type { RollingRow } from '../../models/evaluation/rolling.ts';
import { localMidnights } from '../../models/evaluation/rolling-mask.ts';
import type { HourFrame } from '../../models/features/frame.ts';
import type { FittedForecaster, ForecastModel, ForecastTarget } from '../../models/forecast/types.ts';
import type { Comparison, LeadErrors, ModelErrors } from '../../preload/contract/models.ts';
import type { JudgedDay } from './card.ts';
import { JUDGED_DAYS, LEAST_JUDGED_DAYS, writeError } from './kinds.ts';
import type { LoadedVersion } from './version-cache.ts';

/** Squared errors summed over hours that the model and both simple forecasts forecast. */
export interface SquaredErrors {
  readonly hours: number;
  readonly days: number;
  readonly model: number;
  readonly baseline: number;
  readonly naive: number;
}

export const sumOf = (days: readonly JudgedDay[]): SquaredErrors =>
  days.reduce(
    (sum, day) => ({
      days: sum.days + 1,
      hours: sum.hours + day.hours,
      model: sum.model + day.model,
      baseline: sum.baseline + day.baseline,
      naive: sum.naive + day.naive,
    }),
    { days: 0, hours: 0, model: 0, baseline: 0, naive: 0 },
  );

interface ScoredHour {
  readonly at: number;
  readonly actual: number;
  readonly mean: number;
  readonly baseline: number;
  readonly naive: number;
}

const dayOf = (at: number, hours: readonly ScoredHour[]): JudgedDay =>
  hours.reduce(
    (sum, { actual, mean, baseline, naive }) => ({
      at,
      hours: sum.hours + 1,
      model: sum.model + (actual - mean) ** 2,
      baseline: sum.baseline + (actual - baseline) ** 2,
      naive: sum.naive + (actual - naive) ** 2,
    }),
    { at, hours: 0, model: 0, baseline: 0, naive: 0 },
  );

const isWhole = ({ actual, mean, baseline, naive }: Omit<ScoredHour, 'at'>): boolean =>
  Number.isFinite(actual + mean + baseline + naive);

/** Rows of the day that begins at their issue, of which all three forecasts and the truth are known. */
const dayAhead = (frame: HourFrame, rows: readonly RollingRow[]): readonly RollingRow[] =>
  rows.filter((row) => row.servedBy === 'model' && frame.day[row.target] === frame.day[row.issue] && isWhole(row));

/** The days of a rolling evaluation as squared errors. */
export const recordOf = (frame: HourFrame, rows: readonly RollingRow[]): readonly JudgedDay[] => {
  const byIssue = new Map<number, ScoredHour[]>();
  for (const row of dayAhead(frame, rows)) {
    const hours = byIssue.get(row.issue) ?? [];
    hours.push({ at: frame.atOf(row.target), ...row });
    byIssue.set(row.issue, hours);
  }
  return [...byIssue].map(([issue, hours]) => dayOf(frame.atOf(issue), hours));
};

const errorsOf = (
  rows: readonly JudgedRow[],
  target: ForecastTarget,
  capacity: number | null,
  naiveRmse: number | null,
): ModelErrors | null => {
  const { overall } = reportOf(rows, target, capacity);
  if (overall.rmse === null || overall.mae === null) return null;
  return {
    count: overall.count,
    rmse: overall.rmse,
    mae: overall.mae,
    r2: overall.r2,
    nrmsePct: overall.nrmsePct,
    skillPct: naiveRmse !== null && naiveRmse > 0 ? 100 * (1 - overall.rmse / naiveRmse) : null,
    pinball: overall.pinball?.mean ?? null,
    coveragePct: overall.coveragePct,
  };
};

const asPoint = (rows: readonly JudgedRow[], value: (row: JudgedRow) => number): readonly JudgedRow[] =>
  rows.map((row) => ({ ...row, mean: value(row), p10: Number.NaN, p50: Number.NaN, p90: Number.NaN }));

/** All three on the same rows; null where there is none. Rows of which one of them knows nothing are left out. */
export const comparisonOf = (
  all: readonly JudgedRow[],
  target: ForecastTarget,
  capacity: number | null,
): Comparison | null => {
  const rows = all.filter(isWhole);
  const naive = errorsOf(
    asPoint(rows, (row) => row.naive),
    target,
    capacity,
    null,
  );
  const model = errorsOf(rows, target, capacity, naive?.rmse ?? null);
  if (model === null) return null;
  return {
    model,
    naive,
    baseline: errorsOf(
      asPoint(rows, (row) => row.baseline),
      target,
      capacity,
      naive?.rmse ?? null,
    ),
  };
};

/** Where the naive forecast errs by less than this share of its usual error, as with the sun at night, a ratio tells nothing. */
const TELLING_SHARE = 0.05;

const byLeadOf = ({ byLead, overall }: EvaluationReport) =>
  byLead.map((lead) => ({
    lead,
    tells: (lead.naive?.rmse ?? 0) >= TELLING_SHARE * (overall.naive?.rmse ?? 0),
  }));

export const leadErrorsOf = (
  rows: readonly JudgedRow[],
  target: ForecastTarget,
  capacity: number | null,
): readonly LeadErrors[] =>
  byLeadOf(reportOf(rows.filter(isWhole), target, capacity)).flatMap(({ lead, tells }) =>
    lead.rmse === null
      ? []
      : [
          {
            leadHours: lead.leadHours,
            count: lead.count,
            rmse: lead.rmse,
            rmseNaive: lead.naive?.rmse ?? null,
            rmseBaseline: lead.baseline?.rmse ?? null,
            skillPct: tells ? (lead.naive?.skillRmsePct ?? null) : null,
          },
        ],
  );

/** Day-ahead errors of a rolling evaluation, the model's own rows only. */
export const dayAheadComparison = (
  frame: HourFrame,
  rows: readonly RollingRow[],
  target: ForecastTarget,
  capacity: number | null,
): Comparison | null => comparisonOf(dayAhead(frame, rows), target, capacity);

const forecastAgain = (
  fitted: FittedForecaster,
  model: ForecastModel,
  frame: HourFrame,
  midnight: number,
  hours: number,
): readonly ScoredHour[] => {
  const { naive, baseline } = model.simple(frame, midnight);
  return fitted.forecast(frame, midnight, hours).flatMap(({ target, mean }) => {
    const actual = frame.values[target] ?? Number.NaN;
    const hour = { actual, mean, baseline: baseline(target), naive: naive(target) };
    return isWhole(hour) ? [{ at: frame.atOf(target), ...hour }] : [];
  });
};

/**
 * How a version did on the newest whole local days before `origin`, at most four weeks: by its card on days before it was
 * trained, when a fit that had not seen them was asked, and by the version itself on days that came after. A day that it
 * has learnt from is never held in its favour.
 */
export const judgeLately = (
  { card, fitted, lately }: LoadedVersion,
  model: ForecastModel,
  frame: HourFrame,
  origin: number,
): readonly JudgedDay[] => {
  const midnights = localMidnights(frame, 0, Math.min(origin + 1, frame.hours)).slice(-JUDGED_DAYS - 1);
  const kept = new Map(card.judged.record.map((day) => [day.at, day]));
  return midnights.slice(0, -1).flatMap((midnight, place) => {
    const at = frame.atOf(midnight);
    const hours = (midnights[place + 1] ?? midnight) - midnight;
    if (at < card.data.to) return kept.get(at) ?? [];
    const measured = frame.values.subarray(midnight, midnight + hours).filter((value) => !Number.isNaN(value)).length;
    const known = lately.get(at);
    if (known !== undefined && known.hours === measured) return [known];
    const day = dayOf(at, forecastAgain(fitted, model, frame, midnight, hours));
    lately.set(at, day);
    return day.hours === 0 ? [] : [day];
  });
};

/** Whether a version may serve, and the simple forecast that serves where it may not. */
export interface Verdict {
  readonly serves: boolean;
  readonly better: 'baseline' | 'naive';
  readonly sentence: string;
}

/** Never worse than naive: a model serves only while it beats both simple forecasts on the newest whole days. */
export const verdictOf = (sums: SquaredErrors, unit: string): Verdict => {
  const rmse = (squares: number): number => Math.sqrt(squares / Math.max(1, sums.hours));
  const better = sums.naive < sums.baseline ? 'naive' : 'baseline';
  if (sums.days < LEAST_JUDGED_DAYS)
    return {
      serves: false,
      better: 'baseline',
      sentence: `Only ${sums.days} days could be compared, too few to trust a model.`,
    };
  const model = rmse(sums.model);
  const best = rmse(Math.min(sums.naive, sums.baseline));
  // A close call is said with a decimal: nobody believes a winner of equal figures.
  const digits = writeError(model, unit, 0) === writeError(best, unit, 0) ? 1 : 0;
  const figures = `${writeError(model, unit, digits)} against ${writeError(best, unit, digits)} of the best simple forecast over the newest ${sums.days} days`;
  const serves = model < best;
  return {
    serves,
    better,
    sentence: serves ? `The model errs by ${figures}.` : `The model lost, erring by ${figures}.`,
  };
};
