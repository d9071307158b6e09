import type { BandPoint, Point } from '../../preload/contract/insight.ts';
import type { Hue } from '../components/roles.ts';

/** One quantity over time in display units: what was measured, and what is expected with its band. */
export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  readonly hue: Hue;
  readonly measured: readonly Point[];
  readonly expected?: readonly BandPoint[];
  readonly shape?: 'line' | 'bar';
  /** A light area under the measured line. */
  readonly area?: boolean;
  /** Draws the whole expectation, also where it was measured since: for comparing yesterday. */
  readonly compare?: boolean;
  /** Dashes of the measured line, where one hue has several lines. */
  readonly dash?: readonly [number, number];
  /** It need not be there all the time: where it is missing, nothing is said. */
  readonly mayMiss?: boolean;
}

/** Into the unit of the chart, for lines and bands alike. */
export const scaled = (points: readonly Point[], factor: number): Point[] =>
  points.map((point) => ({ at: point.at, value: point.value === null ? null : point.value * factor }));

export const scaledBand = (points: readonly BandPoint[], factor: number): BandPoint[] =>
  points.map(({ at, p10, p50, p90 }) => ({ at, p10: p10 * factor, p50: p50 * factor, p90: p90 * factor }));

/** W to kW. */
export const inKw = (points: readonly Point[]): Point[] => scaled(points, 0.001);
export const bandInKw = (points: readonly BandPoint[]): BandPoint[] => scaledBand(points, 0.001);

export interface Gap {
  readonly from: number;
  readonly to: number;
  /** What is written in the hatched block. */
  readonly label: string;
}

const DAY_MS = 86_400_000;

const gapsIn = (points: readonly Point[], from: number, until: number, stepMs: number): Gap[] => {
  if (stepMs >= DAY_MS)
    // Days begin at local midnight and have 23 to 25 hours: they are counted from the first one, to the nearest.
    return gapsBetween(
      points.map((point) => ({ ...point, at: Math.round((point.at - from) / stepMs) * stepMs })),
      0,
      until - from,
      stepMs,
    ).map((gap) => ({ ...gap, from: gap.from + from, to: gap.to + from }));
  return gapsBetween(points, from, until, stepMs);
};

const gapsBetween = (points: readonly Point[], from: number, until: number, stepMs: number): Gap[] => {
  const known = new Set<number>();
  for (const point of points) if (point.value !== null) known.add(Math.floor(point.at / stepMs));
  if (known.size === 0) return [];
  const gaps: Gap[] = [];
  let start: number | null = null;
  const last = Math.floor((until - 1) / stepMs);
  for (let step = Math.ceil(from / stepMs); step <= last + 1; step += 1) {
    const missing = step <= last && !known.has(step);
    if (missing) start ??= step;
    else if (start !== null) {
      // One step alone may be the running one, which is not complete yet.
      if (step - start >= 2) gaps.push({ from: start * stepMs, to: Math.min(step * stepMs, until), label: '' });
      start = null;
    }
  }
  return gaps;
};

/**
 * Spans of two steps and more in which a series has no measured value: nulls, and steps that are missing altogether. The
 * label names the series where the others have data.
 */
export const gapsOf = (series: readonly ChartSeries[], from: number, until: number, stepMs: number): Gap[] => {
  const found = new Map<string, Gap & { readonly names: readonly string[] }>();
  const wanted = series.filter((one) => !one.mayMiss);
  for (const one of wanted)
    for (const gap of gapsIn(one.measured, from, until, stepMs)) {
      const key = `${gap.from}/${gap.to}`;
      found.set(key, { ...gap, names: [...(found.get(key)?.names ?? []), one.label] });
    }
  return [...found.values()].map((gap) => ({
    from: gap.from,
    to: gap.to,
    label: gap.names.length === wanted.length ? 'no data' : `no ${gap.names.join(', ').toLowerCase()}`,
  }));
};

/** A round top for an axis and the distance of its 3 to 5 ticks. */
export const niceScale = (
  least: number,
  most: number,
): { readonly min: number; readonly max: number; readonly step: number } => {
  const top = Math.max(most, 0);
  const bottom = Math.min(least, 0);
  const span = Math.max(top - bottom, 1e-6);
  const rough = span / 3.6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 4, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const tidy = (value: number): number => Number(value.toPrecision(12));
  return { min: tidy(Math.floor(bottom / step) * step), max: tidy(Math.ceil(top / step) * step), step: tidy(step) };
};

/** The largest and least value that a chart of these series shows. */
export const extentOf = (series: readonly ChartSeries[], from: number, to: number): { least: number; most: number } => {
  let least = 0;
  let most = 0;
  const take = (at: number, value: number | null): void => {
    if (value === null || at < from || at > to) return;
    least = Math.min(least, value);
    most = Math.max(most, value);
  };
  for (const one of series) {
    for (const point of one.measured) take(point.at, point.value);
    for (const point of one.expected ?? []) {
      take(point.at, point.p90);
      take(point.at, point.p10);
    }
  }
  return { least, most };
};
