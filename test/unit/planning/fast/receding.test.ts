import { describe, expect, it } from 'vitest';
import { planByDynamicProgramming } from '../../../../main/planning/fast/dynamic-programming.ts';
import { holdIntent } from '../../../../main/planning/fast/hold-intent.ts';
import { createRecedingPlanner, type RecedingInput } from '../../../../main/planning/fast/receding.ts';
import type { Battery, Problem } from '../../../../main/planning/types.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-03-02T00:00:00+01:00');
const BATTERY: Battery = {
  ...{ id: 'a', capacityKwh: 8, minSocPct: 10, maxSocPct: 100, initialSocPct: 40, finalSocPct: null },
  ...{ finalValuePerKwh: 0, maxChargeKw: 4, maxDischargeKw: 4, chargeEfficiency: 0.95, dischargeEfficiency: 0.95 },
  ...{ standingLossPerHour: 0.0002, wearCostPerKwh: 0.01, reserveSocPct: null, reservePricePerKwh: 0 },
  ...{ fromGrid: true, toGrid: false },
};
const GRID = { maxImportKw: 15, maxExportKw: 8 };
const TARIFF = {
  largestDailyPeaks: 2,
  tiers: [
    { upToKw: 3.2, cost: 5 },
    { upToKw: 5, cost: 15 },
    { upToKw: Number.POSITIVE_INFINITY, cost: 40 },
  ],
};

const DAY_PRICE = [0.2, 0.19, 0.18, 0.18, 0.19, 0.22, 0.3, 0.36, 0.34, 0.28, 0.24, 0.2];
const EVENING_PRICE = [0.19, 0.18, 0.2, 0.24, 0.3, 0.38, 0.44, 0.42, 0.36, 0.3, 0.26, 0.22];
const PRICE = [...DAY_PRICE, ...EVENING_PRICE];
/** A house by the hour: a morning and an evening, and the sun at noon of some days. */
const worldAt = (hour: number): { loadKw: number; pvKw: number; price: number } => {
  const ofDay = hour % 24;
  const day = Math.floor(hour / 24);
  const loadKw = 0.5 + (ofDay === 7 ? 2 : 0) + (ofDay >= 18 && ofDay <= 20 ? 3 + (day % 3) * 0.7 : 0);
  const pvKw =
    Math.max(0, 5 * Math.sin(((ofDay - 7) / 10) * Math.PI)) * ((day % 4) / 3) * (ofDay >= 7 && ofDay <= 17 ? 1 : 0);
  return { loadKw, pvKw, price: PRICE[ofDay] ?? 0 };
};

const inputAt = (
  hour: number,
  hours: number,
  initialSocPct: number,
  more: Partial<RecedingInput> = {},
): RecedingInput => {
  const world = Array.from({ length: hours }, (_, ahead) => worldAt(hour + ahead));
  return {
    startAt: START + hour * HOUR_MS,
    stepMs: HOUR_MS,
    zone: 'Europe/Berlin',
    loadKw: world.map(({ loadKw }) => loadKw),
    pvKw: world.map(({ pvKw }) => pvKw),
    importPrice: world.map(({ price }) => price),
    exportPrice: world.map(() => 0.06),
    battery: { ...BATTERY, initialSocPct },
    grid: GRID,
    peak: null,
    ...more,
  };
};

/** Lives through days with a planner that is asked every hour. */
const live = (days: number, withPeaks: boolean) => {
  const planner = createRecedingPlanner();
  let stored = 3.2;
  const gridKw: number[] = [];
  const caps: (number | null)[] = [];
  let money = 0;
  for (let hour = 0; hour < days * 24; hour += 1) {
    const world = worldAt(hour);
    const today = Math.floor(hour / 24);
    const daily = Array.from({ length: today }, (_, day) => Math.max(...gridKw.slice(day * 24, day * 24 + 24), 0));
    const peak = withPeaks
      ? {
          ...{ tariff: TARIFF, dailyPeaksKw: daily, daysLeft: days - today },
          todayPeakKw: Math.max(0, ...gridKw.slice(today * 24)),
        }
      : null;
    const decision = planner.decide(inputAt(hour, 36, (stored / 8) * 100, { peak }));
    caps.push(decision.importCapKw);
    const held = holdIntent(decision.intent, { ...world, storedKwh: stored, hoursLeft: 1 }, BATTERY, GRID);
    stored *= 1 - BATTERY.standingLossPerHour;
    stored += held.batteryKw > 0 ? held.batteryKw * 0.95 : held.batteryKw / 0.95;
    gridKw.push(held.gridKw);
    money += held.gridKw * (held.gridKw > 0 ? world.price : 0.06) + 0.01 * Math.abs(held.batteryKw);
  }
  return { gridKw, caps, money: money - 0.2 * stored };
};

