import { describe, expect, it } from 'vitest';
import { elprisetJustNu, hvaKosterStrommen } from '../../../main/feeds/prices/daily-files.ts';
import { nordPoolPrices } from '../../../main/feeds/prices/nordpool.ts';
import { tibberPrices } from '../../../main/feeds/prices/tibber.ts';
import { askProvider, fixture, placeFor } from '../../support/feeds/asking.ts';
import { homeFor } from '../../support/feeds/price-homes.ts';
import { startService } from '../../support/feeds/service-server.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const day = (text: string): number => Date.parse(text);
const stepsOf = (rows: readonly { readonly stepMs: number }[]): readonly number[] => [
  ...new Set(rows.map(({ stepMs }) => stepMs)),
];

describe('Nord Pool', () => {
  const ask = async (
    files: Readonly<Record<string, string>>,
    from: string,
    to: string,
    options: Record<string, string>,
    currency: string,
  ) => {
    const service = await startService(({ query }) => {
      const file = files[query.get('date') ?? ''];
      return file === undefined ? { status: 204 } : { body: fixture('nordpool', file) };
    });
    const place = placeFor(nordPoolPrices, { baseUrl: service.baseUrl, options, site: { currency } });
    const window = { from: day(from), to: day(to) };
    return { fetched: good(await askProvider(nordPoolPrices, place, window, window.from)), heard: service.heard };
  };

  it('takes captured bodies as they are, and 204 as "not published yet"', async () => {
    const files = { '2024-11-05': 'dayaheadprices-se3-hourly-2024.json' };
    const { fetched, heard } = await ask(files, '2024-11-04T23:00Z', '2024-11-06T23:00Z', { area: 'SE3' }, 'EUR');
    expect(fetched.rows).toHaveLength(24);
    expect(fetched.rows[0]).toMatchObject({ perKwh: 0.02154, currency: 'EUR', stepMs: HOUR_MS });
    expect(heard.map(({ query }) => query.get('date'))).toEqual(['2024-11-05', '2024-11-06']);
    const gb = { '2026-06-06': 'dayaheadprices-uk-n2ex-2026.json' };
    const british = await ask(gb, '2026-06-05T22:00Z', '2026-06-06T22:00Z', { area: 'UK' }, 'GBP');
    expect(british.fetched.rows).toHaveLength(24);
    expect(british.heard[0]?.query.get('market')).toBe('N2EX_DayAhead');
  });

  it('takes quarters, and the hourly index that bills follow', async () => {
    const window = ['2025-09-30T22:00Z', '2025-10-01T22:00Z'] as const;
    const quarters = await ask(
      { '2025-10-01': 'dayaheadpriceindices-se3-15min-2025-10-01.json' },
      ...window,
      { area: 'SE3' },
      'SEK',
    );
    const hours = await ask(
      { '2025-10-01': 'dayaheadpriceindices-se3-60min-2025-10-01.json' },
      ...window,
      { area: 'SE3', step: '60' },
      'SEK',
    );
    expect(quarters.fetched.rows).toHaveLength(96);
    expect(hours.fetched.rows).toHaveLength(24);
    expect(hours.heard[0]?.path).toBe('/api/DayAheadPriceIndices');
    const mean = quarters.fetched.rows.slice(0, 4).reduce((sum, { perKwh }) => sum + perKwh, 0) / 4;
    expect(hours.fetched.rows[0]?.perKwh).toBe(0.52375);
    expect(mean).toBeCloseTo(0.523_69, 4);
  });
});

