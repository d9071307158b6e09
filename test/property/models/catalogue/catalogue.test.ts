import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FEATURE_CATALOGUE, featuresNamed, isReady } from '../../../../models/features/catalogue.ts';
import { createFrame, dayNumberOf, type FrameWeather, type HourFrame } from '../../../../models/features/frame.ts';
import type { WeatherIssue } from '../../../../models/features/issued-weather.ts';
import { WEATHER_COLUMNS } from '../../../../models/features/weather-columns.ts';
import { seededRandom } from '../../../../models/network/random.ts';

const HOURS = 24 * 45;
const HOUR_MS = 3_600_000;

/** Six weeks about a change of the clock. `changedFrom`: values, daily weather and issues from that hour on are others. */
const frameOf = (input: {
  readonly start: string;
  readonly seed: number;
  readonly changedFrom: number;
  readonly holes: boolean;
}): HourFrame => {
  const firstAt = Date.parse(input.start);
  const random = seededRandom(input.seed);
  const other = seededRandom(input.seed + 1);
  const values = Array.from({ length: HOURS }, (_, index) => {
    const own = random() < 0.05 && input.holes ? Number.NaN : random() * 2000;
    return index < input.changedFrom ? own : other() * 9000 - 500;
  });
  const firstDay = dayNumberOf(input.start.slice(0, 10));
  const changedDay = firstDay + Math.floor(input.changedFrom / 24) + 1;
  const weather = new Map<number, FrameWeather>(
    Array.from({ length: 48 }, (_, day) => {
      const number = firstDay - 1 + day;
      const swing = number >= changedDay ? 40 : 0;
      return [
        number,
        { temperatureMeanC: (day % 30) + swing, cloudCoverPct: day + swing, sunshineShare: (day % 10) / 10 },
      ];
    }),
  );
  const issued = Array.from({ length: 45 }, (_, day): WeatherIssue => {
    const swing = day * 24 > input.changedFrom ? 100 : 0;
    return {
      issuedAt: firstAt + day * 24 * HOUR_MS,
      firstHour: day * 24,
      columns: new Map(
        WEATHER_COLUMNS.map((name, place) => [
          name,
          Float32Array.from({ length: 72 }, (_, hour) => place + hour + swing),
        ]),
      ),
    };
  });
  return createFrame({
    firstAt,
    hours: HOURS,
    values,
    timeZone: 'Europe/Berlin',
    latitude: 50,
    longitude: 8.5,
    weather,
    issued,
  });
};

const cases = fc.record({
  start: fc.constantFrom('2024-02-29T23:00:00Z', '2024-09-30T22:00:00Z', '2024-06-01T22:00:00Z'),
  seed: fc.integer({ min: 1, max: 1e6 }),
  origin: fc.integer({ min: 0, max: HOURS - 80 }),
  lead: fc.integer({ min: 0, max: 71 }),
});

describe('catalogue of features', () => {
  test('holds more than fifty, each with a unit, a meaning and a name of its own', () => {
    expect(FEATURE_CATALOGUE.length).toBeGreaterThan(100);
    expect(FEATURE_CATALOGUE.filter((each) => each.group !== 'weather forecast').length).toBeGreaterThanOrEqual(50);
    expect(new Set(FEATURE_CATALOGUE.map((each) => each.name)).size).toBe(FEATURE_CATALOGUE.length);
    for (const { unit, doc } of FEATURE_CATALOGUE) {
      expect(unit.length).toBeGreaterThan(0);
      expect(doc.length).toBeGreaterThan(8);
    }
  });

  test('none reads at or after the origin: with another future they say the same', () => {
    fc.assert(
      fc.property(cases, ({ start, seed, origin, lead }) => {
        const one = frameOf({ start, seed, changedFrom: HOURS, holes: true });
        const other = frameOf({ start, seed, changedFrom: origin, holes: true });
        for (const feature of FEATURE_CATALOGUE)
          expect([feature.name, feature.of(other, origin, origin + lead)]).toEqual([
            feature.name,
            feature.of(one, origin, origin + lead),
          ]);
      }),
      { numRuns: 8 },
    );
  });

  test('each is a number wherever it is ready, through changes of the clock', () => {
    let ready = 0;
    fc.assert(
      fc.property(cases, ({ start, seed, origin, lead }) => {
        const frame = frameOf({ start, seed, changedFrom: HOURS, holes: false });
        for (const feature of FEATURE_CATALOGUE) {
          if (!isReady(feature, frame, origin, origin + lead)) continue;
          ready += 1;
          expect([feature.name, Number.isFinite(feature.of(frame, origin, origin + lead))]).toEqual([
            feature.name,
            true,
          ]);
        }
      }),
      { numRuns: 20 },
    );
    expect(ready).toBeGreaterThan(500);
  });

  test('nothing is ready where nothing was measured, and a name that is not there is a mistake', () => {
    const frame = frameOf({ start: '2024-06-01T22:00:00Z', seed: 1, changedFrom: HOURS, holes: false });
    expect(featuresNamed(['mean168h']).map((each) => isReady(each, frame, 100, 110))).toEqual([false]);
    expect(() => featuresNamed(['mood'])).toThrow('mood');
  });

  test('says what it says: lags, means and ranks of a plain course', () => {
    const firstAt = Date.parse('2024-06-01T22:00:00Z');
    const values = Array.from({ length: HOURS }, (_, index) => (index % 24) + 100 * Math.floor(index / 24));
    const frame = createFrame({
      firstAt,
      hours: HOURS,
      values,
      timeZone: 'Europe/Berlin',
      latitude: 50,
      longitude: 8.5,
      weather: new Map(),
    });
    const origin = 24 * 40;
    const at = (name: string, target: number) => featuresNamed([name])[0]?.of(frame, origin, target);
    expect(at('sameHour1', origin + 5)).toBe(3905);
    expect(at('sameHour1', origin + 29)).toBe(3905);
    expect(at('sameHour3', origin + 5)).toBe(3705);
    expect(at('sameWeekday1', origin + 5)).toBe(3305);
    expect(at('sameHourMean7', origin + 5)).toBe(3605);
    expect(at('last1', origin)).toBe(3923);
    expect(at('hourRank', origin + 23)).toBe(1);
    expect(at('hourRank', origin)).toBe(0);
    expect(at('leadHours', origin + 7)).toBe(7);
  });
});
