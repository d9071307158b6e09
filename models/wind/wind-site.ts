import { z } from 'zod';
import type { HourFrame } from '../features/frame.ts';
import { quantileOf } from '../metrics/band.ts';
import { windOutlook } from './hub-wind.ts';
import { type CurvePoint, fitPowerCurve, fitWindRose, type PowerCurve, type WindRose } from './power-curve.ts';

/** What is learnt of a site before its learners: plain numbers. */
export interface WindSite {
  /** What 0.1 % of the hours exceed, in the unit of the frame; 0 while nothing was ever made. */
  readonly capacity: number;
  readonly curve: PowerCurve;
  readonly rose: WindRose;
  /** Mean forecast wind at the hub, m/s; stands in where no forecast is there. */
  readonly meanSpeed: number;
  /** Mean share of capacity at each local hour less the mean of all hours: what nights differ from days by. */
  readonly hourShares: readonly number[];
  readonly meanShare: number;
  /** Hours in which a deviation from the usual fades to 1/e. */
  readonly fadeHours: number;
}

const numbers = z.array(z.number());
const siteSchema: z.ZodType<WindSite> = z.object({
  capacity: z.number().min(0),
  curve: z.object({ speeds: numbers, shares: numbers }),
  rose: z.object({ reach: z.number(), shares: numbers }),
  meanSpeed: z.number(),
  hourShares: numbers.length(24),
  meanShare: z.number(),
  fadeHours: z.number().positive(),
});

/** Throws on what is not a site. */
export const readWindSite = (value: unknown): WindSite => siteSchema.parse(value);

const DAY_HOURS = 24;
const FADE_LAG_HOURS = 6;

const localHours = (shares: Float64Array, hours: Int8Array, mean: number): readonly number[] => {
  const sums = new Float64Array(DAY_HOURS);
  const counts = new Float64Array(DAY_HOURS);
  for (let index = 0; index < shares.length; index += 1) {
    const share = shares[index] ?? Number.NaN;
    if (Number.isNaN(share)) continue;
    const hour = hours[index] ?? 0;
    sums[hour] = (sums[hour] ?? 0) + share - mean;
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  // Drawn to 0 where few days were seen.
  return Array.from(sums, (sum, hour) => sum / ((counts[hour] ?? 0) + 10));
};

/** From the correlation of hours that lie 6 h apart: exp(−6 h / fade). */
const fadeOf = (shares: Float64Array, mean: number): number => {
  let together = 0;
  let alone = 0;
  for (let index = FADE_LAG_HOURS; index < shares.length; index += 1) {
    const now = (shares[index] ?? Number.NaN) - mean;
    const then = (shares[index - FADE_LAG_HOURS] ?? Number.NaN) - mean;
    if (Number.isNaN(now + then)) continue;
    together += now * then;
    alone += (now * now + then * then) / 2;
  }
  const correlation = Math.min(0.9, Math.max(0.05, alone > 0 ? together / alone : 0.5));
  return -FADE_LAG_HOURS / Math.log(correlation);
};

/** Forecast wind beside measured power, each hour as it was forecast at the midnight before it. */
const curvePoints = (frame: HourFrame, origin: number, capacity: number): readonly CurvePoint[] => {
  const points: CurvePoint[] = [];
  let outlook = windOutlook(frame, 0);
  if (!outlook.there || !(capacity > 0)) return points;
  for (let index = 1; index < origin; index += 1) {
    if (frame.day[index] !== frame.day[index - 1]) outlook = windOutlook(frame, index);
    const value = frame.values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const wind = outlook.ofHour(index, 0);
    if (!Number.isNaN(wind.speed)) points.push({ ...wind, share: value / capacity });
  }
  return points;
};

/** Learns a site from the hours before `origin`. */
export const learnWindSite = (frame: HourFrame, origin: number): WindSite => {
  const past = frame.values.slice(0, Math.max(0, origin));
  const known = past.filter((value) => !Number.isNaN(value));
  const capacity = known.length === 0 ? 0 : Math.max(0, quantileOf(known, 0.999));
  const shares = past.map((value) => (capacity > 0 ? value / capacity : value * 0));
  const meanShare =
    known.length === 0 || capacity === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length / capacity;
  const points = curvePoints(frame, origin, capacity);
  const curve = fitPowerCurve(points);
  return {
    capacity,
    curve,
    rose: fitWindRose(points, curve),
    meanSpeed: points.length === 0 ? 0 : points.reduce((sum, { speed }) => sum + speed, 0) / points.length,
    hourShares: localHours(shares, frame.hour, meanShare),
    meanShare,
    fadeHours: fadeOf(shares, meanShare),
  };
};
