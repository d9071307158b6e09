import { DateTime } from 'luxon';
import type { RawLoad } from './problem-fields.ts';
import type { FlexibleLoad } from './types.ts';

interface Frame {
  readonly startAt: number;
  readonly stepMs: number;
  readonly zone: string;
  readonly steps: number;
}

const MINUTE_MS = 60_000;
/** A minute is lost to rounding sooner than a step is gained. */
const ROUNDING = 1e-9;

/**
 * A load of a problem file in whole steps, or a sentence about what is wrong with it. Minutes are rounded up to steps, a
 * window is rounded inwards. An instant without an offset is local.
 */
export const flexibleLoadOf = (raw: RawLoad, name: string, frame: Frame): FlexibleLoad | string => {
  const { startAt, stepMs, zone, steps } = frame;
  const stepsOf = (minutes: number): number => Math.max(0, Math.ceil((minutes * MINUTE_MS) / stepMs - ROUNDING));
  const placeOf = (text: string): number => (DateTime.fromISO(text, { zone }).toMillis() - startAt) / stepMs;
  const from = raw.earliest === null ? 0 : placeOf(raw.earliest);
  const to = raw.latest === null ? steps : placeOf(raw.latest);
  for (const [field, place] of [['earliest', from] as const, ['latest', to] as const])
    if (Number.isNaN(place)) return `${name}.${field} is no instant: write it as 2026-01-31T18:00:00+01:00.`;
  const firstStep = Math.max(0, Math.ceil(from - ROUNDING));
  const endStep = Math.min(steps, Math.floor(to + ROUNDING));
  const runSteps = raw.runMinutes === null ? null : stepsOf(raw.runMinutes);
  const minRunSteps = Math.max(1, stepsOf(raw.minRunMinutes ?? 0));
  if (runSteps !== null && runSteps > Math.max(0, endStep - firstStep))
    return `${name}.runMinutes is ${raw.runMinutes} and does not fit between its earliest and latest within the horizon: widen them or run it for less.`;
  if (runSteps !== null && runSteps > 0 && minRunSteps > runSteps)
    return `${name}.minRunMinutes is ${raw.minRunMinutes} and longer than runMinutes ${raw.runMinutes}: shorten it.`;
  return {
    id: raw.id,
    powerKw: raw.powerKw,
    valuePerKwh: raw.valuePerKwh ?? 0,
    firstStep,
    endStep: Math.max(firstStep, endStep),
    runSteps,
    minRunSteps,
    minPauseSteps: stepsOf(raw.minPauseMinutes ?? 0),
    maxStarts: raw.maxStarts,
    startCost: 0,
    before: { on: false, steps },
    mustRun: [],
    mustRest: [],
  };
};
