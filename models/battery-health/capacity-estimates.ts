import type { BatterySample } from './life.ts';

/**
 * Capacity as the home itself measures it: energy that went in or out between two states of charge that lie far apart, in one
 * direction, over their distance. Energy at the terminals is not energy in the cells, so charging and discharging are
 * corrected by an efficiency each way.
 */

export interface CapacityEstimate {
  /** When the run ended. */
  readonly at: number;
  readonly capacityKwh: number;
  /** Standard deviation, from the resolution of the state of charge and of the power. */
  readonly spreadKwh: number;
  readonly direction: 'charge' | 'discharge';
  readonly deltaSocPct: number;
}

export interface EstimateOptions {
  /** 0 to 1, each way. */
  readonly oneWayEfficiency: number;
  /** Runs across less than this say too little. */
  readonly leastDeltaPct: number;
  /** Standard error of one reading of the state of charge, points: battery managers count charge and drift. */
  readonly socErrorPct: number;
  /** Standard error of the energy of a run, as a share. */
  readonly energyErrorShare: number;
}

const ESTIMATE_OPTIONS: EstimateOptions = {
  oneWayEfficiency: 0.96,
  leastDeltaPct: 40,
  socErrorPct: 2,
  energyErrorShare: 0.03,
};

const HOUR_MS = 3_600_000;
const LONGEST_GAP_MS = 2 * HOUR_MS;
/** A reading this little against the direction does not end a run. */
const SLACK_PCT = 1.5;

/**
 * All runs of a history; samples ascend in time and power holds until the next sample. Runs that begin or end above 97 % or
 * below 3 % still count, but the readings there stand still while energy flows, so the run is cut where they begin to.
 */
export const capacityEstimates = (
  history: readonly BatterySample[],
  options: EstimateOptions = ESTIMATE_OPTIONS,
): readonly CapacityEstimate[] => {
  const found: CapacityEstimate[] = [];
  let start: number | null = null;
  let extreme = 0;
  let direction: 1 | -1 = 1;
  let kwh = 0;
  /** Energy until the extreme was reached: what flowed after it belongs to no change of charge. */
  let kwhAtExtreme = 0;
  let extremeAt = 0;

  const finish = (): void => {
    if (start === null) return;
    const delta = Math.abs(extreme - start);
    const cellsKwh = kwhAtExtreme * (direction > 0 ? options.oneWayEfficiency : -1 / options.oneWayEfficiency);
    if (delta >= options.leastDeltaPct && cellsKwh > 0) {
      const capacityKwh = cellsKwh / (delta / 100);
      const share = Math.hypot((Math.SQRT2 * options.socErrorPct) / delta, options.energyErrorShare);
      found.push({
        at: extremeAt,
        capacityKwh,
        spreadKwh: capacityKwh * share,
        direction: direction > 0 ? 'charge' : 'discharge',
        deltaSocPct: delta,
      });
    }
    start = null;
  };

  history.forEach((sample, index) => {
    const next = history[index + 1];
    const { socPct, powerW } = sample;
    const broken =
      next === undefined ||
      next.at - sample.at > LONGEST_GAP_MS ||
      socPct === null ||
      powerW === null ||
      next.socPct === null;
    if (broken) {
      finish();
      return;
    }
    const stepKwh = (powerW * (next.at - sample.at)) / HOUR_MS / 1000;
    const moved = next.socPct - socPct;
    const turned =
      start !== null && (direction > 0 ? next.socPct < extreme - SLACK_PCT : next.socPct > extreme + SLACK_PCT);
    if (turned) finish();
    if (start === null) {
      if (moved === 0 || Math.sign(stepKwh) !== Math.sign(moved)) return;
      start = socPct;
      extreme = socPct;
      direction = moved > 0 ? 1 : -1;
      kwh = 0;
      kwhAtExtreme = 0;
    }
    kwh += stepKwh;
    if (direction > 0 ? next.socPct > extreme : next.socPct < extreme) {
      extreme = next.socPct;
      kwhAtExtreme = kwh;
      extremeAt = next.at;
    }
  });
  finish();
  return found;
};
