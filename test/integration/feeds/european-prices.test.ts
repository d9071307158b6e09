import { describe, expect, it } from 'vitest';
import { awattarGermany } from '../../../main/feeds/prices/awattar.ts';
import { energyChartsPrices } from '../../../main/feeds/prices/energy-charts.ts';
import { entsoePrices } from '../../../main/feeds/prices/entsoe.ts';
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
const coveredMs = (rows: readonly { readonly stepMs: number }[]): number =>
  rows.reduce((sum, { stepMs }) => sum + stepMs, 0);

describe('aWATTar', () => {
  it('takes a captured body as it is', async () => {
    const service = await startService(() => ({ body: fixture('awattar', 'marketdata-de-2021.json') }));
    const window = { from: 1632402000000, to: 1632402000000 + 24 * HOUR_MS };
    const { rows, rejected } = good(
      await askProvider(awattarGermany, homeFor(awattarGermany, service.baseUrl), window, window.from),
    );
    expect(rows).toHaveLength(24);
    expect(rejected).toBe(0);
    expect(rows[0]).toEqual({ at: 1632402000000, stepMs: HOUR_MS, perKwh: 0.15895, currency: 'EUR', kind: 'spot' });
    expect(service.heard[0]?.query.get('start')).toBe(String(window.from));
  });

  it('is asked with the tag of its last answer, and says that nothing changed', async () => {
    const service = await startService(({ headers }) =>
      headers['if-none-match'] === '"a1"'
        ? { status: 304, headers: { etag: '"a1"', 'cache-control': 'max-age=600' } }
        : { body: fixture('awattar', 'marketdata-de-2021.json'), headers: { etag: '"a1"' } },
    );
    const window = { from: 1632402000000, to: 1632402000000 + 24 * HOUR_MS };
    const place = homeFor(awattarGermany, service.baseUrl);
    const first = good(await askProvider(awattarGermany, place, window, window.from));
    const second = good(await askProvider(awattarGermany, place, window, window.from, first.validators));
    expect(second).toMatchObject({ unchanged: true, rows: [], expiresAt: window.from + 600_000 });
  });

  it('counts a price beyond all measure as rejected', async () => {
    const body = fixture('awattar', 'marketdata-de-2021.json').replace('158.95', '1e305');
    const service = await startService(() => ({ body }));
    const window = { from: 1632402000000, to: 1632402000000 + 24 * HOUR_MS };
    const place = homeFor(awattarGermany, service.baseUrl);
    expect(good(await askProvider(awattarGermany, place, window, window.from))).toMatchObject({ rejected: 1 });
  });

  it('serves only homes of its own zone, in their currency or at a rate that a person typed', () => {
    expect(awattarGermany.refusal(placeFor(awattarGermany, { site: { timeZone: 'Europe/Vienna' } }))).toMatch(/DE-LU/);
    const foreign = { site: { currency: 'CHF' } };
    expect(awattarGermany.refusal(placeFor(awattarGermany, foreign))).toMatch(/EUR.*CHF/);
    expect(awattarGermany.refusal(placeFor(awattarGermany, { ...foreign, options: { rate: '0,93' } }))).toBeNull();
  });
});

describe('energy-charts', () => {
  it('takes a captured body as it is and keeps only the window', async () => {
    const service = await startService(() => ({ body: fixture('energy-charts', 'price-de-lu-hourly-2024.json') }));
    const window = { from: day('2024-12-10T23:00Z'), to: day('2024-12-11T23:00Z') };
    const place = homeFor(energyChartsPrices, service.baseUrl);
    const { rows, rejected } = good(await askProvider(energyChartsPrices, place, window, window.from));
    expect(rows).toHaveLength(24);
    expect(rejected).toBe(0);
    expect(rows[0]?.perKwh).toBeCloseTo(0.11594, 10);
    expect(service.heard[0]?.query.get('bzn')).toBe('DE-LU');
    expect([service.heard[0]?.query.get('start'), service.heard[0]?.query.get('end')]).toEqual([
      '2024-12-09',
      '2024-12-12',
    ]);
  });

  it.each([
    ['spring', '2026-03-28T23:00Z', '2026-03-29T22:00Z', 92],
    ['autumn', '2026-10-24T22:00Z', '2026-10-25T23:00Z', 100],
  ])('reads the quarters of the day when the clock changes in %s', async (_name, from, to, count) => {
    const window = { from: day(from), to: day(to) };
    const stamps = Array.from({ length: count + 8 }, (_, index) => window.from / 1000 - 3600 + index * 900);
    const price = stamps.map((_, index) => (index === 40 ? null : -20 + index));
    const service = await startService(() => ({
      body: JSON.stringify({ unix_seconds: stamps, price, unit: 'EUR / MWh' }),
    }));
    const { rows } = good(
      await askProvider(energyChartsPrices, homeFor(energyChartsPrices, service.baseUrl), window, window.from),
    );
    // One quarter is null: unknown, not 0, and its neighbours keep their length.
    expect(rows).toHaveLength(count - 1);
    expect(stepsOf(rows)).toEqual([QUARTER_MS]);
    expect(coveredMs(rows)).toBe(window.to - window.from - QUARTER_MS);
    expect(rows[0]?.perKwh).toBeCloseTo(-0.016, 10);
  });

  it('reads hours and quarters in one body', async () => {
    const change = day('2025-09-30T22:00Z') / 1000;
    const hours = Array.from({ length: 24 }, (_, index) => change - 86_400 + index * 3600);
    const quarters = Array.from({ length: 96 }, (_, index) => change + index * 900);
    const stamps = [...hours, ...quarters];
    const body = JSON.stringify({ unix_seconds: stamps, price: stamps.map(() => 50), unit: 'EUR / MWh' });
    const service = await startService(() => ({ body }));
    const window = { from: (change - 86_400) * 1000, to: (change + 86_400) * 1000 };
    const { rows, rejected } = good(
      await askProvider(energyChartsPrices, homeFor(energyChartsPrices, service.baseUrl), window, window.from),
    );
    expect(rejected).toBe(0);
    expect(rows.filter(({ stepMs }) => stepMs === HOUR_MS)).toHaveLength(24);
    expect(rows.filter(({ stepMs }) => stepMs === QUARTER_MS)).toHaveLength(96);
  });

  it('does not take another unit for its own', async () => {
    const service = await startService(() => ({
      body: JSON.stringify({ unix_seconds: [0, 900], price: [1, 2], unit: 'ct / kWh' }),
    }));
    const answer = await askProvider(
      energyChartsPrices,
      homeFor(energyChartsPrices, service.baseUrl),
      { from: 0, to: HOUR_MS },
      0,
    );
    expect(failureOf(answer).message).toContain('ct / kWh');
  });
});

