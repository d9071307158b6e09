import { isUsableStep, type StepSeries } from '../../../models/resolution/step-series.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { gridOf } from './grid.ts';
import { readNumberTable } from './number-table.ts';
import { observedColumns } from './weather-file.ts';

const TIME_COLUMN = 'timestamp_utc';

/** One column of a file as a series in the file's own unit, the other columns beside it, and what was noticed. */
export interface SeriesFile {
  readonly series: StepSeries;
  readonly signals: ReadonlyMap<string, StepSeries>;
  readonly rows: number;
  readonly steps: number;
  readonly missing: number;
  /** Sentences about rows that were passed over or put right. */
  readonly notes: readonly string[];
}

const countOf = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const stepText = (stepMs: number): string => `${Number((stepMs / 60_000).toFixed(3))} min`;

/** Reads a measured series from a CSV or a gzipped CSV whose first column is `timestamp_utc`, the start of the interval. */
export const readSeriesFile = async (path: string, column: string): Promise<Result<SeriesFile>> => {
  const read = await readNumberTable(path);
  if (!read.ok) return read;
  const table = read.value;
  if (table.columns[0] !== TIME_COLUMN)
    return permanent(
      'csv.no-time',
      `The first column of ${table.name} is "${table.columns[0] ?? ''}", not ${TIME_COLUMN}.`,
      `Make the start of the interval in UTC the first column and name it ${TIME_COLUMN}.`,
    );
  if (!table.has(column) || column === TIME_COLUMN)
    return permanent(
      'csv.no-column',
      `${table.name} has no column "${column}". Its columns are ${table.columns.slice(1).join(', ')}.`,
      'Name one of them with --column.',
    );
  const grid = gridOf(table, TIME_COLUMN);
  if (!grid.ok) return grid;
  const { stepMs, steps, badTimes, duplicates, offGrid, unsorted } = grid.value;
  if (!isUsableStep(stepMs))
    return permanent(
      'csv.odd-step',
      `${table.name} has a step of ${stepText(stepMs)}, which divides neither an hour nor a day.`,
      'Bring it to 5, 10, 15, 30 or 60 min, or to some hours that divide a day.',
    );
  const series = grid.value.series(column);
  const missing = series.values.filter(Number.isNaN).length;
  if (missing === steps)
    return permanent(
      'csv.no-numbers',
      `The column "${column}" of ${table.name} has no number in it.`,
      'Choose another column, or write numbers with a decimal point.',
    );
  const odd = table.unreadable(column);
  return ok({
    series,
    signals: observedColumns(table, grid.value.series, [TIME_COLUMN, column]),
    rows: table.rows,
    steps,
    missing,
    notes: [
      ...(unsorted ? ['The rows were not in the order of time and have been sorted.'] : []),
      ...(duplicates > 0
        ? [`${countOf(duplicates, 'row repeats', 'rows repeat')} a time: the last value of each counts.`]
        : []),
      ...(badTimes > 0
        ? [`${countOf(badTimes, 'row without a readable time is', 'rows without a readable time are')} left out.`]
        : []),
      ...(offGrid > 0
        ? [`${countOf(offGrid, 'time between two steps is', 'times between two steps are')} left out.`]
        : []),
      ...(odd > 0
        ? [`${countOf(odd, 'cell that is no number counts', 'cells that are no numbers count')} as missing.`]
        : []),
      ...(missing > 0 ? [`${missing} of ${steps} steps are missing.`] : []),
    ],
  });
};
