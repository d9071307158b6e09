import type { HourFrame } from '../features/frame.ts';
import { clearOnPlane, type Plane } from '../features/irradiance.ts';
import { quantileOf } from '../metrics/band.ts';

/** What a fit learns of the panels from their history. */
export interface Panels extends Plane {
  /** The most that they ever give, in the unit of the frame. */
  readonly most: number;
}

const RAD = Math.PI / 180;
/** Irradiance from which a ratio of power to it says something, W/m². */
const LEAST_LIGHT = 50;
const CLEAR_QUANTILE = 0.85;
/** Sampled days and how far they reach back: enough for every season. */
const SAMPLED_DAYS = 150;
const MOST_DAYS_BACK = 450;
const LEAST_SAMPLES = 60;
const USUAL = { tilt: 25 * RAD, azimuth: 0 };
const COARSE_TILTS = [0, 15, 30, 45, 60, 80];
const COARSE_AZIMUTHS = [-120, -90, -60, -30, 0, 30, 60, 90, 120];

/** Pinball loss of the power under clear skies that a plane explains: the lower, the better the bell fits the clear days. */
const lossOf = (frame: HourFrame, plane: Plane, hours: readonly number[]): number => {
  const light = hours.map((index) => clearOnPlane(frame, plane, index));
  const power = hours.map((index) => frame.values[index] ?? 0);
  const ratios = power.flatMap((value, place) => {
    const at = light[place] ?? 0;
    return at >= LEAST_LIGHT ? [value / at] : [];
  });
  if (ratios.length < LEAST_SAMPLES / 2) return Number.POSITIVE_INFINITY;
  const yieldOf = quantileOf(ratios, CLEAR_QUANTILE);
  let loss = 0;
  power.forEach((value, place) => {
    const error = value - yieldOf * (light[place] ?? 0);
    loss += Math.max(CLEAR_QUANTILE * error, (CLEAR_QUANTILE - 1) * error);
  });
  return loss;
};

const best = (frame: HourFrame, hours: readonly number[], planes: readonly Plane[], otherwise: Plane): Plane => {
  let least = Number.POSITIVE_INFINITY;
  let found = otherwise;
  for (const plane of planes) {
    const loss = lossOf(frame, plane, hours);
    if (loss >= least) continue;
    least = loss;
    found = plane;
  }
  return found;
};

/**
 * Tilt and azimuth of one plane that gives the bell of the clear days, from hours before `origin`. Panels on two roofs come
 * out as the plane between; the envelope by hour corrects what is left.
 */
export const learnPanels = (frame: HourFrame, origin: number): Panels => {
  const known: number[] = [];
  for (let index = Math.max(0, origin - MOST_DAYS_BACK * 24); index < origin; index += 1)
    if (!Number.isNaN(frame.values[index] ?? Number.NaN) && (frame.sinElevation[index] ?? 0) > 0.03) known.push(index);
  const most = quantileOf(
    known.map((index) => frame.values[index] ?? 0),
    1,
  );
  const lit = new Set(known.map((index) => Math.floor(index / 24)));
  const every = Math.max(1, Math.round(lit.size / SAMPLED_DAYS));
  const hours = known.filter((index) => Math.floor(index / 24) % every === 0);
  if (hours.length < LEAST_SAMPLES || !(most > 0))
    return { ...USUAL, most: Number.isNaN(most) ? 0 : Math.max(0, most) };
  const flat = COARSE_TILTS.flatMap((tilt) =>
    (tilt === 0 ? [0] : COARSE_AZIMUTHS).map((azimuth) => ({ tilt: tilt * RAD, azimuth: azimuth * RAD })),
  );
  const coarse = best(frame, hours, flat, USUAL);
  const steps = [-10, -5, 0, 5, 10];
  const fine = steps.flatMap((tilt) =>
    steps.map((azimuth) => ({
      tilt: Math.min(Math.PI / 2, Math.max(0, coarse.tilt + tilt * RAD)),
      azimuth: coarse.azimuth + 2 * azimuth * RAD,
    })),
  );
  return { ...best(frame, hours, fine, coarse), most };
};

/** By the sun column, which frames of the same hours share, and by plane. Says nothing of any value. */
const clearBySun = new WeakMap<Float64Array, Map<string, Float64Array>>();

/** Clear-sky irradiance on the plane by hour, W/m², worked out as it is asked for. */
export const clearLightOf = (frame: HourFrame, plane: Plane): ((index: number) => number) => {
  const planes = clearBySun.get(frame.sinElevation) ?? new Map<string, Float64Array>();
  clearBySun.set(frame.sinElevation, planes);
  const key = `${plane.tilt} ${plane.azimuth}`;
  const column = planes.get(key) ?? new Float64Array(frame.hours).fill(Number.NaN);
  // A fit asks for two planes; more are those of earlier fits.
  if (!planes.has(key) && planes.size >= 4) planes.clear();
  planes.set(key, column);
  return (index) => {
    if (index < 0 || index >= frame.hours) return 0;
    const kept = column[index] ?? Number.NaN;
    if (!Number.isNaN(kept)) return kept;
    const made = clearOnPlane(frame, plane, index);
    column[index] = made;
    return made;
  };
};
