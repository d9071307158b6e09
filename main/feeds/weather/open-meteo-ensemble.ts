import { z } from 'zod';
import { ok, temporary } from '../../result.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { FeedProvider, WeatherRow } from '../types.ts';
import {
  daysAround,
  OPEN_METEO_ATTRIBUTION,
  OPEN_METEO_KEY_HELP,
  OPEN_METEO_QUOTA,
  openMeteoCost,
} from './open-meteo.ts';
import { askOpenMeteo, stampsOf } from './open-meteo-answer.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BASE = 'https://ensemble-api.open-meteo.com';
const LABEL = 'Open-Meteo ensemble';
const MEMBER = /^shortwave_radiation(_|$)/;
/** Fewer members than this are no percentiles. */
const LEAST_MEMBERS = 10;
const MOST_MEMBERS = 51;
const HORIZON_MS = 4 * DAY_MS;

const valuesSchema = z.array(z.number().nullable());

/** Linear between the two nearest ranks; `sorted` ascends and is not empty. */
const percentile = (sorted: readonly number[], share: number): number => {
  const rank = share * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
};

const UNKNOWN = {
  ...{ tempC: null, cloudPct: null, ghiWm2: null, dniWm2: null, dhiWm2: null, windMs: null, windFromDeg: null },
  ...{ humidityPct: null, pressureHpa: null, precipitationMm: null, snowDepthM: null },
};

/** How sure the sky is: percentiles of the global irradiance over all members of one weather model's ensemble. */
export const openMeteoEnsemble: FeedProvider<'weather'> = {
  id: 'open-meteo-ensemble',
  topic: 'weather',
  label: LABEL,
  attribution: OPEN_METEO_ATTRIBUTION,
  defaultBaseUrl: BASE,
  keyHelp: OPEN_METEO_KEY_HELP,
  options: [
    {
      name: 'model',
      label: 'Weather model',
      help: 'The ensemble that is used. The default covers the whole world.',
      kind: 'choice',
      required: true,
      default: 'icon_seamless_eps',
      choices: [
        { value: 'icon_seamless_eps', label: 'ICON (DWD), fine over Europe' },
        { value: 'ncep_gefs_seamless', label: 'GEFS (NOAA)' },
        { value: 'ecmwf_ifs025_ensemble', label: 'IFS (ECMWF)' },
      ],
    },
  ],
  quota: OPEN_METEO_QUOTA,
  role: 'band',
  refreshMs: 6 * HOUR_MS,
  refusal: () => null,
  cost: (window) =>
    openMeteoCost(MOST_MEMBERS, { from: window.from, to: Math.min(window.to, window.from + HORIZON_MS) }),
  fetch: async (window, place, deps, _validators, signal) => {
    const now = deps.clock.now();
    const { forecast_days } = daysAround({ from: now, to: Math.min(window.to, now + HORIZON_MS) }, now);
    const body = await askOpenMeteo({
      ...{ deps, place, signal, label: LABEL, defaultBaseUrl: BASE, path: '/v1/ensemble' },
      query: { hourly: 'shortwave_radiation', models: place.options['model'] ?? 'icon_seamless_eps', forecast_days },
    });
    if (!body.ok) return body;
    const stamps = stampsOf(body.value);
    const members = Object.entries(body.value.hourly).flatMap(([name, values]) => {
      const parsed = MEMBER.test(name) ? valuesSchema.safeParse(values) : null;
      return parsed?.success ? [parsed.data] : [];
    });
    if (members.length < LEAST_MEMBERS)
      return temporary(
        'feed.malformed',
        `${LABEL} sent ${members.length} members, too few for percentiles.`,
        'Choose another weather model in the feed’s options.',
      );
    const rows: WeatherRow[] = stamps.flatMap((end, index) => {
      const at = stamps[index - 1];
      const sorted = members.flatMap((values) => values[index] ?? []).sort((a, b) => a - b);
      if (at === undefined || sorted.length < LEAST_MEMBERS) return [];
      const band = { ghiP10Wm2: percentile(sorted, 0.1), ghiP90Wm2: percentile(sorted, 0.9) };
      return [{ at, stepMs: end - at, ...UNKNOWN, ...band }];
    });
    return ok({ rows, issuedAt: null, validators: NO_VALIDATORS, expiresAt: null, unchanged: false, rejected: 0 });
  },
};
