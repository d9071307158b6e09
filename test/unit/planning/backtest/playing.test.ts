import { describe, expect, it } from 'vitest';
import { accountOf, tierCost } from '../../../../main/planning/backtest/accounts.ts';
import { pastOf } from '../../../../main/planning/backtest/past.ts';
import { nonePolicy, rulesPolicy, selfPolicy } from '../../../../main/planning/backtest/policies/simple.ts';
import { publishedPrices } from '../../../../main/planning/backtest/published.ts';
import { runPolicy } from '../../../../main/planning/backtest/run.ts';
import { play } from '../../../../main/planning/backtest/simulate.ts';
import { siteOf } from '../../../../main/planning/backtest/site-file.ts';
import type { RawSeries, SimPolicy, SimSite } from '../../../../main/planning/backtest/types.ts';
import { coverageOf, resultOf } from '../../../../main/planning/backtest/verdict.ts';
import { madePast, madeSeries, RUN, SIM_BATTERY, SIM_SITE } from '../../../support/planning/made-past.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-01-31T23:00:00Z'); // Midnight in Berlin.
const OPTIONS = { controlMinutes: 15, nowMs: () => 0 };

const hoursOf = (of: Partial<Record<'load' | 'pv' | 'buy' | 'sell', readonly number[]>>): RawSeries => {
  const steps = Math.max(...Object.values(of).map((values) => values.length));
  const column = (values: readonly number[] | undefined, otherwise: number): Float64Array =>
    Float64Array.from({ length: steps }, (_, step) => values?.[step] ?? otherwise);
  return {
    ...{ startAt: START, stepMs: HOUR_MS, carbonG: null },
    ...{ loadKw: column(of.load, 0), pvKw: column(of.pv, 0) },
    ...{ importPrice: column(of.buy, 0.3), exportPrice: column(of.sell, 0.1) },
  };
};
const whole = (raw: RawSeries, zone = 'Europe/Berlin') =>
  pastOf(raw, zone, { from: raw.startAt, to: raw.startAt + raw.loadKw.length * raw.stepMs });
const LOSSLESS: SimSite = {
  ...SIM_SITE,
  battery: {
    ...SIM_BATTERY,
    ...{ capacityKwh: 4, minSocPct: 0, initialSocPct: 25, chargeEfficiency: 0.8, dischargeEfficiency: 0.5 },
    ...{ standingLossPerHour: 0, wearCostPerKwh: 0.01 },
  },
};

