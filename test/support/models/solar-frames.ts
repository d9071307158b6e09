import { createFrame, type HourFrame } from '../../../models/features/frame.ts';
import { clearOnPlane, type Plane } from '../../../models/features/irradiance.ts';
import type { WeatherIssue } from '../../../models/features/issued-weather.ts';
import { seededRandom } from '../../../models/network/random.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface SolarWorld {
  readonly days: number;
  readonly seed?: number;
  readonly plane?: Plane;
  /** Watts for each W/m² on the panels. */
  readonly yieldW?: number;
  readonly timeZone?: string;
  /** Clearness of a day, 0 to 1; chance with some persistence unless said. */
  readonly clearness?: (day: number) => number;
  /** Changes what was measured, by the hour. */
  readonly measured?: (powerW: number, index: number) => number;
  readonly signals?: (frame: HourFrame) => ReadonlyMap<string, Float64Array>;
  /** Weather forecasts that tell each day's clearness the morning before. */
  readonly weather?: boolean;
}

const SOUTH_ROOF: Plane = { tilt: (35 * Math.PI) / 180, azimuth: 0 };

/** A roof near Frankfurt under days of one clearness each, measured without noise. */
export const solarWorld = (world: SolarWorld): HourFrame => {
  const { days, seed = 1, plane = SOUTH_ROOF, yieldW = 5, timeZone = 'Europe/Berlin' } = world;
  const firstAt = Date.UTC(2025, 1, 28, 23);
  const hours = days * 24;
  const place = { firstAt, hours, timeZone, latitude: 50.1, longitude: 8.6, weather: new Map() };
  const random = seededRandom(seed);
  let state = 0.7;
  const skies = Array.from({ length: days + 2 }, (_, day) => {
    state = 0.5 * state + 0.5 * random();
    return world.clearness?.(day) ?? Math.min(1, 0.2 + 0.9 * state);
  });
  const dark = createFrame({ ...place, values: new Float64Array(hours).fill(Number.NaN) });
  const values = Float64Array.from({ length: hours }, (_, index) => {
    const powerW = yieldW * clearOnPlane(dark, plane, index) * (skies[Math.floor(index / 24)] ?? 0);
    return world.measured?.(powerW, index) ?? powerW;
  });
  const issued: WeatherIssue[] = Array.from({ length: days }, (_, day) => ({
    issuedAt: firstAt + day * DAY_MS - 16 * HOUR_MS,
    firstHour: day * 24,
    columns: new Map([
      [
        'ghiWm2',
        Float32Array.from({ length: 24 }, (_, hour) => (dark.clearSky[day * 24 + hour] ?? 0) * (skies[day] ?? 0)),
      ],
      ['tempC', new Float32Array(24).fill(10)],
    ]),
  }));
  return createFrame({
    ...place,
    values,
    ...(world.signals === undefined ? {} : { signals: world.signals({ ...dark, values }) }),
    ...(world.weather === true ? { issued } : {}),
  });
};
