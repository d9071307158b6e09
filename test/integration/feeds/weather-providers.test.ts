import { describe, expect, it } from 'vitest';
import { checkRows } from '../../../main/feeds/ranges.ts';
import { metNo } from '../../../main/feeds/weather/met-no.ts';
import { nasaPower } from '../../../main/feeds/weather/nasa-power.ts';
import { openMeteo, openMeteoArchive } from '../../../main/feeds/weather/open-meteo.ts';
import { openMeteoEnsemble } from '../../../main/feeds/weather/open-meteo-ensemble.ts';
import { openWeatherMap } from '../../../main/feeds/weather/openweathermap.ts';
import { WEATHER_PROVIDERS } from '../../../main/feeds/weather/providers.ts';
import { askProvider, fixture, placeAt, USER_AGENT } from '../../support/feeds/asking-provider.ts';
import { DAY, HOUR } from '../../support/feeds/feed-house.ts';
import { feedServer } from '../../support/feeds/feed-server.ts';
import { openMeteoAnswers } from '../../support/feeds/open-meteo-server.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const NOW = Date.UTC(2026, 2, 3, 9, 10);
const WINDOW = { from: NOW - 2 * DAY, to: NOW + 5 * DAY };

describe('Open-Meteo', () => {
  it('asks in UTC and metres a second, and names each interval by its start', async () => {
    const server = await feedServer(openMeteoAnswers(() => NOW));
    const window = { from: Date.UTC(2026, 2, 1, 9), to: Date.UTC(2026, 2, 8, 9) };
    const { rows } = good(await askProvider(openMeteo, placeAt(server.baseUrl), window, NOW));
    const [asked] = server.asked;
    expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
      ...{ timezone: 'GMT', timeformat: 'unixtime', wind_speed_unit: 'ms', past_days: '2', forecast_days: '6' },
    });
    expect(asked?.headers['user-agent']).toBe(USER_AGENT);
    expect(rows[0]?.at).toBe(window.from);
    expect(rows.length).toBeGreaterThan(24 * 6);
    // The simulated sun is up from 8 to 14 UTC: a stamp taken for a start would show it an hour late.
    const ofDay = rows.filter((row) => row.at >= Date.UTC(2026, 2, 3) && row.at < Date.UTC(2026, 2, 4));
    const sunny = ofDay.filter((row) => (row.ghiWm2 ?? 0) > 0).map((row) => new Date(row.at).getUTCHours());
    expect([sunny[0], sunny.at(-1)]).toEqual([8, 13]);
  });

  it('takes a genuine answer in local stamps and km/h as it is', async () => {
    const server = await feedServer(() => ({ body: fixture('open-meteo/forecast-hourly-berlin-tz.json') }));
    const place = placeAt(server.baseUrl, { site: { ...placeAt('').site, latitude: 50, longitude: 10 } });
    const { rows } = good(await askProvider(openMeteo, place, WINDOW, NOW));
    expect(rows).toHaveLength(71);
    const body = JSON.parse(fixture('open-meteo/forecast-hourly-berlin-tz.json'));
    // 2026-03-02T00:00+01:00 is 23:00 UTC of the day before.
    expect(rows[0]?.at).toBe(Date.UTC(2026, 2, 1, 23));
    expect(rows[11]?.ghiWm2).toBe(body.hourly.shortwave_radiation[12]);
    const kmh = (body.hourly.wind_speed_10m[11] + body.hourly.wind_speed_10m[12]) / 2;
    expect(rows[11]?.windMs).toBeCloseTo(kmh / 3.6, 6);
    expect(rows[11]?.dniWm2).toBeNull();
    expect(checkRows('weather', rows, place).bad).toEqual([]);
  });

  it('keeps null unknown', async () => {
    const body = JSON.parse(fixture('open-meteo/forecast-hourly-berlin-tz.json'));
    body.hourly.shortwave_radiation[12] = null;
    const server = await feedServer(() => ({ body }));
    const { rows } = good(await askProvider(openMeteo, placeAt(server.baseUrl), WINDOW, NOW));
    expect(rows[11]?.ghiWm2).toBeNull();
  });

  it.each([
    [400, fixture('open-meteo/error-400.json'), 'feed.refused', 'tempeture_2m', undefined],
    [
      429,
      { error: true, reason: 'Daily API request limit exceeded.' },
      'feed.too-often',
      'Daily',
      14 * HOUR + 50 * 60_000 + 1_000,
    ],
    [429, { error: true, reason: 'Minutely API request limit exceeded.' }, 'feed.too-often', 'Minutely', 61_000],
    [503, 'overloaded', 'feed.their-fault', '503', undefined],
    [200, '', 'feed.malformed', 'empty', undefined],
    [200, '<!doctype html><p>Welcome', 'feed.malformed', 'web page', undefined],
    [200, '{"hourly":{"time":[1,2', 'feed.malformed', 'cut short', undefined],
    [200, '[]', 'feed.malformed', 'expected', undefined],
  ])('says what a %i with %j means', async (status, body, code, word, wait) => {
    const server = await feedServer(() => ({ status, body }));
    const failure = failureOf(await askProvider(openMeteo, placeAt(server.baseUrl), WINDOW, NOW));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(word);
    expect(failure.retryAfterMs).toBe(wait);
  });

  it('sends the key of a paid plan in a header only', async () => {
    const server = await feedServer(() => ({ status: 401, body: { error: true, reason: 'key s3cret-key' } }));
    const place = placeAt(server.baseUrl, { key: 's3cret-key' });
    const failure = failureOf(await askProvider(openMeteo, place, WINDOW, NOW));
    expect(failure.code).toBe('feed.access');
    expect(JSON.stringify(failure)).not.toContain('s3cret');
    expect(server.asked[0]?.query.toString()).not.toContain('s3cret');
    expect(server.asked[0]?.headers['x-api-key']).toBe('s3cret-key');
  });

  it('reads the archive day by day, also over a change of the clocks', async () => {
    const server = await feedServer(openMeteoAnswers(() => NOW));
    const window = { from: Date.UTC(2025, 9, 24), to: Date.UTC(2025, 9, 28) };
    const { rows } = good(await askProvider(openMeteoArchive, placeAt(server.baseUrl), window, NOW));
    expect(rows).toHaveLength(96);
    expect(rows.map((row) => row.at)).toEqual(Array.from({ length: 96 }, (_, hour) => window.from + hour * HOUR));
    expect(server.asked[0]?.query.get('start_date')).toBe('2025-10-24');
  });

  it('takes percentiles over the members of the ensemble', async () => {
    const server = await feedServer(openMeteoAnswers(() => NOW));
    const place = placeAt(server.baseUrl, { options: { model: 'icon_seamless_eps' } });
    const { rows } = good(await askProvider(openMeteoEnsemble, place, WINDOW, NOW));
    const noon = rows.find((row) => row.at === Date.UTC(2026, 2, 3, 12));
    expect(noon?.ghiP10Wm2).toBeLessThan(noon?.ghiP90Wm2 ?? 0);
    expect(noon?.ghiWm2).toBeNull();
    server.answer(() => ({
      body: { utc_offset_seconds: 0, hourly_units: {}, hourly: { time: [0, 3600], shortwave_radiation: [1, 2] } },
    }));
    expect(failureOf(await askProvider(openMeteoEnsemble, place, WINDOW, NOW)).message).toContain('too few');
  });
});

