import { ok } from '../../result.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { FeedPlace, FeedProvider, FeedWindow } from '../types.ts';
import { askOpenMeteo, openMeteoRows } from './open-meteo-answer.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const VARIABLES = [
  'temperature_2m',
  'relative_humidity_2m',
  'precipitation',
  'cloud_cover',
  'pressure_msl',
  'wind_speed_10m',
  'wind_direction_10m',
  'shortwave_radiation',
  'direct_normal_irradiance',
  'diffuse_radiation',
  'snow_depth',
];
const HOURLY = VARIABLES.join(',');

export const OPEN_METEO_ATTRIBUTION = { text: 'Weather data by Open-Meteo.com', url: 'https://open-meteo.com/' };
export const OPEN_METEO_KEY_HELP =
  'None is needed for private use. For a paid plan: the API key from open-meteo.com, Pricing, then your account.';
/** Free hosts, an address: with room below 600 a minute, 5 000 an hour, 10 000 a day for other programs at home. */
export const OPEN_METEO_QUOTA = [
  { calls: 60, perMs: MINUTE_MS },
  { calls: 500, perMs: HOUR_MS },
  { calls: 2_000, perMs: DAY_MS },
];

/** max(1, v/10, v/10 · days/14) for v variables (times members). */
export const openMeteoCost = (variables: number, { from, to }: FeedWindow): number =>
  Math.max(1, variables / 10, ((variables / 10) * (to - from)) / (14 * DAY_MS));

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Days before and after today (UTC) that cover a window, as the forecast hosts ask for them. */
export const daysAround = ({ from, to }: FeedWindow, now: number): { past_days: number; forecast_days: number } => {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return {
    past_days: clamp(Math.ceil((today - from) / DAY_MS), 0, 92),
    forecast_days: clamp(Math.ceil((to - today) / DAY_MS), 1, 16),
  };
};

const FORECAST_BASE = 'https://api.open-meteo.com';

export const openMeteo: FeedProvider<'weather'> = {
  id: 'open-meteo',
  topic: 'weather',
  label: 'Open-Meteo',
  attribution: OPEN_METEO_ATTRIBUTION,
  defaultBaseUrl: FORECAST_BASE,
  keyHelp: OPEN_METEO_KEY_HELP,
  options: [],
  quota: OPEN_METEO_QUOTA,
  refreshMs: HOUR_MS,
  refusal: () => null,
  cost: (window) => openMeteoCost(VARIABLES.length, window),
  fetch: async (window, place, deps, _validators, signal) => {
    const body = await askOpenMeteo({
      ...{ deps, place, signal, label: 'Open-Meteo', defaultBaseUrl: FORECAST_BASE, path: '/v1/forecast' },
      query: { hourly: HOURLY, ...daysAround(window, deps.clock.now()) },
    });
    if (!body.ok) return body;
    const rows = openMeteoRows(body.value);
    if (!rows.ok) return rows;
    const inside = rows.value.filter((row) => row.at >= window.from && row.at < window.to);
    return ok({
      rows: inside,
      issuedAt: null,
      validators: NO_VALIDATORS,
      expiresAt: null,
      unchanged: false,
      rejected: 0,
    });
  },
};

/** Both hosts of the past answer the same shape for the same words. */
const pastProvider = (wish: {
  readonly id: string;
  readonly label: string;
  readonly base: string;
  readonly path: string;
  readonly lagMs: number;
  readonly reachMs: number;
}): FeedProvider<'weather'> => ({
  id: wish.id,
  topic: 'weather',
  label: wish.label,
  attribution: OPEN_METEO_ATTRIBUTION,
  defaultBaseUrl: wish.base,
  keyHelp: OPEN_METEO_KEY_HELP,
  options: [],
  quota: OPEN_METEO_QUOTA,
  role: 'history',
  refreshMs: DAY_MS,
  history: { reachMs: wish.reachMs, chunkMs: 31 * DAY_MS, lagMs: wish.lagMs },
  refusal: () => null,
  cost: (window) => openMeteoCost(VARIABLES.length, window),
  fetch: async (window: FeedWindow, place: FeedPlace, deps, _validators, signal) => {
    // The first hour needs the instant at its end and the row before it none: one day more at the end, cut off below.
    const body = await askOpenMeteo({
      ...{ deps, place, signal, label: wish.label, defaultBaseUrl: wish.base, path: wish.path },
      query: { hourly: HOURLY, start_date: dayOf(window.from), end_date: dayOf(window.to) },
    });
    if (!body.ok) return body;
    const rows = openMeteoRows(body.value);
    if (!rows.ok) return rows;
    const inside = rows.value.filter((row) => row.at >= window.from && row.at < window.to);
    return ok({
      rows: inside,
      issuedAt: null,
      validators: NO_VALIDATORS,
      expiresAt: null,
      unchanged: false,
      rejected: 0,
    });
  },
});

/** The first hours of each past run: what the forecast of a few hours ahead said, since 2022. */
export const openMeteoPastForecasts = pastProvider({
  id: 'open-meteo-past-forecasts',
  label: 'Open-Meteo past forecasts',
  base: 'https://historical-forecast-api.open-meteo.com',
  path: '/v1/forecast',
  lagMs: 2 * DAY_MS,
  reachMs: 4 * 365 * DAY_MS,
});

/** Reanalysis (ERA5), five days late. */
export const openMeteoArchive = pastProvider({
  id: 'open-meteo-archive',
  label: 'Open-Meteo archive',
  base: 'https://archive-api.open-meteo.com',
  path: '/v1/archive',
  lagMs: 6 * DAY_MS,
  reachMs: 20 * 365 * DAY_MS,
});
