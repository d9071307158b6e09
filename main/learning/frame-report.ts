import type { ModelKind } from '../../preload/contract/models.ts';
import { KIND_FACTS } from './kinds.ts';
import type { SiteFrame } from './site-frame.ts';

/** What training would read: gaps counted from the first measured hour on. */
export interface FrameReport {
  readonly hours: number;
  /** Whole days since the first measured hour. */
  readonly days: number;
  readonly missingPct: number;
  readonly gaps: number;
  readonly longestGapHours: number;
  readonly suspectHours: number;
  readonly hardlyCoveredHours: number;
}

export const reportOfFrame = (data: SiteFrame): FrameReport => {
  const { frame, nowHour: origin, measured, suspectHours, hardlyCoveredHours } = data;
  const found = frame.values.findIndex((power) => !Number.isNaN(power));
  const first = found < 0 ? origin : found;
  let gaps = 0;
  let longestGapHours = 0;
  let length = 0;
  for (let index = first; index < origin; index += 1) {
    length = Number.isNaN(frame.values[index]) ? length + 1 : 0;
    if (length === 1) gaps += 1;
    longestGapHours = Math.max(longestGapHours, length);
  }
  const hours = origin - first;
  return {
    hours: measured,
    days: Math.floor(hours / 24),
    missingPct: hours === 0 ? 0 : (100 * (hours - measured)) / hours,
    gaps,
    longestGapHours,
    suspectHours,
    hardlyCoveredHours,
  };
};

/** One sentence for the flow's run. `possible`: whether training would find enough. */
export const sentenceOfFrame = (kind: ModelKind, report: FrameReport, possible: boolean): string => {
  const { hours, days, missingPct, gaps, longestGapHours, suspectHours, hardlyCoveredHours } = report;
  const leftOut = `${suspectHours} suspect and ${hardlyCoveredHours} hardly covered hours are left out`;
  const tonight = possible ? 'training is possible tonight' : 'training has to wait, for it needs about four weeks';
  if (hours === 0) return `${KIND_FACTS[kind].label}: no hour is fit to learn from yet, ${leftOut}, and ${tonight}.`;
  const missing =
    gaps === 0
      ? 'nothing is missing'
      : `${missingPct.toFixed(1)} % is missing in ${gaps} ${gaps === 1 ? 'gap' : 'gaps'} of at most ${longestGapHours} h`;
  return `${KIND_FACTS[kind].label}: ${hours} hours over ${days} days, ${missing}, ${leftOut}, and ${tonight}.`;
};
