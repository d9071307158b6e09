import { describe, expect, it } from 'vitest';
import { billOf } from '../../../main/feeds/tariff/bill.ts';
import { type MeteredInterval, peakChargeOf } from '../../../main/feeds/tariff/peaks.ts';
import type { TariffInput } from '../../../preload/contract/tariff.ts';
import { at, HOUR_MS, QUARTER_MS, spots, tariff } from '../../support/feeds/tariffs.ts';

const NOVEMBER = 2026 * 12 + 11;
const zone = 'Europe/Berlin';
const meter = (from: number, stepMs: number, importKwh: readonly number[], exportKwh = 0): readonly MeteredInterval[] =>
  importKwh.map((kwh, index) => ({ at: from + index * stepMs, stepMs, importKwh: kwh, exportKwh }));
type Charge = NonNullable<TariffInput['peakCharges']>[number];
const chargeOf = (more: Partial<Charge>) => {
  const [charge] = tariff({
    peakCharges: [
      {
        name: 'Peak',
        intervalMinutes: 60,
        price: { kind: 'per-kw', per: 'month', tiers: [{ fromKw: 0, perKw: 10 }] },
        ...more,
      },
    ],
  }).peakCharges;
  if (!charge) throw new Error('one charge was made');
  return charge;
};
/** A month of hours at `base` kW with peaks at local times. */
const november = (peaks: Readonly<Record<string, number>>, base = 1): readonly MeteredInterval[] => {
  const from = at('2026-11-01T00:00+01:00');
  const powers = new Map(Object.entries(peaks).map(([text, powerKw]) => [at(text), powerKw]));
  return Array.from({ length: 30 * 24 }, (_, index) => {
    const start = from + index * HOUR_MS;
    return { at: start, stepMs: HOUR_MS, importKwh: powers.get(start) ?? base, exportKwh: 0 };
  });
};