describe('met.no', () => {
  const JUNE = Date.UTC(2020, 5, 10, 13, 10);
  const window = { from: JUNE - HOUR, to: JUNE + 5 * DAY };

  it('takes the genuine entry, its expiry and its validators', async () => {
    const headers = { expires: 'Wed, 10 Jun 2020 13:40:00 GMT', 'last-modified': 'Wed, 10 Jun 2020 13:04:26 GMT' };
    const server = await feedServer(() => ({
      headers,
      body: fixture('met-no/locationforecast-complete-excerpt.json'),
    }));
    const place = placeAt(server.baseUrl, { site: { ...placeAt('').site, latitude: 60.123456, longitude: 10 } });
    const fetched = good(await askProvider(metNo, place, window, JUNE));
    expect(fetched).toMatchObject({
      expiresAt: Date.UTC(2020, 5, 10, 13, 40),
      issuedAt: Date.UTC(2020, 5, 10, 13, 4, 26),
      validators: { lastModified: 'Wed, 10 Jun 2020 13:04:26 GMT' },
      rows: [
        { at: Date.UTC(2020, 5, 10, 13), stepMs: HOUR, tempC: 20.7, cloudPct: 58, precipitationMm: 0, ghiWm2: null },
      ],
    });
    expect(server.asked[0]?.query.get('lat')).toBe('60.1235');
    expect(server.asked[0]?.headers['user-agent']).toBe(USER_AGENT);
    server.answer(() => ({ status: 304, headers: { expires: 'Wed, 10 Jun 2020 14:10:00 GMT' } }));
    const again = good(await askProvider(metNo, place, window, JUNE, fetched.validators));
    expect(server.asked[1]?.headers['if-modified-since']).toBe('Wed, 10 Jun 2020 13:04:26 GMT');
    expect(again).toMatchObject({ unchanged: true, rows: [], expiresAt: Date.UTC(2020, 5, 10, 14, 10) });
    expect(again.validators.lastModified).toBe('Wed, 10 Jun 2020 13:04:26 GMT');
  });

  it('keeps hours and spans of six hours apart', async () => {
    const body = JSON.parse(fixture('met-no/locationforecast-complete-excerpt.json'));
    const [entry] = body.properties.timeseries;
    const at = (time: string, air_temperature: number) => {
      const copy = structuredClone(entry);
      copy.time = time;
      copy.data.instant.details.air_temperature = air_temperature;
      return copy;
    };
    const series = [at('2020-06-10T13:00:00Z', 20), at('2020-06-10T14:00:00Z', 22), at('2020-06-10T20:00:00Z', 10)];
    body.properties.timeseries = series;
    const server = await feedServer(() => ({ status: 203, body }));
    const { rows } = good(await askProvider(metNo, placeAt(server.baseUrl), window, JUNE));
    expect(rows.map((row) => [row.stepMs / HOUR, row.tempC])).toEqual([
      [1, 21],
      [6, 16],
      [1, 10],
    ]);
  });

  it('explains a refusal that comes as a web page', async () => {
    const server = await feedServer(() => ({ status: 403, body: '<html>Forbidden</html>' }));
    expect(failureOf(await askProvider(metNo, placeAt(server.baseUrl), window, JUNE))).toMatchObject({
      code: 'feed.access',
      kind: 'permanent',
    });
  });
});