describe('ENTSO-E', () => {
  const ask = async (file: string, from: string, to: string, zone: string, status = 200) => {
    const service = await startService(() => ({ status, body: fixture('entsoe', file) }));
    const place = placeFor(entsoePrices, { key: 'token', baseUrl: service.baseUrl, options: { zone } });
    const answer = await askProvider(entsoePrices, place, { from: day(from), to: day(to) }, day(from));
    return { answer, heard: service.heard };
  };

  it('takes sequence 1 of a captured body with two sequences', async () => {
    const { answer, heard } = await ask(
      'a44-de-lu-15min-two-sequences.xml',
      '2026-02-01T23:00Z',
      '2026-02-03T23:00Z',
      'DE-LU',
    );
    const { rows, rejected } = good(answer);
    expect(rows).toHaveLength(192);
    expect(rejected).toBe(0);
    // 102.10 is the first price of sequence 2: the earlier auction.
    expect(rows[0]?.perKwh).not.toBeCloseTo(0.1021, 6);
    expect(heard[0]?.headers['security_token']).toBe('token');
    expect(heard[0]?.query.get('periodStart')).toBe('202602012300');
    expect(heard[0]?.query.get('in_Domain')).toBe('10Y1001A1001A82H');
  });

  it('takes the hours where old bodies hold hours and quarters side by side', async () => {
    const { answer } = await ask('a44-DE_60M_15M_overlap.xml', '2024-10-05T22:00Z', '2024-10-07T22:00Z', 'DE-LU');
    const { rows } = good(answer);
    expect(rows).toHaveLength(48);
    expect(stepsOf(rows)).toEqual([HOUR_MS]);
    expect(rows[0]?.perKwh).toBeCloseTo(0.06704, 10);
  });

  it('fills missing positions of a captured body that changes from hours to quarters', async () => {
    const { answer } = await ask(
      'a44-es-switch-60min-to-15min-2025-10-01.xml',
      '2025-09-28T22:00Z',
      '2025-10-02T22:00Z',
      'ES',
    );
    const { rows } = good(answer);
    expect(rows.filter(({ stepMs }) => stepMs === HOUR_MS)).toHaveLength(48);
    expect(rows.filter(({ stepMs }) => stepMs === QUARTER_MS)).toHaveLength(192);
    expect(coveredMs(rows)).toBe(4 * 24 * HOUR_MS);
  });

  it('sorts the points of the shortened body and repeats the last price over its gaps', async () => {
    const { answer } = await ask('a44-BE_15M_avg.xml', '2024-10-05T22:00Z', '2024-10-06T22:00Z', 'BE');
    const first = good(answer).rows.slice(0, 12);
    expect(first.map(({ perKwh }) => Number((perKwh * 1000).toFixed(6)))).toEqual([
      ...[55.35, 40.32, 31.86, 28.71, 44.22, 44.22, 44.22, 44.22, 44.22, 44.22, 28.37, 28.37],
    ]);
    const hourly = good((await ask('a44-BE_60M.xml', '2024-10-07T22:00Z', '2024-10-08T22:00Z', 'BE')).answer);
    expect(hourly.rows).toHaveLength(24);
  });

  it('knows "not published yet" from a refusal, both with status 200', async () => {
    const none = await ask('acknowledgement-999-no-data.xml', '2026-02-01T23:00Z', '2026-02-02T23:00Z', 'DE-LU');
    expect(good(none.answer)).toMatchObject({ rows: [], unchanged: false });
    const body = fixture('entsoe', 'acknowledgement-999-no-data.xml').replace(
      /No matching data found/,
      'Too much data',
    );
    const service = await startService(() => ({ body }));
    const place = placeFor(entsoePrices, { key: 'token', baseUrl: service.baseUrl });
    expect(failureOf(await askProvider(entsoePrices, place, { from: 0, to: HOUR_MS }, 0)).message).toContain(
      'Too much data',
    );
  });

  it('does not take half a document for a whole one', async () => {
    const body = fixture('entsoe', 'a44-BE_60M.xml').slice(0, 3000);
    const service = await startService(() => ({ body }));
    const place = placeFor(entsoePrices, { key: 'token', baseUrl: service.baseUrl });
    expect(failureOf(await askProvider(entsoePrices, place, { from: 0, to: HOUR_MS }, 0)).message).toContain(
      'cut short',
    );
  });
});
