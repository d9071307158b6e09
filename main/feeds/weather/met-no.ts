import { z } from 'zod';
import { type Counterpart, parseJson } from '../../http/json-answer.ts';
import { ok } from '../../result.ts';
import { exchange } from '../exchange.ts';
import { expiryOf, validatorsOf } from '../provider/conditional.ts';
import type { FeedProvider, WeatherRow } from '../types.ts';
import { between, directionBetween } from './means.ts';

const HOUR_MS = 3_600_000;
const LONGEST_STEP_MS = 12 * HOUR_MS;

const known = z.number().optional();
const spanSchema = z.looseObject({ details: z.looseObject({ precipitation_amount: known }).optional() }).optional();
const entrySchema = z.looseObject({
  time: z.iso.datetime({ offset: true }),
  data: z.looseObject({
    instant: z.looseObject({
      details: z.looseObject({
        air_temperature: known,
        cloud_area_fraction: known,
        wind_speed: known,
        wind_from_direction: known,
        relative_humidity: known,
        air_pressure_at_sea_level: known,
      }),
    }),
    next_1_hours: spanSchema,
    next_6_hours: spanSchema,
  }),
});
const bodySchema = z.looseObject({
  properties: z.looseObject({
    meta: z.looseObject({ updated_at: z.iso.datetime({ offset: true }) }),
    timeseries: z.array(entrySchema),
  }),
});
type Entry = z.infer<typeof entrySchema>;

const rowOf = (entry: Entry, next: Entry | undefined): readonly WeatherRow[] => {
  const at = Date.parse(entry.time);
  const { next_1_hours: hour, next_6_hours: six } = entry.data;
  const spanMs = next ? Date.parse(next.time) - at : hour ? HOUR_MS : six ? 6 * HOUR_MS : 0;
  if (spanMs <= 0 || spanMs > LONGEST_STEP_MS) return [];
  const now = entry.data.instant.details;
  const then = next?.data.instant.details;
  const amount = spanMs === HOUR_MS ? hour : spanMs === 6 * HOUR_MS ? six : undefined;
  return [
    {
      at,
      stepMs: spanMs,
      tempC: between(now.air_temperature, then?.air_temperature),
      cloudPct: between(now.cloud_area_fraction, then?.cloud_area_fraction),
      ghiWm2: null,
      dniWm2: null,
      dhiWm2: null,
      windMs: between(now.wind_speed, then?.wind_speed),
      windFromDeg: directionBetween(now.wind_from_direction, then?.wind_from_direction),
      humidityPct: between(now.relative_humidity, then?.relative_humidity),
      pressureHpa: between(now.air_pressure_at_sea_level, then?.air_pressure_at_sea_level),
      precipitationMm: amount?.details?.precipitation_amount ?? null,
      snowDepthM: null,
    },
  ];
};

const WHO: Counterpart = {
  room: 'feed',
  name: 'met.no',
  what: 'the forecast',
  accessAdvice:
    'It wants an honest User-Agent and at most four decimals of the place; an update of this application may help.',
};

/** The Norwegian Meteorological Institute: the whole world, no key, no irradiance. Asked when its answer expires. */
export const metNo: FeedProvider<'weather'> = {
  id: 'met-no',
  topic: 'weather',
  label: 'met.no',
  attribution: { text: 'Weather data from MET Norway', url: 'https://www.met.no/' },
  defaultBaseUrl: 'https://api.met.no',
  keyHelp: null,
  options: [],
  quota: [
    { calls: 6, perMs: 60_000 },
    { calls: 60, perMs: HOUR_MS },
  ],
  refreshMs: HOUR_MS,
  refusal: () => null,
  fetch: async (window, place, deps, validators, signal) => {
    const answer = await exchange({
      ...{ deps, place, signal, who: WHO, validators: { etag: null, lastModified: validators.lastModified } },
      path: '/weatherapi/locationforecast/2.0/complete',
      // Five decimals or more are refused.
      query: { lat: place.site.latitude.toFixed(4), lon: place.site.longitude.toFixed(4) },
    });
    if (!answer.ok) return answer;
    const heard = {
      validators: validatorsOf(answer.value.headers),
      expiresAt: expiryOf(answer.value.headers, deps.clock.now()),
      rejected: 0,
    };
    if (answer.value.status === 304) {
      const kept = { ...heard.validators, lastModified: heard.validators.lastModified ?? validators.lastModified };
      return ok({ ...heard, validators: kept, rows: [], issuedAt: null, unchanged: true });
    }
    const body = parseJson(answer.value.body, bodySchema, WHO);
    if (!body.ok) return body;
    const { timeseries, meta } = body.value.properties;
    const rows = timeseries.flatMap((entry, index) => rowOf(entry, timeseries[index + 1]));
    const inside = rows.filter((row) => row.at + row.stepMs > window.from && row.at < window.to);
    return ok({ ...heard, rows: inside, issuedAt: Date.parse(meta.updated_at), unchanged: false });
  },
};
