import { describe, expect, it } from 'vitest';
import { accountOf } from '../../../../main/planning/backtest/accounts.ts';
import { fileLoad } from '../../../../main/planning/backtest/file-loads.ts';
import { stepLoads } from '../../../../main/planning/backtest/loads.ts';
import { pastOf } from '../../../../main/planning/backtest/past.ts';
import { fixedLoads } from '../../../../main/planning/backtest/policies/fixed-loads.ts';
import { cheapestRun } from '../../../../main/planning/backtest/policies/run-plan.ts';
import { runPolicy } from '../../../../main/planning/backtest/run.ts';
import { siteOf } from '../../../../main/planning/backtest/site-file.ts';
import type { Past, PolicyName, SimLoad, SimSite } from '../../../../main/planning/backtest/types.ts';
import { madeMiner, madeTank, madeWasher } from '../../../support/planning/made-loads.ts';
import { RUN, SIM_BATTERY, SIM_SITE } from '../../../support/planning/made-past.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-01-31T23:00:00Z'); // Midnight in Berlin.

/** Days of hours: load, sun and price by the hour of the day. */
const daysOf = (
  days: number,
  of: Partial<Record<'load' | 'pv' | 'buy' | 'sell', (hour: number) => number>>,
  stepMinutes = 60,
): Past => {
  const per = 60 / stepMinutes;
  const column = (at: ((hour: number) => number) | undefined, otherwise: number): Float64Array =>
    Float64Array.from({ length: 24 * days * per }, (_, step) => at?.(Math.floor(step / per) % 24) ?? otherwise);
  const stepMs = stepMinutes * 60_000;
  return pastOf(
    {
      ...{ startAt: START, stepMs, carbonG: null, loadKw: column(of.load, 0.5), pvKw: column(of.pv, 0) },
      ...{ importPrice: column(of.buy, 0.3), exportPrice: column(of.sell, 0.08) },
    },
    'Europe/Berlin',
    { from: START, to: START + days * 24 * HOUR_MS },
  );
};

const siteWith = (loads: readonly SimLoad[], more: Partial<SimSite> = {}): SimSite => ({
  ...SIM_SITE,
  battery: null,
  loads,
  ...more,
});

const playedBy = async (name: PolicyName, past: Past, site: SimSite) => {
  const ran = await runPolicy(name, past, site, RUN);
  if (!ran.ok || ran.value === null) throw new Error(ran.ok ? 'ended' : ran.error.message);
  return ran.value;
};
const hoursOn = (kw: Float64Array | undefined): readonly number[] =>
  [...(kw ?? [])].flatMap((each, step) => (each > 0 ? [step] : []));

describe('loads that nobody plans', () => {
  it('run as they always do, and the account counts hours, money and energy', async () => {
    const past = daysOf(2, {});
    const { account, played } = await playedBy('self', past, siteWith([madeMiner({ startCost: 0.5 }), madeWasher()]));
    expect(hoursOn(played.loadsKw[0])).toHaveLength(48);
    expect(hoursOn(played.loadsKw[1])).toEqual([9, 10, 33, 34]);
    expect(account).toMatchObject({ violations: 0, minerHours: 48, comfortMissKh: null });
    expect(account.earned).toBeCloseTo(48 * 1.5 * 0.15, 9);
    expect(account.importKwh).toBeCloseTo(48 * 0.5 + 48 * 1.5 + 4 * 1.5, 9);
    expect(account.wearCost).toBeCloseTo(0.5, 9);
    expect(account.cost).toBeCloseTo(account.energyCost + account.wearCost - account.earned, 9);
  });

  it('are kept warm by a thermostat that lies inside the band', async () => {
    const past = daysOf(3, {});
    const { account, played } = await playedBy('none', past, siteWith([madeTank()]));
    expect(account).toMatchObject({ violations: 0, comfortMissKh: 0 });
    // Four kWh are drawn each evening, and what the tank loses comes on top.
    const used = (played.loadsKw[0] ?? new Float64Array(0)).reduce((sum, kw) => sum + kw, 0);
    expect(used).toBeGreaterThan(12);
    expect(used).toBeLessThan(20);
  });

  it('are too cold where the heater is too weak, and comfort says how much', async () => {
    const weak = madeTank({ powerKw: 0.3 });
    const { account } = await playedBy('none', daysOf(3, {}), siteWith([weak]));
    expect(account.comfortMissKh).toBeGreaterThan(5);
    expect(account.violations).toBe(0);
  });

  it('wait where the grid has no room for them, what earns least first', async () => {
    const past = daysOf(1, { load: (hour) => (hour === 12 ? 2 : 0.5) });
    const loads = [madeMiner(), madeMiner({ id: 'other', powerKw: 2, valuePerKwh: 0.1 })];
    const { account, played } = await playedBy(
      'none',
      past,
      siteWith(loads, { grid: { maxImportKw: 4, maxExportKw: 9 } }),
    );
    expect(account.violations).toBe(0);
    expect(hoursOn(played.loadsKw[0])).toHaveLength(24);
    expect(hoursOn(played.loadsKw[1])).not.toContain(12);
    expect(hoursOn(played.loadsKw[1])).toHaveLength(23);
  });
});

