import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adaptBand,
  type BandFactors,
  followBands,
  learnFromDay,
  PLAIN_BAND,
} from '../../../../models/calibration/adaptive-band.ts';
import { seededRandom } from '../../../../models/network/random.ts';

const DAY_HOURS = 24;
const FREE = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const bands = fc
  .tuple(
    fc.double({ min: 0, max: 5000, noNaN: true }),
    fc.double({ min: 0, max: 3000, noNaN: true }),
    fc.double({ min: 0, max: 3000, noNaN: true }),
  )
  .map(([p50, below, above]) => ({ p10: Math.max(0, p50 - below), p50, p90: p50 + above }));
const factors = fc.record({
  low: fc.double({ min: 0.25, max: 4, noNaN: true }),
  high: fc.double({ min: 0.25, max: 4, noNaN: true }),
});
const hours = fc.array(
  fc.record({
    p10: fc.double({ min: -500, max: 500, noNaN: true }),
    p90: fc.double({ min: -500, max: 500, noNaN: true }),
    actual: fc.oneof(fc.double({ min: -900, max: 900, noNaN: true }), fc.constant(Number.NaN)),
  }),
  { maxLength: 26 },
);

/** A standard normal number from two even ones (Box and Muller). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe('a band that follows its misses', () => {
  it('keeps its middle and its order, and stays within what a value may be', () => {
    fc.assert(
      fc.property(bands, factors, (band, by) => {
        const adapted = adaptBand(band, by, { low: 0, high: 6000 });
        expect(adapted.p50).toBe(band.p50);
        expect(adapted.p10).toBeGreaterThanOrEqual(0);
        expect(adapted.p10).toBeLessThanOrEqual(adapted.p50);
        expect(adapted.p90).toBeGreaterThanOrEqual(adapted.p50);
        if (band.p90 <= 6000) expect(adapted.p90).toBeLessThanOrEqual(6000);
      }),
    );
  });

  it('widens the side that missed more than a tenth, narrows one that missed less, within limits', () => {
    fc.assert(
      fc.property(hours, factors, (day, before) => {
        const judged = day.filter(({ p10, p90, actual }) => p90 > p10 && !Number.isNaN(actual));
        const after = learnFromDay(before, day);
        const moves = (side: keyof BandFactors, misses: number): void => {
          const beyond = misses - judged.length / 10;
          expect(after[side]).toBeGreaterThanOrEqual(0.25);
          expect(after[side]).toBeLessThanOrEqual(4);
          if (Math.abs(beyond) < 1e-9) expect(after[side]).toBeCloseTo(before[side], 12);
          else if (beyond > 0) expect(after[side]).toBeGreaterThanOrEqual(before[side]);
          else expect(after[side]).toBeLessThanOrEqual(before[side]);
        };
        moves('low', judged.filter(({ actual, p10 }) => actual < p10).length);
        moves('high', judged.filter(({ actual, p90 }) => actual > p90).length);
      }),
    );
  });

  it('learns nothing of nights and gaps', () => {
    const night = Array.from({ length: 24 }, () => ({ p10: 0, p90: 0, actual: 3 }));
    const gap = Array.from({ length: 24 }, () => ({ p10: 0, p90: 9, actual: Number.NaN }));
    expect(learnFromDay(PLAIN_BAND, [...night, ...gap])).toEqual(PLAIN_BAND);
  });

  it('holds 77 to 83 % again within two weeks of a change of the spread on either side', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(0.5, 0.7, 1.6, 2),
        fc.constantFrom(0.5, 1, 2),
        (seed, below, above) => {
          const random = seededRandom(seed);
          const follower = followBands();
          const DAYS = 200;
          const CALM_DAYS = 30;
          const SETTLED_DAYS = 14;
          const values = new Float64Array(DAYS * DAY_HOURS).fill(Number.NaN);
          let inside = 0;
          let plain = 0;
          let of = 0;
          for (let day = 0; day < DAYS; day += 1) {
            const first = day * DAY_HOURS;
            // Bands of the calm days: right for them, wrong for what comes.
            const rows = Array.from({ length: DAY_HOURS }, (_, hour) => ({
              target: first + hour,
              p10: 500 - 1.2816 * 100,
              p50: 500,
              p90: 500 + 1.2816 * 100,
            }));
            const said = follower.issue(rows, values, FREE);
            for (const [hour, row] of said.entries()) {
              const error = normal(random) * 100;
              const actual = 500 + (day < CALM_DAYS ? error : error * (error < 0 ? below : above));
              values[first + hour] = actual;
              if (day < CALM_DAYS + SETTLED_DAYS) continue;
              of += 1;
              if (actual >= row.p10 && actual <= row.p90) inside += 1;
              if (actual >= 500 - 128.16 && actual <= 500 + 128.16) plain += 1;
            }
          }
          expect(inside / of).toBeGreaterThan(0.77);
          expect(inside / of).toBeLessThan(0.83);
          if (below === above) expect(Math.abs(plain / of - 0.8)).toBeGreaterThan(0.06);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never looks ahead: what comes at or after an issue does not change it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -900, max: 900, noNaN: true }), { minLength: 96, maxLength: 96 }),
        fc.array(fc.double({ min: -900, max: 900, noNaN: true }), { minLength: 96, maxLength: 96 }),
        fc.integer({ min: 1, max: 3 }),
        (past, other, changedDay) => {
          const issues = (truth: readonly number[]) => {
            const follower = followBands();
            return [0, 1, 2, 3].map((day) => {
              const seen = Float64Array.from(truth, (value, hour) => (hour < day * DAY_HOURS ? value : Number.NaN));
              const rows = Array.from({ length: DAY_HOURS }, (_, hour) => ({
                ...{ target: day * DAY_HOURS + hour, p10: -200, p50: 0, p90: 200 },
              }));
              return follower.issue(rows, seen, FREE);
            });
          };
          const changed = past.map((value, hour) => (hour < changedDay * DAY_HOURS ? value : (other[hour] ?? 0)));
          expect(issues(changed).slice(0, changedDay + 1)).toEqual(issues(past).slice(0, changedDay + 1));
        },
      ),
    );
  });
});
