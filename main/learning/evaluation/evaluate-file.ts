import { reportOf } from '../../../models/evaluation/report.ts';
import type { ForecastModel } from '../../../models/forecast/types.ts';
import { evaluateSeries } from '../../../models/resolution/evaluate-series.ts';
import type { StepSeries } from '../../../models/resolution/step-series.ts';
import type { StepRow } from '../../../models/resolution/types.ts';
import type { Clock } from '../../clock.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { Backend } from '../../tensorflow.ts';
import { readSeriesFile } from '../csv/series-file.ts';
import { readWeatherFile, type WeatherFile } from '../csv/weather-file.ts';
import { placeOfZone } from '../csv/zone-place.ts';
import type { FileEvaluation, FileRequest } from './types.ts';
import { type UnitScale, unitScale } from './units.ts';

export interface FileDeps {
  readonly model: ForecastModel;
  readonly loadBackend: () => Promise<Backend>;
  readonly clock: Clock;
  readonly onProgress: (share: number, sentence: string) => Promise<boolean>;
}

const scaledBy = (series: StepSeries, factor: number): StepSeries => ({
  ...series,
  values: series.values.map((value) => value * factor),
});

const shown = (row: StepRow, { toShown }: UnitScale): StepRow => ({
  ...row,
  actual: row.actual * toShown,
  mean: row.mean * toShown,
  p10: row.p10 * toShown,
  p50: row.p50 * toShown,
  p90: row.p90 * toShown,
  naive: row.naive * toShown,
  baseline: row.baseline * toShown,
});

const weatherNote = ({ kind, columns, runs }: WeatherFile): string =>
  kind === 'issued'
    ? `The weather file holds ${runs === 1 ? '1 forecast' : `${runs} forecasts`} of ${columns.join(', ')}; each is used from its issue on.`
    : `The weather file holds observations of ${columns.join(', ')}; each is used once its hour is over.`;

const endOf = ({ firstAt, stepMs, values }: StepSeries): number => firstAt + values.length * stepMs;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

const outside = (series: StepSeries, { fromAt, toAt, column }: FileRequest): Result<null> => {
  const first = series.values.findIndex((value) => !Number.isNaN(value));
  const knownAt = series.firstAt + first * series.stepMs;
  if (knownAt >= toAt || endOf(series) < fromAt - 14 * 86_400_000)
    return permanent(
      'evaluate.outside',
      `"${column}" is measured from ${day(knownAt)} to ${day(endOf(series))}, and the test span is ${day(fromAt)} to ${day(toAt)}.`,
      'Choose --test-from and --test-to within the measurements, with some weeks before them to learn from.',
    );
  return ok(null);
};

/** Evaluates one column of a file, as the command line and the page do. Progress that answers false ends it. */
export const evaluateFile = async (request: FileRequest, deps: FileDeps): Promise<Result<FileEvaluation>> => {
  const { clock, model } = deps;
  const file = await readSeriesFile(request.csv, request.column);
  if (!file.ok) return file;
  const weather = request.weather === null ? null : await readWeatherFile(request.weather);
  if (weather !== null && !weather.ok) return weather;
  const { series, signals, notes } = file.value;
  const scale = unitScale(request.target, request.unit, request.column, series.stepMs);
  if (scale === null)
    return permanent('evaluate.unit', `"${request.unit ?? ''}" is no unit of power.`, 'Use kW, kWh or W.');
  const inside = outside(series, request);
  if (!inside.ok) return inside;
  const place = request.place ?? placeOfZone(request.timeZone);
  const backend = await deps.loadBackend();
  const evaluated = await evaluateSeries(
    model,
    backend.tf,
    {
      series: scaledBy(series, scale.toModel),
      signals: new Map([...signals, ...(weather?.value.observed ?? [])]),
      issuesFrom: weather?.value.issuesFrom ?? (() => []),
      timeZone: request.timeZone,
      ...place,
    },
    {
      fromAt: request.fromAt,
      toAt: request.toAt,
      horizonHours: request.horizonHours,
      refitDays: request.refitDays,
      seed: request.seed,
      settings: {},
      nowMs: () => clock.now(),
      onProgress: deps.onProgress,
    },
  );
  if (evaluated.outcome === 'cancelled')
    return temporary('evaluate.cancelled', 'The evaluation was ended.', 'Start it again when it suits you.');
  if (evaluated.issues === 0)
    return permanent(
      'evaluate.no-midnight',
      `There is no midnight of ${request.timeZone} in the test span that the file reaches.`,
      'Choose a longer span; --test-to is exclusive.',
    );
  const rows = evaluated.rows.map((row) => shown(row, scale));
  const count = (by: StepRow['servedBy']): number => rows.filter((row) => row.servedBy === by).length;
  const servedBy = { model: count('model'), baseline: count('baseline'), nobody: count('nobody') };
  return ok({
    rows,
    report: reportOf(rows, request.target, request.capacityKw),
    unit: scale.shown,
    place,
    stepMinutes: series.stepMs / 60_000,
    issues: evaluated.issues,
    servedBy,
    trainSeconds: evaluated.fitSeconds,
    predictSeconds: evaluated.predictSeconds,
    backend: backend.name,
    notes: [
      ...notes,
      ...(request.place === null
        ? [
            `Without --lat and --lon the place is guessed from ${request.timeZone}: ${place.latitude}° N, ${place.longitude}° E.`,
          ]
        : []),
      ...(weather === null ? [] : [weatherNote(weather.value)]),
      ...(servedBy.baseline > 0
        ? [
            `The simple baseline served ${servedBy.baseline} of ${rows.length} steps: there was too little for the model.`,
          ]
        : []),
      ...(servedBy.nobody > 0
        ? [`${servedBy.nobody} steps have no forecast: nothing like them had been measured before.`]
        : []),
    ],
  });
};
