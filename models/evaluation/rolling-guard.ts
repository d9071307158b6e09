/** The days whose errors decide, and fewer than which decide nothing. */
const JUDGED_HOURS = 28 * 24;
const LEAST_HOURS = 7 * 24;

/** What a model said and what the simple forecast said of one hour. */
export interface Rival {
  /** Index of the hour in the frame. */
  readonly target: number;
  readonly actual: number;
  readonly model: number;
  readonly baseline: number;
}

/** Whether the model may serve from `origin` on: unless it lost on the hours of the last four weeks that were known by then. */
export const modelMayServe = (rivals: readonly Rival[], origin: number): boolean => {
  let count = 0;
  let modelErrors = 0;
  let baselineErrors = 0;
  for (const { target, actual, baseline, model } of rivals) {
    if (target >= origin || target < origin - JUDGED_HOURS || !Number.isFinite(actual + baseline + model)) continue;
    count += 1;
    modelErrors += (actual - model) ** 2;
    baselineErrors += (actual - baseline) ** 2;
  }
  return count < LEAST_HOURS || modelErrors <= baselineErrors;
};
