import type { Site } from '../../preload/contract/site.ts';
import type { FeedIssue, FeedPastDay } from '../store/feed-types.ts';
import { staleAfterMs } from './chain.ts';
import { type Climatology, clearSkyMean, cloudShare, createClimatology } from './last-resort.ts';
import type { FeedsDeps, WeatherForRow, WeatherIssue } from './service-types.ts';
import { createSlots } from './slots.ts';
import { rankOf } from './sources.ts';
import { type FullWeatherRow, weatherRowsOf } from './tables.ts';
import type { FeedProvider } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HISTORY_MS = 400 * DAY_MS;
/** No assumption reaches further. */
const ASSUMED_AHEAD_MS = 10 * DAY_MS;

export interface WeatherReading {
  weatherFor(site: Site, from: number, to: number, knownAt?: number): readonly WeatherForRow[];
  weatherIssues(site: Site, from: number, to: number): readonly WeatherIssue[];
}

/** An issue or past day with what decides whether it is believed before another. */
interface Candidate {
  readonly provider: string;
  readonly issuedAt: number;
  readonly rows: readonly FullWeatherRow[];
  /** What is past comes first; then fresh issues in the order of the chain; then old ones, the newest first. */
  readonly rank: readonly number[];
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
};

/** A mean over more than an hour holds for each hour of it; sums are shared out. */
const inHours = (row: FullWeatherRow): readonly FullWeatherRow[] => {
  const count = row.stepMs / HOUR_MS;
  if (count <= 1 || !Number.isInteger(count)) return [row];
  const precipitationMm = row.precipitationMm === null ? null : row.precipitationMm / count;
  return Array.from({ length: count }, (_, hour) => ({
    ...{ ...row, precipitationMm },
    ...{ at: row.at + hour * HOUR_MS, stepMs: HOUR_MS },
  }));
};

