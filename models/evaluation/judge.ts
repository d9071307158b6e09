import type { BaselineName } from '../forecaster/baseline-forecast.ts';
import type { Evaluation } from './rolling-origin.ts';

export interface Verdict {
  /** True when the model may serve: its RMSE lies below that of every baseline on the same hours. */
  readonly promoted: boolean;
  /** The better of the baselines that may serve instead. */
  readonly bestBaseline: BaselineName;
  readonly sentence: string;
}

/** Fewer test days than this prove nothing. */
const LEAST_DAYS = 7;

/** Never worse than naive: a model serves only while it beats every baseline on the newest weeks. */
export const judge = (evaluation: Evaluation): Verdict => {
  const { model, seasonalNaive, physical, second, days } = evaluation;
  const bestBaseline = physical !== null && physical.rmseW < seasonalNaive.rmseW ? 'physical' : 'seasonalNaive';
  const best = Math.min(seasonalNaive.rmseW, physical?.rmseW ?? Infinity, second?.rmseW ?? Infinity);
  const promoted = days >= LEAST_DAYS && model.rmseW < best;
  // A close call is said with a decimal: nobody believes a winner of equal figures.
  const digits = Math.round(model.rmseW) === Math.round(best) ? 1 : 0;
  const figures = `${model.rmseW.toFixed(digits)} W against ${best.toFixed(digits)} W of the best simple forecast over the newest ${days} days`;
  const sentence = promoted
    ? `The model errs by ${figures}.`
    : days < LEAST_DAYS
      ? `Only ${days} days could be compared, too few to trust a model.`
      : `The model lost, erring by ${figures}.`;
  return { promoted, bestBaseline, sentence };
};
