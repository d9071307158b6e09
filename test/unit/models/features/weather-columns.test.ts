import { describe, expect, test } from 'vitest';
import { canonicalWeather, WEATHER_COLUMNS } from '../../../../models/features/weather-columns.ts';

const read = (column: string, value: number): readonly [string, number] | null => {
  const found = canonicalWeather(column);
  return found === null ? null : [found.name, Math.round((value * found.factor + found.offset) * 1000) / 1000];
};

describe('names of weather columns', () => {
  test.each([
    ['direct_rad_W', 500, 'directWm2', 500],
    ['diffuse_rad_W', 90, 'dhiWm2', 90],
    ['clear_sky_rad_W', 700, 'clearSkyWm2', 700],
    ['total_cloud_cover_p', 75, 'cloudPct', 75],
    ['effective_cloud_cover_p', 75, 'effectiveCloudPct', 75],
    ['t_1000hPa_K', 273.15, 'tempC', 0],
    ['dew_point_2m_K', 283.15, 'dewPointC', 10],
    ['relative_humidity_1000hPa_p', 92.7, 'humidityPct', 92.7],
    ['msl_pressure_hPa', 1001, 'pressureHpa', 1001],
    ['precip_5min_mm', 0.2, 'precipMm', 0.2],
    ['snow_depth_cm', 12, 'snowCm', 12],
    ['fresh_snow_1h_cm', 1, 'freshSnowCm', 1],
    ['wind_speed_10m_ms', 3, 'windMs', 3],
    ['wind_speed_u_10m_ms', -2, 'windUMs', -2],
    ['sun_elevation_d', 12, 'sunElevationDeg', 12],
    ['shortwave_radiation (W/m²)', 400, 'ghiWm2', 400],
    ['direct_normal_irradiance', 800, 'dniWm2', 800],
    ['temperature_2m (°C)', 4, 'tempC', 4],
    ['temperature_f', 32, 'tempC', 0],
    ['cloudcover', 40, 'cloudPct', 40],
    ['cloud_cover_low', 40, 'cloudLowPct', 40],
    ['wind_speed_kmh', 36, 'windMs', 10],
    ['wind_dir_deg', 270, 'windDirDeg', 270],
    ['u_ms', 1, 'windUMs', 1],
    ['cloud_opacity_pct', 30, 'cloudOpacityPct', 30],
    ['sky_clear_flag', 1, 'skyClearPct', 100],
    ['ssrd', 3_600_000, 'ghiWm2', 1000],
    ['tcc', 0.5, 'cloudPct', 50],
    ['snowDepthM', 0.2, 'snowCm', 20],
    ['windFromDeg', 90, 'windDirDeg', 90],
    ['precipitationMm', 1.5, 'precipMm', 1.5],
    ['pressure_pa', 101_300, 'pressureHpa', 1013],
  ])('%s', (column, value, name, canonical) => {
    expect(read(column, value)).toEqual([name, canonical]);
  });

  test('own names stand for themselves', () => {
    for (const name of WEATHER_COLUMNS) expect(read(name, 2)).toEqual([name, 2]);
  });

  test('a name that nobody knows is said to be unknown', () => {
    for (const column of ['', 'mood', 'direct_rad_1h_J', 'is_day_idx', 'wind_speed_bananas'])
      expect(canonicalWeather(column)).toBeNull();
  });
});
