import { z } from 'zod';
import { type Counterpart, parseJson } from '../../http/json-answer.ts';
import { ok, permanent, temporary } from '../../result.ts';
import { exchange } from '../exchange.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { FeedProvider, WeatherRow } from '../types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LABEL = 'NASA POWER';

const bodySchema = z.looseObject({
  header: z.looseObject({ fill_value: z.number(), time_standard: z.string() }),
  parameters: z.record(z.string(), z.looseObject({ units: z.string() })),
  properties: z.looseObject({ parameter: z.record(z.string(), z.record(z.string(), z.number())) }),
});
const errorSchema = z.looseObject({ messages: z.array(z.string()).min(1) });

/** Parameter, field of the row, and the factor of each unit that it may come in: units follow the community asked. */
const PARAMETERS: readonly (readonly [string, keyof WeatherRow, ReadonlyMap<string, number>])[] = [
  ['ALLSKY_SFC_SW_DWN', 'ghiWm2', new Map(Object.entries({ 'Wh/m^2': 1, 'W/m^2': 1, 'kW-hr/m^2': 1000 }))],
  ['ALLSKY_SFC_SW_DNI', 'dniWm2', new Map(Object.entries({ 'Wh/m^2': 1, 'W/m^2': 1, 'kW-hr/m^2': 1000 }))],
  ['ALLSKY_SFC_SW_DIFF', 'dhiWm2', new Map(Object.entries({ 'Wh/m^2': 1, 'W/m^2': 1, 'kW-hr/m^2': 1000 }))],
  ['T2M', 'tempC', new Map(Object.entries({ C: 1 }))],
  ['WS10M', 'windMs', new Map(Object.entries({ 'm/s': 1 }))],
  ['PS', 'pressureHpa', new Map(Object.entries({ kPa: 10 }))],
  ['RH2M', 'humidityPct', new Map(Object.entries({ '%': 1 }))],
  ['CLOUD_AMT', 'cloudPct', new Map(Object.entries({ '%': 1 }))],
];

const WHO: Counterpart = {
  room: 'feed',
  name: LABEL,
  what: 'the past weather',
  accessAdvice: 'No key is needed; it may be asked again tomorrow.',
};

const stampOf = (key: string): number =>
  Date.UTC(Number(key.slice(0, 4)), Number(key.slice(4, 6)) - 1, Number(key.slice(6, 8)), Number(key.slice(8, 10)));

const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');

/** Satellite irradiance and reanalysis of the past, the whole world, no key. Stamps name the start of their hour. */
export const nasaPower: FeedProvider<'weather'> = {
  id: 'nasa-power',
  topic: 'weather',
  label: LABEL,
  attribution: { text: 'Past weather from NASA POWER', url: 'https://power.larc.nasa.gov/' },
  defaultBaseUrl: 'https://power.larc.nasa.gov',
  keyHelp: null,
  options: [],
  quota: [{ calls: 40, perMs: DAY_MS }],
  role: 'history',
  refreshMs: DAY_MS,
  history: { reachMs: 20 * 365 * DAY_MS, chunkMs: 366 * DAY_MS, lagMs: 10 * DAY_MS },
  refusal: () => null,
  fetch: async (window, place, deps, _validators, signal) => {
    const answer = await exchange({
      ...{ deps, place, signal, who: WHO, path: '/api/temporal/hourly/point' },
      query: {
        parameters: PARAMETERS.map(([name]) => name).join(','),
        community: 're',
        longitude: place.site.longitude.toFixed(4),
        latitude: place.site.latitude.toFixed(4),
        start: dayText(window.from),
        end: dayText(window.to - 1),
        format: 'JSON',
        // The default is local solar time.
        'time-standard': 'UTC',
      },
      explain: ({ status, body }) => {
        const parsed = status < 500 && status !== 429 ? parseJson(body, errorSchema, WHO) : null;
        return parsed?.ok
          ? permanent('feed.refused', `${LABEL} refused the request: ${parsed.value.messages[0]}`, 'Check the place.')
          : null;
      },
    });
    if (!answer.ok) return answer;
    const body = parseJson(answer.value.body, bodySchema, WHO);
    if (!body.ok) return body;
    const { header, parameters, properties } = body.value;
    if (header.time_standard !== 'UTC')
      return temporary('feed.malformed', `${LABEL} answered in local solar time.`, 'It is asked again by itself.');
    const stamps = [...new Set(Object.values(properties.parameter).flatMap((values) => Object.keys(values)))].sort();
    const rows: WeatherRow[] = [];
    for (const stamp of stamps) {
      const at = /^\d{10}$/.test(stamp) ? stampOf(stamp) : Number.NaN;
      if (!(at >= window.from && at < window.to)) continue;
      const values = Object.fromEntries(
        PARAMETERS.map(([name, field, units]) => {
          const value = properties.parameter[name]?.[stamp];
          const factor = units.get(parameters[name]?.units ?? '');
          const isThere = value !== undefined && value !== header.fill_value && factor !== undefined;
          return [field, isThere ? value * factor : null];
        }),
      );
      const read = (field: keyof WeatherRow): number | null => values[field] ?? null;
      if (Object.values(values).every((value) => value === null)) continue;
      rows.push({
        ...{ at, stepMs: HOUR_MS, tempC: read('tempC'), cloudPct: read('cloudPct'), ghiWm2: read('ghiWm2') },
        ...{ dniWm2: read('dniWm2'), dhiWm2: read('dhiWm2'), windMs: read('windMs'), windFromDeg: null },
        ...{ humidityPct: read('humidityPct'), pressureHpa: read('pressureHpa') },
        ...{ precipitationMm: null, snowDepthM: null },
      });
    }
    return ok({ rows, issuedAt: null, validators: NO_VALIDATORS, expiresAt: null, unchanged: false, rejected: 0 });
  },
};
