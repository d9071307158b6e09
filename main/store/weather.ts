import type Database from 'better-sqlite3';
import type { WeatherDay, WeatherRepository } from './types.ts';

export const createWeatherRepository = (db: Database.Database): WeatherRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO weather_days (site_id, day, temperature_max_c, temperature_mean_c, temperature_min_c,
     sunshine_s, daylight_s, cloud_cover_pct, wind_max_kmh, source)
     VALUES (@siteId, @day, @temperatureMaxC, @temperatureMeanC, @temperatureMinC, @sunshineS, @daylightS,
     @cloudCoverPct, @windMaxKmh, @source)`,
  );
  const range = db.prepare<[string, string, string], WeatherDay>(
    `SELECT day, temperature_max_c AS temperatureMaxC, temperature_mean_c AS temperatureMeanC,
     temperature_min_c AS temperatureMinC, sunshine_s AS sunshineS, daylight_s AS daylightS,
     cloud_cover_pct AS cloudCoverPct, wind_max_kmh AS windMaxKmh, source
     FROM weather_days WHERE site_id = ? AND day >= ? AND day <= ? ORDER BY day`,
  );
  return {
    upsert: (siteId, days) => {
      db.transaction(() => {
        for (const day of days) put.run({ ...day, siteId });
      })();
    },
    range: (siteId, fromDay, toDay) => range.all(siteId, fromDay, toDay),
  };
};
