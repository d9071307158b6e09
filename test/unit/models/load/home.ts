import { createFrame, type HourFrame } from '../../../../models/features/frame.ts';
import { seededRandom } from '../../../../models/network/random.ts';

/** A home of habits with chance: breakfast, evening, weekends; W. */
export const habitualHome = (options: {
  readonly days: number;
  readonly seed?: number;
  readonly timeZone?: string;
  readonly added?: (hour: number) => number;
}): HourFrame => {
  const { days, seed = 1, timeZone = 'Europe/Berlin', added = () => 0 } = options;
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: days * 24 }, (_, index) => {
    const hour = index % 24;
    const evening = hour >= 17 && hour < 22 ? 900 : 0;
    const morning = hour >= 6 && hour < 8 ? 500 : 0;
    const cooking = random() < 0.1 ? 1200 * random() : 0;
    return 200 + 150 * random() + (evening + morning) * (0.5 + random()) + cooking + added(index);
  });
  return createFrame({
    firstAt: Date.UTC(2025, 0, 6),
    hours: values.length,
    values,
    timeZone,
    latitude: 50,
    longitude: 8,
    weather: new Map(),
  });
};