describe('OpenWeatherMap', () => {
  const APRIL = Date.UTC(2024, 3, 26, 22, 5);
  const window = { from: APRIL - HOUR, to: APRIL + 2 * DAY };

  it('takes genuine hours', async () => {
    const item = JSON.parse(fixture('openweathermap/onecall_hourly-item.json'));
    const rainy = { ...item, dt: item.dt + 3600, temp: 7.82, rain: { '1h': 0.4 } };
    const server = await feedServer(() => ({
      body: { lat: 1, lon: 2, timezone: 'UTC', timezone_offset: 0, hourly: [item, rainy] },
    }));
    const place = placeAt(server.baseUrl, { key: 'abc' });
    const { rows } = good(await askProvider(openWeatherMap, place, window, APRIL));
    expect(rows).toMatchObject([
      { at: 1714168800000, tempC: 6.82, cloudPct: 100, windMs: 1.02, precipitationMm: 0, ghiWm2: null },
      { at: 1714172400000, tempC: 7.82, precipitationMm: 0.4 },
    ]);
    expect(server.asked[0]?.query.get('units')).toBe('metric');
  });

  it('needs a key and never shows it', async () => {
    expect(openWeatherMap.refusal(placeAt('http://x'))).toContain('key');
    const key = 'f00dcafe12345678';
    const server = await feedServer(() => ({ status: 401, body: { cod: 401, message: `Invalid API key ${key}` } }));
    const failure = failureOf(await askProvider(openWeatherMap, placeAt(server.baseUrl, { key }), window, APRIL));
    expect(failure).toMatchObject({ code: 'feed.access', kind: 'permanent' });
    const nowhere = failureOf(await askProvider(openWeatherMap, placeAt('ftp:/nowhere', { key }), window, APRIL));
    server.answer(() => ({ status: 400, body: { cod: '400', message: `wrong ${key}` } }));
    const refused = failureOf(await askProvider(openWeatherMap, placeAt(server.baseUrl, { key }), window, APRIL));
    expect(refused.message).toContain('wrong •••');
    expect(JSON.stringify([failure, nowhere, refused])).not.toContain(key);
  });
});

