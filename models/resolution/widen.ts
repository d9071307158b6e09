import { type BandScore, bucketOf, fitWidenings, type Widening } from '../calibration/conformal.ts';
import type { StepForecast, StepRow } from './types.ts';

const DAY_MS = 86_400_000;
const CALIBRATION_DAYS = 28;
/** Fewer days than this say too little, and so many count for half. */
const LEAST_DAYS = 7;

/** What bands of steps are moved by, learnt from those that were issued before and whose truth is known by now. */
export type StepWidening = (step: StepForecast, lead: number) => StepForecast;

/**
 * Conformal widening at the step of the series, in widths of the band: what an hour's band does not know is how restless the
 * steps within it are. Only steps that had ended by `issueAt` count. `floor` is the least that a value can be.
 */
export const learnWidening = (
  issued: readonly StepRow[],
  issueAt: number,
  stepMs: number,
  floor: number,
): StepWidening => {
  const scores: BandScore[] = [];
  const days = new Set<number>();
  for (const { at, issueAt: then, lead, actual, p10, p90 } of issued) {
    const width = p90 - p10;
    if (!(width > 0) || Number.isNaN(actual) || at + stepMs > issueAt || at < issueAt - CALIBRATION_DAYS * DAY_MS)
      continue;
    days.add(then);
    scores.push({ lead, below: (p10 - actual) / width, above: (actual - p90) / width });
  }
  if (days.size < LEAST_DAYS) return (step) => step;
  const trust = days.size / (days.size + LEAST_DAYS);
  const widenings: readonly Widening[] = fitWidenings(scores);
  return (step, lead) => {
    const widening = widenings[bucketOf(lead)];
    const width = step.p90 - step.p10;
    if (widening === undefined || !(width > 0)) return step;
    return {
      ...step,
      p10: Math.max(floor, Math.min(step.p50, step.p10 - trust * widening.low * width)),
      p90: Math.max(step.p50, step.p90 + trust * widening.high * width),
    };
  };
};
