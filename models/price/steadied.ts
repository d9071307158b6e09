import type { FittedLearner, Learner } from '../learners/types.ts';

const steady = (inner: FittedLearner): FittedLearner => ({
  predict: (rows) => inner.predict(rows).map(Math.sinh),
  save: inner.save,
  dispose: inner.dispose,
});

/**
 * A learner of squared errors that spikes cannot pull away: it learns the inverse hyperbolic sine of its targets, which is
 * the target itself where that is small and its logarithm where it is large, of either sign (Uniejewski, Weron, Ziel,
 * "Variance stabilizing transformations for electricity spot price forecasting", IEEE Trans. Power Systems 33, 2018). What
 * it aims at lies near the median, not the mean.
 */
export const steadied = (inner: Learner): Learner => ({
  ...inner,
  fit: async (rows, options) => {
    const fitted = await inner.fit({ ...rows, targets: rows.targets.map(Math.asinh) }, options);
    return fitted === null ? null : steady(fitted);
  },
  restore: (tf, saved) => steady(inner.restore(tf, saved)),
});
