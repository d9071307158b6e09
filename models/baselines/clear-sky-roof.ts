import type { HourFrame } from '../features/frame.ts';
import { quantileOf } from '../metrics/band.ts';

/** Below this irradiance ratios are noise, W/m². */
const LEAST_CLEAR_SKY = 15;
/** Days of history that shape the roof: enough for a few clear hours each, short enough for the season. */
const ROOF_DAYS = 35;
const CLEAR_QUANTILE = 0.9;
const LEAST_DAYS = 3;
const HOUR_MS = 3_600_000;

/**
 * The home's own clear-sky bell, learnt from what was known at an origin: for each hour of the UTC day the ratio of power
 * to clear-sky irradiance that was reached on its clearest days. It carries tilt, direction, shade and size without being
 * told any of them.
 */
export interface Roof {
  /** Power under a clear sky in the hour `target`, W. */
  clearW(target: number): number;
  /** Clearness index of the `hours` before the origin: power / clear-sky power, 0 to about 1.3; NaN without daylight. */
  clearness(hours: number): number;
}

const utcHour = (frame: HourFrame, index: number): number => Math.floor(frame.atOf(index) / HOUR_MS) % 24;

/** Undefined while fewer than three days of daylight are known. */
export const learnRoof = (frame: HourFrame, origin: number): Roof | undefined => {
  const ratios: number[][] = Array.from({ length: 24 }, () => []);
  const from = Math.max(0, origin - ROOF_DAYS * 24);
  for (let index = from; index < origin; index += 1) {
    const power = frame.values[index] ?? Number.NaN;
    const clear = frame.clearSky[index] ?? 0;
    if (clear >= LEAST_CLEAR_SKY && !Number.isNaN(power)) ratios[utcHour(frame, index)]?.push(power / clear);
  }
  if (!ratios.some((each) => each.length >= LEAST_DAYS)) return undefined;
  const overall = quantileOf(ratios.flat(), CLEAR_QUANTILE);
  const own = ratios.map((each) => (each.length >= LEAST_DAYS ? quantileOf(each, CLEAR_QUANTILE) : Number.NaN));
  /** An hour that the sun has just begun to reach takes its nearest neighbour, then the whole day's ratio. */
  const roof = own.map((ratio, hour) => {
    const nearest = [ratio, own[(hour + 1) % 24] ?? Number.NaN, own[(hour + 23) % 24] ?? Number.NaN];
    return nearest.find((each) => !Number.isNaN(each)) ?? overall;
  });
  const clearW = (target: number): number => (roof[utcHour(frame, target)] ?? overall) * (frame.clearSky[target] ?? 0);
  return {
    clearW,
    clearness: (hours) => {
      let power = 0;
      let clear = 0;
      for (let index = Math.max(0, origin - hours); index < origin; index += 1) {
        const value = frame.values[index] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        power += value;
        clear += clearW(index);
      }
      return clear > 0 ? power / clear : Number.NaN;
    },
  };
};

/** The physical baseline for solar: the roof's clear-sky bell scaled by the clearness of the last three days, W. */
export const solarPhysical = (roof: Roof | undefined, target: number): number => {
  if (roof === undefined) return Number.NaN;
  return roof.clearW(target) * roof.clearness(72);
};
