import { createFrame, type HourFrame } from '../../../models/features/frame.ts';
import type { WeatherIssue } from '../../../models/features/issued-weather.ts';
import { seededRandom } from '../../../models/network/random.ts';

/** A made home of whole hours, W: a daily shape with noise, and gaps. Hours from `changedFrom` on are another life. */
export const madeFrame = (input: {
  readonly seed: number;
  readonly days: number;
  readonly timeZone?: string;
  readonly firstAt?: number;
  readonly changedFrom?: number;
  readonly gapShare?: number;
  readonly value?: (index: number) => number;
}): HourFrame => {
  const { seed, days, timeZone = 'Europe/Berlin', gapShare = 0.03, changedFrom = Number.POSITIVE_INFINITY } = input;
  const { firstAt = Date.UTC(2026, 0, 31, 23) } = input;
  const random = seededRandom(seed);
  const other = seededRandom(seed + 1);
  const hours = days * 24;
  const shape = (index: number): number => 500 + 400 * Math.sin((index / 24) * 2 * Math.PI) + 300 * random();
  const noisy = (index: number, changed: number): number => {
    const value = input.value?.(index) ?? shape(index);
    const kept = random() < gapShare ? Number.NaN : value;
    return index < changedFrom ? kept : changed;
  };
  const column = (): Float64Array => Float64Array.from({ length: hours }, (_, index) => noisy(index, other() * 9000));
  const tempC = (issuedAtHour: number): number => {
    const value = random() * 20;
    return issuedAtHour < changedFrom ? value : 90;
  };
  const issued: WeatherIssue[] = Array.from({ length: days }, (_, day) => ({
    issuedAt: firstAt + (day * 24 + 7) * 3_600_000,
    firstHour: day * 24 + 8,
    columns: new Map([['tempC', Float32Array.from({ length: 48 }, () => tempC(day * 24 + 7))]]),
  }));
  return createFrame({
    firstAt,
    hours,
    values: column(),
    timeZone,
    latitude: 52,
    longitude: 13,
    weather: new Map(),
    signals: new Map([['tempC', column()]]),
    issued,
  });
};
