import type { Metric, Quality } from '../../preload/contract/base.ts';
import { codeOfQuality } from './quality.ts';
import type { Rollup, StoredReading } from './types.ts';

/** How raw rows become intervals, and intervals longer ones. Pure: no database, no clock. */

export const MINUTE_MS = 60_000;
export const QUARTER_MS = 15 * MINUTE_MS;
export const HOUR_MS = 60 * MINUTE_MS;

/** What is written when it changes; everything else comes as means of one minute, named by the minute's start. */
const STATES: ReadonlySet<Metric> = new Set([
  'on',
  'stateCode',
  'faultCode',
  'setpointW',
  'limitA',
  'minSocPct',
  'capacityKwh',
  'chargeLimitA',
  'dischargeLimitA',
] as const);

/**
 * How long a raw row speaks when no later one follows: a mean for its minute, a state for an hour. A device that went
 * away leaves a gap, it does not keep its last state for ever.
 */
export const reachMsOf = (metric: Metric): number => (STATES.has(metric) ? HOUR_MS : MINUTE_MS);

/** A value that held for a span. */
interface Segment {
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly weight: number;
  readonly quality: Quality;
}

/** Suspect values are kept in the raw rows but must not bend a mean while there are others beside them. */
const trusted = <Part extends { readonly quality: Quality }>(parts: readonly Part[]): readonly Part[] => {
  const good = parts.filter((part) => part.quality !== 'suspect');
  return good.length > 0 ? good : parts;
};

const summary = (parts: readonly Segment[]) => {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  return {
    weight,
    mean: parts.reduce((sum, part) => sum + part.value * part.weight, 0) / weight,
    minimum: parts.reduce((least, part) => Math.min(least, part.minimum), Number.POSITIVE_INFINITY),
    maximum: parts.reduce((most, part) => Math.max(most, part.maximum), Number.NEGATIVE_INFINITY),
    // The least trusted part names the whole: measured < estimated < demo, and suspect only where all are.
    quality: parts.reduce<Quality>(
      (worst, part) => (codeOfQuality(part.quality) > codeOfQuality(worst) ? part.quality : worst),
      'good',
    ),
  };
};

const energyOf = (meanW: number, coveredMs: number): number => (meanW * coveredMs) / (1000 * HOUR_MS);

/**
 * The 15-minute intervals of a series that lie in [from, to), both quarter boundaries. `rows` are in order and may begin
 * before `from`, so that a row that reaches in is seen. Means are weighted by time; `count` is minutes covered; an interval
 * without data has no row.
 */
export const quartersOf = (
  seriesId: number,
  metric: Metric,
  rows: readonly StoredReading[],
  from: number,
  to: number,
): readonly Rollup[] => {
  const reachMs = reachMsOf(metric);
  const buckets = new Map<number, Segment[]>();
  rows.forEach((row, index) => {
    const end = Math.min(rows[index + 1]?.at ?? to, row.at + reachMs, to);
    for (let start = Math.max(row.at, from); start < end; ) {
      const bucket = Math.floor(start / QUARTER_MS) * QUARTER_MS;
      const stop = Math.min(end, bucket + QUARTER_MS);
      const { value, quality } = row;
      const segment = { value, minimum: value, maximum: value, weight: stop - start, quality };
      const list = buckets.get(bucket);
      if (list) list.push(segment);
      else buckets.set(bucket, [segment]);
      start = stop;
    }
  });
  return [...buckets].map(([at, parts]) => {
    const { weight, ...rest } = summary(trusted(parts));
    const energyKwh = metric === 'powerW' ? energyOf(rest.mean, weight) : null;
    return { seriesId, at, ...rest, count: Math.max(1, Math.round(weight / MINUTE_MS)), energyKwh };
  });
};

/** One longer interval out of shorter ones, weighted by the minutes that they cover; undefined where there are none. */
export const merge = (seriesId: number, at: number, rows: readonly Rollup[]): Rollup | undefined => {
  const parts = trusted(rows);
  if (parts.length === 0) return undefined;
  const { weight, ...rest } = summary(parts.map((row) => ({ ...row, value: row.mean, weight: row.count })));
  const energies = parts.map((row) => row.energyKwh).filter((energy) => energy !== null);
  const energyKwh = energies.length > 0 ? energies.reduce((sum, energy) => sum + energy, 0) : null;
  return { seriesId, at, ...rest, count: weight, energyKwh };
};
