import type { FeedWindow } from '../types.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The latest instant that any service can mean; beyond it a stamp is damage. */
const LATEST_AT = Date.UTC(2200, 0, 1);
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** UTC ms of a stamp that names its offset; null for everything else: a local stamp without an offset is ambiguous. */
export const instantOf = (text: string): number | null => {
  if (!ISO_INSTANT.test(text)) return null;
  // More than three digits of a second are cut, because not every reader takes them.
  const at = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return isInstant(at) ? at : null;
};

export const isInstant = (at: number): boolean => Number.isInteger(at) && at >= 0 && at < LATEST_AT;

interface Interval {
  readonly at: number;
  readonly stepMs: number;
}

/**
 * Ascending rows without overlap, those that touch the window; the first of two that overlap stays. `rejected` counts
 * rows without a usable time and those that contradict another; rows outside the window are no defect.
 */
export const orderly = <Row extends Interval>(
  rows: readonly Row[],
  window: FeedWindow,
): { readonly rows: readonly Row[]; readonly rejected: number } => {
  const timed = rows.filter(({ at, stepMs }) => isInstant(at) && Number.isInteger(stepMs) && stepMs >= MINUTE_MS);
  const sorted = timed.toSorted((a, b) => a.at - b.at);
  const kept: Row[] = [];
  let end = Number.NEGATIVE_INFINITY;
  let overlapping = 0;
  for (const row of sorted) {
    if (row.at < end) overlapping += 1;
    else {
      kept.push(row);
      end = row.at + row.stepMs;
    }
  }
  return {
    rows: kept.filter(({ at, stepMs }) => at < window.to && at + stepMs > window.from),
    rejected: rows.length - timed.length + overlapping,
  };
};

/**
 * Gives rows that only name their start a length: the smaller of the distances to their neighbours, so that a missing
 * slot does not stretch the one before it, and one body may change from hours to quarters. Rows must ascend. A row without
 * a neighbour within the hour has no length and is left out.
 */
export const withSteps = <Row extends { readonly at: number }>(
  rows: readonly Row[],
): readonly (Row & { readonly stepMs: number })[] =>
  rows.flatMap((row, index) => {
    const before = rows[index - 1];
    const after = rows[index + 1];
    const distances = [before ? row.at - before.at : HOUR_MS + 1, after ? after.at - row.at : HOUR_MS + 1];
    const stepMs = Math.min(...distances.filter((each) => each > 0));
    return stepMs <= HOUR_MS ? [{ ...row, stepMs }] : [];
  });

/** Starts of the UTC grid of `stepMs` from the one that holds `from` to before `to`. */
export const gridOf = (from: number, to: number, stepMs: number): readonly number[] => {
  const first = Math.floor(from / stepMs) * stepMs;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / stepMs)) }, (_, index) => first + index * stepMs);
};
