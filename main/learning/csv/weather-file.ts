import type { WeatherIssue } from '../../../models/features/issued-weather.ts';
import { canonicalWeather } from '../../../models/features/weather-columns.ts';
import { HOUR_MS, type StepSeries } from '../../../models/resolution/step-series.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { gridOf } from './grid.ts';
import { type NumberTable, readNumberTable } from './number-table.ts';

/** A file of weather: forecasts as issued, or observations, or (another file) both. */
export interface WeatherFile {
  readonly kind: 'issued' | 'observed';
  readonly columns: readonly string[];
  /** Forecast runs; 0 for observations. */
  readonly runs: number;
  readonly observed: ReadonlyMap<string, StepSeries>;
  readonly issuesFrom: (firstAt: number) => readonly WeatherIssue[];
}

/** Hours without a value between two that have one are filled by a line, where the hole is no longer. */
const LONGEST_HOLE_HOURS = 6;

interface NamedColumn {
  readonly name: string;
  readonly column: string;
  readonly factor: number;
  readonly offset: number;
}

/** Our names for the numeric columns of a file; of two columns that mean the same the second keeps its own. */
const namedColumns = (columns: readonly string[]): readonly NamedColumn[] => {
  const taken = new Set<string>();
  return columns.map((column) => {
    const known = canonicalWeather(column);
    const use = known !== null && !taken.has(known.name) ? known : { name: column, factor: 1, offset: 0 };
    taken.add(use.name);
    return { column, name: use.name, factor: use.factor, offset: use.offset };
  });
};

const scaled = (series: StepSeries, { factor, offset }: NamedColumn): StepSeries => ({
  ...series,
  values: series.values.map((value) => value * factor + offset),
});

const isKnown = (series: StepSeries): boolean => series.values.some((value) => !Number.isNaN(value));

/** All numeric columns on a grid but those named, under our names. */
export const observedColumns = (
  table: NumberTable,
  series: (column: string) => StepSeries,
  without: readonly string[],
): ReadonlyMap<string, StepSeries> => {
  const numeric = table.columns.filter((column) => !without.includes(column) && isKnown(series(column)));
  return new Map(namedColumns(numeric).map((named) => [named.name, scaled(series(named.column), named)]));
};

/** Means of hours, with short holes bridged by a line: weather models also step by three or six hours. */
const hoursOf = (sums: Float64Array, counts: Float64Array): Float32Array => {
  const hours = Float32Array.from(sums, (sum, hour) => sum / (counts[hour] ?? 0));
  let last = -1;
  for (let hour = 0; hour < hours.length; hour += 1) {
    const value = hours[hour] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const from = hours[last] ?? value;
    if (last >= 0 && hour - last <= LONGEST_HOLE_HOURS)
      for (let hole = last + 1; hole < hour; hole += 1)
        hours[hole] = from + ((value - from) * (hole - last)) / (hour - last);
    last = hour;
  }
  return hours;
};

const issuedFile = (table: NumberTable, validAt: Float64Array, without: readonly string[]): WeatherFile => {
  const issuedAt = table.times('issue_time_utc');
  const numeric = table.columns.filter(
    (column) => !without.includes(column) && table.numbers(column).some((value) => !Number.isNaN(value)),
  );
  const columns = namedColumns(numeric).map((named) => ({ ...named, numbers: table.numbers(named.column) }));
  const runs = new Map<number, number[]>();
  for (const [row, at] of issuedAt.entries()) {
    if (Number.isNaN(at) || Number.isNaN(validAt[row] ?? Number.NaN)) continue;
    const rows = runs.get(at);
    if (rows === undefined) runs.set(at, [row]);
    else rows.push(row);
  }
  return {
    kind: 'issued',
    columns: columns.map(({ name }) => name),
    runs: runs.size,
    observed: new Map(),
    issuesFrom: (firstAt) =>
      [...runs].map(([at, rows]) => {
        const hourOf = (row: number): number => Math.floor(((validAt[row] ?? 0) - firstAt) / HOUR_MS);
        const hours = rows.map(hourOf);
        const firstHour = hours.reduce((least, hour) => Math.min(least, hour), Number.POSITIVE_INFINITY);
        const length = hours.reduce((most, hour) => Math.max(most, hour), firstHour) - firstHour + 1;
        return {
          issuedAt: at,
          firstHour,
          columns: new Map(
            columns.map(({ name, numbers, factor, offset }) => {
              const sums = new Float64Array(length);
              const counts = new Float64Array(length);
              for (const [place, row] of rows.entries()) {
                const value = numbers[row] ?? Number.NaN;
                const hour = (hours[place] ?? 0) - firstHour;
                if (Number.isNaN(value)) continue;
                sums[hour] = (sums[hour] ?? 0) + value * factor + offset;
                counts[hour] = (counts[hour] ?? 0) + 1;
              }
              return [name, hoursOf(sums, counts)];
            }),
          ),
        };
      }),
  };
};

/**
 * Reads a weather file: `issue_time_utc` with `valid_time_utc` or `lead_h` are forecasts as issued, `timestamp_utc` are
 * observations. Names and units become ours where they are known, others keep their own.
 */
export const readWeatherFile = async (path: string): Promise<Result<WeatherFile>> => {
  const read = await readNumberTable(path);
  if (!read.ok) return read;
  const table = read.value;
  if (table.has('issue_time_utc') && table.has('valid_time_utc'))
    return ok(issuedFile(table, table.times('valid_time_utc'), ['issue_time_utc', 'valid_time_utc', 'lead_h']));
  if (table.has('issue_time_utc') && table.has('lead_h')) {
    const leads = table.numbers('lead_h');
    const validAt = table.times('issue_time_utc').map((at, row) => at + (leads[row] ?? Number.NaN) * HOUR_MS);
    return ok(issuedFile(table, validAt, ['issue_time_utc', 'lead_h']));
  }
  if (!table.has('timestamp_utc'))
    return permanent(
      'csv.no-weather-time',
      `${table.name} has neither issue_time_utc with valid_time_utc (or lead_h), nor timestamp_utc. Its columns are ${table.columns.join(', ')}.`,
      'Name the time columns so: issue_time_utc and valid_time_utc for forecasts, timestamp_utc for observations.',
    );
  const grid = gridOf(table, 'timestamp_utc');
  if (!grid.ok) return grid;
  const observed = observedColumns(table, grid.value.series, ['timestamp_utc']);
  return ok({ kind: 'observed', columns: [...observed.keys()], runs: 0, observed, issuesFrom: () => [] });
};
