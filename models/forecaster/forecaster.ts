import type { LayersModel } from '@tensorflow/tfjs';
import { bucketOf, type Widening } from '../calibration/conformal.ts';
import type { HourFrame } from '../features/frame.ts';
import type { DesignRow, ForecastDesign } from '../network/design.ts';
import { predictNetworks, type Tensorflow } from '../network/quantile-network.ts';
import { type Standardiser, standardise } from '../network/standardise.ts';

/** Everything that a trained version needs to forecast. */
export interface Forecaster {
  readonly networks: readonly LayersModel[];
  readonly standardiser: Standardiser;
  /** One a lead bucket. */
  readonly widenings: readonly Widening[];
}

/** One forecast hour, W. */
export interface BandRow {
  readonly target: number;
  readonly lead: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** Scaled quantiles of each row before calibration, three a row; rows with scale 0 get zeros. */
export const rawQuantiles = (
  tf: Tensorflow,
  forecaster: Pick<Forecaster, 'networks' | 'standardiser'>,
  rows: readonly DesignRow[],
): Float32Array => {
  const live = rows.filter((row) => row.scale > 0);
  const inputs = standardise(
    live.map((row) => row.features),
    forecaster.standardiser,
  );
  const predicted = predictNetworks(tf, forecaster.networks, inputs, live.length);
  const out = new Float32Array(rows.length * 3);
  let place = 0;
  rows.forEach((row, index) => {
    if (row.scale === 0) return;
    out.set(predicted.subarray(place * 3, place * 3 + 3), index * 3);
    place += 1;
  });
  return out;
};

/** Turns scaled quantiles back into W: never below zero, never crossed. */
export const bandOf = (
  row: DesignRow,
  low: number,
  middle: number,
  high: number,
  by: Widening | undefined,
): BandRow => {
  const watts = (scaled: number): number => Math.max(0, row.base + row.scale * scaled);
  return {
    target: row.target,
    lead: row.lead,
    p10: watts(Math.min(low - (by?.low ?? 0), middle)),
    p50: watts(middle),
    p90: watts(Math.max(high + (by?.high ?? 0), middle)),
  };
};

/** The forecast of hours origin … origin + horizon − 1 by a trained version. */
export const forecastWith = (
  tf: Tensorflow,
  forecaster: Forecaster,
  design: ForecastDesign,
  frame: HourFrame,
  origin: number,
  horizon: number,
): readonly BandRow[] => {
  const rows = design.rows(frame, origin, horizon);
  const scaled = rawQuantiles(tf, forecaster, rows);
  return rows.map((row, index) => {
    const [low, middle, high] = scaled.subarray(index * 3, index * 3 + 3);
    return bandOf(row, low ?? 0, middle ?? 0, high ?? 0, forecaster.widenings[bucketOf(row.lead)]);
  });
};
