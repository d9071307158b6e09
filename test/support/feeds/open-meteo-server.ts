import type { Answered, Asked } from './feed-server.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** Middling weather; radiation only while a plain sun is up between 8 and 14 UTC. */
const valueAt = (name: string, stampS: number): number => {
  const hour = (stampS / HOUR_S - 0.5) % 24;
  if (/radiation|irradiance/.test(name))
    return hour < 8 || hour > 14 ? 0 : Math.round(300 * Math.sin(((hour - 8) / 6) * Math.PI));
  if (name === 'pressure_msl') return 1012;
  return name === 'snow_depth' ? 0 : 10;
};

const UNITS: Readonly<Record<string, string>> = { temperature_2m: '°C', wind_speed_10m: 'm/s' };

/**
 * Any of Open-Meteo's hosts as the vendor describes them: parallel arrays, errors with a reason, members under suffixed
 * names, no `Retry-After` and no cache headers.
 */
export const openMeteoAnswers =
  (now: () => number) =>
  ({ path, query }: Asked): Answered => {
    const refuse = (reason: string): Answered => ({ status: 400, body: { error: true, reason } });
    if (!['/v1/forecast', '/v1/archive', '/v1/ensemble'].includes(path)) return { status: 404, body: 'Not Found' };
    const names = (query.get('hourly') ?? '').split(',');
    const unknown = names.find(
      (name) =>
        !/^(temperature_2m|relative_humidity_2m|precipitation|cloud_cover|pressure_msl|wind_(speed|direction)_10m|shortwave_radiation|direct_normal_irradiance|diffuse_radiation|snow_depth)$/.test(
          name,
        ),
    );
    if (unknown !== undefined)
      return refuse(`Cannot initialize WeatherVariable from invalid String value ${unknown} for key hourly`);
    if (query.get('timeformat') !== 'unixtime') return refuse('These tests want unixtime.');
    if (path === '/v1/archive' && !query.has('start_date')) return refuse("Parameter 'start_date' is required");
    if (path === '/v1/ensemble' && !query.has('models')) return refuse("Parameter 'models' is required");
    const today = Math.floor(now() / 1000 / DAY_S) * DAY_S;
    const dayOf = (name: string, otherwise: number): number => {
      const text = query.get(name);
      return text === null ? otherwise : Date.parse(text) / 1000;
    };
    const from = dayOf('start_date', today - Number(query.get('past_days') ?? 0) * DAY_S);
    const end = dayOf('end_date', today + (Number(query.get('forecast_days') ?? 7) - 1) * DAY_S) + DAY_S;
    const time = Array.from({ length: (end - from) / HOUR_S }, (_, hour) => from + hour * HOUR_S);
    const hourly: Record<string, readonly number[]> = { time };
    for (const name of names) hourly[name] = time.map((stamp) => valueAt(name, stamp));
    if (path === '/v1/ensemble')
      for (let member = 1; member < 20; member += 1)
        hourly[`shortwave_radiation_member${String(member).padStart(2, '0')}`] = time.map(
          (stamp) => valueAt('shortwave_radiation', stamp) * (0.5 + member / 20),
        );
    return {
      body: {
        ...{ latitude: 52.52, longitude: 13.42, generationtime_ms: 0.1, utc_offset_seconds: 0, timezone: 'GMT' },
        ...{ timezone_abbreviation: 'GMT', elevation: 38 },
        hourly_units: Object.fromEntries(names.map((name) => [name, UNITS[name] ?? ''])),
        hourly,
      },
    };
  };
