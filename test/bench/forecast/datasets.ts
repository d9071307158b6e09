import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createFrame, type HourFrame } from '../../../models/features/frame.ts';
import type { ForecastTarget } from '../../../models/forecast/types.ts';
import { type Columns, type Hours, hourEnergies, hourMeans, readColumns } from './columns.ts';
import { readSiteWeather, readWindForecasts } from './issued.ts';

/** Where the development sets lie: beside the repository, since they are no part of it. */
export const DATA_FOLDER = resolve(import.meta.dirname, '../../../../shared/data');
export const dataIsThere = (): boolean => existsSync(DATA_FOLDER);

const DAY_MS = 86_400_000;

/** One stretch of test weeks, as indices of the frame. */
export interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** One series of one place with the weeks on which forecasts of it are judged. */
export interface Dataset {
  readonly set: string;
  readonly home: string;
  readonly target: ForecastTarget;
  readonly unit: string;
  readonly frame: HourFrame;
  readonly spans: readonly Span[];
  /** Whether Prophet takes part: it knows no weather, so only homes ask it. */
  readonly prophet: boolean;
}

export interface LazyDataset {
  readonly set: string;
  readonly home: string;
  readonly target: ForecastTarget;
  read(): Dataset;
}

const file = (...parts: readonly string[]): string => join(DATA_FOLDER, ...parts);