describe('the simulator', () => {
  it('counts money, losses and wear as one would by hand', async () => {
    const past = whole(hoursOf({ load: [0, 1, 1], pv: [2, 0, 0] }));
    const played = await play(past, LOSSLESS, selfPolicy(), OPTIONS);
    if (played === null) throw new Error('ended');
    // 1 kWh at first; 2 kW of sun store 1.6; 1 kW of load takes 2; of the rest 0.6 gives 0.3 kW.
    expect([...played.energyKwh].map((kwh) => Number(kwh.toFixed(9)))).toEqual([2.6, 0.6, 0]);
    expect(played.importKw[2]).toBeCloseTo(0.7, 9);
    const account = accountOf(past, LOSSLESS, 'self', played);
    expect(account).toMatchObject({ violations: 0, peakCost: 0, earned: 0, exportKwh: 0, lowestSocPct: 0 });
    expect(account.energyCost).toBeCloseTo(0.7 * 0.3, 9);
    expect(account.wearCost).toBeCloseTo(0.01 * (2 + 1 + 0.3), 9);
    expect(account.cost).toBeCloseTo(0.21 + 0.033, 9);
    expect(account.cycles).toBeCloseTo(0.5, 9);
  });

  it('sees every step in which a limit was crossed', async () => {
    const past = whole(hoursOf({ load: [1, 1, 1, 1] }));
    const played = await play(past, LOSSLESS, nonePolicy(), OPTIONS);
    if (played === null) throw new Error('ended');
    expect(accountOf(past, LOSSLESS, 'self', played).violations).toBe(0);
    played.energyKwh[1] = 4.5; // Above the most, and out of nothing; the step after it does not follow.
    played.importKw[3] = 99; // Does not balance, and is above the limit.
    expect(accountOf(past, LOSSLESS, 'self', played).violations).toBe(3);
  });

  it('holds back what the grid does not take, and holds the import limit with the battery', async () => {
    const site: SimSite = { ...LOSSLESS, grid: { maxImportKw: 2, maxExportKw: 1 } };
    const past = whole(hoursOf({ load: [0, 2.25], pv: [3, 0] }));
    const played = await play(past, site, nonePolicy(), OPTIONS);
    expect([...(played?.curtailKw ?? [])]).toEqual([2, 0]);
    expect([...(played?.importKw ?? [])]).toEqual([0, 2]);
  });

  it('holds back less sun where the battery gives less, instead of buying', async () => {
    const site: SimSite = { ...LOSSLESS, grid: { maxImportKw: 9, maxExportKw: 0 } };
    const wasting: SimPolicy = {
      name: 'prescient',
      holdsBack: true,
      decide: () => ({ kind: 'power', kw: -0.4, curtailKw: 2.4 }),
    };
    const played = await play(whole(hoursOf({ load: [1], pv: [3] })), site, wasting, OPTIONS);
    expect([played?.batteryKw[0], played?.importKw[0], played?.curtailKw[0]]).toEqual([0, 0, 2]);
  });

  it('charges months by the mean of their largest daily peaks', () => {
    const tariff = {
      largestDailyPeaks: 2,
      tiers: [
        { upToKw: 2, cost: 5 },
        { upToKw: 4, cost: 9 },
      ],
    };
    expect(tierCost(tariff, [1, 3, 0.5])).toBe(5);
    expect(tierCost(tariff, [1.1, 3])).toBe(9);
    expect(tierCost(tariff, [8, 9])).toBe(9);
    expect(tierCost(tariff, [])).toBe(0);
  });

  it('lays a peak to its local month', async () => {
    // The last hour of January in Berlin, and the first of February.
    const raw = { ...hoursOf({ load: [3, 1] }), startAt: START - HOUR_MS };
    const site: SimSite = {
      ...SIM_SITE,
      battery: null,
      peakTariff: {
        largestDailyPeaks: 1,
        tiers: [
          { upToKw: 2, cost: 5 },
          { upToKw: 4, cost: 9 },
        ],
      },
    };
    const past = whole(raw);
    const played = await play(past, site, nonePolicy(), OPTIONS);
    if (played === null) throw new Error('ended');
    expect(accountOf(past, site, 'none', played).months.map(({ month, peakCost }) => [month, peakCost])).toEqual([
      ['2026-01', 9],
      ['2026-02', 5],
    ]);
  });

  it('buys what is missing of the asked charge at the end', async () => {
    const site: SimSite = { ...LOSSLESS, battery: { ...SIM_BATTERY, ...LOSSLESS.battery, finalSocPct: 50 } };
    const past = whole(hoursOf({ load: [0, 0] }));
    const played = await play(past, site, nonePolicy(), OPTIONS);
    if (played === null) throw new Error('ended');
    expect(accountOf(past, site, 'self', played).cost).toBeCloseTo(0.3 / 0.8, 9);
  });
});

describe('a past', () => {
  it('fills gaps from before, and says how much was measured', () => {
    const load = Array.from({ length: 72 }, (_, hour) => hour);
    load[50] = Number.NaN;
    const past = whole(hoursOf({ load }));
    expect(past.loadKw[50]).toBe((26 + 2) / 2);
    expect(coverageOf(past)).toBeCloseTo(71 / 72, 9);
  });

  it('knows the long and the short day of the clock', () => {
    const raw = {
      ...hoursOf({ load: Array.from({ length: 24 * 3 }, () => 1) }),
      startAt: Date.parse('2026-10-23T22:00:00Z'),
    };
    const past = whole(raw);
    expect(past.days.map(({ from, to }) => to - from)).toEqual([24, 25, 23]);
    expect([...past.slot.subarray(24, 29)]).toEqual([0, 1, 2, 2, 3]);
  });
});

