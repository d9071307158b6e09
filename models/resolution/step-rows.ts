import type { RollingRow } from '../evaluation/rolling.ts';
import type { HourFrame } from '../features/frame.ts';
import type { ForecastTarget } from '../forecast/types.ts';
import { coarsenHours } from './coarsen.ts';
import { refineHours } from './refine.ts';
import { HOUR_MS, type StepSeries, stepAt } from './step-series.ts';
import type { StepForecast, StepRow } from './types.ts';
import { learnWidening } from './widen.ts';

export interface StepRowsInput {
  readonly series: StepSeries;
  /** The hours of the series, as they were evaluated. */
  readonly frame: HourFrame;
  readonly target: ForecastTarget;
  /** Hours as they were forecast, issue by issue, in the order of time. */
  readonly rows: readonly RollingRow[];
  /** The local midnight of an issue, UTC ms: within the hour in which the day begins where hours lie across midnight. */
  readonly issueAtOf: (issue: number) => number;
  readonly horizonHours: number;
}

const finite = (step: StepForecast): boolean => Number.isFinite(step.p10 + step.p50 + step.p90);

/**
 * Forecasts of hours as forecasts of the series' own steps. A step counts from the midnight at or after which it starts; one
 * that had begun before is neither forecast nor, until it ends, known.
 */
export const stepRows = (input: StepRowsInput): readonly StepRow[] => {
  const { series, frame, target, issueAtOf, horizonHours } = input;
  const { stepMs } = series;
  const issues = new Map<number, RollingRow[]>();
  for (const row of input.rows) {
    const same = issues.get(row.issue);
    if (same === undefined) issues.set(row.issue, [row]);
    else same.push(row);
  }
  const found: StepRow[] = [];
  // Steps as they were before widening: what a widening is learnt from must not have been widened.
  const raw: StepRow[] = [];
  for (const [issue, rows] of issues) {
    const issueAt = issueAtOf(issue);
    const floor = floorOf(series, issueAt);
    const steps =
      stepMs < HOUR_MS
        ? refineHours(series, frame, rows, { proportional: target === 'solar', floor })
        : coarsenHours(series, frame, rows);
    const widen = stepMs === HOUR_MS ? (step: StepForecast) => step : learnWidening(raw, issueAt, stepMs, floor);
    for (const step of steps) {
      const lead = (step.at - issueAt) / HOUR_MS;
      if (lead < 0 || lead >= horizonHours) continue;
      const more = { issueAt, lead, actual: series.values[stepAt(series, step.at)] ?? Number.NaN };
      raw.push({ ...step, ...more });
      found.push({ ...(finite(step) ? widen(step, Math.floor(lead)) : step), ...more });
    }
  }
  return found;
};

/** Zero where nothing below it was measured by then. */
const floorOf = (series: StepSeries, until: number): number => {
  const known = series.values.subarray(0, Math.max(0, stepAt(series, until)));
  return known.some((value) => value < 0) ? Number.NEGATIVE_INFINITY : 0;
};
