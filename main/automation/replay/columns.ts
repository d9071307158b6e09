import type { HourSources } from '../../learning/hour-sources.ts';
import type { Rollup, SeriesKey, StoredReading } from '../../store/types.ts';

/** The steps of a replay. */
export interface Grid {
  readonly from: number;
  readonly stepMs: number;
  readonly steps: number;
}

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
/** A state that was written when it changed speaks so long by itself. */
const STATE_REACH_MS = HOUR_MS;

export const unknownColumn = ({ steps }: Grid): Float64Array => new Float64Array(steps).fill(Number.NaN);

const stepOf = ({ from, stepMs }: Grid, at: number): number => Math.floor((at - from) / stepMs);

/** Writes a value onto the steps that begin in [from, to). */
const fillSpan = (column: Float64Array, grid: Grid, value: number, from: number, to: number): void => {
  const first = Math.max(0, Math.ceil((from - grid.from) / grid.stepMs));
  const last = Math.min(grid.steps, Math.ceil((to - grid.from) / grid.stepMs));
  if (last > first) column.fill(value, first, last);
};

const fillRollups = (column: Float64Array, grid: Grid, rows: readonly Rollup[], lengthMs: number): void => {
  for (const { at, mean, quality } of rows) if (quality !== 'suspect') fillSpan(column, grid, mean, at, at + lengthMs);
};

/** Means of the minutes of each step over what the rollups said; a step without a minute keeps that. */
const fillMinutes = (column: Float64Array, grid: Grid, rows: readonly StoredReading[]): void => {
  let step = -1;
  let sum = 0;
  let count = 0;
  const close = (): void => {
    if (count > 0 && step >= 0 && step < grid.steps) column[step] = sum / count;
  };
  for (const { at, value, quality } of rows) {
    if (quality === 'suspect') continue;
    const next = stepOf(grid, at);
    if (next !== step) {
      close();
      step = next;
      sum = 0;
      count = 0;
    }
    sum += value;
    count += 1;
  }
  close();
};

const spanOf = (grid: Grid): readonly [number, number] => [grid.from, grid.from + grid.steps * grid.stepMs];

/** A measured quantity at the steps: minutes where they are kept, else quarters, else hours. */
export const measuredColumn = (sources: HourSources, key: SeriesKey, grid: Grid): Float64Array => {
  const column = unknownColumn(grid);
  const id = sources.series.find(key);
  if (id === undefined) return column;
  const [from, to] = spanOf(grid);
  fillRollups(column, grid, sources.rollups.range('hour', id, from - HOUR_MS, to), HOUR_MS);
  fillRollups(column, grid, sources.rollups.range('15min', id, from - QUARTER_MS, to), QUARTER_MS);
  fillMinutes(column, grid, sources.readings.range(id, from, to));
  return column;
};

/** Since when quarters are kept of the span, so that a person can be told how fine it is. */
export const finestFrom = (sources: HourSources, key: SeriesKey, grid: Grid): number => {
  const id = sources.series.find(key);
  const [from, to] = spanOf(grid);
  const first = id === undefined ? undefined : sources.rollups.range('15min', id, from, to)[0]?.at;
  const raw = id === undefined ? undefined : sources.readings.range(id, from, Math.min(to, first ?? to))[0]?.at;
  return Math.min(first ?? to, raw ?? to);
};

/**
 * Whether a channel was on: as it was written, which it is when it changes, for as long as the channel's power shows that it
 * still answered; else by its power, where `onAboveW` is more than a plug draws for itself.
 */
export const onColumn = (
  sources: HourSources,
  key: SeriesKey,
  powerW: Float64Array,
  grid: Grid,
  onAboveW: number,
): Float64Array => {
  const column = powerW.map((power) => (Number.isNaN(power) ? Number.NaN : power > onAboveW ? 1 : 0));
  const id = sources.series.find(key);
  if (id === undefined) return column;
  const [from, to] = spanOf(grid);
  const rows = sources.readings.range(id, from - 3 * 24 * HOUR_MS, to);
  rows.forEach(({ at, value, quality }, index) => {
    if (quality === 'suspect') return;
    const until = Math.min(to, rows[index + 1]?.at ?? to);
    const first = Math.max(0, Math.ceil((at - grid.from) / grid.stepMs));
    for (let step = first; grid.from + step * grid.stepMs < until; step += 1) {
      const alive = !Number.isNaN(powerW[step] ?? Number.NaN) || grid.from + step * grid.stepMs < at + STATE_REACH_MS;
      if (!alive) break;
      column[step] = value > 0.5 ? 1 : 0;
    }
  });
  return column;
};

/** Values that hold for spans, averaged by time onto the steps; NaN where a step is not wholly covered. */
export const heldColumn = (
  rows: readonly { readonly at: number; readonly stepMs: number; readonly value: number }[],
  grid: Grid,
): Float64Array => {
  const sums = new Float64Array(grid.steps);
  const covered = new Float64Array(grid.steps);
  for (const { at, stepMs, value } of rows) {
    const first = Math.max(0, stepOf(grid, at));
    for (let step = first; step < grid.steps; step += 1) {
      const start = grid.from + step * grid.stepMs;
      if (start >= at + stepMs) break;
      const overlapMs = Math.min(start + grid.stepMs, at + stepMs) - Math.max(start, at);
      if (overlapMs <= 0) continue;
      sums[step] = (sums[step] ?? 0) + value * overlapMs;
      covered[step] = (covered[step] ?? 0) + overlapMs;
    }
  }
  return sums.map((sum, step) => ((covered[step] ?? 0) >= grid.stepMs - 1 ? sum / (covered[step] ?? 1) : Number.NaN));
};