describe('peaks', () => {
  const intervals = november({
    '2026-11-03T18:00+01:00': 9,
    '2026-11-03T19:00+01:00': 8,
    '2026-11-10T18:00+01:00': 7,
    '2026-11-15T12:00+01:00': 12,
    '2026-11-17T08:00+01:00': 5,
  });

  it('are the mean of the three highest hours on different days, priced by steps', () => {
    const charge = chargeOf({
      ...{ peaks: 3, apart: 'day' },
      price: {
        kind: 'steps',
        steps: [
          { fromKw: 0, amount: 100 },
          { fromKw: 5, amount: 200 },
          { fromKw: 10, amount: 400 },
        ],
      },
    });
    const bill = peakChargeOf({ charge, intervals, month: NOVEMBER, siteZone: zone });
    expect(bill.picked.map(({ powerKw }) => powerKw)).toEqual([12, 9, 7]);
    expect(bill).toMatchObject({ peakKw: 28 / 3, amount: 200, measured: 720, missing: 0, coarse: false });
  });

  it('count only in their windows: working days from 7 to 19, no holiday', () => {
    const charge = chargeOf({ peaks: 3, windows: [{ weekdays: [1, 2, 3, 4, 5], from: '07:00', to: '19:00' }] });
    const holidays = ['2026-11-10'];
    const bill = peakChargeOf({ charge, intervals, month: NOVEMBER, siteZone: zone, holidays });
    // 15 November is a Sunday, 19:00 is over, the 10th is a holiday.
    expect(bill.picked.map(({ powerKw }) => powerKw)).toEqual([9, 5, 1]);
  });

  it('weigh less at night, and cost nothing in months without a window', () => {
    const charge = chargeOf({
      windows: [
        { months: [11, 12], weightPct: 50 },
        { months: [11], from: '08:00', to: '09:00' },
      ],
    });
    expect(peakChargeOf({ charge, intervals, month: NOVEMBER, siteZone: zone }).peakKw).toBe(6);
    const winter = chargeOf({ windows: [{ months: [1] }] });
    expect(peakChargeOf({ charge: winter, intervals, month: NOVEMBER, siteZone: zone })).toMatchObject({
      peakKw: null,
      amount: 0,
    });
  });

  it('have a floor and the mean of twelve months, as in Flanders', () => {
    const charge = chargeOf({
      ...{ intervalMinutes: 15, floorKw: 2.5, lookback: { kind: 'mean', months: 12 } },
      price: { kind: 'per-kw', per: 'year', tiers: [{ fromKw: 0, perKw: 40.4 }] },
    });
    const earlier = new Map(Array.from({ length: 11 }, (_, index) => [NOVEMBER - 1 - index, 6] as const));
    const quiet = meter(at('2026-11-01T00:00+01:00'), QUARTER_MS, Array(4 * 720).fill(0.1));
    const bill = peakChargeOf({ charge, intervals: quiet, month: NOVEMBER, siteZone: zone, earlier });
    expect(bill.peakKw).toBe(2.5);
    expect(bill.basisKw).toBeCloseTo((11 * 6 + 2.5) / 12, 12);
    expect(bill.amount).toBeCloseTo(((11 * 6 + 2.5) / 12) * (40.4 / 12), 12);
  });

  it('remember a share of the highest of the months before', () => {
    const charge = chargeOf({ lookback: { kind: 'highest', months: 11, percent: 80, onlyMonths: [7] } });
    const earlier = new Map([
      [2026 * 12 + 7, 20],
      [2026 * 12 + 1, 90],
    ]);
    expect(peakChargeOf({ charge, intervals, month: NOVEMBER, siteZone: zone, earlier }).basisKw).toBe(16);
  });

  it('are unknown where nothing was measured, and say what is missing', () => {
    const charge = chargeOf({});
    expect(peakChargeOf({ charge, intervals: [], month: NOVEMBER, siteZone: zone })).toMatchObject({
      amount: null,
      missing: 720,
    });
    const half = peakChargeOf({ charge, intervals: intervals.slice(0, 360), month: NOVEMBER, siteZone: zone });
    expect(half).toMatchObject({ measured: 360, missing: 360 });
  });

  it('are made of whole meter intervals only: a quarter is no hour', () => {
    const start = at('2026-11-01T00:00+01:00');
    const quarters = meter(start, QUARTER_MS, [1, 1, 1, 1, 9]);
    const bill = peakChargeOf({ charge: chargeOf({}), intervals: quarters, month: NOVEMBER, siteZone: zone });
    expect(bill).toMatchObject({ peakKw: 4, measured: 1, missing: 719 });
  });

  it('say that hours cannot show a peak of a quarter', () => {
    const charge = chargeOf({ intervalMinutes: 15 });
    expect(peakChargeOf({ charge, intervals, month: NOVEMBER, siteZone: zone })).toMatchObject({
      coarse: true,
      peakKw: 12,
    });
  });
});

