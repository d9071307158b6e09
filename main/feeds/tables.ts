import type { FeedTable } from '../store/feed-types.ts';
import type { SolarServiceRow, WeatherRow } from './types.ts';

/** The columns of a packed topic: how a row's field is called in the store. Names are kept in the database. */
export const WEATHER_COLUMNS = [
  'tempC',
  'cloudPct',
  'ghiWm2',
  'dniWm2',
  'dhiWm2',
  'windMs',
  'windFromDeg',
  'humidityPct',
  'pressureHpa',
  'precipitationMm',
  'snowDepthM',
  'ghiP10Wm2',
  'ghiP90Wm2',
] as const;
export type WeatherColumn = (typeof WEATHER_COLUMNS)[number];
const SOLAR_COLUMNS = ['p10W', 'p50W', 'p90W'] as const;

/** A hole of more than a day begins a new table; a shorter one is kept as unknown steps. */
const LONGEST_HOLE_MS = 86_400_000;

interface Timed {
  readonly at: number;
  readonly stepMs: number;
}

/** Ascending rows as tables of equal steps. */
const tablesOf = <Name extends string>(
  rows: readonly (Timed & { readonly [Each in Name]?: number | null })[],
  names: readonly Name[],
): readonly FeedTable[] => {
  const groups: (typeof rows)[number][][] = [];
  for (const row of rows) {
    const last = groups.at(-1)?.at(-1);
    const follows =
      last !== undefined &&
      last.stepMs === row.stepMs &&
      (row.at - last.at) % row.stepMs === 0 &&
      row.at - last.at <= LONGEST_HOLE_MS;
    if (follows) groups.at(-1)?.push(row);
    else groups.push([row]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    const { at: startAt, stepMs } = first;
    const length = (last.at - startAt) / stepMs + 1;
    const columns = Object.fromEntries(names.map((name) => [name, new Float32Array(length).fill(Number.NaN)]));
    for (const row of group)
      for (const name of names) {
        const values = columns[name];
        if (values) values[(row.at - startAt) / stepMs] = row[name] ?? Number.NaN;
      }
    return [{ startAt, stepMs, length, columns }];
  });
};

export const weatherTables = (rows: readonly WeatherRow[]): readonly FeedTable[] => tablesOf(rows, WEATHER_COLUMNS);
export const solarTables = (rows: readonly SolarServiceRow[]): readonly FeedTable[] => tablesOf(rows, SOLAR_COLUMNS);

const valueAt = (table: FeedTable, name: string, row: number): number | null => {
  const value = table.columns[name]?.[row];
  return value === undefined || Number.isNaN(value) ? null : value;
};

/** A weather row with every field named: what nobody said is null. */
export type FullWeatherRow = Required<WeatherRow>;

/** Rows of which something is known. */
export const weatherRowsOf = (table: FeedTable): readonly FullWeatherRow[] =>
  Array.from({ length: table.length }, (_, row) => row).flatMap((row) => {
    const read = (name: WeatherColumn): number | null => valueAt(table, name, row);
    if (WEATHER_COLUMNS.every((name) => read(name) === null)) return [];
    return [
      {
        at: table.startAt + row * table.stepMs,
        stepMs: table.stepMs,
        tempC: read('tempC'),
        cloudPct: read('cloudPct'),
        ghiWm2: read('ghiWm2'),
        dniWm2: read('dniWm2'),
        dhiWm2: read('dhiWm2'),
        windMs: read('windMs'),
        windFromDeg: read('windFromDeg'),
        humidityPct: read('humidityPct'),
        pressureHpa: read('pressureHpa'),
        precipitationMm: read('precipitationMm'),
        snowDepthM: read('snowDepthM'),
        ghiP10Wm2: read('ghiP10Wm2'),
        ghiP90Wm2: read('ghiP90Wm2'),
      },
    ];
  });

export const solarRowsOf = (table: FeedTable): readonly SolarServiceRow[] =>
  Array.from({ length: table.length }, (_, row) => row).flatMap((row) => {
    const p50W = valueAt(table, 'p50W', row);
    if (p50W === null) return [];
    const at = table.startAt + row * table.stepMs;
    return [{ at, stepMs: table.stepMs, p50W, p10W: valueAt(table, 'p10W', row), p90W: valueAt(table, 'p90W', row) }];
  });