describe('published prices', () => {
  const buy = Array.from({ length: 96 }, (_, hour) => hour / 100);
  const past = whole(hoursOf({ buy, load: buy }));
  const prices = publishedPrices(past);

  it('are known for today, from 13:00 on for tomorrow too', () => {
    expect(prices.knownUntil(12)).toBe(24);
    expect(prices.knownUntil(13)).toBe(48);
    expect(prices.importPrice(13, 40)).toBe(0.4);
  });

  it('are guessed from the newest known hour like them', () => {
    expect(prices.importPrice(12, 24 + 5)).toBe(0.05);
    expect(prices.importPrice(30, 72 + 5)).toBe(0.29);
  });
});

describe('rules', () => {
  const dayOf = (low: number, high: number) =>
    whole(
      hoursOf({
        buy: Array.from({ length: 24 }, (_, hour) => (hour < 6 ? low : high)),
        load: Array.from({ length: 24 }, () => 0.2),
      }),
    );
  const kinds = async (low: number, high: number) => {
    const played = await play(dayOf(low, high), SIM_SITE, rulesPolicy(dayOf(low, high), SIM_SITE), OPTIONS);
    return [played?.batteryKw[2] ?? 0, played?.batteryKw[12] ?? 0];
  };

  it('charge in the cheap hours only where the spread pays', async () => {
    const [cheap, dear] = await kinds(0.1, 0.4);
    expect(cheap).toBeGreaterThan(1);
    expect(dear).toBeCloseTo(-0.2, 9);
    const [flat] = await kinds(0.3, 0.31);
    expect(flat).toBeCloseTo(-0.2, 9);
  });
});

describe('the plan', () => {
  it('comes close to perfect foresight where every day is like the last', async () => {
    const raw = madeSeries(3, 1);
    const again = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: 24 * 12 }, (_, step) => values[step % 24] ?? 0);
    const past = madePast(
      {
        ...raw,
        loadKw: again(raw.loadKw),
        pvKw: again(raw.pvKw),
        importPrice: again(raw.importPrice),
        exportPrice: again(raw.exportPrice),
      },
      3,
      'UTC',
    );
    const account = async (name: 'none' | 'plan' | 'prescient') => {
      const ran = await runPolicy(name, past, { ...SIM_SITE, zone: 'UTC' }, RUN);
      if (!ran.ok || ran.value === null) throw new Error('not played');
      return ran.value.account;
    };
    const [none, plan, best] = [await account('none'), await account('plan'), await account('prescient')];
    const result = resultOf(plan, none, { none, prescient: best });
    expect(result.ofPossiblePct).toBeGreaterThan(99);
    expect(result.ofPossiblePct).toBeLessThanOrEqual(100 + 1e-6);
    expect(result.saving).toBeCloseTo(none.cost - plan.cost, 9);
  });
});

describe('a site file', () => {
  const battery = {
    ...{ capacityKwh: 10, minSocPct: 10, maxSocPct: 90, initialSocPct: 50, maxChargeKw: 5, maxDischargeKw: 5 },
    ...{ chargeEfficiency: 0.95, dischargeEfficiency: 0.95, standingLossPerHour: 0, wearCostPerKwh: 0 },
  };

  it('may leave out battery, grid and peak charge', () => {
    const read = siteOf({ zone: 'Europe/Berlin', colour: 'red' });
    expect(read).toMatchObject({
      ok: true,
      value: { site: { battery: null, peakTariff: null }, notes: ['colour is no field of a site and was not used.'] },
    });
  });

  it('says which field is wrong', () => {
    const messageOf = (raw: unknown): string => {
      const read = siteOf(raw);
      return read.ok ? '' : read.error.message;
    };
    expect(messageOf({})).toContain('zone is missing');
    expect(messageOf({ zone: 'Mars/Olympus' })).toContain('zone is no time zone');
    expect(messageOf({ zone: 'UTC', battery: { ...battery, initialSocPct: 5 } })).toContain(
      'battery.initialSocPct is 5',
    );
    const tiers = [
      { upToKw: 5, cost: 9 },
      { upToKw: 2, cost: 5 },
    ];
    expect(messageOf({ zone: 'UTC', peakTariff: { largestDailyPeaks: 3, tiers } })).toContain(
      'peakTariff.tiers must be sorted',
    );
  });
});
