import type { WeatherColumn } from '../features/weather-columns.ts';
import { feature, type PriceFeature } from './price-feature.ts';

const issued = (name: string, unit: string, doc: string, column: WeatherColumn, divisor: number): PriceFeature =>
  feature(name, 'hour', unit, doc, ({ frame, origin, target }) => {
    const value = frame.issued?.at(column, origin, target) ?? Number.NaN;
    return Number.isNaN(value) ? 0 : value / divisor;
  });

/** The site's own weather forecast as it was issued by the origin; 0 where there is none. */
export const WEATHER_FEATURES: readonly PriceFeature[] = [
  issued('sun_forecast', 'kW/m²', 'Forecast irradiance on the horizontal at the site', 'ghiWm2', 1000),
  issued('wind_forecast', '10 m/s', 'Forecast wind speed at the site', 'windMs', 10),
  issued('temperature_forecast', '10 °C', 'Forecast temperature at the site', 'tempC', 10),
];
