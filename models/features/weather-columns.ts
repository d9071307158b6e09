/**
 * One name and one unit for what every vendor of weather calls differently. Known are the names of Meteomatics, Open-Meteo,
 * Solcast, NASA POWER, ECMWF, and those of our own feeds; a unit at the end of a name is read (`_kmh`, `_K`, `(°F)`).
 */

/** What a column is called here: the unit stands in the name. Radiation is on the horizontal but for `dniWm2`. */
export const WEATHER_COLUMNS = [
  'ghiWm2',
  'dniWm2',
  'dhiWm2',
  'directWm2',
  'clearSkyWm2',
  'cloudPct',
  'effectiveCloudPct',
  'cloudLowPct',
  'cloudMidPct',
  'cloudHighPct',
  'cloudOpacityPct',
  'skyClearPct',
  'sunshineMin',
  'tempC',
  'dewPointC',
  'humidityPct',
  'absoluteHumidityGm3',
  'pressureHpa',
  'airDensityKgm3',
  'visibilityM',
  'cloudBaseM',
  'ceilingM',
  'precipMm',
  'rainWaterKgm2',
  'snowWaterKgm2',
  'superCooledKgm2',
  'snowCm',
  'freshSnowCm',
  'windMs',
  'windDirDeg',
  'windUMs',
  'windVMs',
  'windGustMs',
  'wind80Ms',
  'wind100Ms',
  'wind120Ms',
  'wind80DirDeg',
  'wind100DirDeg',
  'wind120DirDeg',
  'wind100UMs',
  'wind100VMs',
  'sunAzimuthDeg',
  'sunElevationDeg',
] as const;
export type WeatherColumn = (typeof WEATHER_COLUMNS)[number];

/** canonical = source · factor + offset. */
export interface CanonicalColumn {
  readonly name: WeatherColumn;
  readonly factor: number;
  readonly offset: number;
}

type Kind = 'irradiance' | 'share' | 'temperature' | 'speed' | 'pressure' | 'length' | 'depth' | 'minutes' | 'plain';

type Unit = readonly [factor: number, offset: number];

/** Spellings (separated by spaces) with their factor, and offset where there is one, to the canonical unit. */
const units = (...lines: readonly (readonly [string, number, number?])[]): ReadonlyMap<string, Unit> =>
  new Map(
    lines.flatMap(([spellings, factor, offset]) =>
      spellings.split(' ').map((spelling): [string, Unit] => [spelling, [factor, offset ?? 0]]),
    ),
  );

/** What a unit at the end of a name means, by the kind of quantity. */
const UNITS: Readonly<Record<Kind, ReadonlyMap<string, Unit>>> = {
  irradiance: units(
    ['w wm2 wpm2 whm2 wh wsqm', 1],
    ['kwm2 kwhm2', 1000],
    ['jm2', 1 / 3600],
    ['kjm2', 1 / 3.6],
    ['mjm2', 1e6 / 3600],
  ),
  share: units(['p pct percent %', 1], ['share frac fraction flag 01', 100], ['okta oktas octas', 12.5]),
  temperature: units(['c degc celsius', 1], ['k kelvin', 1, -273.15], ['f degf fahrenheit', 5 / 9, -160 / 9]),
  speed: units(['ms mps ms1', 1], ['kmh kph', 1 / 3.6], ['mph', 0.44704], ['kn kt knots', 0.514444]),
  pressure: units(['hpa mbar mb', 1], ['kpa', 10], ['pa', 0.01]),
  length: units(['m', 1], ['km', 1000]),
  depth: units(['cm', 1], ['mm', 0.1], ['m', 100]),
  minutes: units(['min minutes', 1], ['s seconds', 1 / 60], ['h', 60]),
  plain: units(['mm d deg degrees kgm2 kgm3 gm3', 1]),
};

