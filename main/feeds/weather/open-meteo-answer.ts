import { z } from 'zod';
import { type Counterpart, parseJson } from '../../http/json-answer.ts';
import type { HttpAnswer } from '../../http/types.ts';
import { type Failure, ok, permanent, type Result, temporary } from '../../result.ts';
import { type ExchangeWish, exchange } from '../exchange.ts';
import type { FeedPlace, WeatherRow } from '../types.ts';
import { between, directionBetween } from './means.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const valuesSchema = z.array(z.number().nullable());
export const openMeteoSchema = z.looseObject({
  utc_offset_seconds: z.number(),
  hourly_units: z.record(z.string(), z.string()),
  hourly: z.looseObject({ time: z.union([z.array(z.number()), z.array(z.string())]) }),
});
export type OpenMeteoBody = z.infer<typeof openMeteoSchema>;

const errorSchema = z.looseObject({ error: z.literal(true), reason: z.string() });

/** The end of the span that a limit names: the server says when only in words. */
const waitOf = (reason: string, now: number): number => {
  const spanMs = /daily/i.test(reason) ? DAY_MS : /hourly/i.test(reason) ? HOUR_MS : 60_000;
  return spanMs - (now % spanMs) + 1_000;
};

/** What Open-Meteo says of an error, in its own words. */
const explainOpenMeteo =
  (name: string) =>
  (answer: HttpAnswer, now: number): { ok: false; error: Failure } | null => {
    const parsed = parseJson(answer.body, errorSchema, { room: 'feed', name, what: 'an error', accessAdvice: '' });
    if (!parsed.ok) return null;
    const { reason } = parsed.value;
    if (answer.status === 429) {
      const { error } = temporary('feed.too-often', `${name} says: ${reason}`, 'It is asked again by itself, later.');
      return { ok: false, error: { ...error, retryAfterMs: waitOf(reason, now) } };
    }
    if (answer.status === 400)
      return permanent('feed.refused', `${name} refused the request: ${reason}`, 'Check the place and the options.');
    return null;
  };

/** Paid plans have hosts of their own; a key sent to a free one is only redirected. */
const openMeteoBase = (place: FeedPlace, defaultBaseUrl: string): string =>
  place.key !== null && place.baseUrl === defaultBaseUrl
    ? defaultBaseUrl.replace('https://', 'https://customer-')
    : place.baseUrl;

/** One question to any of Open-Meteo's hosts; times are asked for in UTC, because local stamps break at clock changes. */
export const askOpenMeteo = async (
  wish: Omit<ExchangeWish, 'explain' | 'who'> & { readonly label: string; readonly defaultBaseUrl: string },
): Promise<Result<OpenMeteoBody>> => {
  const { label, place } = wish;
  const who: Counterpart = {
    room: 'feed',
    name: label,
    what: 'the weather',
    accessAdvice: 'Check the key of the paid plan, or remove it to use the free service.',
  };
  const answer = await exchange({
    ...wish,
    who,
    place: { ...place, baseUrl: openMeteoBase(place, wish.defaultBaseUrl) },
    query: {
      latitude: place.site.latitude.toFixed(4),
      longitude: place.site.longitude.toFixed(4),
      timezone: 'GMT',
      timeformat: 'unixtime',
      wind_speed_unit: 'ms',
      ...wish.query,
    },
    headers: place.key === null ? {} : { 'x-api-key': place.key },
    explain: explainOpenMeteo(label),
  });
  return answer.ok ? parseJson(answer.value.body, openMeteoSchema, who) : answer;
};

/** Stamps as UTC ms: unix seconds, or local text with the one offset that the answer names. */
export const stampsOf = ({ hourly, utc_offset_seconds: offsetS }: OpenMeteoBody): readonly number[] =>
  hourly.time.map((time) => (typeof time === 'number' ? time * 1000 : Date.parse(`${time}Z`) - offsetS * 1000));

const WIND_TO_MS: ReadonlyMap<string, number> = new Map([
  ['m/s', 1],
  ['km/h', 1 / 3.6],
  ['mp/h', 0.44704],
  ['kn', 0.514444],
]);

/**
 * Rows from stamps: radiation and precipitation belong to the step before their stamp, the rest holds at the stamp and is
 * averaged over the step.
 */
export const openMeteoRows = (body: OpenMeteoBody): Result<readonly WeatherRow[]> => {
  const stamps = stampsOf(body);
  const unusable = (why: string) =>
    temporary('feed.malformed', `What Open-Meteo sent cannot be used: ${why}.`, 'It is asked again by itself.');
  const column = (name: string): readonly (number | null)[] => {
    const parsed = valuesSchema.safeParse(body.hourly[name] ?? []);
    return parsed.success && parsed.data.length <= stamps.length ? parsed.data : [];
  };
  const unitOf = (name: string): string => body.hourly_units[name] ?? '';
  const windFactor = WIND_TO_MS.get(unitOf('wind_speed_10m'));
  const isFahrenheit = unitOf('temperature_2m') === '°F';
  const celsius = (value: number | null): number | null =>
    value === null || !isFahrenheit ? value : ((value - 32) * 5) / 9;
  const metresPerS = (value: number | null): number | null =>
    value === null || windFactor === undefined ? null : value * windFactor;
  if (stamps.some((at) => !Number.isFinite(at))) return unusable('a time is no time');
  const temp = column('temperature_2m');
  const cloud = column('cloud_cover');
  const ghi = column('shortwave_radiation');
  const dni = column('direct_normal_irradiance');
  const dhi = column('diffuse_radiation');
  const wind = column('wind_speed_10m');
  const from = column('wind_direction_10m');
  const humidity = column('relative_humidity_2m');
  const pressure = column('pressure_msl');
  const rain = column('precipitation');
  const snow = column('snow_depth');
  const rows: WeatherRow[] = [];
  for (let index = 1; index < stamps.length; index += 1) {
    const end = stamps[index] ?? 0;
    const at = stamps[index - 1] ?? 0;
    const mean = (values: readonly (number | null)[]): number | null => between(values[index - 1], values[index]);
    const row: WeatherRow = {
      at,
      stepMs: end - at,
      tempC: celsius(mean(temp)),
      cloudPct: mean(cloud),
      ghiWm2: ghi[index] ?? null,
      // At low sun the direct normal irradiance is noise far above what can be.
      dniWm2: dni[index] === null || dni[index] === undefined ? null : Math.min(dni[index] ?? 0, 1_100),
      dhiWm2: dhi[index] ?? null,
      windMs: metresPerS(mean(wind)),
      windFromDeg: directionBetween(from[index - 1], from[index]),
      humidityPct: mean(humidity),
      pressureHpa: mean(pressure),
      precipitationMm: rain[index] ?? null,
      snowDepthM: mean(snow),
    };
    const { at: _at, stepMs: _stepMs, ...values } = row;
    if (Object.values(values).some((value) => value !== null)) rows.push(row);
  }
  return ok(rows);
};
