import { type BandScore, bucketOf, fitWidenings } from '../calibration/conformal.ts';
import type { HourFrame } from '../features/frame.ts';
import type { ForecastDesign } from '../network/design.ts';
import type { BandRow } from './forecaster.ts';

export type BaselineName = 'seasonalNaive' | 'physical';

/** Days whose errors shape the band. */
const ERROR_DAYS = 28;
/** Without errors to learn from the band is a plain half to one and a half of the value. */
const BLIND_SHARE = 0.5;

interface PlainRow {
  readonly target: number;
  readonly lead: number;
  readonly value: number;
  readonly scale: number;
}

const plainRows = (
  design: ForecastDesign,
  name: BaselineName,
  frame: HourFrame,
  origin: number,
  horizon: number,
): readonly PlainRow[] => {
  const baseline = design.baselines(frame, origin)[name];
  if (baseline === null) return [];
  const scales = new Map(design.rows(frame, origin, horizon).map((row) => [row.target, row.scale]));
  const rows: PlainRow[] = [];
  for (let target = origin; target < Math.min(frame.hours, origin + horizon); target += 1) {
    const value = baseline(target);
    if (Number.isFinite(value)) rows.push({ target, lead: target - origin, value, scale: scales.get(target) ?? value });
  }
  return rows;
};

/**
 * A baseline as a forecast, with a band from its own errors of the last 28 days (origins at local midnight, strictly before).
 * Hours about which it knows nothing are left out.
 */
export const baselineForecast = (
  design: ForecastDesign,
  name: BaselineName,
  frame: HourFrame,
  origin: number,
  horizon: number,
): readonly BandRow[] => {
  const rows = plainRows(design, name, frame, origin, horizon);
  const scores: BandScore[] = [];
  for (let past = Math.max(24, origin - ERROR_DAYS * 24); past < origin; past += 1) {
    if (frame.hour[past] !== 0) continue;
    for (const row of plainRows(design, name, frame, past, Math.min(horizon, origin - past))) {
      const error = ((frame.values[row.target] ?? Number.NaN) - row.value) / row.scale;
      if (Number.isFinite(error)) scores.push({ lead: row.lead, below: -error, above: error });
    }
  }
  const widenings = fitWidenings(scores);
  return rows.map(({ target, lead, value, scale }) => {
    const by = widenings[bucketOf(lead)];
    const known = by !== undefined && by.low + by.high !== 0;
    const low = known ? by.low * scale : BLIND_SHARE * value;
    const high = known ? by.high * scale : BLIND_SHARE * value;
    return { target, lead, p10: Math.max(0, value - Math.max(0, low)), p50: value, p90: value + Math.max(0, high) };
  });
};
