import type { HourFrame } from '../features/frame.ts';
import { type Light, lightOnPlane, splitClearSky } from '../features/irradiance.ts';
import type { WeatherColumn } from '../features/weather-columns.ts';
import { clearLightOf, type Panels } from './panels.ts';

/**
 * What the weather forecast says of an hour, as far as it was issued by an origin. Which vendor and which columns does not
 * matter: radiation is taken where it is there, else it follows from cloud cover.
 */
export interface SkyForecast {
  /** NaN where the forecast has no such column or says nothing of the hour. */
  read(column: WeatherColumn, index: number): number;
  /** Light on the horizontal, W/m²; null where neither radiation nor clouds are forecast. */
  light(index: number): Light | null;
  /** Forecast against clear-sky light on the panels, 0 to about 1.3; NaN where nothing is forecast, and in the dark. */
  clearness(index: number): number;
}

const MOST_CLEARNESS = 1.4;
/** Panels with less light than this from a clear sky lie in the dark, W/m². */
const LEAST_LIGHT = 3;

/** Share of clear-sky light below so much cloud: Kasten and Czeplak, "Solar and terrestrial radiation dependent on the amount and type of cloud", 1980. */
const throughCloud = (cloudPct: number): number => 1 - 0.75 * (Math.min(100, Math.max(0, cloudPct)) / 100) ** 3.4;

/** The share of light that is diffuse by the clearness of the sky: Erbs, Klein and Duffie 1982, on clear-sky clearness. */
const diffuseShare = (clearness: number, clear: Light): number => {
  const least = clear.diffuse / Math.max(1e-9, clear.direct + clear.diffuse);
  return Math.min(1, Math.max(least, 1 - (1 - least) * Math.max(0, clearness) ** 2));
};

const first = (...values: readonly number[]): number => values.find((value) => !Number.isNaN(value)) ?? Number.NaN;

/** The forecast as read at `origin`. */
export const skyForecast = (frame: HourFrame, origin: number, panels: Panels): SkyForecast => {
  const { issued } = frame;
  const columns = new Set<string>(issued?.columns);
  const clearOf = clearLightOf(frame, panels);
  const read = (column: WeatherColumn, index: number): number =>
    issued !== null && columns.has(column) ? issued.at(column, origin, index) : Number.NaN;
  const positive = (column: WeatherColumn, index: number): number => Math.max(0, read(column, index));

  const light = (index: number): Light | null => {
    const clearGhi = frame.clearSky[index] ?? 0;
    const sine = Math.max(0.03, frame.sinElevation[index] ?? 0);
    const clear = splitClearSky(clearGhi, sine);
    const beam = first(positive('directWm2', index), positive('dniWm2', index) * sine);
    const diffuse = positive('dhiWm2', index);
    const ghi = first(positive('ghiWm2', index), beam + diffuse);
    if (!Number.isNaN(ghi)) {
      if (!Number.isNaN(diffuse)) return { direct: Math.max(0, ghi - diffuse), diffuse };
      if (!Number.isNaN(beam)) return { direct: Math.min(beam, ghi), diffuse: Math.max(0, ghi - beam) };
      const share = diffuseShare(ghi / Math.max(clearGhi, 1), clear);
      return { direct: ghi * (1 - share), diffuse: ghi * share };
    }
    const opaque = read('cloudOpacityPct', index);
    const cloud = first(read('effectiveCloudPct', index), read('cloudPct', index));
    const through = first(1 - Math.min(100, Math.max(0, opaque)) / 100, throughCloud(cloud));
    if (Number.isNaN(through)) return null;
    const share = diffuseShare(through, clear);
    return { direct: through * clearGhi * (1 - share), diffuse: through * clearGhi * share };
  };

  const kept = new Map<number, number>();
  const work = (index: number): number => {
    const clear = clearOf(index);
    if (clear < LEAST_LIGHT) return Number.NaN;
    const at = light(index);
    return at === null ? Number.NaN : Math.min(MOST_CLEARNESS, lightOnPlane(frame, panels, index, at) / clear);
  };
  return {
    read,
    light,
    clearness: (index) => {
      const found = kept.get(index) ?? work(index);
      kept.set(index, found);
      return found;
    },
  };
};

/** The first hour for which a weather forecast is there a day ahead; undefined where there is none. By frame, since issues differ. */
const firstByFrame = new WeakMap<object, { readonly hour: number | undefined }>();
const TELLING: readonly WeatherColumn[] = [
  'ghiWm2',
  'directWm2',
  'dniWm2',
  'effectiveCloudPct',
  'cloudPct',
  'cloudOpacityPct',
];

/** Whether a forecast for the noon of the local day of `index` had been issued by its start. */
export const hasSkyForecast = (frame: HourFrame, index: number): boolean => {
  const { issued } = frame;
  if (issued === null) return false;
  return TELLING.some(
    (column) => issued.columns.includes(column) && !Number.isNaN(issued.at(column, index, index + 12)),
  );
};

/** The first local midnight with a forecast of the day that begins there. */
export const skyForecastsFrom = (frame: HourFrame): number | undefined => {
  if (frame.issued === null) return undefined;
  const kept = firstByFrame.get(frame.issued);
  if (kept !== undefined) return kept.hour;
  let hour: number | undefined;
  for (let index = 0; index < frame.hours && hour === undefined; index += 1)
    if (frame.hour[index] === 0 && hasSkyForecast(frame, index)) hour = index;
  firstByFrame.set(frame.issued, { hour });
  return hour;
};
