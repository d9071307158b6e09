import { describe, expect, it } from 'vitest';
import type { JudgedDay } from '../../../main/learning/card.ts';
import { shiftsOf, spreadsOf } from '../../../main/learning/input-shift.ts';
import { comparisonOf, sumOf, verdictOf } from '../../../main/learning/judging.ts';
import { madeFrame } from '../../support/models/made-frame.ts';

const day = (at: number, model: number, baseline: number, naive: number): JudgedDay => ({
  at,
  hours: 24,
  model: 24 * model ** 2,
  baseline: 24 * baseline ** 2,
  naive: 24 * naive ** 2,
});
const days = (count: number, model: number, baseline: number, naive: number) =>
  sumOf(Array.from({ length: count }, (_, index) => day(index, model, baseline, naive)));

describe('the verdict', () => {
  it('lets a model serve only while it beats both simple forecasts', () => {
    expect(verdictOf(days(28, 99, 100, 200), 'W')).toEqual({
      serves: true,
      better: 'baseline',
      sentence: 'The model errs by 99 W against 100 W of the best simple forecast over the newest 28 days.',
    });
    expect(verdictOf(days(28, 100, 100, 200), 'W').serves).toBe(false);
    expect(verdictOf(days(28, 99, 100, 98), 'W')).toMatchObject({ serves: false, better: 'naive' });
  });
  it('believes nothing that fewer than seven days say', () => {
    expect(verdictOf(days(6, 1, 100, 200), 'W')).toMatchObject({ serves: false, better: 'baseline' });
    expect(verdictOf(days(0, 0, 0, 0), 'W').sentence).toContain('Only 0 days');
  });
  it('says a close call with a decimal, and a price to a hundredth of a cent', () => {
    expect(verdictOf(days(9, 99.8, 100.2, 200), 'W').sentence).toContain('99.8 W against 100.2 W');
    expect(verdictOf(days(9, 0.0123, 0.0456, 1), 'EUR/kWh').sentence).toContain(
      '0.0123 EUR/kWh against 0.0456 EUR/kWh',
    );
  });
});

it('compares on hours of which all know something', () => {
  const row = { lead: 0, p10: 0, p50: 1, p90: 2, mean: 1, naive: 3, baseline: 2, actual: 1 };
  const rows = [row, { ...row, naive: Number.NaN }, { ...row, actual: Number.NaN }, { ...row, actual: 2 }];
  const found = comparisonOf(rows, 'load', null);
  expect(found?.model.count).toBe(2);
  expect(found?.naive?.count).toBe(2);
  expect(found?.model.rmse).toBeCloseTo(Math.sqrt(0.5));
  expect(found?.baseline?.rmse).toBeCloseTo(Math.sqrt(0.5));
  expect(found?.naive?.rmse).toBeCloseTo(Math.sqrt(2.5));
  expect(found?.model.skillPct).toBeCloseTo(100 * (1 - Math.sqrt(0.5 / 2.5)));
  expect(comparisonOf([], 'load', null)).toBeNull();
});

describe('inputs beside those that were learnt from', () => {
  const frame = madeFrame({ seed: 4, days: 120 });
  const then = spreadsOf(frame, 90 * 24, 'W');
  it('are alike where nothing changed', () => {
    for (const { psi, shiftSd } of shiftsOf(frame, 120 * 24, 'W', then)) {
      expect(psi).toBeLessThan(0.1);
      expect(Math.abs(shiftSd)).toBeLessThan(0.2);
    }
    expect(then.map(({ name }) => name)).toEqual(['measured', 'tempC']);
    expect(then[1]?.unit).toBe('°C');
  });
  it('are unlike where they did', () => {
    const changed = madeFrame({ seed: 4, days: 120, changedFrom: 91 * 24 });
    const [measured] = shiftsOf(changed, 120 * 24, 'W', then);
    expect(measured?.psi).toBeGreaterThan(0.25);
    expect(measured?.shiftSd).toBeGreaterThan(1);
  });
  it('say nothing of what is hardly measured', () => {
    const gaps = madeFrame({ seed: 4, days: 120, gapShare: 0.9 });
    expect(shiftsOf(gaps, 120 * 24, 'W', then)).toEqual([]);
  });
});
