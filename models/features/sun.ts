/**
 * Where the sun stands and what it would give without clouds. Position: Fourier series of J. W. Spencer, "Fourier series
 * representation of the position of the sun", Search 2(5), 1971 (good to about 0.1°). Clear sky: B. Haurwitz, "Insolation
 * in relation to cloudiness and cloud density", Journal of Meteorology 2, 1945.
 */
const RAD = Math.PI / 180;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface SunPosition {
  /** Sine of the elevation above the horizon, −1 to 1 (no refraction). */
  readonly sinElevation: number;
  /** Azimuth in radians from south, west positive. */
  readonly azimuth: number;
}

/** The sun at an instant (UTC ms) over a place in degrees north and east. */
export const sunPosition = (at: number, latitude: number, longitude: number): SunPosition => {
  const date = new Date(at);
  const yearStart = Date.UTC(date.getUTCFullYear(), 0, 1);
  const angle = (2 * Math.PI * ((at - yearStart) / DAY_MS)) / 365.2425;
  const declination =
    0.006918 -
    0.399912 * Math.cos(angle) +
    0.070257 * Math.sin(angle) -
    0.006758 * Math.cos(2 * angle) +
    0.000907 * Math.sin(2 * angle) -
    0.002697 * Math.cos(3 * angle) +
    0.00148 * Math.sin(3 * angle);
  const equationOfTimeMin =
    229.18 *
    (0.000075 +
      0.001868 * Math.cos(angle) -
      0.032077 * Math.sin(angle) -
      0.014615 * Math.cos(2 * angle) -
      0.040849 * Math.sin(2 * angle));
  const solarMin = ((at % DAY_MS) / DAY_MS) * 1440 + equationOfTimeMin + 4 * longitude;
  const hourAngle = (solarMin / 4 - 180) * RAD;
  const phi = latitude * RAD;
  const sinElevation =
    Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hourAngle);
  const azimuth = Math.atan2(
    Math.sin(hourAngle),
    Math.cos(hourAngle) * Math.sin(phi) - Math.tan(declination) * Math.cos(phi),
  );
  return { sinElevation, azimuth };
};

/** Global horizontal irradiance under a cloudless sky, W/m²: Haurwitz, 1098 · s · exp(−0.057 / s) with s = sin(elevation). */
export const clearSkyWm2 = (sinElevation: number): number =>
  sinElevation <= 0 ? 0 : 1098 * sinElevation * Math.exp(-0.057 / sinElevation);

/** Mean clear-sky irradiance over the hour from `at`, W/m², from four points within it. */
export const clearSkyOfHour = (at: number, latitude: number, longitude: number): number => {
  let sum = 0;
  for (const share of [0.125, 0.375, 0.625, 0.875])
    sum += clearSkyWm2(sunPosition(at + share * HOUR_MS, latitude, longitude).sinElevation);
  return sum / 4;
};
