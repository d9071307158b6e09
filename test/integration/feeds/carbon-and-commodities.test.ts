import { describe, expect, it } from 'vitest';
import { electricityMaps } from '../../../main/feeds/carbon/electricity-maps.ts';
import { energyChartsCarbon } from '../../../main/feeds/carbon/energy-charts-carbon.ts';
import { gbCarbon } from '../../../main/feeds/carbon/gb-carbon.ts';
import { commodityEndpoint } from '../../../main/feeds/commodity/endpoint.ts';
import { typedCommodities } from '../../../main/feeds/commodity/typed-commodities.ts';
import { askProvider, fixture, placeFor } from '../../support/feeds/asking.ts';
import { homeFor } from '../../support/feeds/price-homes.ts';
import { startService } from '../../support/feeds/service-server.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe('the carbon intensity of Great Britain', () => {
  const site = { timeZone: 'Europe/London' };

  it('takes the documented national body: forecast and actual are two rows', async () => {
    const service = await startService(() => ({ body: fixture('carbon-intensity-gb', 'intensity.json') }));
    const place = placeFor(gbCarbon, { site, baseUrl: service.baseUrl });
    const window = { from: at('2018-01-20T12:00Z'), to: at('2018-01-20T13:00Z') };
    const { rows } = good(await askProvider(gbCarbon, place, window, window.from));
    const base = { at: window.from, stepMs: HOUR_MS / 2 };
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        { ...base, gPerKwh: 266, kind: 'forecast' },
        { ...base, gPerKwh: 263, kind: 'measured' },
      ]),
    );
    expect(service.heard[0]?.path).toBe('/intensity/2018-01-20T12:00Z/2018-01-20T13:00Z');
  });

  it('takes the captured regional body, whose data are an object, and leaves out the slot before the window', async () => {
    const service = await startService(() => ({
      body: fixture('carbon-intensity-gb', 'regional-fw48h-postcode-abridged.json'),
    }));
    const window = { from: at('2025-10-23T00:00Z'), to: at('2025-10-25T00:00Z') };
    const { rows } = good(await askProvider(gbCarbon, homeFor(gbCarbon, service.baseUrl), window, window.from));
    expect(rows[0]).toEqual({ at: window.from, stepMs: HOUR_MS / 2, gPerKwh: 164, kind: 'forecast' });
    expect(rows).toHaveLength(8);
    expect(service.heard[0]?.path).toBe('/regional/intensity/2025-10-23T00:00Z/fw48h/postcode/BS16');
  });

  it('hears an unknown postcode and an error that come with status 200', async () => {
    const window = { from: 0, to: HOUR_MS };
    const empty = await startService(() => ({ body: '{}' }));
    const unknown = failureOf(await askProvider(gbCarbon, homeFor(gbCarbon, empty.baseUrl), window, 0));
    expect(unknown).toMatchObject({ code: 'feed.not-found', kind: 'permanent' });
    const wrong = await startService(() => ({ body: fixture('carbon-intensity-gb', 'error-400.json') }));
    expect(failureOf(await askProvider(gbCarbon, homeFor(gbCarbon, wrong.baseUrl), window, 0)).code).toBe(
      'feed.malformed',
    );
    expect(gbCarbon.refusal(placeFor(gbCarbon, { site, options: { postcode: 'BS16 1QY' } }))).toMatch(/first half/);
  });
});

