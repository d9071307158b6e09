import type { Score } from '../../models/evaluation/report.ts';
import type { FileEvaluation } from '../learning/evaluation/types.ts';
import type { EvaluateRequest } from './evaluate-request.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const seconds = (values: readonly number[]) => ({
  total: sum(values),
  each: values.length > 0 ? sum(values) / values.length : 0,
  count: values.length,
});

/** What a script reads: the scores at the top, then by lead time, then what they are made from. */
export const dataOf = (request: EvaluateRequest, evaluation: FileEvaluation) => {
  const { report, trainSeconds, predictSeconds } = evaluation;
  const { overall } = report;
  return {
    ...overall,
    skillNaivePct: overall.naive?.skillRmsePct ?? null,
    skillBaselinePct: overall.baseline?.skillRmsePct ?? null,
    byLead: report.byLead,
    seconds: { train: seconds(trainSeconds), predict: seconds(predictSeconds) },
    unit: evaluation.unit,
    target: request.target === 'solar' ? 'pv' : request.target,
    column: request.column,
    zone: request.timeZone,
    place: { ...evaluation.place, guessed: request.place === null },
    testFrom: new Date(request.fromAt).toISOString(),
    testTo: new Date(request.toAt).toISOString(),
    horizonHours: request.horizonHours,
    refitDays: request.refitDays,
    stepMinutes: evaluation.stepMinutes,
    issues: evaluation.issues,
    rows: evaluation.rows.length,
    servedBy: evaluation.servedBy,
    unserved: report.unserved,
    nrmseReference: report.reference,
    seed: request.seed,
    backend: evaluation.backend,
    notes: evaluation.notes,
    out: request.out,
  };
};

const figure = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);

/** The columns of the table: a head and the figure of a score. */
const COLUMNS: readonly (readonly [string, (score: Score) => string])[] = [
  ['rows', (score) => String(score.count)],
  ['RMSE', (score) => figure(score.rmse, 3)],
  ['MAE', (score) => figure(score.mae, 3)],
  ['R²', (score) => figure(score.r2, 3)],
  ['nRMSE %', (score) => figure(score.nrmsePct, 1)],
  ['naive', (score) => figure(score.naive?.rmse, 3)],
  ['skill %', (score) => figure(score.naive?.skillRmsePct, 1)],
  ['baseline', (score) => figure(score.baseline?.rmse, 3)],
  ['skill %', (score) => figure(score.baseline?.skillRmsePct, 1)],
  ['pinball', (score) => figure(score.pinball?.mean, 3)],
  ['in band %', (score) => figure(score.coveragePct, 1)],
];

const tableOf = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
};

/** What a person reads. */
export const linesOf = (request: EvaluateRequest, evaluation: FileEvaluation): readonly string[] => {
  const { report, trainSeconds, predictSeconds, issues, unit } = evaluation;
  const row = (name: string, score: Score): readonly string[] => [name, ...COLUMNS.map(([, of]) => of(score))];
  const each = predictSeconds.length > 0 ? (1000 * sum(predictSeconds)) / predictSeconds.length : 0;
  return [
    `${request.column}: ${issues} forecasts of ${request.horizonHours} h from local midnights of ${request.timeZone}, in ${unit}.`,
    '',
    ...tableOf([
      ['hours ahead', ...COLUMNS.map(([head]) => head)],
      row('all', report.overall),
      ...report.byLead.map((score) => row(score.leadHours, score)),
    ]),
    '',
    `${trainSeconds.length === 1 ? '1 training' : `${trainSeconds.length} trainings`} took ${figure(sum(trainSeconds), 1)} s, a forecast ${figure(each, 0)} ms (${evaluation.backend}).`,
    ...evaluation.notes,
    `Every step is in ${request.out}.`,
  ];
};
