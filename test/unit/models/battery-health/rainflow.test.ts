import { describe, expect, test } from 'vitest';
import { type RainflowCycle, rainflow } from '../../../../models/battery-health/rainflow.ts';

/** Counts by range, as the tables of the standard have them. */
const byRange = (cycles: readonly RainflowCycle[]): Readonly<Record<number, number>> => {
  const counts: Record<number, number> = {};
  for (const { depth, count } of cycles) counts[depth] = (counts[depth] ?? 0) + count;
  return counts;
};

describe('rainflow counting', () => {
  test('counts the example of ASTM E1049-85, figure 6', () => {
    expect(byRange(rainflow([-2, 1, -3, 5, -1, 3, -4, 4, -2]))).toEqual({ 3: 0.5, 4: 1.5, 6: 0.5, 8: 1, 9: 0.5 });
  });

  test('points on the way do not count, nor do pauses', () => {
    expect(byRange(rainflow([-2, -1, 1, 1, -3, 0, 2, 5, -1, -1, 3, -4, 4, 1, -2]))).toEqual({
      3: 0.5,
      4: 1.5,
      6: 0.5,
      8: 1,
      9: 0.5,
    });
  });

  test('says where a cycle was and about what it swung', () => {
    expect(rainflow([0, 80, 40, 60, 10]).find((each) => each.count === 1)).toEqual({
      depth: 20,
      mean: 50,
      count: 1,
      from: 2,
      to: 3,
    });
  });

  test('a battery that is emptied and filled day by day has one full cycle a day', () => {
    const days = Array.from({ length: 10 }, () => [100, 0]).flat();
    expect(rainflow([...days, 100]).reduce((sum, each) => sum + each.count * each.depth, 0)).toBe(1000);
  });

  test('nothing makes no cycle', () => {
    expect(rainflow([])).toEqual([]);
    expect(rainflow([5, 5, Number.NaN, 5])).toEqual([]);
  });
});
