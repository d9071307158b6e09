import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatteryLimits, projectSoc, simulateBattery, valueAt } from '../../../models/battery/simulation.ts';

const limits: fc.Arbitrary<BatteryLimits> = fc.record({
  capacityKwh: fc.double({ min: 0.5, max: 100, noNaN: true }),
  minimumSocPct: fc.double({ min: 0, max: 60, noNaN: true }),
  maximumSocPct: fc.double({ min: 61, max: 100, noNaN: true }),
  maxChargeW: fc.double({ min: 0, max: 20_000, noNaN: true }),
  maxDischargeW: fc.double({ min: 0, max: 20_000, noNaN: true }),
  oneWayEfficiency: fc.double({ min: 0.7, max: 1, noNaN: true }),
});
const powers = fc.array(fc.double({ min: 0, max: 15_000, noNaN: true }), { minLength: 48, maxLength: 48 });
const soc = fc.double({ min: 0, max: 100, noNaN: true });
const stepHours = fc.constantFrom(0.25, 1);

describe('battery simulation', () => {
  it('keeps the charge within its limits; outside them it only moves back', () => {
    fc.assert(
      fc.property(limits, soc, powers, powers, stepHours, (by, start, pv, load, hours) => {
        let before = start;
        for (const step of simulateBattery(by, start, pv, load, hours)) {
          expect(step.socPct).toBeGreaterThanOrEqual(Math.min(by.minimumSocPct, before) - 1e-6);
          expect(step.socPct).toBeLessThanOrEqual(Math.max(by.maximumSocPct, before) + 1e-6);
          expect(step.batteryW).toBeLessThanOrEqual(by.maxChargeW);
          expect(-step.batteryW).toBeLessThanOrEqual(by.maxDischargeW);
          before = step.socPct;
        }
      }),
    );
  });

  it('loses no energy but to the efficiency: pv + grid = load + battery, and the cells hold what went in', () => {
    fc.assert(
      fc.property(limits, soc, powers, powers, stepHours, (by, start, pv, load, hours) => {
        let before = start;
        simulateBattery(by, start, pv, load, hours).forEach((step, index) => {
          expect((pv[index] ?? 0) + step.gridW).toBeCloseTo((load[index] ?? 0) + step.batteryW, 6);
          const storedKwh = ((step.socPct - before) / 100) * by.capacityKwh;
          const throughW =
            step.batteryW > 0 ? step.batteryW * by.oneWayEfficiency : step.batteryW / by.oneWayEfficiency;
          expect(storedKwh).toBeCloseTo((throughW / 1000) * hours, 6);
          before = step.socPct;
        });
      }),
    );
  });

  it('is self-consumption: it never charges from the grid nor feeds the grid from its cells', () => {
    fc.assert(
      fc.property(limits, soc, powers, powers, stepHours, (by, start, pv, load, hours) => {
        simulateBattery(by, start, pv, load, hours).forEach((step, index) => {
          const surplus = (pv[index] ?? 0) - (load[index] ?? 0);
          if (step.batteryW > 0) expect(step.batteryW).toBeLessThanOrEqual(surplus);
          if (step.batteryW < 0) expect(step.batteryW).toBeGreaterThanOrEqual(surplus);
        });
      }),
    );
  });

  it('more sun never leaves less in the battery', () => {
    fc.assert(
      fc.property(limits, soc, powers, powers, powers, stepHours, (by, start, pv, more, load, hours) => {
        const less = simulateBattery(by, start, pv, load, hours);
        const rich = simulateBattery(
          by,
          start,
          pv.map((power, index) => power + (more[index] ?? 0)),
          load,
          hours,
        );
        less.forEach((step, index) => {
          expect((rich[index]?.socPct ?? Number.NaN) - step.socPct).toBeGreaterThanOrEqual(-1e-6);
        });
      }),
    );
  });

  it('projects an ordered band that starts at the charge of now and answers the same each time', () => {
    const band = fc
      .tuple(
        fc.double({ min: 0, max: 3000, noNaN: true }),
        fc.double({ min: 0, max: 3000, noNaN: true }),
        fc.double({ min: 0, max: 3000, noNaN: true }),
      )
      .map(([p10, up, further]) => ({ p10, p50: p10 + up, p90: p10 + up + further }));
    const bands = fc.array(band, { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(limits, soc, bands, bands, (by, socPct, pv, load) => {
        const input = { limits: by, socPct, pv, load, stepHours: 1, runs: 60, seed: 3 };
        const projected = projectSoc(input);
        expect(projected).toHaveLength(25);
        expect(projected[0]).toEqual({ p10: socPct, p50: socPct, p90: socPct });
        for (const { p10, p50, p90 } of projected) {
          expect(p10).toBeLessThanOrEqual(p50);
          expect(p50).toBeLessThanOrEqual(p90);
          expect(p10).toBeGreaterThanOrEqual(Math.min(by.minimumSocPct, socPct) - 1e-6);
        }
        expect(projectSoc(input)).toEqual(projected);
      }),
      { numRuns: 30 },
    );
  });

  it('draws the quantiles of a band where they belong', () => {
    const band = { p10: 100, p50: 500, p90: 1500 };
    expect([0.1, 0.5, 0.9].map((u) => Math.round(valueAt(band, u)))).toEqual([100, 500, 1500]);
    expect(valueAt(band, 0)).toBe(0);
  });
});