describe('the daily files of Sweden and Norway', () => {
  it('take captured rows as they are, and a 404 as "not published yet"', async () => {
    const service = await startService(({ path }) =>
      path.endsWith('/2023/03-08_SE3.json')
        ? { body: fixture('elprisetjustnu', 'se-hourly-2023-03-08-excerpt.json') }
        : { status: 404 },
    );
    const window = { from: day('2023-03-07T23:00Z'), to: day('2023-03-09T23:00Z') };
    const { rows, rejected } = good(
      await askProvider(elprisetJustNu, homeFor(elprisetJustNu, service.baseUrl), window, window.from),
    );
    expect(rows).toHaveLength(6);
    expect(rejected).toBe(0);
    expect(rows[0]).toEqual({ at: window.from, stepMs: HOUR_MS, perKwh: 0.82517, currency: 'SEK', kind: 'spot' });
    expect(service.heard.map(({ path }) => path)).toEqual([
      '/api/v1/prices/2023/03-08_SE3.json',
      '/api/v1/prices/2023/03-09_SE3.json',
    ]);
  });

  it('take quarters and Norwegian kroner', async () => {
    const quarter = await startService(() => ({
      body: fixture('elprisetjustnu', 'se-15min-2026-08-10-one-entry.json'),
    }));
    const from = day('2026-08-09T22:00Z');
    const swedish = good(
      await askProvider(elprisetJustNu, homeFor(elprisetJustNu, quarter.baseUrl), { from, to: from + HOUR_MS }, from),
    );
    expect(swedish.rows).toEqual([{ at: from, stepMs: QUARTER_MS, perKwh: 0.04527, currency: 'SEK', kind: 'spot' }]);
    const file = await startService(() => ({
      body: fixture('elprisetjustnu', 'no-twin-hourly-2023-12-27-excerpt.json'),
    }));
    const start = day('2023-12-26T23:00Z');
    const norwegian = good(
      await askProvider(
        hvaKosterStrommen,
        homeFor(hvaKosterStrommen, file.baseUrl),
        { from: start, to: start + 24 * HOUR_MS },
        start,
      ),
    );
    expect(norwegian.rows.map(({ perKwh }) => perKwh)).toEqual([0.25539, 0.25573, 0.25516]);
  });

  it('leave out a row whose kronor and euros contradict each other: öre is not kronor', async () => {
    const body = fixture('elprisetjustnu', 'se-15min-2026-08-10-one-entry.json').replace('0.04527', '4.527');
    const service = await startService(() => ({ body }));
    const from = day('2026-08-09T22:00Z');
    const fetched = good(
      await askProvider(elprisetJustNu, homeFor(elprisetJustNu, service.baseUrl), { from, to: from + HOUR_MS }, from),
    );
    expect(fetched).toMatchObject({ rows: [], rejected: 1 });
  });
});

describe('Tibber', () => {
  const window = { from: day('2025-09-18T22:00Z'), to: day('2025-09-20T22:00Z') };

  it('takes a captured body as it is', async () => {
    const service = await startService(() => ({ body: fixture('tibber', 'json_data.json') }));
    const { rows } = good(await askProvider(tibberPrices, homeFor(tibberPrices, service.baseUrl), window, window.from));
    expect(rows.length).toBeGreaterThanOrEqual(96);
    expect(stepsOf(rows)).toEqual([QUARTER_MS]);
    expect(rows[0]).toEqual({ at: window.from, stepMs: QUARTER_MS, perKwh: 0.2688, currency: 'EUR', kind: 'import' });
    expect(service.heard[0]?.method).toBe('POST');
    expect(service.heard[0]?.body).toContain('QUARTER_HOURLY');
  });

  it('hears errors that come with status 200, and "slow down" as 428', async () => {
    const refused = await startService(() => ({
      body: '{"errors":[{"message":"No","extensions":{"code":"UNAUTHENTICATED"}}],"data":null}',
    }));
    const failure = failureOf(
      await askProvider(tibberPrices, homeFor(tibberPrices, refused.baseUrl), window, window.from),
    );
    expect(failure).toMatchObject({ code: 'feed.access', kind: 'permanent' });
    const slow = await startService(() => ({ status: 428, headers: { 'retry-after': '600' } }));
    const busy = failureOf(await askProvider(tibberPrices, homeFor(tibberPrices, slow.baseUrl), window, window.from));
    expect(busy).toMatchObject({ code: 'feed.too-often', retryAfterMs: 600_000 });
  });

  it('says that a home has no contract, or counts in another currency', async () => {
    const without = await startService(() => ({
      body: '{"data":{"viewer":{"homes":[{"id":"x","currentSubscription":null}]}}}',
    }));
    const missing = failureOf(
      await askProvider(tibberPrices, homeFor(tibberPrices, without.baseUrl), window, window.from),
    );
    expect(missing.code).toBe('feed.not-found');
    const body = fixture('tibber', 'json_data.json').replaceAll('"total"', '"currency": "NOK", "total"');
    const foreign = await startService(() => ({ body }));
    const wrong = failureOf(
      await askProvider(tibberPrices, homeFor(tibberPrices, foreign.baseUrl), window, window.from),
    );
    expect(wrong.code).toBe('feed.currency');
  });
});
