/** How good probabilities were, once it is known what happened. Shares are 0 to 1; NaN where there was nothing to count. */
export interface DecisionScore {
  readonly rows: number;
  /** Share that ended well. */
  readonly baseRate: number;
  readonly accuracy: number;
  /** Of those that were said to end well, the share that did. */
  readonly precision: number;
  /** Of those that ended well, the share of which it was said. */
  readonly recall: number;
  /** Mean squared error of the probability: 0 is perfect, baseRate · (1 − baseRate) is what the base rate gets. */
  readonly brier: number;
  /** By tenths of the probability: what was said and what came true. */
  readonly calibration: readonly { readonly said: number; readonly came: number; readonly rows: number }[];
}

/** A run is said to end well from `threshold` on. */
export const scoreDecisions = (
  good: readonly boolean[],
  probability: ArrayLike<number>,
  threshold = 0.5,
): DecisionScore => {
  const bins = Array.from({ length: 10 }, () => ({ said: 0, came: 0, rows: 0 }));
  let right = 0;
  let said = 0;
  let came = 0;
  let both = 0;
  let squares = 0;
  good.forEach((well, index) => {
    const p = probability[index] ?? 0;
    const yes = p >= threshold;
    if (yes === well) right += 1;
    if (yes) said += 1;
    if (well) came += 1;
    if (yes && well) both += 1;
    squares += (p - (well ? 1 : 0)) ** 2;
    const bin = bins[Math.min(9, Math.floor(p * 10))];
    if (bin === undefined) return;
    bin.said += p;
    bin.rows += 1;
    if (well) bin.came += 1;
  });
  return {
    rows: good.length,
    baseRate: came / good.length,
    accuracy: right / good.length,
    precision: both / said,
    recall: both / came,
    brier: squares / good.length,
    calibration: bins
      .filter((bin) => bin.rows > 0)
      .map((bin) => ({ said: bin.said / bin.rows, came: bin.came / bin.rows, rows: bin.rows })),
  };
};
