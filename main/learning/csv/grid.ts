import type { StepSeries } from '../../../models/resolution/step-series.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { NumberTable } from './number-table.ts';

/** Rows of a file on equal steps, and what had to be passed over for that. */
export interface Grid {
  readonly firstAt: number;
  readonly stepMs: number;
  readonly steps: number;
  /** Rows whose time is no instant, stands there already, or lies between two steps. */
  readonly badTimes: number;
  readonly duplicates: number;
  readonly offGrid: number;
  readonly unsorted: boolean;
  /** A column on the grid. Of rows with the same time the last that says something counts. */
  series(column: string): StepSeries;
}

/** More rows than this that do not fit mean that the steps were not understood, not that a few rows are bad. */
const MOST_MISFITS = 0.05;
const MOST_STEPS = 20_000_000;

const commonest = (values: Iterable<number>): number => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = Number.NaN;
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
};

const unusable = (table: NumberTable, what: string, advice: string) =>
  permanent('csv.no-steps', `${table.name}: ${what}.`, advice);

const isoOf = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Finds the fixed step of a file by its time column. Rows may stand in any order; gaps stay gaps. */
export const gridOf = (table: NumberTable, timeColumn: string): Result<Grid> => {
  const times = table.times(timeColumn);
  const badTimes = times.filter(Number.isNaN).length;
  if (badTimes > MOST_MISFITS * table.rows)
    return unusable(
      table,
      `${badTimes} of ${table.rows} cells of ${timeColumn} are no instant`,
      'Write them as 2026-01-31T23:00:00Z: the start of the interval in UTC.',
    );
  const sorted = [...new Set(times.filter((at) => !Number.isNaN(at)))].sort((one, other) => one - other);
  const stepMs = commonest(sorted.slice(1).map((at, place) => at - (sorted[place] ?? 0)));
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined || Number.isNaN(stepMs))
    return unusable(table, 'it has a single time, so it has no step', 'Give at least a few days of measurements.');
  const phase = commonest(sorted.map((at) => at % stepMs));
  const firstAt = first - ((((first - phase) % stepMs) + stepMs) % stepMs);
  const steps = Math.floor((last - firstAt) / stepMs) + 1;
  if (steps > MOST_STEPS)
    return unusable(
      table,
      `from ${isoOf(first)} to ${isoOf(last)} there would be ${steps} steps of ${stepMs / 1000} s`,
      'Look for a wrong year among the times.',
    );
  const offGrid = sorted.filter((at) => (at - firstAt) % stepMs !== 0).length;
  if (offGrid > MOST_MISFITS * sorted.length)
    return unusable(
      table,
      `it has no fixed step: most are ${stepMs / 60_000} min apart, and ${offGrid} of ${sorted.length} times lie between`,
      'Bring it to one step first.',
    );
  const known = table.rows - badTimes;
  const places = times.map((at) => ((at - firstAt) % stepMs === 0 ? (at - firstAt) / stepMs : Number.NaN));
  return ok({
    firstAt,
    stepMs,
    steps,
    badTimes,
    duplicates: known - sorted.length,
    offGrid,
    unsorted: times.some((at, row) => row > 0 && at < (times[row - 1] ?? at)),
    series: (column) => {
      const values = new Float64Array(steps).fill(Number.NaN);
      const numbers = table.numbers(column);
      for (const [row, value] of numbers.entries()) {
        const place = places[row] ?? Number.NaN;
        if (!Number.isNaN(place) && !Number.isNaN(value)) values[place] = value;
      }
      return { firstAt, stepMs, values };
    },
  });
};
