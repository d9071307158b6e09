import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stackWeights } from '../../../../models/ensemble/stacking.ts';
import { seededRandom } from '../../../../models/network/random.ts';

const ones = (count: number): Float64Array => new Float64Array(count).fill(1);
const noise = (seed: number, count: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => random() * 2 - 1);
};

describe('the weights of members', () => {
  it('gives a member that is right almost everything', () => {
    const truth = noise(1, 500);
    const weights = stackWeights(
      [truth.map((value) => value + 0.01), noise(2, 500), noise(3, 500)],
      truth,
      ones(500),
      'mean',
    );
    expect(weights[0]).toBeGreaterThan(0.85);
  });

  it('shares equally among members that err alike and apart', () => {
    const truth = new Float64Array(4_000);
    const members = [1, 2, 3, 4].map((seed) => noise(seed, 4_000));
    for (const weight of stackWeights(members, truth, ones(4_000), 'mean')) expect(weight).toBeCloseTo(0.25, 1);
  });

  it('aims at the absolute error where it is asked: an outlier does not pay', () => {
    const truth = Float64Array.from({ length: 200 }, (_, index) => (index % 20 === 0 ? 100 : 0));
    const zero = new Float64Array(200);
    const mean = new Float64Array(200).fill(5);
    expect(stackWeights([zero, mean], truth, ones(200), 'median')[0]).toBeGreaterThan(0.8);
    expect(stackWeights([zero, mean], truth, ones(200), 'mean')[1]).toBeGreaterThan(0.6);
  });

  it('is equal where nothing is known', () => {
    expect([...stackWeights([new Float64Array(0), new Float64Array(0)], new Float64Array(0), ones(0), 'mean')]).toEqual(
      [0.5, 0.5],
    );
  });

  it('always adds up to 1 without a negative part', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 30, maxLength: 30 }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.constantFrom('mean' as const, 'median' as const),
        (columns, aim) => {
          const truth = noise(7, 30);
          const weights = stackWeights(
            columns.map((column) => Float64Array.from(column)),
            truth,
            ones(30),
            aim,
          );
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
          expect(weights.every((weight) => weight >= 0)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});
