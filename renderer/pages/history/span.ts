import type { HistoryView } from '../../../preload/contract/insight.ts';
import { addDays, day, fullDay, instantOf, localParts, monthName, shortDay, startOfDay } from '../../format/time.ts';

export const SPANS = ['day', 'week', 'month', 'year'] as const;
export type SpanName = (typeof SPANS)[number];

export const QUANTITIES = ['power', 'energy', 'soc'] as const;
export type Quantity = (typeof QUANTITIES)[number];

export interface Shown {
  readonly from: number;
  readonly to: number;
  readonly step: HistoryView['step'];
  readonly stepMs: number;
  readonly title: string;
}

const HOUR = 3_600_000;
const STEP_MS = { raw: 60_000, '15min': 900_000, hour: HOUR, day: 24 * HOUR } as const;

/** The step that a span is read in: fine enough to see, coarse enough to be quick. Energy is summed by hour, day or month's day. */
const stepOf = (span: SpanName, quantity: Quantity): HistoryView['step'] => {
  if (span === 'day') return quantity === 'energy' ? 'hour' : '15min';
  if (span === 'week') return quantity === 'energy' ? 'day' : 'hour';
  if (span === 'month') return quantity === 'energy' ? 'day' : 'hour';
  return 'day';
};

/** A calendar span in the site's zone: `back` of 0 holds `now`, 1 is the one before. Weeks start on Monday. */
export const shownSpan = (span: SpanName, back: number, quantity: Quantity, now: number, zone: string): Shown => {
  const today = startOfDay(now, zone);
  const { year, month } = localParts(now, zone);
  const step = stepOf(span, quantity);
  const base = { step, stepMs: STEP_MS[step] };
  if (span === 'day') {
    const from = addDays(today, -back, zone);
    return {
      ...base,
      from,
      to: addDays(from, 1, zone),
      title: back === 0 ? `Today, ${day(from, zone)}` : day(from, zone),
    };
  }
  if (span === 'week') {
    const { year: y, month: m, day: d } = localParts(today, zone);
    const weekday = (new Date(Date.UTC(y, m - 1, d)).getUTCDay() + 6) % 7;
    const from = addDays(today, -weekday - 7 * back, zone);
    const to = addDays(from, 7, zone);
    return { ...base, from, to, title: `${shortDay(from, zone)} to ${fullDay(addDays(from, 6, zone), zone)}` };
  }
  if (span === 'month') {
    const from = instantOf(zone, year, month - back, 1);
    return { ...base, from, to: instantOf(zone, year, month - back + 1, 1), title: monthName(from, zone) };
  }
  const from = instantOf(zone, year - back, 1, 1);
  return { ...base, from, to: instantOf(zone, year - back + 1, 1, 1), title: String(year - back) };
};
