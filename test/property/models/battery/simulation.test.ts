import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreOf, sequenceCorrelation, valueAtScore } from '../../../../models/battery/band.ts';
import { fillNormal, NINETY, normalShare } from '../../../../models/battery/normal.ts';
import { projectSoc, socCourses } from '../../../../models/battery/projection.ts';
import { type BatteryLimits, simulateBattery } from '../../../../models/battery/simulation.ts';
import { seededRandom } from '../../../../models/network/random.ts';

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

  it('draws the quantiles of a band where they belong, and finds the score of a value again', () => {
    const band = { p10: 100, p50: 500, p90: 1500 };
    expect([-NINETY, 0, NINETY].map((score) => valueAtScore(band, score))).toEqual([100, 500, 1500]);
    expect(valueAtScore(band, -4)).toBe(0);
    expect(valueAtScore(band, 2)).toBeGreaterThan(1500);
    for (const score of [-1, -0.3, 0.4, 2.2]) expect(scoreOf(band, valueAtScore(band, score))).toBeCloseTo(score, 9);
    expect(scoreOf({ p10: 0, p50: 0, p90: 0 }, 5)).toBeNaN();
    expect(normalShare(NINETY)).toBeCloseTo(0.9, 6);
  });

  it('finds out how much errors of neighbouring hours resemble each other', () => {
    const random = seededRandom(5);
    const noise = new Float64Array(4000);
    fillNormal(noise, random);
    let score = 0;
    const band = { p10: 1000, p50: 2000, p90: 2600 };
    const past = Array.from(noise, (each) => {
      score = 0.7 * score + Math.sqrt(1 - 0.49) * each;
      return { ...band, actual: valueAtScore(band, score) };
    });
    expect(sequenceCorrelation(past, 0.1)).toBeCloseTo(0.7, 1);
    expect(sequenceCorrelation(past.slice(0, 5), 0.1)).toBe(0.1);
    expect(
      sequenceCorrelation(
        past.map((each, index) => (index % 2 === 0 ? null : each)),
        0.2,
      ),
    ).toBe(0.2);
  });

  it('is wider when errors carry over, since they do not cancel', () => {
    const bandOf = (p50: number) => ({ p10: p50 * 0.5, p50, p90: p50 * 1.5 });
    const widthAt = (load: number): number => {
      const bands = projectSoc({
        limits: {
          capacityKwh: 20,
          minimumSocPct: 0,
          maximumSocPct: 100,
          maxChargeW: 5000,
          maxDischargeW: 5000,
          oneWayEfficiency: 0.95,
        },
        socPct: 90,
        pv: Array.from({ length: 12 }, () => bandOf(0)),
        load: Array.from({ length: 12 }, () => bandOf(800)),
        correlation: { pv: 0, load },
        stepHours: 1,
        runs: 500,
        seed: 1,
      });
      const last = bands.at(-1);
      return (last?.p90 ?? 0) - (last?.p10 ?? 0);
    };
    expect(widthAt(0.9)).toBeGreaterThan(1.5 * widthAt(0));
  });

  it('knows of loads that are planned: they leave less in the battery, and a reserve is kept from the house', () => {
    const none = { p10: 0, p50: 0, p90: 0 };
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 80 }), (by, reservePct) => {
        const input = {
          limits: { ...by, reservePct },
          socPct: by.maximumSocPct,
          pv: Array.from({ length: 24 }, () => none),
          load: Array.from({ length: 24 }, () => ({ p10: 100, p50: 300, p90: 700 })),
          stepHours: 1,
          runs: 40,
          seed: 2,
        };
        const idle = projectSoc(input);
        const busy = projectSoc({ ...input, flexibleW: Array.from({ length: 24 }, () => 1500) });
        const floor = Math.min(by.maximumSocPct, Math.max(by.minimumSocPct, reservePct));
        busy.forEach((band, index) => {
          expect(band.p50).toBeLessThanOrEqual((idle[index]?.p50 ?? 0) + 1e-9);
          expect(band.p10).toBeGreaterThanOrEqual(floor - 1e-6);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('is calibrated: a truth drawn from the bands lies within its band in about 80 of 100 cases', () => {
    const bandOf = (p10: number, p50: number, p90: number) => ({ p10, p50, p90 });
    const day = Array.from({ length: 48 }, (_, hour) => {
      const sun = Math.max(0, Math.sin(((hour - 6) / 12) * Math.PI)) * 3000;
      return { pv: bandOf(sun * 0.4, sun * 0.8, sun), load: bandOf(150, 400, 1100) };
    });
    const input = {
      limits: {
        capacityKwh: 20,
        minimumSocPct: 0,
        maximumSocPct: 100,
        maxChargeW: 5000,
        maxDischargeW: 5000,
        oneWayEfficiency: 0.95,
      },
      socPct: 50,
      pv: day.map((each) => each.pv),
      load: day.map((each) => each.load),
      stepHours: 1,
    };
    const bands = projectSoc({ ...input, runs: 500, seed: 1 });
    const truths = socCourses({ ...input, runs: 400, seed: 99 });
    // Hour 9: neither limit has been reached, so that the band has no heap at its end.
    const band = bands[10] ?? { p10: 0, p50: 0, p90: 0 };
    const inside = (truths[9] ?? new Float64Array(0)).filter((soc) => soc >= band.p10 && soc <= band.p90).length / 400;
    expect(inside).toBeGreaterThan(0.74);
    expect(inside).toBeLessThan(0.86);
  });
});
