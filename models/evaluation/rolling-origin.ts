import { type BandScore, bucketOf, fitWidenings } from '../calibration/conformal.ts';
import type { HourFrame } from '../features/frame.ts';
import { type BandRow, bandOf } from '../forecaster/forecaster.ts';
import { coveragePct, pinball } from '../metrics/band.ts';
import { mae, nrmsePct, r2, rmse, skillPct } from '../metrics/point.ts';
import type { DesignRow, ForecastDesign } from '../network/design.ts';

/** Lead times whose skill is reported, hours from issue to the end of the forecast hour. */
const REPORTED_LEADS = [1, 6, 24, 48] as const;
/** Origins are every third hour, so that each lead time meets day and night; day-ahead figures use midnights alone. */
export const ORIGIN_EVERY_HOURS = 3;
/** Past errors that calibrate a test origin. */
const CALIBRATION_HOURS = 28 * 24;

interface Metrics {
  readonly rmseW: number;
  readonly maeW: number;
  readonly nrmsePct: number;
  readonly r2: number | null;
  readonly coveragePct: number | null;
  readonly count: number;
}

/** One row a model, all on identical hours. */
export interface Evaluation {
  /** Local days whose midnight was an origin. */
  readonly days: number;
  readonly model: Metrics;
  readonly seasonalNaive: Metrics;
  readonly physical: Metrics | null;
  /** The further baseline of the design, if it has one. */
  readonly second: Metrics | null;
  /** Mean pinball loss of the three quantiles, W. */
  readonly pinballW: number;
  readonly skillByLead: readonly { readonly leadHours: number; readonly skillPct: number }[];
}

interface ScoredRow {
  readonly origin: number;
  readonly midnight: boolean;
  readonly row: DesignRow;
  readonly truth: number;
  readonly seasonalNaive: number;
  readonly physical: number;
  readonly second: number;
  readonly scaled: readonly [number, number, number];
}

export interface Scored {
  readonly rows: readonly ScoredRow[];
}

/** Which origins are scored: those of [from, to) whose local hour is a multiple of `everyHours`, each over `horizon` hours. */
export interface Origins {
  readonly from: number;
  readonly to: number;
  readonly everyHours: number;
  readonly horizon: number;
}

/** Forecasts every origin, and puts the truth beside each hour that was measured before `to`. */
export const scoreOrigins = (
  frame: HourFrame,
  design: ForecastDesign,
  { from, to, everyHours, horizon }: Origins,
  predict: (rows: readonly DesignRow[], origin: number) => Float32Array,
): Scored => {
  const scored: ScoredRow[] = [];
  for (let origin = from; origin < to; origin += 1) {
    if ((frame.hour[origin] ?? 1) % everyHours !== 0) continue;
    const rows = design.rows(frame, origin, Math.min(horizon, to - origin));
    const quantiles = predict(rows, origin);
    const baselines = design.baselines(frame, origin);
    rows.forEach((row, index) => {
      const truth = frame.values[row.target] ?? Number.NaN;
      const seasonalNaive = baselines.seasonalNaive(row.target);
      const physical = baselines.physical?.(row.target) ?? 0;
      const second = baselines.second?.(row.target) ?? 0;
      if (!Number.isFinite(truth + seasonalNaive + physical + second)) return;
      const [low, middle, high] = quantiles.subarray(index * 3, index * 3 + 3);
      scored.push({
        origin,
        midnight: frame.hour[origin] === 0,
        row,
        truth,
        seasonalNaive,
        physical,
        second,
        scaled: [low ?? 0, middle ?? 0, high ?? 0],
      });
    });
  }
  return { rows: scored };
};

/** The calibration scores of scored rows whose truth was known before `before` and not long before. */
export const scoresBefore = (scored: Scored, before: number): readonly BandScore[] =>
  scored.rows
    .filter(({ row }) => row.scale > 0 && row.target < before && row.target >= before - CALIBRATION_HOURS)
    .map(({ row, truth, scaled }) => {
      const residual = (truth - row.base) / row.scale;
      return { lead: row.lead, below: scaled[0] - residual, above: residual - scaled[2] };
    });

/**
 * Judges a model that was trained on nothing at or after `from − horizon`: day-ahead metrics from midnights, the band
 * calibrated anew at each day from errors known by then, skill by lead time from all origins.
 */
export const evaluate = (scored: Scored, design: ForecastDesign, frame: HourFrame, from: number): Evaluation => {
  const rows = scored.rows.filter(({ origin }) => origin >= from);
  const dayAhead = rows.filter(({ midnight, row }) => midnight && row.lead < 24);
  const widenings = new Map<number, ReturnType<typeof fitWidenings>>();
  const bands: readonly BandRow[] = dayAhead.map(({ origin, row, scaled }) => {
    const known = widenings.get(origin) ?? fitWidenings(scoresBefore(scored, origin));
    widenings.set(origin, known);
    return bandOf(row, ...scaled, known[bucketOf(row.lead)]);
  });
  const truth = dayAhead.map((each) => each.truth);
  const reference = design.reference(truth.length > 0 ? truth : frame.values);
  const live = dayAhead.map((each, index) => (each.row.scale > 0 ? index : -1)).filter((index) => index >= 0);
  const pick = (column: readonly number[]): readonly number[] => live.map((index) => column[index] ?? Number.NaN);
  const metricsOf = (column: readonly number[], coverage: number | null): Metrics => ({
    rmseW: rmse(truth, column),
    maeW: mae(truth, column),
    nrmsePct: nrmsePct(truth, column, reference),
    r2: r2(truth, column),
    coveragePct: coverage,
    count: truth.length,
  });
  const low = bands.map((band) => band.p10);
  const middle = bands.map((band) => band.p50);
  const high = bands.map((band) => band.p90);
  const hasPhysical = design.baselines(frame, from).physical !== null;
  const hasSecond = design.baselines(frame, from).second !== null;
  return {
    days: new Set(dayAhead.map(({ origin }) => origin)).size,
    model: metricsOf(middle, coveragePct(pick(truth), pick(low), pick(high))),
    seasonalNaive: metricsOf(
      dayAhead.map((each) => each.seasonalNaive),
      null,
    ),
    physical: hasPhysical
      ? metricsOf(
          dayAhead.map((each) => each.physical),
          null,
        )
      : null,
    second: hasSecond
      ? metricsOf(
          dayAhead.map((each) => each.second),
          null,
        )
      : null,
    pinballW: (pinball(truth, low, 0.1) + pinball(truth, middle, 0.5) + pinball(truth, high, 0.9)) / 3,
    skillByLead: REPORTED_LEADS.flatMap((leadHours) => {
      const at = rows.filter(({ row }) => row.lead === leadHours - 1);
      const known = at.map((each) => each.truth);
      const forecast = at.map(({ row, scaled }) => bandOf(row, ...scaled, undefined).p50);
      const skill = skillPct(
        rmse(known, forecast),
        rmse(
          known,
          at.map((each) => each.seasonalNaive),
        ),
      );
      return skill === null || Number.isNaN(skill) ? [] : [{ leadHours, skillPct: skill }];
    }),
  };
};