interface Place {
  readonly timeZone: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** Test weeks: a name and the local day with which they begin. */
interface Weeks {
  readonly name: string;
  readonly day: string;
  readonly days?: number;
}
const EIGHT_WEEKS = 56;

const spansOf = (frame: HourFrame, weeks: readonly Weeks[]): readonly Span[] =>
  weeks.map(({ name, day, days = EIGHT_WEEKS }) => {
    const first = Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
    const from = frame.indexOfLocal(first, 0);
    if (from === undefined) throw new Error(`${day} lies outside the data`);
    return { name, from, to: Math.min(frame.hours, frame.indexOfLocal(first + days, 0) ?? frame.hours) };
  });

interface Source {
  readonly set: string;
  readonly home: string;
  readonly target: ForecastTarget;
  readonly unit: string;
  readonly place: Place;
  readonly weeks: readonly Weeks[];
  readonly hours: () => Hours;
  readonly more?: (hours: Hours) => Partial<Parameters<typeof createFrame>[0]>;
}

const lazy = (source: Source): LazyDataset => {
  const { set, home, target, unit } = source;
  const read = (): Dataset => {
    const hours = source.hours();
    const { firstAt, values } = hours;
    const base = { firstAt, hours: values.length, values, ...source.place, weather: new Map() };
    const frame = createFrame({ ...base, ...source.more?.(hours) });
    // A sensor that is silent at night has nothing to say: no sun is no power.
    if (target === 'solar')
      for (let hour = 0; hour < frame.hours; hour += 1)
        if (Number.isNaN(frame.values[hour]) && (frame.clearSky[hour] ?? 0) <= 0) frame.values[hour] = 0;
    const prophet = target === 'load' || (target === 'solar' && frame.issued === null);
    return { set, home, target, unit, frame, spans: spansOf(frame, source.weeks), prophet };
  };
  return { set, home, target, read };
};

const scaledHours = (columns: Columns, name: string, perHour: number, factor: number): Hours => {
  const { firstAt, values } = hourMeans(columns.timesOf('timestamp_utc'), columns.numbersOf(name), perHour);
  return { firstAt, values: values.map((value) => value * factor) };
};

const fontana = (home: string, target: 'load' | 'solar'): LazyDataset =>
  lazy({
    set: 'fontana',
    home,
    target,
    unit: 'kW',
    place: { timeZone: 'America/Los_Angeles', latitude: 34.1, longitude: -117.4 },
    weeks: [
      { name: 'winter', day: '2016-12-15' },
      { name: 'summer', day: '2017-06-01' },
    ],
    hours: () =>
      scaledHours(
        readColumns(file('fontana_ca_homes', `home_${home}_hourly.csv.gz`)),
        target === 'load' ? 'load_kwh' : 'pv_kwh',
        1,
        1,
      ),
  });

const COUNTERS = ['pv', 'import', 'export', 'battery_charge', 'battery_discharge'] as const;
/** Two hours without a word of any counter are a logger that was off. */
const SILENT_SLOTS = 12;

const eschborn = (target: 'load' | 'solar'): LazyDataset =>
  lazy({
    set: 'eschborn',
    home: 'eschborn',
    target,
    unit: 'kW',
    place: { timeZone: 'Europe/Berlin', latitude: 50.16, longitude: 8.55 },
    weeks: [
      { name: 'winter', day: '2024-12-15' },
      { name: 'summer', day: '2025-06-01' },
    ],
    hours: () => {
      const columns = readColumns(file('eschborn_de_home', 'counters_10min.csv.gz'));
      const { firstAt, energies } = hourEnergies(
        columns.timesOf('timestamp_utc'),
        COUNTERS.map((name) => columns.numbersOf(`${name}_total_kwh`)),
        SILENT_SLOTS,
      );
      const [pv, bought, sold, charged, discharged] = energies;
      const at = (series: Float64Array | undefined, hour: number): number => series?.[hour] ?? Number.NaN;
      const load = (value: number, hour: number): number =>
        Math.max(0, value + at(bought, hour) - at(sold, hour) + at(discharged, hour) - at(charged, hour));
      const solar = pv ?? new Float64Array(0);
      return { firstAt, values: target === 'solar' ? solar : solar.map(load) };
    },
  });

const emhass = (target: 'load' | 'solar'): LazyDataset =>
  lazy({
    set: 'emhass',
    home: 'emhass',
    target,
    unit: 'kW',
    place: { timeZone: 'Europe/Paris', latitude: 46, longitude: 3 },
    weeks: [
      { name: 'winter', day: '2024-12-15' },
      { name: 'summer', day: '2024-07-01' },
    ],
    hours: () =>
      scaledHours(
        readColumns(file('emhass_fr_home', 'home_30min.csv.gz')),
        target === 'load' ? 'load_w' : 'pv_w',
        2,
        0.001,
      ),
  });

const ausgrid = (target: 'load' | 'solar'): LazyDataset =>
  lazy({
    set: 'ausgrid',
    home: '12',
    target,
    unit: 'kW',
    place: { timeZone: 'Australia/Sydney', latitude: -33.87, longitude: 151.2 },
    weeks: [
      { name: 'summer', day: '2011-12-15' },
      { name: 'winter', day: '2012-05-01' },
    ],
    hours: () =>
      scaledHours(
        readColumns(file('ausgrid_au_home', 'home12_30min.csv.gz')),
        target === 'load' ? 'load_kw' : 'pv_kw',
        2,
        1,
      ),
  });

const siteA: LazyDataset = lazy({
  set: 'site-a',
  home: 'site-a',
  target: 'solar',
  unit: 'kWh/h (relative)',
  place: { timeZone: 'Europe/Oslo', latitude: 63.4, longitude: 10.4 },
  weeks: [{ name: 'spring', day: '2023-02-01', days: 89 }],
  hours: () =>
    scaledHours(readColumns(file('pv_forecast_no_site_a', 'site_a_pv_hourly.csv.gz')), 'pv_measurement', 1, 1),
  more: ({ firstAt }) => ({
    issued: readSiteWeather(file('pv_forecast_no_site_a', 'site_a_weather_forecast_15min.csv.gz'), firstAt),
  }),
});

const windFarm = (farm: string): LazyDataset =>
  lazy({
    set: 'gefcom2012',
    home: farm,
    target: 'wind',
    unit: 'share of capacity',
    place: { timeZone: 'UTC', latitude: 45, longitude: 0 },
    weeks: [
      { name: 'summer', day: '2010-07-01' },
      { name: 'winter', day: '2010-11-01' },
    ],
    hours: () => scaledHours(readColumns(file('wind_gefcom2012', 'power_hourly.csv.gz')), `wp${farm}`, 1, 1),
    more: ({ firstAt }) => ({
      issued: readWindForecasts(file('wind_gefcom2012', `forecast_wf${farm}.csv.gz`), firstAt),
    }),
  });

const SIGNALS = ['load_mw', 'renewable_mw', 'solar_mw', 'residual_load_mw'] as const;

const priceDeLu: LazyDataset = lazy({
  set: 'price-de-lu',
  home: 'DE_LU',
  target: 'price',
  unit: 'EUR/MWh',
  place: { timeZone: 'Europe/Berlin', latitude: 50, longitude: 10 },
  weeks: [
    { name: 'winter', day: '2025-01-15' },
    { name: 'summer', day: '2025-06-01' },
  ],
  hours: () =>
    scaledHours(readColumns(file('price_de_lu', 'price_de_lu_hourly.csv.gz')), 'day_ahead_eur_per_mwh', 1, 1),
  more: () => {
    const columns = readColumns(file('price_de_lu', 'price_de_lu_hourly.csv.gz'));
    return { signals: new Map(SIGNALS.map((name) => [name, scaledHours(columns, name, 1, 1).values])) };
  },
});

const priceWest = (country: string, timeZone: string, latitude: number, longitude: number): LazyDataset =>
  lazy({
    set: 'price-west',
    home: country.toUpperCase(),
    target: 'price',
    unit: 'EUR/MWh',
    place: { timeZone, latitude, longitude },
    weeks: [
      { name: 'winter', day: '2019-12-01' },
      { name: 'summer', day: '2020-06-01' },
    ],
    hours: () =>
      scaledHours(readColumns(file('price_west_eu_2019_2020', 'price_hourly.csv.gz')), `${country}_eur_per_mwh`, 1, 1),
  });

const HOMES = ['01', '03', '09', '17'] as const;

/** All development sets; nothing is read before it is asked for. */
export const DATASETS: readonly LazyDataset[] = [
  ...(['load', 'solar'] as const).flatMap((target) => [
    ...HOMES.map((home) => fontana(home, target)),
    eschborn(target),
    emhass(target),
    ausgrid(target),
  ]),
  siteA,
  ...['1', '2', '3', '5'].map(windFarm),
  priceDeLu,
  priceWest('de', 'Europe/Berlin', 50, 10),
  priceWest('fr', 'Europe/Paris', 47, 2),
  priceWest('es', 'Europe/Madrid', 40, -4),
  priceWest('nl', 'Europe/Amsterdam', 52, 5),
];
