import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrame, type FrameWeather } from '../../../models/features/frame.ts';
import { FORECAST_MODELS } from '../../../models/forecast/models.ts';
import { seededRandom } from '../../../models/network/random.ts';

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

describe.each(Object.values(FORECAST_MODELS))('the simple forecasts of $target', (model) => {
  const said = (seed: number, changedFrom: number, origin: number, zone: string): readonly number[] => {
    const { naive, baseline } = model.simple(frameWith(seed, changedFrom, zone), origin);
    return Array.from({ length: 48 }, (_, lead) => [naive(origin + lead), baseline(origin + lead)]).flat();
  };

  it('read nothing at or after the origin: another future gives the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), origins, zones, (seed, origin, zone) => {
        expect(said(seed, origin, origin, zone)).toEqual(said(seed, Number.POSITIVE_INFINITY, origin, zone));
      }),
      { numRuns: 10 },
    );
  });

  it('notice a changed past: the proof above can fail', () => {
    const origin = 24 * 31;
    expect(said(5, 24 * 20, origin, 'Europe/Berlin')).not.toEqual(
      said(5, Number.POSITIVE_INFINITY, origin, 'Europe/Berlin'),
    );
  });
});
