import { describe, expect, it } from 'vitest';
import { checkRows } from '../../../main/feeds/ranges.ts';
import { forecastSolar } from '../../../main/feeds/solar/forecast-solar.ts';
import { SOLAR_PROVIDERS } from '../../../main/feeds/solar/providers.ts';
import { solcast } from '../../../main/feeds/solar/solcast.ts';
import { askProvider, fixture, placeAt } from '../../support/feeds/asking-provider.ts';
import { DAY, HOUR } from '../../support/feeds/feed-house.ts';
import { feedServer } from '../../support/feeds/feed-server.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

describe('Solcast', () => {
  const NOW = Date.UTC(2024, 11, 26, 17, 3);
  const window = { from: NOW, to: NOW + 2 * DAY };
  const roof = { options: { siteIds: 'aaaa-1111' }, key: 's0lcast-key' };

  it('takes the genuine answer: watts over the half hour that ends at the stamp', async () => {
    const server = await feedServer(() => ({ body: fixture('solcast/rooftop-forecasts-48h.json') }));
    const { rows } = good(await askProvider(solcast, placeAt(server.baseUrl, roof), window, NOW));
    const body = JSON.parse(fixture('solcast/rooftop-forecasts-48h.json'));
    expect(rows).toHaveLength(body.forecasts.length);
    expect(rows[0]).toMatchObject({ at: Date.UTC(2024, 11, 26, 17), stepMs: HOUR / 2, p50W: 0 });
    const best = body.forecasts.findIndex((each: { pv_estimate: number }) => each.pv_estimate > 0);
    expect(rows[best]?.p50W).toBeCloseTo(body.forecasts[best].pv_estimate * 1000, 6);
    expect(rows[best]?.p90W).toBeCloseTo(body.forecasts[best].pv_estimate90 * 1000, 6);
    const [asked] = server.asked;
    expect(asked?.path).toBe('/rooftop_sites/aaaa-1111/forecasts');
    expect(asked?.query.get('format')).toBe('json');
    expect(asked?.headers.authorization).toBe('Bearer s0lcast-key');
  });

  it('adds two roofs up, and each costs a call', async () => {
    const server = await feedServer(() => ({ body: fixture('solcast/rooftop-forecasts-48h.json') }));
    const two = placeAt(server.baseUrl, { ...roof, options: { siteIds: 'aaaa-1111, bbbb-2222' } });
    const one = good(await askProvider(solcast, placeAt(server.baseUrl, roof), window, NOW));
    const both = good(await askProvider(solcast, two, window, NOW));
    expect(both.rows.map((row) => row.p50W)).toEqual(one.rows.map((row) => row.p50W * 2));
    expect(solcast.cost?.(window, two)).toBe(2);
    expect(server.asked).toHaveLength(3);
  });

  it('tells its two kinds of 429 apart', async () => {
    const server = await feedServer(() => ({ status: 429, body: fixture('solcast/error-429-daily-limit.json') }));
    const used = failureOf(await askProvider(solcast, placeAt(server.baseUrl, roof), window, NOW));
    expect(used).toMatchObject({ code: 'feed.too-often' });
    expect(NOW + (used.retryAfterMs ?? 0)).toBe(Date.UTC(2024, 11, 27, 0, 1));
    server.answer(() => ({ status: 429, body: '' }));
    const busy = failureOf(await askProvider(solcast, placeAt(server.baseUrl, roof), window, NOW));
    expect(busy.code).toBe('feed.their-fault');
    expect(busy.retryAfterMs).toBeUndefined();
  });

  it('is next asked in daylight', () => {
    const place = placeAt('', roof);
    const evening = Date.UTC(2026, 11, 21, 15, 0);
    const next = solcast.nextAt?.(evening, null, place) ?? 0;
    expect(new Date(next).getUTCHours()).toBeGreaterThanOrEqual(6);
    expect(new Date(next).getUTCHours()).toBeLessThanOrEqual(8);
    expect(next - evening).toBeLessThan(20 * HOUR);
    const polarNight = placeAt('', { ...roof, site: { ...place.site, latitude: 78 } });
    expect(solcast.nextAt?.(evening, null, polarNight)).toBeGreaterThan(evening);
  });

  it('says what it needs', () => {
    expect(solcast.refusal(placeAt(''))).toContain('key');
    expect(solcast.refusal(placeAt('', { key: 'k' }))).toContain('site id');
    expect(solcast.refusal(placeAt('', { key: 'k', options: { siteIds: 'a b c' } }))).toContain('two');
    expect(solcast.refusal(placeAt('', roof))).toBeNull();
  });
});

