import type { CatalogueFeature } from './catalogue-feature.ts';
import type { HourFrame } from './frame.ts';

/** Features of the calendar and the sun: known for every hour, past or future. */

type OfTarget = (frame: HourFrame, target: number) => number;

const clock =
  (group: 'calendar' | 'sun') =>
  (name: string, unit: string, doc: string, of: OfTarget): CatalogueFeature => ({
    name,
    unit,
    doc,
    group,
    historyHours: 0,
    needs: 'nothing',
    of: (frame, _, target) => of(frame, target),
  });

const calendar = clock('calendar');
const sun = clock('sun');
const TURN = 2 * Math.PI;
const hourOf: OfTarget = (frame, target) => frame.hour[target] ?? 0;
const weekdayOf: OfTarget = (frame, target) => frame.weekday[target] ?? 1;
const yearOf: OfTarget = (frame, target) => frame.yearShare[target] ?? 0;

export const calendarFeatures: readonly CatalogueFeature[] = [
  calendar('hour', 'h', 'Local hour, 0 to 23', hourOf),
  calendar('hourSin', '1', 'Sine of the local hour', (f, t) => Math.sin((hourOf(f, t) / 24) * TURN)),
  calendar('hourCos', '1', 'Cosine of the local hour', (f, t) => Math.cos((hourOf(f, t) / 24) * TURN)),
  calendar('halfDaySin', '1', 'Sine of the local hour, twice a day', (f, t) => Math.sin((hourOf(f, t) / 12) * TURN)),
  calendar('halfDayCos', '1', 'Cosine of the local hour, twice a day', (f, t) => Math.cos((hourOf(f, t) / 12) * TURN)),
  calendar('weekday', '1', 'Local weekday, 1 Monday to 7 Sunday', weekdayOf),
  calendar('weekdaySin', '1', 'Sine of the weekday', (f, t) => Math.sin((weekdayOf(f, t) / 7) * TURN)),
  calendar('weekdayCos', '1', 'Cosine of the weekday', (f, t) => Math.cos((weekdayOf(f, t) / 7) * TURN)),
  calendar('isWeekend', '0 or 1', 'Saturday or Sunday', (f, t) => (weekdayOf(f, t) >= 6 ? 1 : 0)),
  calendar('seasonSin', '1', 'Sine of the place in the year', (f, t) => Math.sin(yearOf(f, t) * TURN)),
  calendar('seasonCos', '1', 'Cosine of the place in the year', (f, t) => Math.cos(yearOf(f, t) * TURN)),
  {
    ...calendar('leadHours', 'h', 'Hours from the origin to the hour', () => 0),
    of: (_, origin, target) => target - origin,
  },
];

export const sunFeatures: readonly CatalogueFeature[] = [
  sun('sinElevation', '1', 'Sine of the sun’s elevation, 0 by night', (f, t) => Math.max(0, f.sinElevation[t] ?? 0)),
  sun('azimuthSin', '1', 'Sine of the sun’s azimuth, from south to west', (f, t) => Math.sin(f.azimuth[t] ?? 0)),
  sun('azimuthCos', '1', 'Cosine of the sun’s azimuth', (f, t) => Math.cos(f.azimuth[t] ?? 0)),
  sun('clearSkyWm2', 'W/m²', 'Irradiance on the horizontal without clouds', (f, t) => f.clearSky[t] ?? 0),
  sun('isDaylight', '0 or 1', 'Whether the sun is up', (f, t) => ((f.clearSky[t] ?? 0) > 0 ? 1 : 0)),
  sun('clearSkyDayShare', '1', 'Irradiance of the hour over the most within twelve hours', (f, t) => {
    const near = f.clearSky.subarray(Math.max(0, t - 12), t + 13);
    const most = near.reduce((high, each) => Math.max(high, each), 0);
    return most > 0 ? (f.clearSky[t] ?? 0) / most : 0;
  }),
];
