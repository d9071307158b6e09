import type { HourFrame } from '../features/frame.ts';

const without = (values: Float64Array, from: number): Float64Array => {
  const masked = values.slice();
  masked.fill(Number.NaN, Math.max(0, from));
  return masked;
};

/**
 * The frame as somebody saw it at the start of the hour `origin`: everything measured from there on is a gap, and weather
 * forecasts issued later do not exist. A model that is handed this cannot look ahead, however it is written. `knownBefore`
 * is the first hour that was not known, where that lies before the origin. A new object each time, so that nothing kept
 * for an earlier origin is mistaken for this one's.
 */
export const frameAsKnown = (frame: HourFrame, origin: number, knownBefore = origin): HourFrame => {
  const first = Math.min(origin, knownBefore);
  const today = frame.day[Math.min(Math.max(0, origin), frame.hours - 1)] ?? 0;
  const { issued } = frame;
  return {
    ...frame,
    values: without(frame.values, first),
    signals: new Map([...frame.signals].map(([name, values]) => [name, without(values, first)])),
    weather: new Map([...frame.weather].filter(([day]) => day < today)),
    issued: issued && {
      columns: issued.columns,
      at: (column, at, target) => issued.at(column, Math.min(at, origin), target),
      atRun: (column, at, target, back) => issued.atRun(column, Math.min(at, origin), target, back),
      leadHours: (column, at, target) => issued.leadHours(column, Math.min(at, origin), target),
    },
  };
};

/** The first hour of each local day within [from, to): where a day's forecast is issued, even where midnight is skipped. */
export const localMidnights = (frame: HourFrame, from: number, to: number): readonly number[] => {
  const found: number[] = [];
  for (let index = Math.max(0, from); index < Math.min(to, frame.hours); index += 1)
    if (index === 0 ? frame.hour[0] === 0 : frame.day[index] !== frame.day[index - 1]) found.push(index);
  return found;
};
