import { seededRandom } from '../network/random.ts';
import { type Band, valueAtScore } from './band.ts';
import { fillNormal } from './normal.ts';
import { type BatteryLimits, createStepPower, createStepSoc } from './simulation.ts';

/**
 * How much errors of neighbouring hours resemble each other where the site's own past errors are not given: a cloudy hour
 * follows a cloudy hour, while a kettle says little of the next hour. Lag-one correlations of normal scores of day-ahead bands:
 * sun 0.65 to 0.77, load 0.20 to 0.66 over a German and four Californian homes.
 */
export const HOURLY_CORRELATION = { pv: 0.72, load: 0.52 } as const;

export interface ProjectionInput {
  readonly limits: BatteryLimits;
  /** At the start of the first step. */
  readonly socPct: number;
  /** W, one band a step; up to 72 h. Sun and load are taken as independent of each other. */
  readonly pv: readonly Band[];
  readonly load: readonly Band[];
  /** Flexible loads that are planned or run already, W, one value a step: certain, and beside the forecast load. */
  readonly flexibleW?: readonly number[];
  /** Correlation of errors of neighbouring steps, 0 to below 1 (see `sequenceCorrelation`). */
  readonly correlation?: { readonly pv: number; readonly load: number };
  readonly stepHours: number;
  readonly runs: number;
  readonly seed: number;
}

/** The value at a share of ascending values, straight between neighbours. */
const quantileOf = (sorted: Float64Array, share: number): number => {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.min(sorted.length - 1, low + 1)] ?? Number.NaN;
  return below + (above - below) * (place - low);
};

/**
 * Random courses of sun and load are drawn from their bands with errors that carry over from step to step, and the battery is
 * run through each: the state of charge as [steps × runs] at the END of each step, in per cent.
 */
export const socCourses = (input: ProjectionInput): readonly Float64Array[] => {
  const { limits, stepHours, runs, flexibleW } = input;
  const steps = Math.min(input.pv.length, input.load.length);
  const correlation = input.correlation ?? {
    pv: HOURLY_CORRELATION.pv ** stepHours,
    load: HOURLY_CORRELATION.load ** stepHours,
  };
  const random = seededRandom(input.seed);
  const powerOf = createStepPower(limits, stepHours);
  const socOf = createStepSoc(limits, stepHours);
  const pvScore = new Float64Array(runs);
  const loadScore = new Float64Array(runs);
  const noise = new Float64Array(runs);
  fillNormal(pvScore, random);
  fillNormal(loadScore, random);
  const carry = (score: Float64Array, sameness: number): void => {
    fillNormal(noise, random);
    const fresh = Math.sqrt(1 - sameness * sameness);
    for (let run = 0; run < runs; run += 1) score[run] = sameness * (score[run] ?? 0) + fresh * (noise[run] ?? 0);
  };
  let before = new Float64Array(runs).fill(input.socPct);
  return Array.from({ length: steps }, (_, step) => {
    const pv = input.pv[step] ?? { p10: 0, p50: 0, p90: 0 };
    const load = input.load[step] ?? { p10: 0, p50: 0, p90: 0 };
    const flexible = flexibleW?.[step] ?? 0;
    if (step > 0) {
      carry(pvScore, correlation.pv);
      carry(loadScore, correlation.load);
    }
    const after = new Float64Array(runs);
    for (let run = 0; run < runs; run += 1) {
      const soc = before[run] ?? input.socPct;
      const loadW = valueAtScore(load, loadScore[run] ?? 0) + flexible;
      after[run] = socOf(soc, powerOf(soc, valueAtScore(pv, pvScore[run] ?? 0), loadW));
    }
    before = after;
    return after;
  });
};

/**
 * The state of charge now and at the end of each step as a band over `runs` random courses: steps + 1 bands, the first of
 * which is `socPct` itself. Seeded: the same bands give the same answer.
 */
export const projectSoc = (input: ProjectionInput): readonly Band[] => {
  const start = { p10: input.socPct, p50: input.socPct, p90: input.socPct };
  const ends = socCourses(input).map((course) => {
    const sorted = course.toSorted();
    return { p10: quantileOf(sorted, 0.1), p50: quantileOf(sorted, 0.5), p90: quantileOf(sorted, 0.9) };
  });
  return [start, ...ends];
};
