import { DateTime } from 'luxon';
import { z } from 'zod';
import { type Counterpart, parseJson } from '../../http/json-answer.ts';
import type { HttpAnswer } from '../../http/types.ts';
import { type Failure, ok, permanent, temporary } from '../../result.ts';
import { exchange } from '../exchange.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { FeedPlace, FeedProvider, SolarServiceRow } from '../types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Longest span between two stamps of one day; between days lies the night. */
const LONGEST_STEP_MS = 3 * HOUR_MS;

const bodySchema = z.looseObject({
  result: z.looseObject({ watt_hours_period: z.record(z.string(), z.number()) }),
  message: z.looseObject({ info: z.looseObject({ timezone: z.string() }).optional() }),
});
const errorSchema = z.looseObject({
  message: z.looseObject({
    type: z.literal('error'),
    text: z.string(),
    ratelimit: z.looseObject({ 'retry-at': z.string().optional() }).optional(),
  }),
});

const WHO: Counterpart = {
  room: 'feed',
  name: 'Forecast.Solar',
  what: 'the forecast of the roof',
  accessAdvice: 'Check the key on forecast.solar, or remove it to use the public service.',
};

/** With an offset as it says; without one in the zone that the answer names. */
const stampOf = (text: string, zone: string): number =>
  /(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text.replace(' ', 'T'))
    : DateTime.fromISO(text.replace(' ', 'T'), { zone }).toMillis();

/**
 * Energy since the stamp before, shared out over UTC hours. The first stamp of a day is sunrise: before it there is no
 * sun, so an hour that it cuts is known whole.
 */
const hoursOf = (periods: readonly (readonly [number, number])[]): readonly SolarServiceRow[] => {
  const energyWh = new Map<number, number>();
  const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;
  const sorted = [...periods].sort((a, b) => a[0] - b[0]);
  sorted.forEach(([end, wattHours], index) => {
    const before = sorted[index - 1]?.[0];
    const start = before === undefined || end - before > LONGEST_STEP_MS ? end : before;
    for (let hour = hourOf(start); hour < end || hour === hourOf(start); hour += HOUR_MS) {
      const share =
        end > start ? Math.max(0, Math.min(end, hour + HOUR_MS) - Math.max(start, hour)) / (end - start) : 1;
      energyWh.set(hour, (energyWh.get(hour) ?? 0) + wattHours * share);
    }
  });
  // An hour that only the last stamp's moment touches holds nothing of its own.
  return [...energyWh]
    .sort((a, b) => a[0] - b[0])
    .map(([at, wattHours]) => ({ at, stepMs: HOUR_MS, p10W: null, p50W: wattHours, p90W: null }));
};

const numberOf = ({ options }: FeedPlace, name: string): number =>
  options[name] === undefined || options[name] === '' ? Number.NaN : Number(options[name]);

const explain = ({ status, body }: HttpAnswer, now: number): { ok: false; error: Failure } | null => {
  const parsed = parseJson(body, errorSchema, WHO);
  if (!parsed.ok) return null;
  const { text, ratelimit } = parsed.value.message;
  if (status === 429) {
    const retryAt = Date.parse(ratelimit?.['retry-at'] ?? '');
    const waitMs = Number.isNaN(retryAt) ? HOUR_MS : Math.max(MINUTE_MS, retryAt - now);
    const busy = temporary('feed.too-often', `Forecast.Solar says: ${text}`, 'It is asked again by itself, later.');
    return { ok: false, error: { ...busy.error, retryAfterMs: waitMs } };
  }
  return status >= 500
    ? null
    : permanent(
        'feed.refused',
        `Forecast.Solar refused the request: ${text}.`,
        'Check the key and the roof’s options.',
      );
};

/** Free for one roof without a key; twelve calls an hour and address. */
export const forecastSolar: FeedProvider<'solar'> = {
  id: 'forecast-solar',
  topic: 'solar',
  label: 'Forecast.Solar',
  attribution: { text: 'Solar forecast by Forecast.Solar', url: 'https://forecast.solar/' },
  defaultBaseUrl: 'https://api.forecast.solar',
  keyHelp: 'None is needed for one roof. For a paid plan: forecast.solar, your account, API key.',
  options: [
    {
      ...{ name: 'tiltDeg', label: 'Tilt', kind: 'number', required: true },
      help: 'Degrees from flat (0) to upright (90).',
    },
    {
      ...{ name: 'azimuthDeg', label: 'Direction', kind: 'number', required: true },
      help: 'Degrees from south: 0 is south, −90 east, 90 west, 180 north.',
    },
    {
      ...{ name: 'peakKw', label: 'Size', kind: 'number', required: true },
      help: 'Peak power of the modules, kW.',
    },
  ],
  quota: [{ calls: 6, perMs: HOUR_MS }],
  refreshMs: HOUR_MS,
  refusal: (place) => {
    const tilt = numberOf(place, 'tiltDeg');
    const azimuth = numberOf(place, 'azimuthDeg');
    const peak = numberOf(place, 'peakKw');
    if ([tilt, azimuth, peak].some(Number.isNaN)) return 'It needs tilt, direction and size of the roof.';
    if (tilt < 0 || tilt > 90) return 'The tilt must lie between 0 and 90 degrees.';
    if (Math.abs(azimuth) > 180) return 'The direction must lie between −180 and 180 degrees from south.';
    return peak > 0 && peak <= 1000 ? null : 'The size must be more than 0 kW.';
  },
  fetch: async (_window, place, deps, _validators, signal) => {
    const { latitude, longitude } = place.site;
    const roof = [
      ...[latitude.toFixed(4), longitude.toFixed(4)],
      ...[Math.round(numberOf(place, 'tiltDeg')), Math.round(numberOf(place, 'azimuthDeg')), numberOf(place, 'peakKw')],
    ].join('/');
    const access = place.key === null ? '' : `/${encodeURIComponent(place.key)}`;
    const answer = await exchange({
      ...{ deps, place, signal, who: WHO, explain },
      path: `${access}/estimate/${roof}`,
      query: { time: 'utc' },
    });
    if (!answer.ok) return answer;
    const isError = parseJson(answer.value.body, errorSchema, WHO).ok;
    const failure = isError ? explain({ ...answer.value, status: 400 }, deps.clock.now()) : null;
    if (failure) return failure;
    const body = parseJson(answer.value.body, bodySchema, WHO);
    if (!body.ok) return body;
    const zone = body.value.message.info?.timezone ?? place.site.timeZone;
    const periods = Object.entries(body.value.result.watt_hours_period).map(
      ([stamp, wattHours]) => [stampOf(stamp, zone), wattHours] as const,
    );
    if (periods.some(([at]) => Number.isNaN(at)))
      return temporary('feed.malformed', 'Forecast.Solar sent a time that is none.', 'It is asked again by itself.');
    const rows = hoursOf(periods);
    return ok({ rows, issuedAt: null, validators: NO_VALIDATORS, expiresAt: null, unchanged: false, rejected: 0 });
  },
};