describe('NASA POWER', () => {
  const window = { from: Date.UTC(2025, 3, 1), to: Date.UTC(2025, 3, 2) };

  it('takes the genuine shape, asks for UTC, and turns fill values into unknown', async () => {
    const server = await feedServer(() => ({ body: fixture('nasa-power/hourly-point-abridged.json') }));
    const { rows } = good(await askProvider(nasaPower, placeAt(server.baseUrl), window, NOW));
    expect(server.asked[0]?.query.get('time-standard')).toBe('UTC');
    expect(server.asked[0]?.query.get('end')).toBe('20250401');
    expect(rows).toMatchObject([
      { at: window.from, tempC: 27.05, ghiWm2: null, windMs: null },
      { at: window.from + HOUR, tempC: 27.32, ghiWm2: 58 },
    ]);
  });

  it('does not take local solar time or an unknown unit for what it knows', async () => {
    const body = JSON.parse(fixture('nasa-power/hourly-point-abridged.json'));
    body.parameters.ALLSKY_SFC_SW_DWN.units = 'MJ/hr';
    const server = await feedServer(() => ({ body }));
    const { rows } = good(await askProvider(nasaPower, placeAt(server.baseUrl), window, NOW));
    expect(rows.every((row) => row.ghiWm2 === null)).toBe(true);
    body.header.time_standard = 'LST';
    expect(failureOf(await askProvider(nasaPower, placeAt(server.baseUrl), window, NOW)).message).toContain(
      'solar time',
    );
    server.answer(() => ({ status: 422, body: { messages: ['Please provide parameters.'] } }));
    const refused = failureOf(await askProvider(nasaPower, placeAt(server.baseUrl), window, NOW));
    expect(refused).toMatchObject({ code: 'feed.refused', kind: 'permanent' });
  });
});

it.each(WEATHER_PROVIDERS.map((provider) => [provider.id, provider] as const))(
  '%s makes a typed failure of every kind of rubbish',
  async (_, provider) => {
    const bodies = ['', 'null', '[]', '{}', '"x"', '{"hourly":null}', '{"properties":{}}', '<html>', '{"a":', '\u0000'];
    const server = await feedServer(() => ({ body: '' }));
    for (const body of bodies) {
      server.answer(() => ({ body }));
      const place = placeAt(server.baseUrl, { key: 'k3y-of-mine' });
      const failure = failureOf(await askProvider(provider, place, WINDOW, NOW));
      expect(failure.code).toBe('feed.malformed');
      expect(failure.message).toContain(provider.label.split(' ')[0] ?? '');
    }
  },
);
