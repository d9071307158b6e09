import { describe, expect, it } from 'vitest';
import { loadSevenDayMean, solarSeasonalNaive } from '../../../models/baselines/seasonal-naive.ts';
import { createFrame, dayNumberOf } from '../../../models/features/frame.ts';
import { lagDays, lastWeekSameHour, latestSameHour } from '../../../models/features/lags.ts';
import { rollingSameHour } from '../../../models/features/rolling.ts';
import { clearSkyOfHour, clearSkyWm2, sunPosition } from '../../../models/features/sun.ts';

const HOUR_MS = 3_600_000;
const frameOf = (from: string, hours: number, power: (index: number) => number, timeZone = 'Europe/Berlin') =>
  createFrame({
    firstAt: Date.parse(from),
    hours,
    values: Float64Array.from({ length: hours }, (_, index) => power(index)),
    timeZone,
    latitude: 50.16,
    longitude: 8.55,
    weather: new Map(),
  });

describe('sun', () => {
  const elevation = (at: string, latitude: number, longitude: number): number =>
    (Math.asin(sunPosition(Date.parse(at), latitude, longitude).sinElevation) * 180) / Math.PI;

  it('stands where an almanac puts it', () => {
    // Highest at the solstices: 90° − latitude ± 23.44°; solar noon of 8.55° E is near 11:28 UTC in June, 11:24 in December.
    expect(elevation('2026-06-21T11:28:00Z', 50.16, 8.55)).toBeCloseTo(63.28, 0);
    expect(elevation('2026-12-21T11:24:00Z', 50.16, 8.55)).toBeCloseTo(16.4, 0);
    // Equinox at the equator on the zero meridian: overhead near 12:07.
    expect(elevation('2026-03-20T12:07:00Z', 0, 0)).toBeGreaterThan(89);
    expect(elevation('2026-06-21T00:00:00Z', 50.16, 8.55)).toBeLessThan(0);
  });

  it('is east in the morning and west in the evening, also south of the equator', () => {
    expect(sunPosition(Date.parse('2026-06-21T06:00:00Z'), 50, 8).azimuth).toBeLessThan(0);
    expect(sunPosition(Date.parse('2026-06-21T17:00:00Z'), 50, 8).azimuth).toBeGreaterThan(0);
    expect(elevation('2026-12-21T02:00:00Z', -33.9, 151.2)).toBeGreaterThan(75);
  });

  it('gives no clear-sky power at night and about 1 kW/m² overhead', () => {
    expect(clearSkyWm2(-0.2)).toBe(0);
    expect(clearSkyWm2(1)).toBeCloseTo(1037, 0);
    expect(clearSkyOfHour(Date.parse('2026-06-21T00:00:00Z'), 50.16, 8.55)).toBe(0);
  });
});

describe('frame and lags across daylight saving', () => {
  it('gives the short day 23 hours and the long day 25', () => {
    const spring = frameOf('2026-03-27T23:00:00Z', 96, (index) => index);
    const autumn = frameOf('2026-10-23T22:00:00Z', 96, (index) => index);
    const hoursOf = (frame: typeof spring, day: string): number =>
      frame.day.filter((each) => each === dayNumberOf(day)).length;
    expect(hoursOf(spring, '2026-03-29')).toBe(23);
    expect(hoursOf(autumn, '2026-10-25')).toBe(25);
    expect(spring.indexOfLocal(dayNumberOf('2026-03-29'), 2)).toBeUndefined();
    expect(spring.weekday[30]).toBe(7);
  });

  it('looks back by local days, so 7 in the morning stays 7 in the morning', () => {
    const frame = frameOf('2026-03-20T23:00:00Z', 24 * 12, (index) => index);
    const target = frame.indexOfLocal(dayNumberOf('2026-03-29'), 7) ?? -1;
    const before = lagDays(frame, target, target, 1);
    expect(frame.hour[before]).toBe(7);
    expect(target - before).toBe(23);
    expect(frame.hour[lastWeekSameHour(frame, target, target)]).toBe(7);
  });

  it('knows nothing at or after the origin', () => {
    const frame = frameOf('2026-01-01T00:00:00Z', 24 * 10, (index) => index);
    const origin = 24 * 8;
    expect(lagDays(frame, origin, origin + 30, 1)).toBeNaN();
    expect(latestSameHour(frame, origin, origin + 30, 9)).toBe(origin + 30 - 48);
    const week = rollingSameHour(frame, origin, origin + 30, 7);
    expect(week.count).toBe(7);
    expect(week.mean).toBe(origin + 30 - 48 - 72);
  });

  it('skips gaps instead of counting them as 0', () => {
    const frame = frameOf('2026-01-01T00:00:00Z', 24 * 10, (index) => (index < 24 * 6 ? 100 : Number.NaN));
    expect(loadSevenDayMean(frame, 24 * 9, 24 * 9 + 5)).toBe(100);
    expect(latestSameHour(frame, 24 * 9, 24 * 9 + 5, 2)).toBeNaN();
  });
});

describe('solar baselines', () => {
  const share = (day: number): number => (day % 3 === 0 ? 1 : 0.5);
  const frame = frameOf('2026-05-01T00:00:00Z', 24 * 30, (index) => {
    const at = Date.parse('2026-05-01T00:00:00Z') + index * HOUR_MS;
    return 5 * clearSkyOfHour(at, 50.16, 8.55) * share(Math.floor(index / 24));
  });
  const origin = 24 * 27;

  it('repeats the newest known day, and night is 0 without any', () => {
    expect(solarSeasonalNaive(frame, origin, origin + 11)).toBe(frame.values[origin + 11 - 24]);
    expect(solarSeasonalNaive(frame, origin, origin + 35)).toBe(frame.values[origin + 11 - 24]);
    expect(solarSeasonalNaive(frame, 0, 0)).toBe(0);
  });
});
