import type { HourFrame } from '../features/frame.ts';
import type { WeatherColumn } from '../features/weather-columns.ts';

/** Wind at the height of a hub, m/s: `east` and `north` say where it blows to; both NaN where no direction is known. */
export interface HubWind {
  readonly speed: number;
  readonly east: number;
  readonly north: number;
}

const NOTHING: HubWind = { speed: Number.NaN, east: Number.NaN, north: Number.NaN };
const HUB_M = 100;
/** Of open country with hedges, as in the European Wind Atlas (roughness class 2). */
const ROUGHNESS_M = 0.1;
/** Logarithmic profile of a neutral boundary layer: speed grows with ln(height / roughness). */
const toHub = (heightM: number): number => Math.log(HUB_M / ROUGHNESS_M) / Math.log(heightM / ROUGHNESS_M);

interface Source {
  readonly speed: WeatherColumn | null;
  readonly east: WeatherColumn | null;
  readonly north: WeatherColumn | null;
  readonly fromDeg: WeatherColumn | null;
  readonly heightM: number;
}

/** Nearest to a hub first. */
const SOURCES: readonly Source[] = [
  { speed: 'wind100Ms', east: 'wind100UMs', north: 'wind100VMs', fromDeg: 'wind100DirDeg', heightM: 100 },
  { speed: 'wind120Ms', east: null, north: null, fromDeg: 'wind120DirDeg', heightM: 120 },
  { speed: 'wind80Ms', east: null, north: null, fromDeg: 'wind80DirDeg', heightM: 80 },
  { speed: 'windMs', east: 'windUMs', north: 'windVMs', fromDeg: 'windDirDeg', heightM: 10 },
];

/** Reads one column; NaN where it is not known. */
export type ReadColumn = (column: WeatherColumn) => number;

const readSource = (source: Source, read: ReadColumn): HubWind => {
  const value = (column: WeatherColumn | null): number => (column === null ? Number.NaN : read(column));
  const factor = toHub(source.heightM);
  const east = value(source.east) * factor;
  const north = value(source.north) * factor;
  const stated = value(source.speed) * factor;
  const speed = Number.isNaN(stated) ? Math.hypot(east, north) : Math.max(0, stated);
  if (!Number.isNaN(east + north)) return { speed, east, north };
  const radians = (value(source.fromDeg) * Math.PI) / 180;
  // A direction is where the wind comes from.
  return { speed, east: -speed * Math.sin(radians), north: -speed * Math.cos(radians) };
};

/** The wind at a hub out of the columns there are: the highest measured height first, else 10 m by the logarithmic profile. */
export const hubWind = (sources: readonly Source[], read: ReadColumn): HubWind => {
  for (const source of sources) {
    const wind = readSource(source, read);
    if (!Number.isNaN(wind.speed)) return wind;
  }
  return NOTHING;
};

/** The heights of which these columns say something. */
export const sourcesIn = (columns: readonly string[]): readonly Source[] => {
  const has = (column: WeatherColumn | null): boolean => column !== null && columns.includes(column);
  return SOURCES.filter(({ speed, east, north }) => has(speed) || (has(east) && has(north)));
};

/** Forecast wind as it was known at one origin. */
export interface WindOutlook {
  /** Whether any forecast of wind takes part at all. */
  readonly there: boolean;
  /** At the start of the hour `target`, by the forecast `back` runs before the newest that covers it. */
  at(target: number, back: number): HubWind;
  /** The mean of the hour `target`: its start and its end, or one of them. */
  ofHour(target: number, back: number): HubWind;
  /** Hours from the issue of the newest run to `target`; NaN where there is none. */
  ageHours(target: number): number;
  /** Any column of the newest run. */
  column(name: WeatherColumn, target: number): number;
}

const middle = (one: number, other: number): number =>
  Number.isNaN(one) ? other : Number.isNaN(other) ? one : (one + other) / 2;

/** Reads forecasts that were issued by the start of the hour `origin`, each hour once. */
export const windOutlook = (frame: HourFrame, origin: number): WindOutlook => {
  const { issued } = frame;
  const sources = sourcesIn(issued?.columns ?? []);
  const known = new Map<number, HubWind>();
  const newestColumn = sources
    .flatMap(({ speed, east }) => [speed, east])
    .find((each) => each !== null && issued?.columns.includes(each));
  const at: WindOutlook['at'] = (target, back) => {
    const key = target * 8 + back;
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const read = (column: WeatherColumn): number => issued?.atRun(column, origin, target, back) ?? Number.NaN;
    const wind = sources.length === 0 ? NOTHING : hubWind(sources, read);
    known.set(key, wind);
    return wind;
  };
  return {
    there: sources.length > 0,
    at,
    ofHour: (target, back) => {
      const [start, end] = [at(target, back), at(target + 1, back)];
      return {
        speed: middle(start.speed, end.speed),
        east: middle(start.east, end.east),
        north: middle(start.north, end.north),
      };
    },
    ageHours: (target) =>
      newestColumn === undefined || newestColumn === null
        ? Number.NaN
        : (issued?.leadHours(newestColumn, origin, target) ?? Number.NaN),
    column: (name, target) => issued?.at(name, origin, target) ?? Number.NaN,
  };
};
