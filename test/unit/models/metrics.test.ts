import { describe, expect, it } from 'vitest';
import { energyBandKwh } from '../../../models/calibration/energy-band.ts';
import { coveragePct, pinball, quantileOf } from '../../../models/metrics/band.ts';
import { mae, nrmsePct, r2, rmse, skillPct } from '../../../models/metrics/point.ts';

describe('point metrics', () => {
  const truth = [1, 2, 3, 4];
  const forecast = [1, 2, 5, 2];
  it('are what a hand computes', () => {
    expect(rmse(truth, forecast)).toBeCloseTo(Math.sqrt(2));
    expect(mae(truth, forecast)).toBe(1);
    expect(nrmsePct(truth, forecast, 2.5)).toBeCloseTo(56.57, 2);
    expect(r2(truth, forecast)).toBeCloseTo(1 - 8 / 5);
    expect(skillPct(3, 4)).toBe(25);
  });
  it('say unknown where there is nothing to divide by', () => {
    expect(r2([2, 2], [1, 3])).toBeNull();
    expect(skillPct(1, 0)).toBeNull();
    expect(rmse([], [])).toBeNaN();
    expect(coveragePct([], [], [])).toBeNull();
  });
});

describe('band metrics', () => {
  it('count the rims as inside', () => {
    expect(coveragePct([1, 2, 3, 4], [1, 0, 4, 0], [1, 1, 5, 9])).toBe(50);
  });
  it('pinball weighs misses above and below by the quantile', () => {
    expect(pinball([10], [0], 0.9)).toBe(9);
    expect(pinball([0], [10], 0.9)).toBeCloseTo(1);
    expect(pinball([3, 5], [5, 3], 0.5)).toBe(mae([3, 5], [5, 3]) / 2);
  });
  it('takes quantiles between order statistics', () => {
    expect(quantileOf([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantileOf([4, 1, 3, 2], 1)).toBe(4);
    expect(quantileOf([], 0.5)).toBeNaN();
  });
});

describe('energy of several hours', () => {
  const hour = { p10: 500, p50: 1000, p90: 2000 };
  it('adds the means and does not add the tenths', () => {
    const day = energyBandKwh(Array.from({ length: 24 }, () => hour));
    expect(day.p50).toBeCloseTo(24 * (0.3 * 0.5 + 0.4 * 1 + 0.3 * 2));
    expect(day.p10).toBeGreaterThan(12);
    expect(day.p90).toBeLessThan(48);
  });
  it('gives something for hours that are mostly dark and sometimes bright', () => {
    const day = energyBandKwh(Array.from({ length: 8 }, () => ({ p10: 0, p50: 100, p90: 1500 })));
    expect(day.p50).toBeGreaterThan(3);
    expect(day.p90).toBeGreaterThan(day.p50);
  });
  it('is the hour itself for one hour and nothing for none', () => {
    expect(energyBandKwh([hour])).toEqual({ p10: 0.5, p50: 1, p90: 2 });
    expect(energyBandKwh([])).toEqual({ p10: 0, p50: 0, p90: 0 });
  });
});
