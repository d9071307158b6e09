import { createFrame, type HourFrame } from '../../../models/features/frame.ts';
import type { WeatherIssue } from '../../../models/features/issued-weather.ts';
import { seededRandom } from '../../../models/network/random.ts';

const HOUR_MS = 3_600_000;
const FIRST_AT = Date.UTC(2026, 1, 20);

export interface ParkOptions {
  readonly days: number;
  readonly seed?: number;
  readonly timeZone?: string;
  /** What is measured from this hour on, and forecasts issued after it, come from another world. */
  readonly changedFrom?: number;
  readonly forecasts?: 'east and north' | 'speed alone' | 'none';
  /** Measured wind beside the power. */
  readonly measured?: boolean;
  readonly gaps?: number;
}

/** A wind park of 2 MW in a made-up wind, forecast twice a day for 48 h with an error that grows with the hours ahead. */
export const windPark = (options: ParkOptions): HourFrame => {
  const { days, seed = 1, changedFrom = Number.POSITIVE_INFINITY, forecasts = 'east and north', gaps = 0 } = options;
  const hours = days * 24;
  const random = seededRandom(seed);
  const other = seededRandom(seed + 77);
  const drift = (): Float64Array => {
    let now = 0;
    return Float64Array.from({ length: hours + 60 }, () => {
      now = 0.97 * now + (random() - 0.5) * 3;
      return now;
    });
  };
  const [east, north] = [drift(), drift()];
  const wind = Float64Array.from(east, (each, hour) => Math.hypot(each + 3, north[hour] ?? 0));
  const values = Float64Array.from({ length: hours }, (_, hour) => {
    const power = 2000 * Math.min(1, ((wind[hour] ?? 0) / 7) ** 3) * (0.9 + 0.1 * random());
    const gap = random() < gaps;
    if (hour >= changedFrom) return other() * 5000;
    return gap ? Number.NaN : power;
  });
  const issues: WeatherIssue[] = [];
  for (let issued = 0; issued < hours && forecasts !== 'none'; issued += 12) {
    const from = issued > changedFrom ? other : random;
    const column = (truth: (hour: number) => number): Float32Array =>
      Float32Array.from({ length: 48 }, (_, lead) => truth(issued + 1 + lead) + (from() - 0.5) * (0.5 + lead / 24));
    const columns =
      forecasts === 'speed alone'
        ? new Map([['windMs', column((hour) => wind[hour] ?? Number.NaN)]])
        : new Map([
            ['windUMs', column((hour) => (east[hour] ?? Number.NaN) + 3)],
            ['windVMs', column((hour) => north[hour] ?? Number.NaN)],
          ]);
    issues.push({ issuedAt: FIRST_AT + issued * HOUR_MS, firstHour: issued + 1, columns });
  }
  const measured = wind.slice(0, hours).map((speed, hour) => (hour >= changedFrom ? 30 * other() : speed));
  return createFrame({
    firstAt: FIRST_AT,
    hours,
    values,
    timeZone: options.timeZone ?? 'UTC',
    latitude: 54,
    longitude: 8,
    weather: new Map(),
    signals: options.measured === true ? new Map([['windMs', Float64Array.from(measured)]]) : new Map(),
    issued: issues,
  });
};
