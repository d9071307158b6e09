import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { checkRows } from '../../../main/feeds/ranges.ts';
import { SOLAR_PROVIDERS } from '../../../main/feeds/solar/providers.ts';
import type { FeedProvider } from '../../../main/feeds/types.ts';
import { WEATHER_PROVIDERS } from '../../../main/feeds/weather/providers.ts';
import type { HttpClient } from '../../../main/http/types.ts';
import { ok } from '../../../main/result.ts';
import { fixture, placeAt, USER_AGENT } from '../../support/feeds/asking-provider.ts';
import { DAY } from '../../support/feeds/feed-house.ts';

const NOW = Date.UTC(2026, 2, 3, 9);
const RUNS = 12_000;

/** A short body of each genuine shape, so that many changes of it can be tried. */
const openMeteo = (() => {
  const body = JSON.parse(fixture('open-meteo/forecast-hourly-berlin-tz.json'));
  for (const [name, values] of Object.entries<unknown[]>(body.hourly)) body.hourly[name] = values.slice(8, 16);
  for (let member = 0; member < 12; member += 1)
    body.hourly[`shortwave_radiation_member${member}`] = Array(8).fill(member);
  return JSON.stringify(body);
})();
const hour = JSON.parse(fixture('openweathermap/onecall_hourly-item.json'));
const solcast = JSON.stringify({
  forecasts: JSON.parse(fixture('solcast/rooftop-forecasts-48h.json')).forecasts.slice(28, 36),
});
const BODIES: Readonly<Record<string, string>> = {
  'open-meteo': openMeteo,
  'open-meteo-ensemble': openMeteo,
  'open-meteo-past-forecasts': openMeteo,
  'open-meteo-archive': openMeteo,
  'met-no': fixture('met-no/locationforecast-complete-excerpt.json'),
  openweathermap: JSON.stringify({ hourly: [hour, { ...hour, dt: hour.dt + 3600 }] }),
  'nasa-power': fixture('nasa-power/hourly-point-abridged.json'),
  solcast,
  'forecast-solar': fixture('forecast-solar/forecast.json'),
};

const SPLINTERS = [
  'null',
  '-999',
  '1e400',
  '"x"',
  '{}',
  '[]',
  '[',
  '}',
  ',',
  '"',
  '<html>',
  '9999999999999',
  '-0',
  'true',
  '\\u0000',
  '',
];

/** The genuine text with some places cut, doubled or replaced. */
const damagedArb = (text: string) =>
  fc
    .array(
      fc.record({
        at: fc.integer({ min: 0, max: text.length }),
        length: fc.integer({ min: 0, max: 12 }),
        splinter: fc.constantFrom(...SPLINTERS),
      }),
      { maxLength: 4 },
    )
    .map((cuts) =>
      cuts.reduce((body, { at, length, splinter }) => body.slice(0, at) + splinter + body.slice(at + length), text),
    );

/** The genuine shape with one value replaced by another kind. */
const replacedArb = (text: string) =>
  fc.record({ nth: fc.nat({ max: 400 }), value: fc.jsonValue({ maxDepth: 1 }) }).map(({ nth, value }) => {
    let count = 0;
    return (
      JSON.stringify(JSON.parse(text), (_, each: unknown) => {
        count += 1;
        return count === nth + 2 ? value : each;
      }) ?? ''
    );
  });

const all: readonly FeedProvider[] = [...WEATHER_PROVIDERS, ...SOLAR_PROVIDERS];
it.each(all.map((provider) => [provider.id, provider] as const))(
  '%s makes rows that can be true or a failure of any text',
  async (id, provider) => {
    const genuine = BODIES[id] ?? '';
    expect(genuine).not.toBe('');
    const options = { siteIds: 'a', tiltDeg: '30', azimuthDeg: '0', peakKw: '5', model: 'icon_seamless_eps' };
    const place = placeAt('https://example.test', { key: 'k3y-of-mine', options });
    const clock = replayClock(NOW);
    let body = '';
    const http: HttpClient = { send: async () => ok({ status: 200, headers: {}, body }) };
    const deps = { http, clock, userAgent: USER_AGENT };
    const nothing = { etag: null, lastModified: null };
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(damagedArb(genuine), replacedArb(genuine), fc.string(), fc.json()), async (text) => {
        body = text;
        const window = { from: 0, to: NOW + 20 * DAY };
        const fetched = await provider.fetch(window, place, deps, nothing, new AbortController().signal);
        if (!fetched.ok) {
          expect(fetched.error.code).toMatch(/^feed\./);
          return;
        }
        const { good } = checkRows(provider.topic, fetched.value.rows, place);
        rows += good.length;
        for (const row of good)
          for (const value of Object.values(row))
            expect(value === null || typeof value === 'string' || Number.isFinite(value)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    // Some damage is harmless: otherwise nothing but refusals would have been tried.
    expect(rows).toBeGreaterThan(0);
  },
);
