import type { BandPoint } from '../../../preload/contract/insight.ts';
import { atOf, HOUR_MS, perStep, STEP_MS, type Steps } from './grid-of-steps.ts';
import type { PowerBand } from './types.ts';

const LEVELS = ['p10', 'p50', 'p90'] as const;
type Level = (typeof LEVELS)[number];
const QUARTERS = HOUR_MS / STEP_MS;

/** Hours of a forecast, kW, by their start. */
type Hours = ReadonlyMap<number, PowerBand>;

const hoursOf = (points: readonly BandPoint[]): Hours =>
  new Map(
    points.map(({ at, p10, p50, p90 }) => [
      at,
      { p10: Math.max(0, p10) / 1000, p50: Math.max(0, p50) / 1000, p90: Math.max(0, p90) / 1000 },
    ]),
  );

/** The four quarters of an hour: on the line between the hours beside it, and with the mean of the hour itself. */
const quartersOf = (hours: Hours, at: number, level: Level): readonly number[] => {
  const own = hours.get(at)?.[level] ?? 0;
  const [before, after] = [hours.get(at - HOUR_MS)?.[level] ?? own, hours.get(at + HOUR_MS)?.[level] ?? own];
  const slanted = Array.from({ length: QUARTERS }, (_, quarter) => {
    const offset = (quarter + 0.5) / QUARTERS - 0.5;
    return Math.max(0, offset < 0 ? own + offset * (own - before) : own + offset * (after - own));
  });
  const total = slanted.reduce((all, value) => all + value, 0);
  return slanted.map((value) => (total > 0 ? (value * own * QUARTERS) / total : 0));
};

/**
 * Mean kW of each step from a forecast in W by hours; the steps end where the forecast does. Each hour keeps its energy, so
 * that a plan is not made of steps that the house will never see.
 */
export const expectedKw = (points: readonly BandPoint[], steps: Steps): readonly PowerBand[] => {
  const hours = hoursOf(points);
  const quarters = new Map<number, readonly (readonly number[])[]>();
  const levelsOf = (hour: number): readonly (readonly number[])[] => {
    const made = quarters.get(hour) ?? LEVELS.map((level) => quartersOf(hours, hour, level));
    quarters.set(hour, made);
    return made;
  };
  const bands: PowerBand[] = [];
  for (let step = 0; step < steps.count; step += 1) {
    const at = atOf(steps, step);
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    if (!hours.has(hour)) break;
    const [p10 = 0, p50 = 0, p90 = 0] = levelsOf(hour).map((level) => level[(at - hour) / STEP_MS] ?? 0);
    bands.push({ p10: Math.min(p10, p50), p50, p90: Math.max(p90, p50) });
  }
  return bands;
};

/** Two bands on top of each other. The sum of two poor cases is poorer than the poor case of the sum: on the safe side. */
export const addBands = (one: readonly PowerBand[], other: readonly PowerBand[]): readonly PowerBand[] =>
  one.map((band, step) => ({
    p10: band.p10 + (other[step]?.p10 ?? 0),
    p50: band.p50 + (other[step]?.p50 ?? 0),
    p90: band.p90 + (other[step]?.p90 ?? 0),
  }));

export const noPower = (steps: Steps): readonly PowerBand[] => perStep(steps, () => ({ p10: 0, p50: 0, p90: 0 }));
