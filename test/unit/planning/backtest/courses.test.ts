import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANCES, LEVELS, loadCourses, PER_LEVEL, SCENARIOS } from '../../../../main/planning/backtest/load-courses.ts';
import { groupMeans, type Sample } from '../../../../main/planning/backtest/sample-groups.ts';
import { sunCourses } from '../../../../main/planning/backtest/sun-courses.ts';
import { createUsual } from '../../../../main/planning/backtest/usual.ts';
import { madePast, madeSeries } from '../../../support/planning/made-past.ts';

const CUTS = [0, 0.3, 0.9, 1];

describe('groups of samples', () => {
  it('rise, and together have the mean of all samples', () => {
    const sample = fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: 0.1, max: 3, noNaN: true }));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
        const weight = samples.reduce((sum, [, each]) => sum + each, 0);
        const mean = samples.reduce((sum, [value, each]) => sum + value * each, 0) / weight;
        const means = groupMeans([...samples], CUTS);
        expect(means.reduce((sum, each, at) => sum + each * ((CUTS[at + 1] ?? 0) - (CUTS[at] ?? 0)), 0)).toBeCloseTo(
          mean,
          6,
        );
        expect(means.every((each, at) => at === 0 || each >= (means[at - 1] ?? 0) - 1e-9)).toBe(true);
      }),
    );
  });

  it('let a sample count in two groups that lies on a cut', () => {
    const samples: Sample[] = [
      [0, 1],
      [1, 1],
      [2, 1],
    ];
    const [low, high] = groupMeans(samples, [0, 0.5, 1]);
    expect(low).toBeCloseTo((0 + 0.5 * 1) / 1.5, 9);
    expect(high).toBeCloseTo((0.5 * 1 + 2) / 1.5, 9);
  });

  it('are unknown without samples', () => {
    expect(groupMeans([], CUTS)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

/** Some days draw 2 kW all day, the others 0.4: what an hour draws, the next one draws too. */
const stubborn = () => {
  const raw = madeSeries(5, 60);
  const loadKw = raw.loadKw.map((_, hour) => ((Math.floor(hour / 24) * 7) % 10 < 3 ? 2 : 0.4) + 0.001 * (hour % 7));
  return madePast({ ...raw, loadKw }, 2, 'UTC');
};

describe('courses of the load', () => {
  it('stay on their level where the home does', () => {
    const past = stubborn();
    const { moves, levelOf, kw } = loadCourses(past, 58, false);
    const high = levelOf(12, 2);
    expect(high).toBeGreaterThan(levelOf(12, 0.4));
    const row = moves[12]?.[high] ?? [];
    expect(row.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9);
    const stays = row.slice(levelOf(12, 1.9)).reduce((sum, chance) => sum + chance, 0);
    expect(stays).toBeGreaterThan(0.7);
    expect(kw[12 * SCENARIOS]).toBeCloseTo(0.4, 1);
    expect(kw[12 * SCENARIOS + SCENARIOS - 1]).toBeCloseTo(2, 1);
  });

  it('have chances that add up, the same for all courses of a level', () => {
    expect(SCENARIOS).toBe(LEVELS * PER_LEVEL);
    expect(CHANCES.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
  });
});

describe('courses of the sun', () => {
  it('tell a bright day from a dull one once it shows itself', () => {
    const past = madePast(madeSeries(8, 40), 2, 'UTC');
    const { belief, showsAtSlot, meanKw } = sunCourses(past)(38);
    expect(belief(showsAtSlot, 0)).toEqual(belief(0, 99));
    const until = 15;
    const usually = meanKw.subarray(0, until).reduce((sum, kw) => sum + kw, 0);
    const [dull = 0, , bright = 0] = belief(until, 2 * usually);
    expect(bright).toBeGreaterThan(dull);
    const [dullLater = 0, , brightLater = 0] = belief(until, 0);
    expect(dullLater).toBeGreaterThan(brightLater);
  });

  it('give each course of the load its share of them, and follow the last hour', () => {
    const raw = madeSeries(8, 40);
    const sunny = 38 * 24 + 11;
    const pvKw = raw.pvKw.map((kw, hour) => (hour === sunny ? 9 : kw));
    const sunAt = (values: Float64Array): number => {
      const usual = createUsual(madePast({ ...raw, pvKw: values }, 2, 'UTC'));
      const [load, sun] = [new Float64Array(SCENARIOS), new Float64Array(SCENARIOS)];
      usual.look(sunny + 1);
      usual.of(sunny + 1, sunny + 2, 1, load, sun);
      return sun.reduce((sum, kw, course) => sum + kw * (CHANCES[course] ?? 0), 0);
    };
    expect(sunAt(pvKw)).toBeGreaterThan(sunAt(raw.pvKw));
  });
});
