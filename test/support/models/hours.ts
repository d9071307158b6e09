import { createFrame, type HourFrame } from '../../../models/features/frame.ts';
import { seededRandom } from '../../../models/network/random.ts';

const HOUR_MS = 3_600_000;

/** Hours of a made-up home: a daily shape, a weekend, a slow level and noise, W. Known up to `known`, the rest is the future. */
export const madeUpHours = (options: {
  readonly days: number;
  readonly futureHours?: number;
  readonly seed?: number;
  readonly timeZone?: string;
  readonly firstAt?: number;
  readonly change?: (value: number, index: number) => number;
}): HourFrame => {
  const { days, futureHours = 48, seed = 1, timeZone = 'Europe/Berlin', firstAt = Date.UTC(2025, 0, 1, 23) } = options;
  const random = seededRandom(seed);
  const known = days * 24;
  const change = options.change ?? ((value: number) => value);
  const values = Float64Array.from({ length: known + futureHours }, (_, index) => {
    const hour = (new Date(firstAt + index * HOUR_MS).getUTCHours() + 1) % 24;
    const weekday = Math.floor(index / 24) % 7;
    const evening = Math.exp(-((hour - 19) ** 2) / 8) * 900 + Math.exp(-((hour - 7) ** 2) / 4) * 400;
    const level = 1 + 0.2 * Math.sin(index / 500);
    return Math.max(0, (250 + evening * (weekday >= 5 ? 1.3 : 1)) * level + (random() - 0.5) * 300);
  });
  return createFrame({
    firstAt,
    hours: known + futureHours,
    values: values.slice(0, known).map(change),
    timeZone,
    latitude: 50,
    longitude: 8,
    weather: new Map(),
  });
};
