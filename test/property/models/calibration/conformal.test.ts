import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitWidenings } from '../../../../models/calibration/conformal.ts';
import { seededRandom } from '../../../../models/network/random.ts';

describe('conformal widening', () => {
  it('leaves about a tenth outside on either side, whatever the errors look like', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.3, max: 3, noNaN: true }), (seed, shape) => {
        const random = seededRandom(seed);
        const scores = Array.from({ length: 400 }, () => ({
          lead: 3,
          below: random() ** shape - 0.4,
          above: random() - 0.7,
        }));
        const by = fitWidenings(scores)[0] ?? { low: Number.NaN, high: Number.NaN };
        const outside = (misses: number): number => misses / scores.length;
        expect(outside(scores.filter((score) => score.below > by.low).length)).toBeCloseTo(0.1, 1);
        expect(outside(scores.filter((score) => score.above > by.high).length)).toBeCloseTo(0.1, 1);
      }),
      { numRuns: 40 },
    );
  });
  it('leaves the band alone without enough errors to learn from', () => {
    expect(fitWidenings([{ lead: 1, below: 9, above: 9 }])).toEqual(Array(3).fill({ low: 0, high: 0 }));
  });
});
