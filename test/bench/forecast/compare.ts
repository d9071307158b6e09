import { reportOf } from '../../../models/evaluation/report.ts';
import { evaluateRolling } from '../../../models/evaluation/rolling.ts';
import { frameAsKnown, localMidnights } from '../../../models/evaluation/rolling-mask.ts';
import type { ForecastModel } from '../../../models/forecast/types.ts';
import type { Tensorflow } from '../../../models/learners/types.ts';
import { quantileOf } from '../../../models/metrics/band.ts';
import { mae, r2, rmse, skillPct } from '../../../models/metrics/point.ts';
import type { Dataset, Span } from './datasets.ts';
import { createProphet } from './prophet.ts';
import {
  BOOSTED,
  createLagBoosting,
  createPowerCurve,
  DAY_PROFILES,
  LAST_WEEK,
  medianOf,
  SEASONAL_NAIVE,
  SEVEN_DAY_MEAN,
  type Yardstick,
} from './yardsticks.ts';

const HORIZON = 24;
const REFIT_DAYS = 7;
export const OURS = 'CommandCenter';
export const MEDIAN = 'median of four';

/** How a method did on the hours of a span that every method forecast. */
export interface Score {
  readonly method: string;
  readonly hours: number;
  readonly rmse: number;
  readonly mae: number;
  readonly r2: number | null;
  /** RMSE below that of the seasonal naive forecast, per cent. */
  readonly skillPct: number | null;
  /** Hours within the 80 % band, per cent; null for methods without a band. */
  readonly coveragePct: number | null;
  /** Seconds of the slowest fit, and of the usual and the slowest forecast of a day; null where nobody looked. */
  readonly took: { readonly fitS: number; readonly predictS: number; readonly slowestPredictS: number } | null;
}

export interface CompareOptions {
  readonly tf: Tensorflow;
  readonly model: ForecastModel | null;
  readonly prophet: boolean;
}

const yardsticksFor = (dataset: Dataset, { tf, prophet }: CompareOptions): readonly Yardstick[] => [
  ...(prophet && dataset.prophet ? [createProphet()] : []),
  SEASONAL_NAIVE,
  SEVEN_DAY_MEAN,
  LAST_WEEK,
  DAY_PROFILES,
  createLagBoosting(tf),
  ...(dataset.target === 'wind' ? [createPowerCurve()] : []),
];

/** Forecasts of all methods, hour by hour of the span. */
const forecastAll = async (
  dataset: Dataset,
  span: Span,
  yardsticks: readonly Yardstick[],
): Promise<Map<string, Float64Array>> => {
  const columns = new Map<string, Float64Array>(
    yardsticks.map(({ name }) => [name, new Float64Array(span.to - span.from).fill(Number.NaN)]),
  );
  for (const [place, origin] of localMidnights(dataset.frame, span.from, span.to).entries()) {
    const seen = frameAsKnown(dataset.frame, origin);
    const horizon = Math.min(HORIZON, span.to - origin);
    for (const yardstick of yardsticks) {
      const values = await yardstick.forecast(seen, origin, horizon, place % REFIT_DAYS === 0);
      columns.get(yardstick.name)?.set(values, origin - span.from);
    }
  }
  const members = [DAY_PROFILES.name, BOOSTED, SEVEN_DAY_MEAN.name, LAST_WEEK.name];
  columns.set(MEDIAN, medianOf(members.flatMap((name) => columns.get(name) ?? [])));
  return columns;
};

const scoreOf = (
  method: string,
  values: Float64Array,
  truth: Float64Array,
  naive: Float64Array,
  extra: Pick<Score, 'coveragePct' | 'took'>,
): Score => {
  const error = rmse(truth, values);
  return {
    method,
    hours: truth.length,
    rmse: error,
    mae: mae(truth, values),
    r2: r2(truth, values),
    skillPct: skillPct(error, rmse(truth, naive)),
    ...extra,
  };
};

/** Every method on the same hours of one span: those that were measured and that every method forecast. */
export const compare = async (dataset: Dataset, span: Span, options: CompareOptions): Promise<readonly Score[]> => {
  const columns = await forecastAll(dataset, span, yardsticksFor(dataset, options));
  const low = new Float64Array(span.to - span.from).fill(Number.NaN);
  const high = low.slice();
  let took: Score['took'] = null;
  if (options.model !== null) {
    const own = low.slice();
    const rolling = await evaluateRolling(options.model, options.tf, dataset.frame, {
      from: span.from,
      to: span.to,
      horizonHours: HORIZON,
      refitDays: REFIT_DAYS,
      seed: 1,
      settings: {},
      onProgress: async () => true,
      nowMs: () => performance.now(),
    });
    for (const row of rolling.rows) {
      const hour = row.target - span.from;
      if (hour >= own.length) continue;
      own[hour] = row.mean;
      low[hour] = row.p10;
      high[hour] = row.p90;
    }
    columns.set(OURS, own);
    took = {
      fitS: Math.max(0, ...rolling.fitSeconds),
      predictS: quantileOf(rolling.predictSeconds, 0.5),
      slowestPredictS: Math.max(0, ...rolling.predictSeconds),
    };
  }
  const truth = dataset.frame.values.subarray(span.from, span.to);
  const common = Array.from(truth.keys()).filter(
    (hour) => !Number.isNaN(truth[hour]) && [...columns.values()].every((values) => !Number.isNaN(values[hour])),
  );
  const pick = (values: Float64Array): Float64Array => Float64Array.from(common, (hour) => values[hour] ?? Number.NaN);
  // As everywhere: a solar hour that could not err proves no band.
  const banded = common.map((hour) => {
    const [actual, mean] = [truth[hour] ?? Number.NaN, columns.get(OURS)?.[hour] ?? Number.NaN];
    const [p10, p90] = [low[hour] ?? Number.NaN, high[hour] ?? Number.NaN];
    return { lead: 0, actual, mean, p10, p50: mean, p90, naive: Number.NaN, baseline: Number.NaN };
  });
  const coverage = options.model === null ? null : reportOf(banded, dataset.target, null).overall.coveragePct;
  const naive = pick(columns.get(SEASONAL_NAIVE.name) ?? low);
  const known = pick(truth);
  return [...columns].map(([method, values]) =>
    scoreOf(method, pick(values), known, naive, {
      coveragePct: method === OURS ? coverage : null,
      took: method === OURS ? took : null,
    }),
  );
};
