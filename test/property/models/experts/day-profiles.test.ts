import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayProfiles } from '../../../../models/experts/day-profiles.ts';
import { createFrame, type HourFrame } from '../../../../models/features/frame.ts';
import { seededRandom } from '../../../../models/network/random.ts';

const HOURS = 24 * 40;
const empty = createFrame({
  // 40 days around the change to summer time, Berlin.
  firstAt: Date.UTC(2025, 2, 9, 23),
  hours: HOURS,
  values: [],
  timeZone: 'Europe/Berlin',
  latitude: 50,
  longitude: 8.5,
  weather: new Map(),
});
const frameOf = (values: Float64Array): HourFrame => ({ ...empty, values });

const values = fc
  .record({ seed: fc.nat(), gaps: fc.constantFrom(0, 0.05, 0.5, 1), kind: fc.constantFrom('any', 'zero', 'constant') })
  .map(({ seed, gaps, kind }) => {
    const random = seededRandom(seed);
    return Float64Array.from({ length: HOURS }, () => {
      const value = kind === 'any' ? 3000 * random() : kind === 'zero' ? 0 : 250;
      return random() < gaps ? Number.NaN : value;
    });
  });
const origin = fc.integer({ min: 0, max: HOURS });

describe('day profiles', () => {
  it('read nothing at or after the origin', () => {
    fc.assert(
      fc.property(values, values, origin, (past, future, at) => {
        const changed = past.map((value, index) => (index < at ? value : (future[index] ?? 0)));
        expect(dayProfiles(frameOf(changed), at, 72)).toEqual(dayProfiles(frameOf(past), at, 72));
      }),
      { numRuns: 60 },
    );
  });

  it('stay within what was seen', () => {
    fc.assert(
      fc.property(values, origin, (past, at) => {
        const seen = Array.from(past.subarray(0, at)).filter((value) => !Number.isNaN(value));
        const [least, most] = [Math.min(...seen), Math.max(...seen)];
        for (const value of dayProfiles(frameOf(past), at, 72)) {
          if (Number.isNaN(value)) continue;
          expect(value).toBeGreaterThanOrEqual(least - 1e-6);
          expect(value).toBeLessThanOrEqual(most + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds the day that followed a day like the last one, across a clock change', () => {
    // Quiet days and loud days; what follows a loud day is always quiet.
    const frame = empty;
    const loud = (day: number): boolean => day % 3 === 0;
    const table = Float64Array.from({ length: HOURS }, (_, index) =>
      (frame.hour[index] ?? 0) < 6 ? 100 : loud(frame.day[index] ?? 0) ? 2000 : 500,
    );
    const midnight = frame.indexOfLocal((frame.day[0] ?? 0) + 36, 0) ?? 0;
    const full = frameOf(table);
    for (const days of [0, 1, 2]) {
      const at = midnight + 24 * days;
      const forecast = dayProfiles(full, at, 24, { neighbours: 3, days: 2 });
      forecast.forEach((value, lead) => {
        expect(value).toBeCloseTo(table[at + lead] ?? 0, 3);
      });
    }
  });
});