describe('loads by tiers', () => {
  it('rest while the charge ahead is low, and none of them without need', async () => {
    const loads = [1, 2, 3].map((priority) => madeMiner({ id: `${priority}`, priority, powerKw: 0.3 }));
    const site = siteWith(loads, { battery: { ...SIM_BATTERY, capacityKwh: 20, initialSocPct: 100 } });
    const { played } = await playedBy('tiers', daysOf(2, {}), site);
    const [first, second, third] = played.loadsKw.map((kw) => hoursOn(kw).length);
    expect(first).toBeGreaterThan(second ?? 0);
    expect(second).toBeGreaterThan(third ?? 0);
    expect(third).toBeLessThan(20);
  });
});

describe('loads of the plan', () => {
  const sunny = (hour: number): number => (hour >= 10 && hour < 15 ? 3 : 0);

  it('run a miner on sun that would be sold for less, and not on dear power', async () => {
    const past = daysOf(6, { pv: sunny });
    const from = { ...past, first: 4 * 24 };
    const { played } = await playedBy('plan', from, siteWith([madeMiner()]));
    expect(hoursOn(played.loadsKw[0])).toEqual(
      [10, 11, 12, 13, 14].flatMap((hour) => [hour, 24 + hour]).sort((a, b) => a - b),
    );
  });

  it('puts a run time where power is cheapest, and ends in time', async () => {
    const buy = (hour: number): number => (hour === 14 || hour === 15 ? 0.1 : 0.3);
    const past = { ...daysOf(4, { buy }), first: 2 * 24 };
    const { played, account } = await playedBy('plan', past, siteWith([madeWasher()]));
    expect(hoursOn(played.loadsKw[0])).toEqual([14, 15, 38, 39]);
    expect(account.violations).toBe(0);
  });

  it('heats ahead of dear hours within the band', async () => {
    const buy = (hour: number): number => (hour >= 17 && hour < 22 ? 0.6 : 0.2);
    const past = { ...daysOf(4, { buy }), first: 2 * 24 };
    const site = siteWith([madeTank()]);
    const [fixed, plan] = [await playedBy('none', past, site), await playedBy('plan', past, site)];
    expect(plan.account.energyCost).toBeLessThan(fixed.account.energyCost);
    expect(plan.account.comfortMissKh).toBe(0);
    const dear = [...(plan.played.loadsKw[0] ?? [])].filter((_, step) => step % 24 >= 17 && step % 24 < 22);
    expect(dear.reduce((sum, kw) => sum + kw, 0)).toBeLessThan(1);
  });

  it('draws nothing above the cap of a peak charge that it keeps', async () => {
    const peakTariff = {
      largestDailyPeaks: 1,
      tiers: [
        { upToKw: 1, cost: 0 },
        { upToKw: 9, cost: 100 },
      ],
    };
    const past = { ...daysOf(20, { buy: () => 0.1 }), first: 15 * 24 };
    const site = siteWith([madeMiner({ valuePerKwh: 0.2 })], { peakTariff });
    expect((await playedBy('plan', past, site)).account).toMatchObject({ peakCost: 0, minerHours: 0 });
    expect((await playedBy('plan', past, { ...site, peakTariff: null })).account.minerHours).toBe(5 * 24);
  });
});

describe('the cheapest run', () => {
  const load = (more: Partial<Extract<SimLoad, { kind: 'run' }>>) => {
    const [read] = stepLoads(daysOf(1, {}), [madeWasher(more)]);
    if (read?.kind !== 'run') throw new Error('no run');
    return read;
  };
  const prices = [5, 1, 5, 1.5, 5, 5, 2.1, 2];
  const placed = (more: Partial<Extract<SimLoad, { kind: 'run' }>>): readonly number[] => {
    const own = load(more);
    const [window] = own.windows;
    if (window === undefined) throw new Error('no window');
    const on = cheapestRun(own, window, window.from, null, (step) => prices[step - window.from] ?? 9);
    return (on ?? []).flatMap((runs, place) => (runs ? [place] : []));
  };

  it('takes the cheapest steps in pieces, or the cheapest piece', () => {
    expect(placed({})).toEqual([1, 3]);
    expect(placed({ minRunMinutes: 120 })).toEqual([6, 7]);
    expect(placed({ maxStarts: 1 })).toEqual([6, 7]);
    expect(placed({ minPauseMinutes: 120 })).toEqual([1, 7]);
  });
});

