import type { CatalogueFeature } from './catalogue-feature.ts';
import type { FrameWeather } from './frame.ts';
import { WEATHER_COLUMNS, type WeatherColumn } from './weather-columns.ts';

/** Features of weather: of the day before the origin as it was, and of the hour as it was forecast by the origin. */

/** Below this a home is heated, above the other it is cooled (the bounds of VDI 3807 and of common practice), °C. */
const HEATED_BELOW_C = 15;
const COOLED_ABOVE_C = 22;

const ofYesterday = (
  name: string,
  unit: string,
  doc: string,
  pick: (weather: FrameWeather) => number,
): CatalogueFeature => ({
  name,
  unit,
  doc,
  group: 'temperature',
  historyHours: 0,
  needs: 'daily weather',
  of: (frame, origin) => {
    const weather = frame.weather.get((frame.day[origin] ?? 0) - 1);
    return weather === undefined ? Number.NaN : pick(weather);
  },
});

const ofForecast = (
  name: string,
  unit: string,
  doc: string,
  column: WeatherColumn,
  pick: (value: number) => number,
  group: 'temperature' | 'weather forecast',
): CatalogueFeature => ({
  name,
  unit,
  doc,
  group,
  historyHours: 0,
  needs: { forecastColumn: column },
  of: (frame, origin, target) => pick(frame.issued?.at(column, origin, target) ?? Number.NaN),
});

export const temperatureFeatures: readonly CatalogueFeature[] = [
  ofYesterday('yesterdayTempC', '°C', 'Mean temperature of the day before the origin', (w) => w.temperatureMeanC),
  ofYesterday('yesterdayHeatingC', '°C', 'What that day lacked to 15 °C', (w) =>
    Math.max(0, HEATED_BELOW_C - w.temperatureMeanC),
  ),
  ofYesterday('yesterdayCoolingC', '°C', 'What that day was above 22 °C', (w) =>
    Math.max(0, w.temperatureMeanC - COOLED_ABOVE_C),
  ),
  ofYesterday('yesterdayCloudPct', '%', 'Cloud cover of the day before the origin', (w) => w.cloudCoverPct),
  ofYesterday('yesterdaySunshineShare', '1', 'Sunshine of that day as a share of daylight', (w) => w.sunshineShare),
  ofForecast(
    'heatingC',
    '°C',
    'What the forecast temperature lacks to 15 °C',
    'tempC',
    (c) => Math.max(0, HEATED_BELOW_C - c),
    'temperature',
  ),
  ofForecast(
    'coolingC',
    '°C',
    'What the forecast temperature is above 22 °C',
    'tempC',
    (c) => Math.max(0, c - COOLED_ABOVE_C),
    'temperature',
  ),
];

/** Unit and meaning by the ending and beginning of a canonical column. */
const UNITS: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/Wm2$/, 'W/m²'],
  [/Pct$/, '%'],
  [/Min$/, 'min'],
  [/Gm3$/, 'g/m³'],
  [/Hpa$/, 'hPa'],
  [/Kgm3$/, 'kg/m³'],
  [/Kgm2$/, 'kg/m²'],
  [/Mm$/, 'mm'],
  [/Cm$/, 'cm'],
  [/Ms$/, 'm/s'],
  [/Deg$/, '°'],
  [/M$/, 'm'],
  [/C$/, '°C'],
];
const unitOf = (column: string): string => UNITS.find(([ending]) => ending.test(column))?.[1] ?? '1';
const endingOf = (column: string): RegExp => UNITS.find(([ending]) => ending.test(column))?.[0] ?? /$/;

/** `cloudLowPct` as words: "cloud low". */
const wordsOf = (column: string): string =>
  column
    .replace(endingOf(column), '')
    .replace(/([A-Z]|\d+)/g, (part) => ` ${part.toLowerCase()}`)
    .trim();

export const weatherFeatures: readonly CatalogueFeature[] = [
  ...WEATHER_COLUMNS.map((column) =>
    ofForecast(
      `forecast_${column}`,
      unitOf(column),
      `Forecast of ${wordsOf(column)} for the hour`,
      column,
      (value) => value,
      'weather forecast',
    ),
  ),
  {
    ...ofForecast(
      'forecastClearness',
      '1',
      'Forecast irradiance over the clear sky, 0 by night',
      'ghiWm2',
      (v) => v,
      'weather forecast',
    ),
    of: (frame, origin, target) => {
      const ghi = frame.issued?.at('ghiWm2', origin, target) ?? Number.NaN;
      const clear = frame.clearSky[target] ?? 0;
      return Number.isNaN(ghi) ? Number.NaN : clear > 0 ? Math.min(2, ghi / clear) : 0;
    },
  },
  ofForecast(
    'forecastWindCubed',
    'm³/s³',
    'Cube of the forecast wind speed at 100 m: the power in it',
    'wind100Ms',
    (v) => v ** 3,
    'weather forecast',
  ),
  {
    ...ofForecast(
      'forecastAgeHours',
      'h',
      'Hours from the issue of the forecast of temperature to the hour',
      'tempC',
      (v) => v,
      'weather forecast',
    ),
    of: (frame, origin, target) => frame.issued?.leadHours('tempC', origin, target) ?? Number.NaN,
  },
];