/** Names without separators and unit, what they are, and the unit of a name that states none. */
const NAMES: readonly (readonly [WeatherColumn, Kind, string, string])[] = [
  [
    'ghiWm2',
    'irradiance',
    'wm2',
    'ghi shortwaveradiation globalrad globalradiation globalhorizontalirradiance globalhorizontal solarradiation irradiance allskysfcswdwn swdown globirradiance globalirradiance',
  ],
  ['ghiWm2', 'irradiance', 'jm2', 'ssrd surfacesolarradiationdownwards'],
  ['dniWm2', 'irradiance', 'wm2', 'dni directnormalirradiance directnormal allskysfcswdni beamnormalirradiance'],
  [
    'dhiWm2',
    'irradiance',
    'wm2',
    'dhi diffuserad diffuseradiation diffusehorizontalirradiance diffuse diffuseirradiance allskysfcswdiff',
  ],
  [
    'directWm2',
    'irradiance',
    'wm2',
    'directrad directradiation directhorizontal directhorizontalirradiance direct bhi ebh beamhorizontalirradiance',
  ],
  [
    'clearSkyWm2',
    'irradiance',
    'wm2',
    'clearskyrad clearskyradiation clearskyghi ghiclearsky clearsky ghics clrskysfcswdwn',
  ],
  [
    'cloudPct',
    'share',
    'pct',
    'cloud clouds cloudcover cloudiness totalcloudcover cloudareafraction cloudamt cloudcovertotal cloudcoverage cldfrac',
  ],
  ['cloudPct', 'share', 'share', 'tcc'],
  ['effectiveCloudPct', 'share', 'pct', 'effectivecloudcover'],
  ['cloudLowPct', 'share', 'pct', 'cloudcoverlow lowcloudcover cloudlow'],
  ['cloudMidPct', 'share', 'pct', 'cloudcovermid mediumcloudcover midcloudcover cloudmid'],
  ['cloudHighPct', 'share', 'pct', 'cloudcoverhigh highcloudcover cloudhigh'],
  ['cloudOpacityPct', 'share', 'pct', 'cloudopacity'],
  ['skyClearPct', 'share', 'share', 'skyclear'],
  ['sunshineMin', 'minutes', 's', 'sunshineduration sunshine sunduration'],
  [
    'tempC',
    'temperature',
    'c',
    'temp temperature t t1000 t1000hpa t2m temperature2m airtemp airtemperature ambienttemperature outdoortemperature outdoortemp tair temp2m',
  ],
  ['tempC', 'temperature', 'k', '2t'],
  ['dewPointC', 'temperature', 'c', 'dewpoint dewpoint2m dewpointtemperature t2mdew dew'],
  ['humidityPct', 'share', 'pct', 'humidity relativehumidity relativehumidity1000hpa relativehumidity2m rh rh2m hum'],
  ['absoluteHumidityGm3', 'plain', 'gm3', 'absolutehumidity absolutehumidity2m'],
  [
    'pressureHpa',
    'pressure',
    'hpa',
    'pressure mslpressure pressuremsl surfacepressure airpressure pressuresurface sfcpressure',
  ],
  ['airDensityKgm3', 'plain', 'kgm3', 'airdensity airdensity2m density'],
  ['visibilityM', 'length', 'm', 'visibility'],
  ['cloudBaseM', 'length', 'm', 'cloudbaseagl cloudbase'],
  ['ceilingM', 'length', 'm', 'ceilingheightagl ceiling'],
  [
    'precipMm',
    'plain',
    'mm',
    'precip precipitation precip5min precip1h rain precipitationamount prectotcorr totalprecipitation',
  ],
  ['rainWaterKgm2', 'plain', 'kgm2', 'rainwater'],
  ['snowWaterKgm2', 'plain', 'kgm2', 'snowwater'],
  ['superCooledKgm2', 'plain', 'kgm2', 'supercooledliquidwater'],
  ['snowCm', 'depth', 'cm', 'snow snowdepth snowheight'],
  ['freshSnowCm', 'depth', 'cm', 'freshsnow freshsnow1h snowfall'],
  ['windMs', 'speed', 'ms', 'wind windspeed windspeed10m ws ws10m wind10m wspd windvelocity'],
  [
    'windDirDeg',
    'plain',
    'deg',
    'winddir winddirection winddirection10m winddir10m windfrom windbearing wd wd10m wdir windfromdirection',
  ],
  ['windUMs', 'speed', 'ms', 'u u10 u10m windspeedu10m windu windu10m 10u'],
  ['windVMs', 'speed', 'ms', 'v v10 v10m windspeedv10m windv windv10m 10v'],
  ['windGustMs', 'speed', 'ms', 'gust gusts windgust windgusts windgusts10m windspeedgust'],
  ['wind80Ms', 'speed', 'ms', 'windspeed80m wind80 wind80m'],
  ['wind100Ms', 'speed', 'ms', 'windspeed100m wind100 wind100m ws100m hubwind windspeedhub'],
  ['wind120Ms', 'speed', 'ms', 'windspeed120m wind120 wind120m'],
  ['wind80DirDeg', 'plain', 'deg', 'winddirection80m wind80dir'],
  ['wind100DirDeg', 'plain', 'deg', 'winddirection100m wind100dir wd100m'],
  ['wind120DirDeg', 'plain', 'deg', 'winddirection120m wind120dir'],
  ['wind100UMs', 'speed', 'ms', 'u100 u100m windspeedu100m wind100u 100u'],
  ['wind100VMs', 'speed', 'ms', 'v100 v100m windspeedv100m wind100v 100v'],
  ['sunAzimuthDeg', 'plain', 'deg', 'sunazimuth solarazimuth azimuth'],
  ['sunElevationDeg', 'plain', 'deg', 'sunelevation solarelevation elevation sunaltitude'],
];

const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9%]/g, '');

const BY_NAME = new Map(
  NAMES.flatMap(([name, kind, unit, names]) => names.split(' ').map((each) => [each, { name, kind, unit }] as const)),
);
const CANONICAL = new Map<string, WeatherColumn>(WEATHER_COLUMNS.map((name) => [plain(name), name]));

/** What a vendor's column is here, with its unit; null where the name is not known, and such a column is best left out. */
export const canonicalWeather = (column: string): CanonicalColumn | null => {
  const whole = plain(column);
  const canonical = CANONICAL.get(whole);
  if (canonical !== undefined) return { name: canonical, factor: 1, offset: 0 };
  const exact = BY_NAME.get(whole);
  if (exact !== undefined) {
    const [factor, offset] = UNITS[exact.kind].get(exact.unit) ?? [1, 0];
    return { name: exact.name, factor, offset };
  }
  // The longest name first, so that `wind_speed_10m_ms` is not the wind with the unit `speed_10m_ms`.
  for (let length = whole.length - 1; length > 0; length -= 1) {
    const known = BY_NAME.get(whole.slice(0, length));
    const unit = known === undefined ? undefined : UNITS[known.kind].get(whole.slice(length));
    if (known !== undefined && unit !== undefined) return { name: known.name, factor: unit[0], offset: unit[1] };
  }
  return null;
};