describe('the receding planner', () => {
  it('comes as near to perfect foresight as its horizon lets it', () => {
    const days = 8;
    const lived = live(days, false);
    const world = Array.from({ length: days * 24 }, (_, hour) => worldAt(hour));
    const problem: Problem = {
      ...inputAt(0, days * 24, 40),
      ...{ zone: 'Europe/Berlin', carbonG: null, peakTariff: null, demandCharges: [], flexibleLoads: [] },
      ...{ modulatingLoads: [], heatStores: [], weights: { cost: 1, carbon: 0, imported: 0 }, soft: null },
      batteries: [{ ...BATTERY, finalValuePerKwh: 0.2 }],
      solver: { gap: 0, timeLimitSeconds: 10 },
    };
    const best = planByDynamicProgramming(problem, () => 0);
    const none = world.reduce((sum, { loadKw, pvKw, price }) => {
      const net = loadKw - pvKw;
      return sum + net * (net > 0 ? price : 0.06);
    }, -0.2 * 3.2);
    const foreseen = best.ok ? best.value.objective : Number.NaN;
    expect(lived.money).toBeGreaterThan(foreseen - 1e-6);
    expect((none - lived.money) / (none - foreseen)).toBeGreaterThan(0.97);
  });

  it('keeps the month in a tier that pays, and says so', () => {
    const free = live(8, false);
    const kept = live(8, true);
    expect(Math.max(...free.gridKw)).toBeGreaterThan(3.5);
    const peaks = Array.from({ length: 8 }, (_, day) => Math.max(...kept.gridKw.slice(day * 24, day * 24 + 24)));
    const [first = 0, second = 0] = peaks.sort((one, other) => other - one);
    expect((first + second) / 2).toBeLessThan(3.2 + 1e-6);
    expect(kept.caps.every((cap) => cap !== null && cap <= 5)).toBe(true);
    expect(kept.money - free.money).toBeLessThan(10);
  });

  it('gives up a tier that the peaks so far have lost, and does not bind below what today has reached', () => {
    const planner = createRecedingPlanner();
    const decide = (dailyPeaksKw: readonly number[], todayPeakKw: number) =>
      planner.decide(inputAt(30, 36, 40, { peak: { tariff: TARIFF, dailyPeaksKw, todayPeakKw, daysLeft: 20 } }))
        .importCapKw;
    expect(decide([6, 6], 0)).toBeNull();
    expect(decide([2, 2], 0)).toBeCloseTo(3.2, 6);
    expect(decide([1, 1], 4.2)).toBeGreaterThanOrEqual(4.2);
  });

  it('answers the same twice, for a store outside its bounds and a grid that is too small', () => {
    for (const soc of [0, 5, 40, 100])
      for (const grid of [GRID, { maxImportKw: 0.1, maxExportKw: 0 }]) {
        const input = inputAt(12, 36, soc, { grid });
        const decision = createRecedingPlanner().decide(input);
        expect(decision).toEqual(createRecedingPlanner().decide(input));
        expect(decision.batteryKw).toHaveLength(36);
        expect(decision.socPct.every((pct) => pct >= 10 - 1e-6 && pct <= 100 + 1e-6)).toBe(true);
        expect(Number.isFinite(decision.waterValuePerKwh)).toBe(true);
      }
  });

  it('values a stored kWh by what it saves', () => {
    const { waterValuePerKwh } = createRecedingPlanner().decide(inputAt(0, 36, 40));
    // Below what the dearest hour costs, and above what the cheapest one does.
    expect(waterValuePerKwh).toBeGreaterThan(0.15);
    expect(waterValuePerKwh).toBeLessThan(0.44);
  });

  it('leaves what is asked for the end', () => {
    const input = inputAt(0, 12, 40, { battery: { ...BATTERY, finalSocPct: 80 } });
    expect(createRecedingPlanner().decide(input).socPct.at(-1)).toBeGreaterThanOrEqual(80 - 1e-6);
  });
});
