import type { HourFrame } from '../features/frame.ts';
import { latestSameHour } from '../features/lags.ts';
import { rollingSameHour } from '../features/rolling.ts';

/** A simple forecast that a model has to beat: W for the hour `target`, known at `origin`; NaN where it knows nothing. */
export type Baseline = (frame: HourFrame, origin: number, target: number) => number;

/** Solar: what the same hour gave on the newest day that is known (at most a week back). */
export const solarSeasonalNaive: Baseline = (frame, origin, target) => {
  if ((frame.clearSky[target] ?? 0) <= 0) return 0;
  return latestSameHour(frame, origin, target, 9);
};

/** Load: the mean of the same hour over the last 7 days. */
export const loadSevenDayMean: Baseline = (frame, origin, target) => rollingSameHour(frame, origin, target, 7).mean;
