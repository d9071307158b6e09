/** One step as it was forecast, in the unit of the series; p10 ≤ p50 ≤ p90. NaN is not known. */
export interface StepForecast {
  /** Start of the step, UTC ms. */
  readonly at: number;
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly naive: number;
  readonly baseline: number;
  readonly servedBy: 'model' | 'baseline' | 'nobody';
}

/** A forecast step with its issue and what came. */
export interface StepRow extends StepForecast {
  /** The local midnight at which it was issued, UTC ms. */
  readonly issueAt: number;
  /** Hours from the issue to the start of the step. */
  readonly lead: number;
  readonly actual: number;
}
