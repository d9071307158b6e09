import { z } from 'zod';
import { sunPosition } from '../../../models/features/sun.ts';
import { type Counterpart, parseJson } from '../../http/json-answer.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import { exchange } from '../exchange.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { FeedPlace, FeedProvider, SolarServiceRow } from '../types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const W_PER_KW = 1000;

const forecastSchema = z.looseObject({
  pv_estimate: z.number(),
  pv_estimate10: z.number().nullable().optional(),
  pv_estimate90: z.number().nullable().optional(),
  /** UTC, up to seven fractional digits. */
  period_end: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/),
  period: z.string().regex(/^PT(\d+)([MH])$/),
});
const bodySchema = z.looseObject({ forecasts: z.array(forecastSchema) });
const quotaSchema = z.looseObject({ response_status: z.looseObject({ error_code: z.literal('TooManyRequests') }) });

const WHO: Counterpart = {
  room: 'feed',
  name: 'Solcast',
  what: 'the forecast of the roof',
  accessAdvice: 'Check the API key and the site id on solcast.com, Your account.',
};

const periodMs = (text: string): number => {
  const [, count = '0', unit] = /^PT(\d+)([MH])$/.exec(text) ?? [];
  return Number(count) * (unit === 'H' ? HOUR_MS : MINUTE_MS);
};

/** Mean kW over the period that ends at the stamp, of one roof. */
const rowsOf = (body: z.infer<typeof bodySchema>): readonly SolarServiceRow[] =>
  body.forecasts.map(({ pv_estimate, pv_estimate10, pv_estimate90, period_end, period }) => {
    const stepMs = periodMs(period);
    const watts = (kw: number | null | undefined): number | null =>
      kw === null || kw === undefined ? null : kw * W_PER_KW;
    return {
      at: Date.parse(period_end.replace(/\.\d+/, '')) - stepMs,
      stepMs,
      p10W: watts(pv_estimate10),
      p50W: pv_estimate * W_PER_KW,
      p90W: watts(pv_estimate90),
    };
  });

/** Roofs that stand side by side: the sum where all of them say something. Percentiles of a sum are at least so wide. */
const summed = (roofs: readonly (readonly SolarServiceRow[])[]): readonly SolarServiceRow[] => {
  const [first = [], ...others] = roofs;
  const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
  return others.reduce<readonly SolarServiceRow[]>(
    (sum, roof) =>
      sum.flatMap((row) => {
        const other = roof.find((each) => each.at === row.at && each.stepMs === row.stepMs);
        if (other === undefined) return [];
        return [
          { ...row, p10W: plus(row.p10W, other.p10W), p50W: row.p50W + other.p50W, p90W: plus(row.p90W, other.p90W) },
        ];
      }),
    first,
  );
};

const idsOf = ({ options }: FeedPlace): readonly string[] =>
  (options['siteIds'] ?? '')
    .split(/[\s,]+/)
    .map((id) => id.trim())
    .filter((id) => id !== '');

const isDay = (at: number, { site }: FeedPlace): boolean =>
  sunPosition(at, site.latitude, site.longitude).sinElevation > 0;

/** Solcast rooftop for hobbyists: ten calls a day, each roof costs one; asked only while the sun is up or about to rise. */
export const solcast: FeedProvider<'solar'> = {
  id: 'solcast',
  topic: 'solar',
  label: 'Solcast',
  attribution: { text: 'Solar forecast by Solcast', url: 'https://solcast.com/' },
  defaultBaseUrl: 'https://api.solcast.com.au',
  keyHelp: 'solcast.com, Your account, API key (the free account for home owners).',
  options: [
    {
      name: 'siteIds',
      label: 'Site ids',
      help: 'The resource id of each roof, such as abcd-1234-ef56-7890; at most two, with a comma between them.',
      kind: 'text',
      required: true,
    },
  ],
  // One is left for a person who asks by hand elsewhere.
  quota: [{ calls: 9, perMs: DAY_MS }],
  refreshMs: 3 * HOUR_MS,
  nextAt: (now, _newestAt, place) => {
    const stepMs = 2.5 * HOUR_MS * Math.max(1, idsOf(place).length);
    let at = now + stepMs;
    // At night nothing changes: the next useful moment is shortly before sunrise.
    for (let tries = 0; tries < 96 && !isDay(at + HOUR_MS, place) && !isDay(at, place); tries += 1)
      at += 15 * MINUTE_MS;
    return at;
  },
  refusal: (place) => {
    if (place.key === null) return 'It needs a key.';
    const ids = idsOf(place);
    if (ids.length === 0) return 'It needs the site id of the roof.';
    return ids.length > 2 ? 'It knows at most two roofs.' : null;
  },
  cost: (_window, place) => idsOf(place).length,
  fetch: async (window, place, deps, _validators, signal) => {
    const roofs: (readonly SolarServiceRow[])[] = [];
    for (const id of idsOf(place)) {
      const hours = Math.min(168, Math.max(1, Math.ceil((window.to - deps.clock.now()) / HOUR_MS)));
      const answer = await exchange({
        ...{ deps, place, signal, who: WHO, path: `/rooftop_sites/${encodeURIComponent(id)}/forecasts` },
        query: { format: 'json', hours },
        headers: { authorization: `Bearer ${place.key ?? ''}` },
        explain: ({ status, body }, now) => {
          if (status === 400) return permanent('feed.access', 'Solcast refuses the key (400).', WHO.accessAdvice);
          if (status !== 429) return null;
          // Any other 429 means that the service is busy; this one ends with the UTC day.
          if (!parseJson(body, quotaSchema, WHO).ok)
            return temporary('feed.their-fault', 'Solcast is busy.', 'It is asked again by itself.');
          const used = temporary(
            'feed.too-often',
            'The daily calls to Solcast are used up.',
            'They begin anew at 0:00 UTC.',
          );
          return { ok: false, error: { ...used.error, retryAfterMs: DAY_MS - (now % DAY_MS) + MINUTE_MS } };
        },
      });
      if (!answer.ok) return answer;
      const body: Result<z.infer<typeof bodySchema>> = parseJson(answer.value.body, bodySchema, WHO);
      if (!body.ok) return body;
      roofs.push(rowsOf(body.value));
    }
    const rows = summed(roofs);
    return ok({ rows, issuedAt: null, validators: NO_VALIDATORS, expiresAt: null, unchanged: false, rejected: 0 });
  },
};
