import { describe, expect, it } from 'vitest';
import { amberPrices } from '../../../main/feeds/prices/amber.ts';
import { comedPrices } from '../../../main/feeds/prices/comed.ts';
import { octopusPrices } from '../../../main/feeds/prices/octopus.ts';
import { askProvider, fixture, placeFor } from '../../support/feeds/asking.ts';
import { homeFor } from '../../support/feeds/price-homes.ts';
import { startService } from '../../support/feeds/service-server.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const at = (text: string): number => Date.parse(text);

describe('Octopus', () => {
  const gb = { site: { currency: 'GBP', timeZone: 'Europe/London' } };

  it('takes a captured body as it is: newest first, negative, pence with tax', async () => {
    const service = await startService(() => ({ body: fixture('octopus', 'agile-standard-unit-rates.json') }));
    const place = placeFor(octopusPrices, {
      ...gb,
      baseUrl: service.baseUrl,
      options: { product: 'AGILE-24-10-01', region: 'C' },
    });
    const window = { from: at('2026-09-23T20:00Z'), to: at('2026-09-23T23:00Z') };
    const { rows } = good(await askProvider(octopusPrices, place, window, window.from));
    expect(rows.map(({ perKwh }) => perKwh)).toEqual([-0.0126, 0.294525, 0.294945]);
    expect(rows[0]).toMatchObject({
      at: at('2026-09-23T20:30Z'),
      stepMs: 30 * MINUTE_MS,
      kind: 'import',
      currency: 'GBP',
    });
    expect(service.heard[0]?.path).toContain('/E-1R-AGILE-24-10-01-C/standard-unit-rates/');
    expect(service.heard[0]?.query.get('period_from')).toBe('2026-09-23T20:00:00Z');
  });

  it.each([
    ['spring', '2026-03-29T00:00Z', '2026-03-29T23:00Z', 46],
    ['autumn', '2026-10-24T23:00Z', '2026-10-26T00:00Z', 50],
  ])('follows pages, import and export, over the day when the clock changes in %s', async (_name, from, to, count) => {
    const window = { from: at(from), to: at(to) };
    const stamp = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');
    const all = Array.from({ length: count }, (_, index) => {
      const start = window.from + index * 30 * MINUTE_MS;
      return {
        value_exc_vat: 10,
        value_inc_vat: 10.5,
        valid_from: stamp(start),
        valid_to: stamp(start + 30 * MINUTE_MS),
        payment_method: null,
      };
    }).toReversed();
    const service = await startService(({ path, query }) => {
      const page = Number(query.get('page') ?? '1');
      const results = all.slice((page - 1) * 20, page * 20);
      const next = page * 20 < count ? `https://api.octopus.energy${path}?page=${page + 1}&page_size=20` : null;
      return { body: JSON.stringify({ count, next, previous: null, results }) };
    });
    const { rows } = good(
      await askProvider(octopusPrices, homeFor(octopusPrices, service.baseUrl), window, window.from),
    );
    const bought = rows.filter(({ kind }) => kind === 'import');
    const sold = rows.filter(({ kind }) => kind === 'export');
    expect([bought.length, sold.length]).toEqual([count, count]);
    expect([bought[0]?.perKwh, sold[0]?.perKwh]).toEqual([0.105, 0.1]);
    expect(service.heard).toHaveLength(6);
  });

  it('spreads an open-ended rate over the window and takes the one for direct debit', async () => {
    const rate = (value: number, method: string) => ({
      ...{
        value_exc_vat: value,
        value_inc_vat: value,
        valid_from: '2026-01-01T00:00:00Z',
        valid_to: null,
        payment_method: method,
      },
    });
    const results = [rate(30, 'NON_DIRECT_DEBIT'), rate(25, 'DIRECT_DEBIT')];
    const service = await startService(() => ({
      body: JSON.stringify({ count: 2, next: null, previous: null, results }),
    }));
    const place = placeFor(octopusPrices, {
      ...gb,
      baseUrl: service.baseUrl,
      options: { product: 'VAR-22-11-01', region: 'A' },
    });
    const window = { from: at('2026-09-23T00:00Z'), to: at('2026-09-24T00:00Z') };
    const { rows, rejected } = good(await askProvider(octopusPrices, place, window, window.from));
    expect(rows).toHaveLength(48);
    expect(rejected).toBe(0);
    expect(new Set(rows.map(({ perKwh }) => perKwh))).toEqual(new Set([0.25]));
  });

  it('does not follow pages for ever', async () => {
    const service = await startService(({ path }) => ({
      body: JSON.stringify({ count: 9, next: `https://api.octopus.energy${path}?page=2`, previous: null, results: [] }),
    }));
    const answer = await askProvider(
      octopusPrices,
      homeFor(octopusPrices, service.baseUrl),
      { from: 0, to: HOUR_MS },
      0,
    );
    expect(failureOf(answer).message).toContain('do not end');
    expect(service.heard.length).toBeLessThan(20);
  });
});

