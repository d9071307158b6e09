import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatteryNow, batteryKwFor, type Intent, intentsOf } from '../../../../main/planning/live/intent.ts';
import { batteryOf, liveProblem, planDoing } from '../../../support/planning/live-plans.ts';

/** Night is cheap, evening is dear; the sun shines in between. */
const DAY = {
  importPrice: (step: number) => (step < 4 ? 0.1 : step < 8 ? 0.25 : 0.4),
  pvKw: (step: number) => (step >= 4 && step < 8 ? 4 : 0),
};
const doing = (
  batteryKw: (step: number) => number,
  lines: Parameters<typeof liveProblem>[1] = DAY,
): readonly Intent[] => {
  const problem = liveProblem(12, lines);
  return intentsOf(problem, planDoing(problem, { batteryKw }));
};
const now = (more: Partial<BatteryNow> = {}): BatteryNow => ({
  netKw: 1,
  socPct: 50,
  floorPct: 10,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  maxExportKw: 20,
  ...more,
});

describe('what a step of a plan wants of the battery', () => {
  it('charging from the grid holds its power, and takes more sun where there is some', () => {
    const [night] = doing((step) => (step < 4 ? 3 : step < 8 ? 3 : -1));
    expect(night).toMatchObject({ does: 'charge', leastKw: 3 });
    if (!night) throw new Error('no intent');
    expect(batteryKwFor(night, now({ netKw: 1 }))).toBe(3);
    expect(batteryKwFor(night, now({ netKw: -4.5 }))).toBe(4.5);
  });

  it('storing the sun gives nothing back to the house where the evening is dearer', () => {
    const noon = doing((step) => (step >= 8 ? -1 : step >= 4 ? 3 : 0))[5];
    expect(noon).toMatchObject({ does: 'surplus' });
    if (!noon) throw new Error('no intent');
    expect(batteryKwFor(noon, now({ netKw: -2 }))).toBe(2);
    expect(batteryKwFor(noon, now({ netKw: 2 }))).toBe(0);
  });

  it('with one price all day the battery does what it does by itself', () => {
    const flat = { importPrice: 0.3, pvKw: DAY.pvKw };
    const intents = doing((step) => (step >= 8 ? -1 : step >= 4 ? 3 : 0), flat);
    expect(intents[5]).toMatchObject({ does: 'self' });
    expect(intents[9]).toMatchObject({ does: 'self' });
  });

  it('serving the house follows it, up and down, and sells nothing', () => {
    const evening = doing((step) => (step >= 8 ? -1 : 0))[9];
    if (!evening) throw new Error('no intent');
    expect(batteryKwFor(evening, now({ netKw: 2.5 }))).toBe(-2.5);
    expect(batteryKwFor(evening, now({ netKw: 0.2 }))).toBe(-0.2);
  });

  it('what is kept for later is not given while the grid is cheap', () => {
    const [cheap] = doing((step) => (step >= 8 ? -1 : 0));
    expect(cheap?.leastKw).toBe(0);
    if (!cheap) throw new Error('no intent');
    expect(batteryKwFor(cheap, now({ netKw: 3 }))).toBe(0);
  });

  it('selling from the battery sells at least what was planned', () => {
    const [sale] = doing((step) => (step === 0 ? -4 : 0), { exportPrice: (step) => (step === 0 ? 0.5 : 0.05) });
    expect(sale).toMatchObject({ does: 'discharge', mostKw: -4 });
  });

  it('a charge for peaks caps the import at what the plan pays for', () => {
    const problem = liveProblem(
      8,
      { loadKw: (step) => (step === 3 ? 6 : 2) },
      {
        peakTariff: { largestDailyPeaks: 3, tiers: [{ upToKw: 3, cost: 10 }] },
      },
    );
    const plan = planDoing(problem, { batteryKw: (step) => (step === 3 ? -3 : 0) });
    const intents = intentsOf(problem, plan);
    expect(intents.map(({ capKw }) => capKw)).toEqual(Array.from({ length: 8 }, () => 3));
    const [first] = intents;
    if (!first) throw new Error('no intent');
    // A kettle at an hour that was to be quiet: the battery helps above the cap, and only there.
    expect(batteryKwFor(first, now({ netKw: 2.5 }))).toBe(0);
    expect(batteryKwFor(first, now({ netKw: 4.5 }))).toBe(-1.5);
  });

  it('charging never takes the import above its limit', () => {
    const problem = liveProblem(
      8,
      { importPrice: (step) => (step < 2 ? 0.1 : 0.4) },
      {
        grid: { maxImportKw: 5, maxExportKw: 5 },
      },
    );
    const [charge] = intentsOf(problem, planDoing(problem, { batteryKw: (step) => (step < 2 ? 4 : 0) }));
    if (!charge) throw new Error('no intent');
    expect(batteryKwFor(charge, now({ netKw: 3 }))).toBe(2);
  });

  it('whatever is intended, nothing is taken out at the floor, and no power is beyond the battery', () => {
    const kw = fc.double({ min: -9, max: 9, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({
          targetKw: kw,
          leastKw: kw,
          mostKw: kw,
          capKw: fc.oneof(kw, fc.constant(Number.POSITIVE_INFINITY)),
        }),
        fc.record({
          netKw: kw,
          socPct: fc.double({ min: 0, max: 100, noNaN: true }),
          maxExportKw: fc.double({ min: 0, max: 9, noNaN: true }),
        }),
        (intent, house) => {
          const wanted = batteryKwFor({ does: 'self', ...intent }, now(house));
          expect(Math.abs(wanted)).toBeLessThanOrEqual(5);
          if (house.socPct <= 10) expect(wanted).toBeGreaterThanOrEqual(0);
          // It never sells more than may be sold because the battery gives.
          if (wanted < 0) expect(house.netKw + wanted).toBeGreaterThanOrEqual(-house.maxExportKw - 1e-9);
        },
      ),
    );
  });

  it('says the same of batteries together as of one', () => {
    const half = (id: string) => batteryOf({ id, capacityKwh: 5, maxChargeKw: 2.5, maxDischargeKw: 2.5 });
    const one = liveProblem(12, DAY);
    const two = { ...one, batteries: [half('a'), half('b')] };
    const plan = planDoing(one, { batteryKw: (step) => (step >= 8 ? -1 : 0) });
    expect(intentsOf(two, plan)).toEqual(intentsOf(one, plan));
  });
});