describe('a bill', () => {
  const from = at('2026-11-01T00:00+01:00');
  const to = at('2026-12-01T00:00+01:00');

  it('names each part: energy by line, surcharge, export, peak, fee', () => {
    const whole = tariff({
      vatPct: 20,
      typedWithVat: false,
      import: {
        kind: 'schedule',
        lines: [
          { name: 'Night', from: '22:00', to: '06:00', perKwh: 0.1 },
          { name: 'Day', from: '06:00', to: '22:00', perKwh: 0.3 },
        ],
      },
      surcharges: [{ name: 'Grid', otherwisePerKwh: 0.05 }],
      export: { kind: 'schedule', otherwisePerKwh: 0.08 },
      peakCharges: [
        {
          name: 'Power',
          intervalMinutes: 60,
          price: { kind: 'per-kw', per: 'month', tiers: [{ fromKw: 0, perKw: 5 }] },
        },
      ],
      fees: [
        { name: 'Meter', amount: 12, per: 'month' },
        { name: 'Base', amount: 365, per: 'year' },
      ],
    });
    const intervals = meter(from, HOUR_MS, Array(720).fill(1), 0.5);
    const bill = billOf({ tariff: whole, prices: [], intervals, from, to, siteZone: zone });
    const amounts = Object.fromEntries(bill.items.map(({ name, amount }) => [name, amount]));
    expect(amounts['Night']).toBeCloseTo(240 * 0.1 * 1.2, 9);
    expect(amounts['Day']).toBeCloseTo(480 * 0.3 * 1.2, 9);
    expect(amounts['Grid']).toBeCloseTo(720 * 0.05 * 1.2, 9);
    expect(amounts['Export']).toBeCloseTo(-360 * 0.08, 9);
    expect(amounts['Power']).toBeCloseTo(5 * 1.2, 9);
    expect(amounts['Meter']).toBeCloseTo(12 * 1.2, 9);
    expect(amounts['Base']).toBeCloseTo(30 * 1.2, 9);
    expect(bill.total).toBeCloseTo(
      Object.values(amounts).reduce<number>((sum, amount) => sum + (amount ?? 0), 0),
      9,
    );
  });

  it('runs through blocks of energy within one interval, counted anew each month', () => {
    const blocks = tariff({
      import: {
        kind: 'schedule',
        lines: [
          {
            name: 'All',
            perKwh: 0.2,
            blocks: [
              { aboveKwh: 100, perKwh: 0.3 },
              { aboveKwh: 150, perKwh: 0.1 },
            ],
          },
        ],
      },
    });
    const intervals = [...meter(from, HOUR_MS, [90, 30, 50]), ...meter(to, HOUR_MS, [40])];
    const bill = billOf({ tariff: blocks, prices: [], intervals, from, to: to + HOUR_MS, siteZone: zone });
    expect(bill.total).toBeCloseTo(100 * 0.2 + 50 * 0.3 + 20 * 0.1 + 40 * 0.2, 9);
  });

  it('has no total where a price is unknown, and pays for import at negative prices', () => {
    const dynamic = tariff({ import: { kind: 'spot' }, export: { kind: 'spot' } });
    const prices = spots(from, HOUR_MS, [-0.2, 0.1]);
    const known = billOf({
      tariff: dynamic,
      prices,
      intervals: meter(from, HOUR_MS, [2, 1], 1),
      from,
      to: from + 2 * HOUR_MS,
      siteZone: zone,
    });
    expect(known.items.find(({ kind }) => kind === 'import')?.amount).toBeCloseTo(-0.3, 12);
    expect(known.items.find(({ kind }) => kind === 'export')?.amount).toBeCloseTo(0.1, 12);
    const holed = billOf({
      tariff: dynamic,
      prices,
      intervals: meter(from, HOUR_MS, [2, 1, 4]),
      from,
      to: from + 3 * HOUR_MS,
      siteZone: zone,
    });
    expect(holed).toMatchObject({ total: null, unpricedKwh: 4 });
  });

  it('bills hours on a feed of quarters by the mean of the hour', () => {
    const hourly = tariff({ import: { kind: 'spot' }, billingMinutes: 60 });
    const prices = spots(from, QUARTER_MS, [0.1, 0.1, 0.1, 0.9]);
    const intervals = meter(from, QUARTER_MS, [0, 0, 0, 1]);
    const span = { prices, intervals, from, to: from + HOUR_MS, siteZone: zone };
    expect(billOf({ tariff: hourly, ...span }).total).toBeCloseTo(0.3, 12);
    expect(billOf({ tariff: tariff({ import: { kind: 'spot' } }), ...span }).total).toBeCloseTo(0.9, 12);
  });

  it('charges a day with 25 hours as one day', () => {
    const daily = tariff({ fees: [{ name: 'Standing charge', amount: 0.6, per: 'day' }] });
    const span = { from: at('2026-10-24T00:00+02:00'), to: at('2026-10-26T00:00+01:00') };
    expect(billOf({ tariff: daily, prices: [], intervals: [], ...span, siteZone: zone }).total).toBeCloseTo(1.2, 12);
  });
});
