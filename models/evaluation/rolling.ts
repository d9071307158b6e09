import { followBands } from '../calibration/adaptive-band.ts';
import type { HourFrame } from '../features/frame.ts';
import type { FittedForecaster, ForecastModel, ForecastRow } from '../forecast/types.ts';
import type { Tensorflow } from '../learners/types.ts';
import { modelMayServe, type Rival } from './rolling-guard.ts';
import { frameAsKnown, localMidnights } from './rolling-mask.ts';
import { baselineBands } from './rolling-simple.ts';

export interface RollingOptions {
  /** The first and (exclusive) last hour of the span: a forecast is issued at each local midnight in it. */
  readonly from: number;
  readonly to: number;
  readonly horizonHours: number;
  /** Days between two fits; days are local, so a fit always falls on a midnight. */
  readonly refitDays: number;
  readonly seed: number;
  readonly settings: Readonly<Record<string, number>>;
  /** Called between pieces of work with a share 0 to 1; answers false to end. */
  readonly onProgress: (share: number, sentence: string) => Promise<boolean>;
  /** Whether the baseline serves while the model has lost on the four weeks before; without it the plain model is shown. */
  readonly neverWorse?: boolean;
  /** The first hour that was not known at an origin, where that is not the origin itself. */
  readonly knownBefore?: (origin: number) => number;
  /** Milliseconds of any clock that runs on, to time fits and forecasts; without it they take 0 s. */
  readonly nowMs?: () => number;
}

/** One hour as it was forecast, in the unit of the frame. NaN is not known. */
export interface RollingRow extends ForecastRow {
  /** Index of the hour at whose start the forecast was issued. */
  readonly issue: number;
  readonly actual: number;
  readonly naive: number;
  readonly baseline: number;
  readonly servedBy: 'model' | 'baseline' | 'nobody';
}

export interface Rolling {
  readonly outcome: 'done' | 'cancelled';
  readonly rows: readonly RollingRow[];
  readonly fitSeconds: readonly number[];
  readonly predictSeconds: readonly number[];
  readonly refits: number;
}

const finite = (row: ForecastRow | undefined): row is ForecastRow =>
  row !== undefined && Number.isFinite(row.mean + row.p10 + row.p50 + row.p90);

/**
 * Forecasts each local midnight of a span as if it were that midnight: the model is fitted and asked on a frame in which
 * nothing measured at or after the origin is left, so no model can look ahead. Until there is enough to fit, and for hours
 * that the model leaves out, its baseline serves with a band from its own errors. The model's bands follow their misses from
 * one midnight to the next.
 */
export const evaluateRolling = async (
  model: ForecastModel,
  tf: Tensorflow,
  frame: HourFrame,
  options: RollingOptions,
): Promise<Rolling> => {
  const { horizonHours, refitDays, seed, settings, nowMs = () => 0 } = options;
  const origins = localMidnights(frame, options.from, options.to);
  const rows: RollingRow[] = [];
  const rivals: Rival[] = [];
  const fitSeconds: number[] = [];
  const predictSeconds: number[] = [];
  let fitted: FittedForecaster | null = null;
  let fittedOn = Number.NEGATIVE_INFINITY;
  const bands = followBands();
  const answer = (outcome: Rolling['outcome']): Rolling => {
    fitted?.dispose();
    return { outcome, rows, fitSeconds, predictSeconds, refits: fitSeconds.length };
  };

  for (const [place, origin] of origins.entries()) {
    const share = (within: number): number => (place + within) / origins.length;
    const day = frame.day[origin] ?? 0;
    const seen = frameAsKnown(frame, origin, options.knownBefore?.(origin));
    if (!(await options.onProgress(share(0), `Day ${place + 1} of ${origins.length}`))) return answer('cancelled');
    if (fitted === null || day - fittedOn >= refitDays) {
      const startedMs = nowMs();
      const fit = await model.fit({
        tf,
        frame: seen,
        origin,
        seed,
        horizon: horizonHours,
        settings,
        onProgress: (within, sentence) => options.onProgress(share(within), sentence),
      });
      if (fit.outcome === 'cancelled') return answer('cancelled');
      // A model that finds too little now keeps serving from what it found before.
      if (fit.outcome === 'fitted') {
        fitted?.dispose();
        fitted = fit.fitted;
        fittedOn = day;
        fitSeconds.push((nowMs() - startedMs) / 1000);
      }
    }
    const startedMs = nowMs();
    const said = fitted?.forecast(seen, origin, horizonHours) ?? [];
    const forecast = fitted === null ? said : bands.issue(said, seen.values, fitted.bounds);
    predictSeconds.push((nowMs() - startedMs) / 1000);
    const byTarget = new Map(forecast.map((row) => [row.target, row]));
    const { naive, baseline } = model.simple(seen, origin);
    const mayServe = options.neverWorse !== true || modelMayServe(rivals, origin);
    let simpleBand: ReturnType<typeof baselineBands> | undefined;
    for (let target = origin; target < Math.min(frame.hours, origin + horizonHours); target += 1) {
      const own = byTarget.get(target);
      const known = { actual: frame.values[target] ?? Number.NaN, naive: naive(target), baseline: baseline(target) };
      const lead = target - origin;
      rivals.push({ target, actual: known.actual, baseline: known.baseline, model: own?.mean ?? Number.NaN });
      if (mayServe && finite(own)) {
        const { mean, p10, p50, p90 } = own;
        rows.push({ issue: origin, target, lead, mean, p10, p50, p90, ...known, servedBy: 'model' });
        continue;
      }
      simpleBand ??= baselineBands(seen, origin, model.simple);
      const band = simpleBand(target);
      rows.push({
        issue: origin,
        target,
        lead,
        ...band,
        ...known,
        servedBy: Number.isNaN(band.mean) ? 'nobody' : 'baseline',
      });
    }
  }
  return answer('done');
};
