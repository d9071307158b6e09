import { ok, permanent, type Result } from '../../result.ts';
import { statsSchema, type VrmPoint } from './vrm-answers.ts';
import type { VrmApi } from './vrm-api.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How long an interval is, and the longest span that VRM answers at once. */
const INTERVALS = {
  '15mins': { stepMs: 15 * MINUTE_MS, longestMs: 31 * DAY_MS },
  hours: { stepMs: 60 * MINUTE_MS, longestMs: 31 * DAY_MS },
  days: { stepMs: DAY_MS, longestMs: 180 * DAY_MS },
} as const;

export interface VrmStatsQuery {
  readonly siteId: number;
  /** `kwh`: energy by flow. `venus`: the system's own values. `custom`: the attributes in `codes`. */
  readonly type: 'kwh' | 'venus' | 'live_feed' | 'consumption' | 'solar_yield' | 'custom';
  readonly codes?: readonly string[];
  readonly interval: keyof typeof INTERVALS;
  /** Rounded outwards to whole intervals of UTC. */
  readonly startAt: number;
  readonly endAt: number;
}

export interface VrmStats {
  /**
   * By code, oldest first; an interval is named by its start and has no entry where VRM has none. `bs` is %, `bv` V,
   * `Pdc` W; `Pb` `Pc` `Pg` `Gb` `Gc` `Bc` `Bg` are kWh that went from panels, grid or battery to battery, consumers or
   * grid.
   */
  readonly series: ReadonlyMap<string, readonly VrmPoint[]>;
  /** Sums over the whole span, where VRM gives one for every part of it. */
  readonly totals: ReadonlyMap<string, number>;
}

const addressOf = ({ siteId, type, codes, interval }: VrmStatsQuery, startAt: number, endAt: number): string => {
  const search = new URLSearchParams({
    type,
    interval,
    start: `${Math.round(startAt / 1_000)}`,
    end: `${Math.round(endAt / 1_000)}`,
  });
  for (const code of codes ?? []) search.append('attributeCodes[]', code);
  return `/installations/${siteId}/stats?${search}`;
};

/** A sum is one only where no part is missing. */
const totalsOf = (sums: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> => {
  const totals = new Map<string, number>();
  for (const code of sums[0]?.keys() ?? []) {
    const parts = sums.flatMap((sum) => sum.get(code) ?? []);
    if (parts.length === sums.length)
      totals.set(
        code,
        parts.reduce((total, part) => total + part, 0),
      );
  }
  return totals;
};

/**
 * History for training: asked in spans that VRM bears, oldest first, each of them one request of the account's budget.
 * Failures: those of the API; a span of no length.
 */
export const readVrmStats = async (
  api: Pick<VrmApi, 'ask'>,
  query: VrmStatsQuery,
  signal: AbortSignal,
): Promise<Result<VrmStats>> => {
  const { stepMs, longestMs } = INTERVALS[query.interval];
  const startAt = Math.floor(query.startAt / stepMs) * stepMs;
  const endAt = Math.ceil(query.endAt / stepMs) * stepMs;
  if (!(endAt > startAt))
    return permanent('device.wrong-span', 'The span of time has no length.', 'Choose an end after the start.');
  const series = new Map<string, Map<number, VrmPoint>>();
  const sums: ReadonlyMap<string, number>[] = [];
  for (let from = startAt; from < endAt; from += longestMs) {
    const until = Math.min(endAt, from + longestMs);
    const part = await api.ask(addressOf(query, from, until), 'the history', statsSchema, signal);
    if (!part.ok) return part;
    for (const [code, points] of part.value.series) {
      const known = series.get(code) ?? new Map<number, VrmPoint>();
      for (const point of points)
        if (point.startAt >= startAt && point.startAt < endAt) known.set(point.startAt, point);
      series.set(code, known);
    }
    sums.push(part.value.totals);
  }
  return ok({
    series: new Map(
      [...series].map(([code, points]) => [code, [...points.values()].sort((a, b) => a.startAt - b.startAt)]),
    ),
    totals: totalsOf(sums),
  });
};