describe('the account of loads', () => {
  it('finds every rule that was broken', async () => {
    const past = daysOf(2, {});
    const rules = { minRunMinutes: 180, minPauseMinutes: 180 };
    const site = siteWith([madeMiner({ ...rules, maxStarts: 1 }), madeWasher(), madeTank()]);
    const { played } = await playedBy('none', past, site);
    const broken = (place: number, change: (kw: Float64Array) => void): number => {
      const loadsKw = played.loadsKw.map((kw) => Float64Array.from(kw));
      const importKw = Float64Array.from(played.importKw);
      const kw = loadsKw[place];
      if (kw === undefined) throw new Error('no load');
      const before = Float64Array.from(kw);
      change(kw);
      for (const [step, each] of kw.entries()) importKw[step] = (importKw[step] ?? 0) + each - (before[step] ?? 0);
      return accountOf(past, site, 'none', { ...played, loadsKw, importKw }).violations;
    };
    expect(broken(0, () => undefined)).toBe(0);
    // A pause of one step, and a second start in the day.
    expect(broken(0, (kw) => kw.fill(0, 10, 11))).toBe(2);
    expect(broken(0, (kw) => kw.fill(0.7, 10, 11))).toBe(1);
    expect(broken(1, (kw) => kw.fill(0, 10, 11))).toBe(1);
    // Outside its window.
    expect(broken(1, (kw) => kw.fill(1.5, 20, 21))).toBe(1);
    expect(broken(2, (kw) => kw.fill(5, 3, 4))).toBe(1);
  });
});

describe('loads in the steps of a past', () => {
  it('have the windows that lie wholly in the span, by the local clock', () => {
    const times = { kind: 'daily' as const, from: '22:00', to: '06:00', days: [] };
    const [night] = stepLoads(daysOf(3, {}), [madeWasher({ times })]);
    expect(night).toMatchObject({
      windows: [
        { from: 22, to: 30, runSteps: 2 },
        { from: 46, to: 54 },
      ],
    });
  });

  it('draw the same energy where minutes do not fill the steps', () => {
    const [washer] = stepLoads(daysOf(1, {}), [madeWasher({ runMinutes: 90 })]);
    expect(washer).toMatchObject({ powerKw: 1.125, windows: [{ runSteps: 2 }] });
  });

  it('start at once where the thermostat is far below', () => {
    const past = daysOf(1, {});
    const wishes = fixedLoads(past, stepLoads(past, [madeTank()]));
    const standing = { on: false, elapsed: 9, done: 0, starts: 0, leastKw: 0, mostKw: 2 };
    expect(wishes(0, [{ ...standing, temperatureC: 46 }])).toEqual([2]);
    expect(wishes(1, [{ ...standing, temperatureC: 57 }])).toEqual([0]);
  });
});

describe('loads of a site file', () => {
  const raw = (more: object) => siteOf({ zone: 'UTC', flexibleLoads: [{ id: 'a', powerKw: 2, ...more }] });
  const loadOf = (more: object): unknown => {
    const read = raw(more);
    return read.ok ? read.value.site.loads[0] : read.error.message;
  };

  it('may repeat daily, come once, or run by their value', () => {
    expect(loadOf({ valuePerKwh: 0.2 })).toMatchObject({ kind: 'value', times: null, valuePerKwh: 0.2 });
    expect(loadOf({ runMinutes: 60 })).toMatchObject({ kind: 'run', times: { from: '00:00', to: '00:00' } });
    expect(loadOf({ runMinutes: 60, earliest: '22:00' })).toMatchObject({ times: { from: '22:00', to: '00:00' } });
    expect(loadOf({ runMinutes: 60, earliest: '2026-01-01T00:00:00Z', latest: '2026-01-01T06:00:00Z' })).toMatchObject({
      times: { kind: 'once', toAt: Date.parse('2026-01-01T06:00:00Z') },
    });
  });

  it('are refused with the name of what is wrong', () => {
    expect(loadOf({ powerKw: 0 })).toContain('flexibleLoads[0].powerKw');
    expect(loadOf({ runMinutes: 60, earliest: 'soon' })).toContain('flexibleLoads[0] needs an earliest');
    expect(loadOf({ runMinutes: 90, earliest: '06:00', latest: '07:00' })).toContain('does not fit');
    expect(loadOf({ runMinutes: 60, minRunMinutes: 90 })).toContain('longer than runMinutes');
    const never = { id: 'a', powerKw: 1, runMinutes: 5, maxStarts: 0 };
    const none = { valuePerKwh: null, earliest: null, latest: null, minRunMinutes: null, minPauseMinutes: null };
    expect(fileLoad({ ...none, ...never }, 'it', 'UTC')).toContain('could never run');
  });
});
