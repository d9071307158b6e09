import { describe, expect, it } from 'vitest';
import { weightedQuantile } from '../../../../models/ensemble/bands.ts';

describe('the weighted quantile', () => {
  const even = Array.from({ length: 101 }, (_, value): readonly [number, number] => [value, 1]);

  it('is the plain one where all weigh the same', () => {
    expect(weightedQuantile(even, 0.5)).toBeCloseTo(50, 6);
    expect(weightedQuantile(even, 0.1)).toBeCloseTo(9.6, 6);
  });

  it('follows the weight', () => {
    expect(weightedQuantile([...even, [1_000, 101]], 0.9)).toBeGreaterThan(900);
    expect(
      weightedQuantile(
        [
          [3, 1],
          [5, 1e-9],
        ],
        0.4,
      ),
    ).toBeCloseTo(3, 1);
  });

  it('is the only value, and 0 of nothing', () => {
    expect(weightedQuantile([[7, 2]], 0.9)).toBe(7);
    expect(weightedQuantile([], 0.5)).toBe(0);
  });
});