export const createWeatherReading = (deps: FeedsDeps): WeatherReading => {
  const { store, clock, providers } = deps;
  const climates = new Map<string, { readonly madeAt: number; readonly climate: Climatology }>();
  const roleOf = (id: string): FeedProvider['role'] => providers.weather.find((each) => each.id === id)?.role;
  const staleOf = (id: string): number => {
    const provider = providers.weather.find((each) => each.id === id);
    return provider ? staleAfterMs(provider) : 3 * HOUR_MS;
  };

  const issueCandidate = (issue: FeedIssue, rank: number, knownAt: number): Candidate => {
    const heardAt = Math.max(issue.fetchedAt, issue.confirmedAt <= knownAt ? issue.confirmedAt : 0);
    const isFresh = Math.min(knownAt, clock.now()) - heardAt <= staleOf(issue.provider);
    const { provider, issuedAt, fetchedAt } = issue;
    return {
      ...{ provider, issuedAt, rows: weatherRowsOf(issue) },
      rank: isFresh ? [1, rank, -fetchedAt] : [2, -fetchedAt, rank],
    };
  };
  const pastCandidate = (day: FeedPastDay, rank: number): Candidate => ({
    ...{ provider: day.provider, issuedAt: day.updatedAt, rows: weatherRowsOf(day) },
    rank: [0, rank, -day.updatedAt],
  });

  const climateOf = (site: Site): Climatology => {
    const now = clock.now();
    const kept = climates.get(site.id);
    if (kept && Math.abs(now - kept.madeAt) < 6 * HOUR_MS) return kept.climate;
    const rank = rankOf(deps, site.id, 'weather');
    const days = [...store.feeds.past.range(site.id, 'weather', now - HISTORY_MS, now)];
    days.sort((a, b) => a.startAt - b.startAt || rank(a.provider) - rank(b.provider));
    const slots = createSlots(now - HISTORY_MS - DAY_MS, now + DAY_MS);
    const rows = days.flatMap(weatherRowsOf).filter((row) => row.ghiWm2 !== null && slots.take(row.at, row.stepMs));
    const climate = createClimatology(rows, site.latitude, site.longitude);
    climates.set(site.id, { madeAt: now, climate });
    return climate;
  };

  /** Irradiance from cloud where nobody gives it, and the percentiles of the ensemble beside it. */
  const completed = (row: FullWeatherRow, site: Site, bands: ReadonlyMap<string, FullWeatherRow>) => {
    const band = bands.get(`${row.at} ${row.stepMs}`);
    const estimated = row.ghiWm2 === null && row.cloudPct !== null;
    const ghiWm2 = estimated
      ? clearSkyMean(row.at, row.stepMs, site.latitude, site.longitude) * cloudShare(row.cloudPct ?? 0)
      : row.ghiWm2;
    return {
      ...row,
      ghiWm2,
      ghiP10Wm2: row.ghiP10Wm2 ?? band?.ghiP10Wm2 ?? null,
      ghiP90Wm2: row.ghiP90Wm2 ?? band?.ghiP90Wm2 ?? null,
      irradianceEstimated: estimated,
    };
  };

  const weatherFor: WeatherReading['weatherFor'] = (site, from, to, knownAt) => {
    const known = knownAt ?? Number.MAX_SAFE_INTEGER;
    const rank = rankOf(deps, site.id, 'weather');
    const issues = store.feeds.issues.overlapping(site.id, 'weather', from, to, known);
    const past = store.feeds.past.range(site.id, 'weather', from, to).filter((day) => day.updatedAt <= known);
    const bands = new Map<string, FullWeatherRow>();
    for (const issue of issues)
      if (roleOf(issue.provider) === 'band')
        for (const row of weatherRowsOf(issue)) {
          const name = `${row.at} ${row.stepMs}`;
          if (!bands.has(name)) bands.set(name, row);
        }
    const candidates = [
      ...past.map((day) => pastCandidate(day, rank(day.provider))),
      ...issues
        .filter((issue) => roleOf(issue.provider) !== 'band')
        .map((issue) => issueCandidate(issue, rank(issue.provider), known)),
    ].sort((a, b) => compare(a.rank, b.rank));
    const slots = createSlots(from, to);
    const rows: WeatherForRow[] = [];
    for (const { provider, issuedAt, rows: offered } of candidates)
      for (const row of offered.flatMap(inHours))
        if (row.at >= from && row.at < to && slots.take(row.at, row.stepMs))
          rows.push({ ...completed(row, site, bands), provider, issuedAt, assumed: false });
    if (knownAt === undefined) {
      const now = clock.now();
      const first = Math.ceil(Math.max(from, now - HOUR_MS) / HOUR_MS) * HOUR_MS;
      const last = Math.min(to, now + ASSUMED_AHEAD_MS);
      for (let at = first; at < last; at += HOUR_MS) {
        if (slots.covered(at, Math.min(to, at + HOUR_MS)) > 0) continue;
        const usual = climateOf(site).rowAt(at);
        if (usual === undefined) break;
        slots.take(at, HOUR_MS);
        const unknown = { dniWm2: null, dhiWm2: null, windFromDeg: null, humidityPct: null, pressureHpa: null };
        const more = { precipitationMm: null, snowDepthM: null, ghiP10Wm2: null, ghiP90Wm2: null };
        const origin = { provider: 'climatology', issuedAt: now, irradianceEstimated: true, assumed: true };
        rows.push({ at, stepMs: HOUR_MS, ...unknown, ...more, ...usual, ...origin });
      }
    }
    return rows.sort((a, b) => a.at - b.at);
  };

  return {
    weatherFor,
    weatherIssues: (site, from, to) =>
      store.feeds.issues.overlapping(site.id, 'weather', from, to, Number.MAX_SAFE_INTEGER).map((issue) => ({
        provider: issue.provider,
        issuedAt: issue.issuedAt,
        knownAt: issue.fetchedAt,
        rows: weatherRowsOf(issue),
      })),
  };
};
