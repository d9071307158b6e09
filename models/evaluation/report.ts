import type { ForecastTarget } from '../forecast/types.ts';
import { coveragePct, pinball } from '../metrics/band.ts';
import { mae, nrmsePct, r2, rmse, skillPct } from '../metrics/point.ts';

/** One forecast step beside what came; all in one unit. NaN is not known. */
export interface JudgedRow {
  /** Hours from the issue to the start of the step; a part of an hour counts as its hour. */
  readonly lead: number;
  readonly actual: number;
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly naive: number;
  readonly baseline: number;
}

/** The model against another forecast on the rows of which both know something; skill is less error, per cent. */
export interface Comparison {
  readonly count: number;
  readonly rmse: number;
  readonly mae: number;
  readonly skillRmsePct: number | null;
  readonly skillMaePct: number | null;
}

/** Errors are in the unit of the rows, shares in per cent; null where they are not defined. */
export interface Score {
  /** Rows that were measured and forecast. */
  readonly count: number;
  readonly rmse: number | null;
  readonly mae: number | null;
  readonly r2: number | null;
  readonly nrmsePct: number | null;
  readonly pinball: { readonly p10: number; readonly p50: number; readonly p90: number; readonly mean: number } | null;
  /** Of the 80 % band; for solar over the rows in which the band has a width or the truth had power. */
  readonly coveragePct: number | null;
  readonly naive: Comparison | null;
  readonly baseline: Comparison | null;
}

export interface EvaluationReport {
  readonly overall: Score;
  /** By hours ahead, counted from 1: the first hour is 1. */
  readonly byLead: readonly (Score & { readonly leadHours: string })[];
  /** What nRMSE is a share of, in the unit of the rows: the capacity, or the mean size of what was measured. */
  readonly reference: number;
  /** Rows that were measured and of which nothing could be forecast. */
  readonly unserved: number;
}

/** Hours ahead, from 1, that are reported together. */
const LEADS: readonly (readonly [string, from: number, to: number])[] = [
  ['1', 1, 1],
  ['2-3', 2, 3],
  ['4-6', 4, 6],
  ['7-12', 7, 12],
  ['13-18', 13, 18],
  ['19-24', 19, 24],
  ['25+', 25, Number.POSITIVE_INFINITY],
];
/** Solar power below this share of the reference is night, per cent. */
const NIGHT_PCT = 1;

const isJudged = (row: JudgedRow): boolean => Number.isFinite(row.actual + row.mean);

const compare = (rows: readonly JudgedRow[], other: (row: JudgedRow) => number): Comparison | null => {
  const both = rows.filter((row) => Number.isFinite(other(row)));
  if (both.length === 0) return null;
  const truth = both.map((row) => row.actual);
  const own = both.map((row) => row.mean);
  const theirs = both.map(other);
  const error = { rmse: rmse(truth, theirs), mae: mae(truth, theirs) };
  return {
    count: both.length,
    ...error,
    skillRmsePct: skillPct(rmse(truth, own), error.rmse),
    skillMaePct: skillPct(mae(truth, own), error.mae),
  };
};

const pinballOf = (rows: readonly JudgedRow[]): Score['pinball'] => {
  const banded = rows.filter((row) => Number.isFinite(row.p10 + row.p50 + row.p90));
  if (banded.length === 0) return null;
  const truth = banded.map((row) => row.actual);
  const losses = {
    p10: pinball(
      truth,
      banded.map((row) => row.p10),
      0.1,
    ),
    p50: pinball(
      truth,
      banded.map((row) => row.p50),
      0.5,
    ),
    p90: pinball(
      truth,
      banded.map((row) => row.p90),
      0.9,
    ),
  };
  return { ...losses, mean: (losses.p10 + losses.p50 + losses.p90) / 3 };
};

/** A night is no test of a band: 0 lies between 0 and 0 whoever forecasts it. */
const testsTheBand = (row: JudgedRow, target: ForecastTarget, reference: number): boolean =>
  Number.isFinite(row.p10 + row.p90) &&
  (target !== 'solar' || row.p90 > row.p10 || row.actual > (NIGHT_PCT / 100) * reference);

const scoreOf = (rows: readonly JudgedRow[], target: ForecastTarget, reference: number): Score => {
  const truth = rows.map((row) => row.actual);
  const mean = rows.map((row) => row.mean);
  const banded = rows.filter((row) => testsTheBand(row, target, reference));
  const known = rows.length > 0;
  return {
    count: rows.length,
    rmse: known ? rmse(truth, mean) : null,
    mae: known ? mae(truth, mean) : null,
    r2: known ? r2(truth, mean) : null,
    nrmsePct: known && reference > 0 ? nrmsePct(truth, mean, reference) : null,
    pinball: pinballOf(rows),
    coveragePct: coveragePct(
      banded.map((row) => row.actual),
      banded.map((row) => row.p10),
      banded.map((row) => row.p90),
    ),
    naive: compare(rows, (row) => row.naive),
    baseline: compare(rows, (row) => row.baseline),
  };
};

const referenceOf = (rows: readonly JudgedRow[], target: ForecastTarget, capacity: number | null): number => {
  if (target === 'solar' || target === 'wind')
    return capacity ?? rows.reduce((most, row) => Math.max(most, row.actual), 0);
  return rows.reduce((sum, row) => sum + Math.abs(row.actual), 0) / Math.max(1, rows.length);
};

/**
 * Scores forecasts, overall and by hours ahead. `capacity` is what solar and wind errors are a share of, in the unit of the
 * rows; null takes the largest that was measured. Load and price are shares of the mean size of what was measured.
 */
export const reportOf = (
  rows: readonly JudgedRow[],
  target: ForecastTarget,
  capacity: number | null,
): EvaluationReport => {
  const judged = rows.filter(isJudged);
  const reference = referenceOf(judged, target, capacity);
  return {
    overall: scoreOf(judged, target, reference),
    byLead: LEADS.flatMap(([leadHours, from, to]) => {
      const within = judged.filter((row) => Math.floor(row.lead) + 1 >= from && Math.floor(row.lead) + 1 <= to);
      return within.length === 0 ? [] : [{ leadHours, ...scoreOf(within, target, reference) }];
    }),
    reference,
    unserved: rows.filter((row) => Number.isFinite(row.actual) && !Number.isFinite(row.mean)).length,
  };
};
