import { describe, expect, it } from 'vitest';
import { ratesFor } from '../../../main/feeds/tariff/rates.ts';
import type { TariffRate } from '../../../preload/contract/tariff.ts';
import { at, HOUR_MS, QUARTER_MS, spots, tariff } from '../../support/feeds/tariffs.ts';

/** How long each price holds, ms: durations are time, never counts. */
const lengths = (rates: readonly TariffRate[]): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const { importPerKwh, stepMs } of rates) sums[String(importPerKwh)] = (sums[String(importPerKwh)] ?? 0) + stepMs;
  return sums;
};
const priceAt = (rates: readonly TariffRate[], moment: number): number | null | undefined =>
  rates.find((rate) => rate.at <= moment && moment < rate.at + rate.stepMs)?.importPerKwh;

const nightDay = (zone: string | null) =>
  tariff({
    import: {
      kind: 'schedule',
      zone,
      lines: [
        { name: 'Night', from: '00:30', to: '07:30', perKwh: 0.1 },
        { name: 'Day', from: '07:30', to: '00:30', perKwh: 0.3 },
      ],
    },
  });

describe('windows', () => {
  it('follow the clock that they name: Economy 7 by UTC is an hour later in summer', () => {
    const day = { from: at('2026-07-01T00:00+01:00'), to: at('2026-07-02T00:00+01:00') };
    const byUtc = ratesFor({ tariff: nightDay('UTC'), prices: [], ...day, siteZone: 'Europe/London' });
    const byHome = ratesFor({ tariff: nightDay(null), prices: [], ...day, siteZone: 'Europe/London' });
    expect(priceAt(byUtc, at('2026-07-01T08:00+01:00'))).toBe(0.1);
    expect(priceAt(byHome, at('2026-07-01T08:00+01:00'))).toBe(0.3);
    expect(lengths(byUtc)['0.1']).toBe(7 * HOUR_MS);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00', 23, 6],
    ['Europe/Berlin', '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00', 25, 8],
    ['Europe/London', '2026-10-25T00:00+01:00', '2026-10-26T00:00+00:00', 25, 8],
    ['America/Chicago', '2026-03-08T00:00-06:00', '2026-03-09T00:00-05:00', 23, 6],
    ['America/New_York', '2026-11-01T00:00-04:00', '2026-11-02T00:00-05:00', 25, 8],
    ['Australia/Lord_Howe', '2026-04-05T00:00+11:00', '2026-04-06T00:00+10:30', 24.5, 7.5],
    ['Australia/Lord_Howe', '2026-10-04T00:00+10:30', '2026-10-05T00:00+11:00', 23.5, 6.5],
  ])('in %s last as long as the clock does on %s', (siteZone, from, to, hours, nightHours) => {
    const rates = ratesFor({ tariff: nightDay(null), prices: [], from: at(from), to: at(to), siteZone });
    const sums = lengths(rates);
    expect(sums['0.1']).toBe(nightHours * HOUR_MS);
    expect((sums['0.1'] ?? 0) + (sums['0.3'] ?? 0)).toBe(hours * HOUR_MS);
  });

  it('hold by weekday, season and holiday', () => {
    const workday = tariff({
      holidays: ['12-25', '2026-12-28'],
      import: {
        kind: 'schedule',
        lines: [
          {
            name: 'Peak',
            weekdays: [1, 2, 3, 4, 5],
            season: { from: '11-01', to: '03-15' },
            from: '07:00',
            to: '20:00',
            perKwh: 0.5,
          },
        ],
        otherwisePerKwh: 0.2,
      },
    });
    const priceOn = (text: string) =>
      priceAt(
        ratesFor({ tariff: workday, prices: [], from: at(text), to: at(text) + HOUR_MS, siteZone: 'Europe/Berlin' }),
        at(text),
      );
    expect(priceOn('2026-12-24T12:00+01:00')).toBe(0.5);
    expect(priceOn('2026-12-25T12:00+01:00')).toBe(0.2);
    expect(priceOn('2026-12-26T12:00+01:00')).toBe(0.2);
    expect(priceOn('2026-12-28T12:00+01:00')).toBe(0.2);
    expect(priceOn('2027-03-15T12:00+01:00')).toBe(0.5);
    expect(priceOn('2027-03-16T12:00+01:00')).toBe(0.2);
    expect(priceOn('2026-12-24T06:59+01:00')).toBe(0.2);
  });
});

