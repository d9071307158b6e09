import type { RollingRow } from '../evaluation/rolling.ts';
import type { HourFrame } from '../features/frame.ts';
import { HOUR_MS, type StepSeries } from './step-series.ts';
import type { StepForecast } from './types.ts';

/** How much of one hour's error the next hour shares: clouds and habits last. */
const SHARED = 0.9;

interface Part {
  readonly row: RollingRow;
  readonly share: number;
}

const weighted = (parts: readonly Part[], value: (row: RollingRow) => number): number =>
  parts.reduce((sum, { row, share }) => sum + share * value(row), 0);

/** Distances from the middle of hours whose errors resemble each other the more the nearer they lie. */
const combined = (parts: readonly Part[], distance: (row: RollingRow) => number): number => {
  let variance = 0;
  for (const [one, a] of parts.entries())
    for (const [other, b] of parts.entries())
      variance += SHARED ** Math.abs(one - other) * a.share * distance(a.row) * b.share * distance(b.row);
  return Math.sqrt(variance);
};

/**
 * Hours of one issue as steps of an hour or longer, for those steps of the series that the hours cover whole. The mean of a
 * step is the mean of its hours; tenths do not average, so distances from the middle are combined as correlated errors.
 */
export const coarsenHours = (
  series: StepSeries,
  frame: HourFrame,
  rows: readonly RollingRow[],
): readonly StepForecast[] => {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return [];
  const byTarget = new Map(rows.map((row) => [row.target, row]));
  const found: StepForecast[] = [];
  const step = Math.ceil((frame.atOf(first.target) - series.firstAt) / series.stepMs);
  const end = frame.atOf(last.target + 1);
  for (let at = series.firstAt + step * series.stepMs; at + series.stepMs <= end; at += series.stepMs) {
    const until = at + series.stepMs;
    const parts: Part[] = [];
    for (let hour = Math.floor((at - frame.firstAt) / HOUR_MS); frame.atOf(hour) < until; hour += 1) {
      const row = byTarget.get(hour);
      const shared = Math.min(until, frame.atOf(hour + 1)) - Math.max(at, frame.atOf(hour));
      if (row !== undefined) parts.push({ row, share: shared / series.stepMs });
    }
    const p50 = weighted(parts, (row) => row.p50);
    found.push({
      at,
      mean: weighted(parts, (row) => row.mean),
      p10: p50 - combined(parts, (row) => row.p50 - row.p10),
      p50,
      p90: p50 + combined(parts, (row) => row.p90 - row.p50),
      naive: weighted(parts, (row) => row.naive),
      baseline: weighted(parts, (row) => row.baseline),
      servedBy: parts.find(({ row }) => row.servedBy !== 'model')?.row.servedBy ?? 'model',
    });
  }
  return found;
};
