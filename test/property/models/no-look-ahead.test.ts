import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitWidenings } from '../../../models/calibration/conformal.ts';
import { createFrame, type FrameWeather } from '../../../models/features/frame.ts';
import { baselineForecast } from '../../../models/forecaster/baseline-forecast.ts';
import { cutWindows, HORIZON_HOURS } from '../../../models/forecaster/train.ts';
import { loadDesign } from '../../../models/load/design.ts';
import { seededRandom } from '../../../models/network/random.ts';
import { solarDesign } from '../../../models/solar/design.ts';

const DAYS = 45;
const frameWith = (seed: number, changedFrom: number, timeZone: string) => {
  const random = seededRandom(seed);
  const other = seededRandom(seed + 1);
  const hours = DAYS * 24;
  const firstAt = Date.UTC(2026, 1, 20);
  const firstDay = Math.floor(firstAt / 86_400_000);
  const weather = new Map<number, FrameWeather>();
  for (let day = -1; day <= DAYS; day += 1)
    weather.set(firstDay + day, {
      temperatureMeanC: random() * 20,
      cloudCoverPct: random() * 100,
      sunshineShare: random(),
    });
  const values = Float64Array.from({ length: hours }, (_, index) => {
    const value = random() < 0.05 ? Number.NaN : random() * 4000;
    return index < changedFrom ? value : other() * 9000;
  });
  return createFrame({ firstAt, hours, values, timeZone, latitude: 50, longitude: 8, weather });
};
const origins = fc.integer({ min: 24, max: (DAYS - 2) * 24 });
const zones = fc.constantFrom('Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');

describe.each([solarDesign, loadDesign])('$kind design', (design) => {
  it('reads nothing at or after the origin: another future gives the same features and baselines', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), origins, zones, (seed, origin, zone) => {
        const one = frameWith(seed, Number.POSITIVE_INFINITY, zone);
        const two = frameWith(seed, origin, zone);
        expect(design.rows(two, origin, HORIZON_HOURS)).toEqual(design.rows(one, origin, HORIZON_HOURS));
        for (const name of ['seasonalNaive', 'physical'] as const)
          expect(baselineForecast(design, name, two, origin, 24)).toEqual(
            baselineForecast(design, name, one, origin, 24),
          );
      }),
      { numRuns: 10 },
    );
  });

  it('notices a changed past: the proof above can fail', () => {
    const one = frameWith(5, Number.POSITIVE_INFINITY, 'Europe/Berlin');
    const two = frameWith(5, 24 * 30, 'Europe/Berlin');
    expect(design.rows(two, 24 * 31, 48)).not.toEqual(design.rows(one, 24 * 31, 48));
  });

  it('fills every feature with a number, and bands are ordered and not negative', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), origins, zones, (seed, origin, zone) => {
        const frame = frameWith(seed, Number.POSITIVE_INFINITY, zone);
        for (const row of design.rows(frame, origin, HORIZON_HOURS)) {
          if (row.scale > 0) expect(row.features).toHaveLength(design.features.length);
          expect([row.base, row.scale, ...row.features].every(Number.isFinite)).toBe(true);
        }
        for (const band of baselineForecast(design, 'seasonalNaive', frame, origin, HORIZON_HOURS)) {
          expect(band.p10).toBeGreaterThanOrEqual(0);
          expect(band.p10).toBeLessThanOrEqual(band.p50);
          expect(band.p50).toBeLessThanOrEqual(band.p90);
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('windows', () => {
  it('never overlap, keep a gap of a horizon, and need six weeks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 400 * 24 }), (first, length) => {
        const windows = cutWindows(solarDesign, first, first + length);
        if (windows === undefined) {
          expect(length).toBeLessThan(42 * 24);
          return;
        }
        expect(windows.trainFrom).toBeGreaterThanOrEqual(first);
        expect(windows.trainTo).toBeGreaterThan(windows.trainFrom);
        expect(windows.calibrationFrom - windows.trainTo).toBeGreaterThanOrEqual(HORIZON_HOURS);
        expect(windows.testFrom).toBeGreaterThan(windows.calibrationFrom);
        expect(windows.end - windows.testFrom).toBeGreaterThanOrEqual(7 * 24);
      }),
    );
  });
});

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