describe('Amber', () => {
  it('takes an interval of the schema as it is: starts a second late, cents with tax', async () => {
    const service = await startService(() => ({
      body: fixture('amber', 'interval-assembled-from-schema-examples.json'),
    }));
    const window = { from: at('2021-05-05T00:00Z'), to: at('2021-05-06T00:00Z') };
    const fetched = good(
      await askProvider(amberPrices, homeFor(amberPrices, service.baseUrl), window, at('2021-05-05T02:10Z')),
    );
    expect(fetched.rows).toEqual([
      { at: at('2021-05-05T02:00Z'), stepMs: 30 * MINUTE_MS, perKwh: 0.2433, currency: 'AUD', kind: 'import' },
    ]);
    expect(service.heard[0]?.headers.authorization).toMatch(/^Bearer /);
    expect(service.heard[0]?.path).toContain('/prices/current');
  });

  it('turns the sign of feed-in: a negative cost is earned', async () => {
    const [general] = JSON.parse(fixture('amber', 'interval-assembled-from-schema-examples.json'));
    const body = JSON.stringify([
      { ...general, channelType: 'feedIn', perKwh: -8.5 },
      general,
      { ...general, channelType: 'controlledLoad', perKwh: 99 },
      {
        ...general,
        endTime: '2021-05-05T03:00:00Z',
        startTime: '2021-05-05T02:30:01Z',
        channelType: 'feedIn',
        perKwh: 2,
      },
    ]);
    const service = await startService(() => ({ body }));
    const window = { from: at('2021-05-05T00:00Z'), to: at('2021-05-06T00:00Z') };
    const { rows } = good(
      await askProvider(amberPrices, homeFor(amberPrices, service.baseUrl), window, at('2021-05-05T02:10Z')),
    );
    expect(rows.filter(({ kind }) => kind === 'export').map(({ perKwh }) => perKwh)).toEqual([0.085, -0.02]);
    expect(rows).toHaveLength(3);
  });

  it('finds the active site by itself, and asks for the past by market days', async () => {
    const service = await startService(({ path }) =>
      path === '/sites' ? { body: '[{"id":"old","status":"closed"},{"id":"mine","status":"active"}]' } : { body: '[]' },
    );
    const place = { ...homeFor(amberPrices, service.baseUrl), options: {} };
    good(
      await askProvider(
        amberPrices,
        place,
        { from: at('2026-11-01T14:00Z'), to: at('2026-11-02T14:00Z') },
        at('2026-11-21T00:00Z'),
      ),
    );
    expect(service.heard[1]?.path).toBe('/sites/mine/prices');
    expect(service.heard[1]?.query.get('startDate')).toBe('2026-11-02');
  });
});

describe('ComEd', () => {
  const serve = (live: string, today = '[]', tomorrow = '[]') =>
    startService(({ path, query }) => {
      if (path === '/api') return { body: live };
      return { body: query.get('type') === 'daynexttoday' ? today : tomorrow };
    });

  it('takes captured bodies as they are: text numbers, newest first, local stamps that claim to be UTC', async () => {
    const service = await serve(
      fixture('comed', '5minutefeed.json'),
      `[${fixture('comed', 'day-ahead-one-entry.txt').trim()}]`,
    );
    const place = homeFor(comedPrices, service.baseUrl);
    const then = { from: 1728648900000, to: 1728649500000 };
    const lived = good(await askProvider(comedPrices, place, then, 1728649500000));
    expect(lived.rows.map(({ at: start, stepMs, perKwh }) => [start, stepMs, perKwh])).toEqual([
      [1728648900000, 5 * MINUTE_MS, 0.049],
      [1728649200000, 5 * MINUTE_MS, 0.037],
    ]);
    const now = at('2025-11-02T12:02Z');
    const expected = good(await askProvider(comedPrices, place, { from: now, to: now + 24 * HOUR_MS }, now));
    // 2 November 2025, 13:00 in Chicago: after the change to winter time.
    expect(expected.rows).toEqual([
      { at: at('2025-11-02T19:00Z'), stepMs: HOUR_MS, perKwh: 0.022, currency: 'USD', kind: 'spot' },
    ]);
  });

  it('keeps both hours of the autumn night, and makes the running hour whole', async () => {
    const entry = (hour: number, cents: number): string => `[Date.UTC(2026,10,1,${hour},0,0), ${cents}]`;
    const today = `[${[entry(0, 1), entry(1, 2), entry(1, -3), entry(2, 4)].join(', ')}]`;
    const now = at('2026-11-01T06:20Z');
    const live = JSON.stringify(
      [0, 5, 10, 15].map((minute) => ({
        millisUTC: String(at('2026-11-01T06:00Z') + minute * MINUTE_MS),
        price: '9.0',
      })),
    );
    const service = await serve(live, today);
    const { rows } = good(
      await askProvider(
        comedPrices,
        homeFor(comedPrices, service.baseUrl),
        { from: at('2026-11-01T06:00Z'), to: at('2026-11-01T12:00Z') },
        now,
      ),
    );
    const inRunning = rows.filter((row) => row.at < at('2026-11-01T07:00Z'));
    expect(inRunning).toHaveLength(12);
    expect(inRunning.map(({ perKwh }) => perKwh)).toEqual([...Array(4).fill(0.09), ...Array(8).fill(0.02)]);
    expect(rows.slice(12).map(({ at: start, perKwh }) => [start, perKwh])).toEqual([
      [at('2026-11-01T07:00Z'), -0.03],
      [at('2026-11-01T08:00Z'), 0.04],
    ]);
  });

  it('leaves out malformed entries and never runs the script', async () => {
    const live = '[{"millisUTC":"1728649200000","price":"3.7"},{"millisUTC":"1728648900000","price":"oops"}]';
    const service = await serve(live);
    const window = { from: 1728648000000, to: 1728649500000 };
    const fetched = good(await askProvider(comedPrices, homeFor(comedPrices, service.baseUrl), window, window.to));
    expect(fetched.rows).toHaveLength(1);
    expect(fetched.rejected).toBe(1);
    const evil = await startService(() => ({ body: 'alert(1);[Date.UTC(2026,10,1,0,0,0), 1]' }));
    const answer = await askProvider(
      comedPrices,
      homeFor(comedPrices, evil.baseUrl),
      { from: window.from, to: window.to + HOUR_MS },
      window.to,
    );
    expect(failureOf(answer).code).toBe('feed.malformed');
  });
});
