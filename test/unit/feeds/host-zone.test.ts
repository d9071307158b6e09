import { afterEach, expect, it } from 'vitest';
import { readDayAhead } from '../../../main/feeds/prices/comed.ts';
import { readCsvPrices } from '../../../main/feeds/tariff/csv-prices.ts';
import { ratesFor } from '../../../main/feeds/tariff/rates.ts';
import { at, HOUR_MS, tariff } from '../../support/feeds/tariffs.ts';
import { homeSite } from '../../support/store/temp-store.ts';

const before = process.env['TZ'];
afterEach(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

it("prices are the home's whatever clock the computer shows", () => {
  const night = tariff({
    import: {
      kind: 'schedule',
      lines: [{ name: 'Night', from: '02:00', to: '05:00', perKwh: 0.1 }],
      otherwisePerKwh: 0.3,
    },
  });
  const look = (zone: string) => {
    process.env['TZ'] = zone;
    // The computer's own clock did move.
    const shown = new Date(at('2026-10-25T00:00Z')).getHours();
    const span = { from: at('2026-10-25T00:00+02:00'), to: at('2026-10-26T00:00+01:00') };
    const cheapMs = ratesFor({ tariff: night, prices: [], ...span, siteZone: 'Europe/Berlin' })
      .filter(({ importPerKwh }) => importPerKwh === 0.1)
      .reduce((sum, { stepMs }) => sum + stepMs, 0);
    const file = readCsvPrices({
      ...{ csv: 'start,price\n2026-10-25 01:00,1\n2026-10-25 02:00,1\n2026-10-25 02:00,1\n', site: homeSite() },
      ...{ zone: 'Europe/Berlin', kind: 'spot', unit: 'per-kwh' },
    });
    return {
      shown,
      result: {
        cheapMs,
        starts: file.rows.map((row) => row.at),
        hours: readDayAhead('[[Date.UTC(2026,10,1,1,0,0), 2]]'),
      },
    };
  };
  const looks = ['UTC', 'Pacific/Auckland', 'America/New_York'].map(look);
  expect(new Set(looks.map(({ shown }) => shown)).size).toBe(3);
  for (const { result } of looks) expect(result).toEqual(looks[0]?.result);
  expect(looks[0]?.result.cheapMs).toBe(4 * HOUR_MS);
});