describe('market prices', () => {
  const from = at('2026-11-21T11:00Z');

  it('are signed end to end, with factor, additions and tax', () => {
    const dynamic = tariff({
      vatPct: 19,
      typedWithVat: false,
      import: { kind: 'spot', factor: 1.03, addPerKwh: 0.02 },
      surcharges: [{ name: 'Grid', otherwisePerKwh: 0.1 }],
      export: { kind: 'spot', feePerKwh: 0.01 },
    });
    const rates = ratesFor({
      tariff: dynamic,
      prices: spots(from, HOUR_MS, [0.1, -0.3]),
      from,
      to: from + 2 * HOUR_MS,
      siteZone: 'Europe/Berlin',
    });
    expect(rates[0]?.importPerKwh).toBeCloseTo((0.1 * 1.03 + 0.02 + 0.1) * 1.19, 12);
    expect(rates[1]?.importPerKwh).toBeCloseTo((-0.3 * 1.03 + 0.02 + 0.1) * 1.19, 12);
    expect(rates[1]?.exportPerKwh).toBeCloseTo(-0.31, 12);
    expect(rates[1]?.importPerKwh).toBeLessThan(0);
  });

  it('stop at a floor or cap only where the contract has one', () => {
    const bounded = tariff({ import: { kind: 'spot', capPerKwh: 0.2 }, export: { kind: 'spot', floorPerKwh: 0 } });
    const rates = ratesFor({
      tariff: bounded,
      prices: spots(from, HOUR_MS, [0.5, -0.1]),
      from,
      to: from + 2 * HOUR_MS,
      siteZone: 'Europe/Berlin',
    });
    expect(rates.map(({ importPerKwh, exportPerKwh }) => [importPerKwh, exportPerKwh])).toEqual([
      [0.2, 0.5],
      [-0.1, 0],
    ]);
  });

  it('keep their own step, also where 15, 30 and 60 minutes follow each other', () => {
    const mixed = [
      ...spots(from, HOUR_MS, [0.1]),
      ...spots(from + HOUR_MS, HOUR_MS / 2, [0.2, 0.3]),
      ...spots(from + 2 * HOUR_MS, QUARTER_MS, [0.4, 0.5, 0.6, 0.7]),
    ];
    const rates = ratesFor({
      tariff: tariff({ import: { kind: 'spot' } }),
      prices: mixed,
      from,
      to: from + 3 * HOUR_MS,
      siteZone: 'Europe/Berlin',
    });
    expect(lengths(rates)).toEqual({
      0.1: HOUR_MS,
      0.2: HOUR_MS / 2,
      0.3: HOUR_MS / 2,
      0.4: QUARTER_MS,
      0.5: QUARTER_MS,
      0.6: QUARTER_MS,
      0.7: QUARTER_MS,
    });
  });

  it('are billed as the mean of the hour where the bill counts hours, and unknown until the hour is whole', () => {
    const hourly = tariff({ import: { kind: 'spot' }, billingMinutes: 60 });
    const prices = spots(from, QUARTER_MS, [0.1, 0.2, 0.3, 0.6, 0.9]);
    const rates = ratesFor({ tariff: hourly, prices, from, to: from + 2 * HOUR_MS, siteZone: 'Europe/Berlin' });
    expect(rates.every(({ stepMs }) => stepMs === QUARTER_MS)).toBe(true);
    expect(rates.slice(0, 4).map(({ importPerKwh }) => importPerKwh)).toEqual(Array(4).fill(expect.closeTo(0.3, 12)));
    expect(rates.slice(4).map(({ importPerKwh }) => importPerKwh)).toEqual(Array(4).fill(null));
  });

  it('are unknown where nobody says them or in another currency, and assumed where they are a guess', () => {
    const dynamic = tariff({ import: { kind: 'spot' } });
    const [first, second, third] = spots(from, HOUR_MS, [0.1, 0.2, 0.3]);
    if (!first || !second || !third) throw new Error('three prices were made');
    const prices = [first, { ...second, currency: 'SEK' }, { ...third, assumed: true }];
    const rates = ratesFor({ tariff: dynamic, prices, from, to: from + 3 * HOUR_MS, siteZone: 'Europe/Berlin' });
    expect(rates.map(({ importPerKwh, assumed }) => [importPerKwh, assumed])).toEqual([
      [0.1, false],
      [null, false],
      [0.3, true],
    ]);
  });
});

describe('blocks of energy', () => {
  const blocks = tariff({
    import: { kind: 'schedule', lines: [{ name: 'All', perKwh: 0.2, blocks: [{ aboveKwh: 100, perKwh: 0.3 }] }] },
  });
  const span = { from: at('2026-11-30T22:00+01:00'), to: at('2026-12-01T02:00+01:00'), siteZone: 'Europe/Berlin' };

  it('price the next kWh by what the month has used, and begin anew with the month', () => {
    const used = { at: span.from, energy: { monthKwh: 150, lineKwh: new Map([['All', 150]]) } };
    const rates = ratesFor({ tariff: blocks, prices: [], ...span, used });
    expect(rates.map(({ importPerKwh, assumed }) => [importPerKwh, assumed])).toEqual([
      [0.3, false],
      [0.3, false],
      [0.2, true],
      [0.2, true],
    ]);
  });

  it('are assumed to be the first where nobody says what was used', () => {
    const [rate] = ratesFor({ tariff: blocks, prices: [], ...span });
    expect(rate).toMatchObject({ importPerKwh: 0.2, assumed: true });
  });
});
