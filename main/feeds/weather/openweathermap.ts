import { z } from 'zod';
import { type Counterpart, parseJson } from '../../http/json-answer.ts';
import { ok, permanent } from '../../result.ts';
import { exchange } from '../exchange.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { FeedProvider, WeatherRow } from '../types.ts';
import { between, directionBetween } from './means.ts';

const HOUR_MS = 3_600_000;

const known = z.number().optional();
const amountSchema = z.looseObject({ '1h': z.number() }).optional();
const hourSchema = z.looseObject({
  dt: z.number().int(),
  temp: known,
  pressure: known,
  humidity: known,
  clouds: known,
  wind_speed: known,
  wind_deg: known,
  rain: amountSchema,
  snow: amountSchema,
});
const bodySchema = z.looseObject({ hourly: z.array(hourSchema) });
const errorSchema = z.looseObject({ cod: z.union([z.number(), z.string()]), message: z.string() });
type Hour = z.infer<typeof hourSchema>;

const rowOf = (hour: Hour, next: Hour | undefined): WeatherRow => {
  const isNext = next !== undefined && next.dt === hour.dt + 3600;
  const then = isNext ? next : undefined;
  return {
    at: hour.dt * 1000,
    stepMs: HOUR_MS,
    tempC: between(hour.temp, then?.temp),
    cloudPct: between(hour.clouds, then?.clouds),
    ghiWm2: null,
    dniWm2: null,
    dhiWm2: null,
    windMs: between(hour.wind_speed, then?.wind_speed),
    windFromDeg: directionBetween(hour.wind_deg, then?.wind_deg),
    humidityPct: between(hour.humidity, then?.humidity),
    pressureHpa: between(hour.pressure, then?.pressure),
    // A key that is left out means that none falls.
    precipitationMm: (hour.rain?.['1h'] ?? 0) + (hour.snow?.['1h'] ?? 0),
    snowDepthM: null,
  };
};

const KEY_HELP =
  'openweathermap.org, API keys. It needs the subscription "One Call by Call" too; set its daily limit to 1 000 calls to never pay. A new key may be refused for some hours.';

const WHO: Counterpart = {
  room: 'feed',
  name: 'OpenWeatherMap',
  what: 'the forecast',
  accessAdvice: 'Check the key and that it has the subscription "One Call by Call"; a new key may take some hours.',
};

/** One Call 3.0: 48 hours, no irradiance. */
export const openWeatherMap: FeedProvider<'weather'> = {
  id: 'openweathermap',
  topic: 'weather',
  label: 'OpenWeatherMap',
  attribution: { text: 'Weather data provided by OpenWeather', url: 'https://openweathermap.org/' },
  defaultBaseUrl: 'https://api.openweathermap.org',
  keyHelp: KEY_HELP,
  options: [],
  quota: [
    { calls: 30, perMs: HOUR_MS },
    { calls: 500, perMs: 24 * HOUR_MS },
  ],
  refreshMs: HOUR_MS,
  refusal: ({ key }) => (key === null ? 'It needs a key.' : null),
  fetch: async (window, place, deps, _validators, signal) => {
    const answer = await exchange({
      ...{ deps, place, signal, who: WHO, path: '/data/3.0/onecall' },
      query: {
        lat: place.site.latitude.toFixed(4),
        lon: place.site.longitude.toFixed(4),
        exclude: 'current,minutely,daily,alerts',
        units: 'metric',
        appid: place.key ?? '',
      },
      explain: ({ status, body }) => {
        if (status === 401 || status === 429 || status >= 500) return null;
        const parsed = parseJson(body, errorSchema, WHO);
        return parsed.ok
          ? permanent(
              'feed.refused',
              `OpenWeatherMap refused the request: ${parsed.value.message}.`,
              'Check the place.',
            )
          : null;
      },
    });
    if (!answer.ok) return answer;
    const body = parseJson(answer.value.body, bodySchema, WHO);
    if (!body.ok) return body;
    const { hourly } = body.value;
    const rows = hourly
      .map((hour, index) => rowOf(hour, hourly[index + 1]))
      .filter((row) => row.at + row.stepMs > window.from && row.at < window.to);
    return ok({ rows, issuedAt: null, validators: NO_VALIDATORS, expiresAt: null, unchanged: false, rejected: 0 });
  },
};
