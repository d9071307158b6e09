import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexEnd, leastAhead } from '../../../../main/planning/fast/convex.ts';
import {
  type Curve,
  clipped,
  curveOf,
  lengthOf,
  mirrored,
  plusBeyond,
  valueAt,
} from '../../../../main/planning/fast/curve.ts';
import { leastSum } from '../../../../main/planning/fast/envelope.ts';
import { figure } from '../../../support/planning/one-battery.ts';

const SAMPLES = 400;

/** A curve of some pieces; ascending slopes make it convex. */
const curve = (kind: 'convex' | 'any') =>
  fc
    .record({
      from: figure(-5, 5),
      at: figure(-5, 5),
      pieces: fc.array(fc.record({ width: figure(0.01, 3), slope: figure(-4, 4) }), { minLength: 1, maxLength: 6 }),
    })
    .map(({ from, at, pieces }): Curve => {
      const sorted = kind === 'convex' ? [...pieces].sort((one, other) => one.slope - other.slope) : pieces;
      const xs = [from];
      const ys = [at];
      for (const { width, slope } of sorted) {
        xs.push((xs.at(-1) ?? 0) + width);
        ys.push((ys.at(-1) ?? 0) + width * slope);
      }
      return curveOf(xs, ys);
    });

const endOf = (each: Curve): number => each.from + lengthOf(each);
const bendsOf = (each: Curve): readonly number[] => {
  const xs = [each.from];
  for (const width of each.widths) xs.push((xs.at(-1) ?? 0) + width);
  return xs;
};

/** The least one(y) + other(x − y), by trying every bend, where it must lie. */
const tried = (one: Curve, other: Curve, x: number): number => {
  const low = Math.max(one.from, x - endOf(other));
  const high = Math.min(endOf(one), x - other.from);
  const ys = [low, high, ...bendsOf(one), ...bendsOf(other).map((bend) => x - bend)];
  return Math.min(
    ...ys.filter((y) => y >= low - 1e-9 && y <= high + 1e-9).map((y) => valueAt(one, y) + valueAt(other, x - y)),
  );
};
const samples = (each: Curve): readonly number[] =>
  Array.from({ length: SAMPLES / 10 }, (_, place) => each.from + (lengthOf(each) * (place + 0.5)) / (SAMPLES / 10));

describe('curves', () => {
  it('add to the least of all sums, whatever their shape', () => {
    fc.assert(
      fc.property(curve('any'), curve('any'), (one, other) => {
        const sum = leastSum(one, other);
        expect(sum.from).toBeCloseTo(one.from + other.from, 9);
        expect(endOf(sum)).toBeCloseTo(endOf(one) + endOf(other), 6);
        for (const x of samples(sum)) expect(valueAt(sum, x)).toBeCloseTo(tried(one, other, x), 6);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('give the same by the short way where both are convex, and end where the sum is least', () => {
    fc.assert(
      fc.property(curve('convex'), curve('convex'), (ahead, cost) => {
        const whole = leastSum(ahead, mirrored(cost));
        const low = whole.from + 0.2;
        const part = leastAhead(ahead, cost, low, endOf(whole) - 0.2);
        if (part === null || lengthOf(part) < 0.01) return;
        for (const x of samples(part)) {
          expect(valueAt(part, x)).toBeCloseTo(valueAt(whole, x), 6);
          const least = Math.max(ahead.from, x + cost.from);
          const most = Math.min(endOf(ahead), x + endOf(cost));
          const end = convexEnd(cost, ahead, x, least, most, 1e-9);
          expect(valueAt(cost, end - x) + valueAt(ahead, end)).toBeCloseTo(valueAt(part, x), 6);
        }
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  it('are clipped and bent at a place', () => {
    fc.assert(
      fc.property(
        curve('any'),
        figure(-4, 8),
        figure(0, 3),
        fc.constantFrom('below', 'above'),
        (whole, bend, slope, side) => {
          const bent = plusBeyond(whole, bend, side, slope);
          const part = clipped(whole, bend, bend + 2);
          for (const x of samples(whole)) {
            const beyond = side === 'below' ? bend - x : x - bend;
            expect(valueAt(bent, x)).toBeCloseTo(valueAt(whole, x) + slope * Math.max(0, beyond), 7);
            if (part !== null && x >= bend && x <= bend + 2) expect(valueAt(part, x)).toBeCloseTo(valueAt(whole, x), 7);
          }
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });
});