describe('Forecast.Solar', () => {
  const NOW = Date.UTC(2024, 3, 26, 5, 0);
  const window = { from: NOW, to: NOW + 4 * DAY };
  const options = { tiltDeg: '30', azimuthDeg: '-10', peakKw: '5.5' };

  it('shares the genuine energies out over hours, none lost', async () => {
    const server = await feedServer(() => ({ body: fixture('forecast-solar/forecast.json') }));
    const place = placeAt(server.baseUrl, { options });
    const { rows } = good(await askProvider(forecastSolar, place, window, NOW));
    expect(server.asked[0]?.path).toBe('/estimate/52.5000/13.4000/30/-10/5.5');
    expect(server.asked[0]?.query.get('time')).toBe('utc');
    const body = JSON.parse(fixture('forecast-solar/forecast.json'));
    const sum = Object.values<number>(body.result.watt_hours_period).reduce((all, each) => all + each, 0);
    expect(rows.reduce((all, row) => all + row.p50W, 0)).toBeCloseTo(sum, 6);
    // 07:00 to 08:00+02:00 is the hour from 05:00 UTC.
    expect(rows.find((row) => row.at === Date.UTC(2024, 3, 26, 5))?.p50W).toBe(376);
    // The hour that sunrise cuts holds all that comes in it.
    expect(rows.find((row) => row.at === Date.UTC(2024, 3, 26, 4))?.p50W).toBe(89);
    expect(checkRows('solar', rows, place).bad).toEqual([]);
    // Nothing is said of the night.
    expect(rows.some((row) => row.at === Date.UTC(2024, 3, 26, 23))).toBe(false);
  });

  it('takes the genuine answer of a personal account, and keeps its key out of sight', async () => {
    const server = await feedServer(() => ({ body: fixture('forecast-solar/forecast_personal.json') }));
    const key = 'p3rsonal-key';
    const { rows } = good(await askProvider(forecastSolar, placeAt(server.baseUrl, { options, key }), window, NOW));
    expect(rows.length).toBeGreaterThan(24);
    expect(server.asked[0]?.path).toContain(`/${key}/estimate/`);
    server.answer(() => ({
      status: 403,
      body: { result: null, message: { type: 'error', code: 403, text: `no plan for ${key}` } },
    }));
    const failure = failureOf(await askProvider(forecastSolar, placeAt(server.baseUrl, { options, key }), window, NOW));
    expect(failure).toMatchObject({ code: 'feed.refused', kind: 'permanent' });
    expect(JSON.stringify(failure)).not.toContain(key);
  });

  it('comes back when it is told to', async () => {
    const server = await feedServer(() => ({ status: 429, body: fixture('forecast-solar/ratelimit.json') }));
    const at = Date.parse('2024-04-27T02:30:00+02:00');
    const failure = failureOf(await askProvider(forecastSolar, placeAt(server.baseUrl, { options }), window, at));
    expect(at + (failure.retryAfterMs ?? 0)).toBe(Date.parse('2024-04-27T02:48:53+02:00'));
    server.answer(() => ({ status: 200, body: fixture('forecast-solar/ratelimit.json') }));
    expect((await askProvider(forecastSolar, placeAt(server.baseUrl, { options }), window, at)).ok).toBe(false);
  });

  it('says what it needs', () => {
    expect(forecastSolar.refusal(placeAt(''))).toContain('tilt');
    expect(forecastSolar.refusal(placeAt('', { options: { ...options, azimuthDeg: '270' } }))).toContain('direction');
    expect(forecastSolar.refusal(placeAt('', { options }))).toBeNull();
  });
});

it.each(SOLAR_PROVIDERS.map((provider) => [provider.id, provider] as const))(
  '%s makes a typed failure of every kind of rubbish',
  async (_, provider) => {
    const server = await feedServer(() => ({ body: '' }));
    for (const body of ['', 'null', '[]', '{}', '{"forecasts":[{}]}', '{"result":{}}', '<html>', '{"a":']) {
      server.answer(() => ({ body }));
      const options = { siteIds: 'a', tiltDeg: '1', azimuthDeg: '1', peakKw: '1' };
      const window = { from: 0, to: DAY };
      const failure = failureOf(
        await askProvider(provider, placeAt(server.baseUrl, { key: 'k3y', options }), window, 0),
      );
      expect(failure.code).toBe('feed.malformed');
    }
  },
);
