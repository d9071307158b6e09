import type { HistoryView } from '../../../preload/contract/insight.ts';
import { addLocalDays, startOfLocalDay } from '../../zone.ts';

const MINUTE_MS = 60_000;

/** Length of a step; of a day only about, since local days have 23, 24 or 25 hours. Raw rows are means of a minute. */
export const STEP_MS: Readonly<Record<HistoryView['step'], number>> = {
  raw: MINUTE_MS,
  '15min': 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1440 * MINUTE_MS,
};

/**
 * The starts of all steps that touch [from, to): local midnights for days, else multiples of the step in UTC, as rollups
 * are named. Null when there are more than `most`.
 */
export const stepsOf = (
  step: HistoryView['step'],
  from: number,
  to: number,
  timeZone: string,
  most: number,
): readonly number[] | null => {
  const stepMs = STEP_MS[step];
  if ((to - from) / stepMs > most) return null;
  const steps: number[] = [];
  if (step === 'day') {
    for (let at = startOfLocalDay(from, timeZone); at < to; at = addLocalDays(at, 1, timeZone)) steps.push(at);
    return steps;
  }
  for (let at = Math.floor(from / stepMs) * stepMs; at < to; at += stepMs) steps.push(at);
  return steps;
};
