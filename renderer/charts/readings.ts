import { decimal } from '../format/numbers.ts';
import type { ChartSeries } from './series.ts';

/** The steps at which a chart has anything to say, in order. */
export const stepsOf = (series: readonly ChartSeries[], from: number, to: number): number[] => {
  const steps = new Set<number>();
  for (const one of series) {
    for (const point of one.measured) if (point.at >= from && point.at < to) steps.add(point.at);
    for (const point of one.expected ?? []) if (point.at >= from && point.at < to) steps.add(point.at);
  }
  return [...steps].sort((a, b) => a - b);
};

export interface SeriesReading {
  readonly id: string;
  readonly label: string;
  readonly hue: ChartSeries['hue'];
  readonly measured: string | null;
  /** p50, and the band as "p10 to p90". */
  readonly expected: string | null;
  readonly band: string | null;
}

/** What each series says at a step; null where it says nothing. */
export const readingsAt = (series: readonly ChartSeries[], at: number, digits: number): SeriesReading[] =>
  series.map((one) => {
    const measured = one.measured.find((point) => point.at === at)?.value ?? null;
    const expected = one.expected?.find((point) => point.at === at) ?? null;
    const hide = expected === null || (measured !== null && !one.compare);
    return {
      id: one.id,
      label: one.label,
      hue: one.hue,
      measured: measured === null ? null : decimal(measured, digits),
      expected: hide ? null : decimal(expected.p50, digits),
      band: hide ? null : `${decimal(expected.p10, digits)} to ${decimal(expected.p90, digits)}`,
    };
  });
