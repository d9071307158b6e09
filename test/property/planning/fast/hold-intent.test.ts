import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Curve, curveOf } from '../../../../main/planning/fast/curve.ts';
import { type Held, holdIntent, type Intent, type Moment } from '../../../../main/planning/fast/hold-intent.ts';
import type { Battery, GridLimits } from '../../../../main/planning/types.ts';
import { battery, figure } from '../../../support/planning/one-battery.ts';

/** What is ahead falls with the stored energy, ever slower: a kWh more is worth less. */
const aheadFor = ({ capacityKwh, minSocPct, maxSocPct }: Battery) =>
  fc.array(figure(0, 0.6), { minLength: 1, maxLength: 5 }).map((worths): Curve => {
    const least = (capacityKwh * minSocPct) / 100;
    const width = (capacityKwh * (maxSocPct - minSocPct)) / 100 / worths.length;
    const xs = [least];
    const ys = [0];
    for (const worth of [...worths].sort((one, other) => other - one)) {
      xs.push((xs.at(-1) ?? 0) + width);
      ys.push((ys.at(-1) ?? 0) - worth * width);
    }
    return curveOf(xs, ys);
  });

interface Case {
  readonly battery: Battery;
  readonly grid: GridLimits;
  readonly intent: Intent;
  readonly moment: Moment;
}

const someCase: fc.Arbitrary<Case> = battery().chain((each) =>
  fc.record({
    battery: fc.constant(each),
    grid: fc.record({
      maxImportKw: fc.constantFrom(6, 20, Number.POSITIVE_INFINITY),
      maxExportKw: fc.constantFrom(0, 3, Number.POSITIVE_INFINITY),
    }),
    intent: fc.record({
      ahead: aheadFor(each),
      importCapKw: fc.option(figure(0, 6), { nil: null }),
      importPrice: figure(0.05, 0.6),
      exportPrice: figure(-0.1, 0.05),
    }),
    moment: fc.record({
      loadKw: figure(0, 8),
      pvKw: fc.oneof(fc.constant(0), figure(0, 8)),
      // A store that is measured may lie outside its bounds.
      storedKwh: figure(0, each.capacityKwh),
      hoursLeft: fc.constantFrom(0, 0.05, 0.25, 1),
    }),
  }),
);

const held = ({ intent, moment, battery: each, grid }: Case): Held => holdIntent(intent, moment, each, grid);
const ROUNDING = 1e-6;

/** What the battery could give for the rest of the step. */
const couldGiveKw = ({ battery: each, moment }: Case): number => {
  const hours = Math.max(1 / 60, moment.hoursLeft);
  const stored = moment.storedKwh * (1 - each.standingLossPerHour) ** hours - (each.capacityKwh * each.minSocPct) / 100;
  return Math.min(each.maxDischargeKw, Math.max(0, (stored * each.dischargeEfficiency) / hours));
};

describe('holding an intent', () => {
  it('never passes a limit of the battery, and balances', () => {
    fc.assert(
      fc.property(someCase, (each) => {
        const { batteryKw, gridKw, curtailKw } = held(each);
        const { moment, battery: its } = each;
        expect(batteryKw).toBeLessThanOrEqual(its.maxChargeKw + ROUNDING);
        expect(batteryKw).toBeGreaterThanOrEqual(-its.maxDischargeKw - ROUNDING);
        expect(gridKw).toBeCloseTo(moment.loadKw - moment.pvKw + curtailKw + batteryKw, 9);
        expect(curtailKw).toBeGreaterThanOrEqual(0);
        expect(curtailKw).toBeLessThanOrEqual(moment.pvKw + ROUNDING);
        const hours = Math.max(1 / 60, moment.hoursLeft);
        const left = moment.storedKwh * (1 - its.standingLossPerHour) ** hours;
        const most = (its.capacityKwh * its.maxSocPct) / 100;
        if (batteryKw > 0) expect(left + batteryKw * hours * its.chargeEfficiency).toBeLessThanOrEqual(most + ROUNDING);
        expect(-batteryKw).toBeLessThanOrEqual(couldGiveKw(each) + ROUNDING);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('never bends the cap or the fuse where the battery could avoid it, and stays as near as it can', () => {
    fc.assert(
      fc.property(someCase, (each) => {
        const { moment, intent, grid, battery: its } = each;
        const net = moment.loadKw - moment.pvKw;
        const limit = Math.min(grid.maxImportKw, intent.importCapKw ?? Number.POSITIVE_INFINITY);
        const give = its.toGrid ? couldGiveKw(each) : Math.min(couldGiveKw(each), Math.max(0, net));
        expect(held(each).gridKw).toBeLessThanOrEqual(Math.max(limit, net - give) + ROUNDING);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('never exports more than the site may, feeds the grid from a store that may not, or fills it from there', () => {
    fc.assert(
      fc.property(someCase, (each) => {
        const { batteryKw, gridKw } = held(each);
        const { moment, grid, battery: its } = each;
        const net = moment.loadKw - moment.pvKw;
        expect(-gridKw).toBeLessThanOrEqual(grid.maxExportKw + ROUNDING);
        if (!its.toGrid) expect(-batteryKw).toBeLessThanOrEqual(Math.max(0, net) + ROUNDING);
        if (!its.fromGrid) expect(batteryKw).toBeLessThanOrEqual(Math.max(0, -net) + ROUNDING);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('gives no less and takes no more where the load is higher', () => {
    fc.assert(
      fc.property(someCase, figure(0, 4), (each, more) => {
        const higher = { ...each, moment: { ...each.moment, loadKw: each.moment.loadKw + more } };
        expect(held(higher).batteryKw).toBeLessThanOrEqual(held(each).batteryKw + ROUNDING);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('charges where a kWh is worth more than it costs, and gives where it is worth less', () => {
    const its: Battery = {
      ...{ id: 'a', capacityKwh: 10, minSocPct: 0, maxSocPct: 100, initialSocPct: 50, finalSocPct: null },
      ...{ finalValuePerKwh: 0, maxChargeKw: 3, maxDischargeKw: 3, chargeEfficiency: 0.9, dischargeEfficiency: 0.9 },
      ...{ standingLossPerHour: 0, wearCostPerKwh: 0.01, reserveSocPct: null, reservePricePerKwh: 0 },
      ...{ fromGrid: true, toGrid: true },
    };
    const grid = { maxImportKw: 20, maxExportKw: 20 };
    const at = (importPrice: number, worth: number, loadKw = 1): number =>
      holdIntent(
        { ahead: curveOf([0, 10], [0, -10 * worth]), importCapKw: null, importPrice, exportPrice: 0.05 },
        { loadKw, pvKw: 0, storedKwh: 5, hoursLeft: 0.25 },
        its,
        grid,
      ).batteryKw;
    // A stored kWh takes 1 / 0.9 kWh with 0.01 of wear each, and gives 0.9 kWh.
    expect(at(0.169, 0.2)).toBeCloseTo(3, 9);
    expect(at(0.171, 0.2)).toBe(0);
    expect(at(0.231, 0.2)).toBe(0);
    expect(at(0.233, 0.2)).toBeCloseTo(-1, 9);
    expect(at(0.233, 0.01)).toBeCloseTo(-3, 9);
  });
});