describe('Electricity Maps', () => {
  it('takes a captured day as it is, and the forecast where the plan has it', async () => {
    const forecast = {
      zone: 'DE',
      forecast: [{ carbonIntensity: 300, datetime: '2024-03-06T20:00:00.000Z' }],
      updatedAt: 'x',
    };
    const service = await startService(({ path }) => ({
      body: path.endsWith('/history')
        ? fixture('electricity-maps', 'carbon_intensity_history.json')
        : JSON.stringify(forecast),
    }));
    const window = { from: at('2024-03-05T20:00Z'), to: at('2024-03-07T20:00Z') };
    const place = homeFor(electricityMaps, service.baseUrl);
    const free = good(await askProvider(electricityMaps, place, window, window.to));
    expect(free.rows).toHaveLength(24);
    expect(free.rows[0]).toEqual({ at: window.from, stepMs: HOUR_MS, gPerKwh: 599, kind: 'measured' });
    expect(service.heard).toHaveLength(1);
    const paid = good(
      await askProvider(electricityMaps, { ...place, options: { plan: 'forecast', zone: 'DE' } }, window, window.to),
    );
    expect(paid.rows.at(-1)).toMatchObject({ gPerKwh: 300, kind: 'forecast' });
    expect(service.heard[1]?.query.get('zone')).toBe('DE');
  });
});

describe('energy-charts', () => {
  it('takes the captured lists that complement each other', async () => {
    const service = await startService(() => ({ body: fixture('energy-charts', 'co2eq-excerpt.json') }));
    const window = { from: 1783893600000, to: 1783893600000 + 2 * HOUR_MS };
    const { rows } = good(
      await askProvider(energyChartsCarbon, homeFor(energyChartsCarbon, service.baseUrl), window, window.from),
    );
    expect(rows.map(({ kind, gPerKwh }) => `${kind} ${gPerKwh}`)).toEqual([
      ...['measured 491.5', 'measured 497.4', 'measured 502.6', 'forecast 505', 'forecast 508'],
    ]);
    expect(service.heard[0]?.query.get('country')).toBe('de');
  });
});

describe('commodities', () => {
  const window = { from: at('2026-10-01'), to: at('2026-11-21') };

  it('come from any service that answers JSON or CSV, each by its line', async () => {
    const service = await startService(({ path }) =>
      path.startsWith('/fred')
        ? {
            body: '{"observations":[{"date":"2026-09-01","value":"11.5"},{"date":"2026-10-01","value":"."},{"date":"2026-11-01","value":"12.25"}]}',
          }
        : { body: 'Date;Price\r\n2026-11-19;78,40\r\n2026-11-20;79,10\r\n' },
    );
    const series = [
      'gas | USD/MMBtu | /fred/series/observations?api_key={key} | json | observations | date | value',
      'eua | EUR/t | /eua.csv | csv | ; | Date | Price',
    ].join('\n');
    const place = placeFor(commodityEndpoint, { baseUrl: service.baseUrl, key: 'k1', options: { series } });
    const { rows } = good(await askProvider(commodityEndpoint, place, window, window.to));
    expect(rows).toEqual([
      { at: at('2026-09-01'), name: 'gas', value: 11.5, unit: 'USD/MMBtu' },
      { at: at('2026-11-01'), name: 'gas', value: 12.25, unit: 'USD/MMBtu' },
      { at: at('2026-11-19'), name: 'eua', value: 78.4, unit: 'EUR/t' },
      { at: at('2026-11-20'), name: 'eua', value: 79.1, unit: 'EUR/t' },
    ]);
    expect(service.heard[0]?.query.get('api_key')).toBe('k1');
  });

  it('can be typed; a bad line refuses them with its number', async () => {
    const typed = placeFor(typedCommodities, {
      options: { values: 'date; name; value; unit\n2026-11-20; EUA; 78,40; EUR/t\n2026-11; coal; 95; USD/t' },
    });
    expect(typedCommodities.refusal(typed)).toBeNull();
    expect(good(await askProvider(typedCommodities, typed, window, window.to)).rows).toEqual([
      { at: at('2026-11-01'), name: 'coal', value: 95, unit: 'USD/t' },
      { at: at('2026-11-20'), name: 'eua', value: 78.4, unit: 'EUR/t' },
    ]);
    const bad = placeFor(typedCommodities, {
      options: { values: '2026-11-20; eua; 78; EUR/t\n2026-02-30; eua; 78; EUR/t' },
    });
    expect(typedCommodities.refusal(bad)).toMatch(/^Line 2 .*2026-02-30/);
    expect(typedCommodities.refusal(placeFor(typedCommodities))).toMatch(/No values/);
  });
});
