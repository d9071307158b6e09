import type { HourFrame } from '../features/frame.ts';
import { type GroupedInput, inGroup } from '../features/inputs.ts';
import type { FeatureDoc } from '../learners/types.ts';
import type { HubWind, WindOutlook } from './hub-wind.ts';
import type { WindSite } from './wind-site.ts';
import type { WindState } from './wind-state.ts';

/** Everything that is known of one hour to forecast. */
export interface WindMoment {
  readonly frame: HourFrame;
  readonly target: number;
  readonly lead: number;
  readonly site: WindSite;
  readonly state: WindState;
  readonly outlook: WindOutlook;
  /** Whether a forecast covers this hour. Where none does, `wind` and all its neighbours are calm at the mean speed. */
  readonly covered: boolean;
  /** The hour's mean by the newest run, and by the runs before it (where one is missing, the one after it). */
  readonly runs: readonly HubWind[];
  readonly runsMean: HubWind;
  /** At the start of the hour `offset` hours away. */
  readonly near: (offset: number) => HubWind;
  /** Shares of capacity: the curve of the runs' mean, of the newest run, with the direction, and of the 7 hours around. */
  readonly curve: number;
  readonly curveNewest: number;
  readonly curveTurned: number;
  readonly curveAround: number;
  /** The usual share of this hour: the last month with the shape of a day. */
  readonly usual: number;
}

export interface WindFeature extends FeatureDoc {
  readonly value: (moment: WindMoment) => number;
}

const feature = (name: string, unit: string, doc: string, value: WindFeature['value']): WindFeature => ({
  name,
  unit,
  doc,
  value,
});

const yearAngle = ({ frame, target }: WindMoment): number => 2 * Math.PI * (frame.yearShare[target] ?? 0);
const dayAngle = ({ frame, target }: WindMoment): number => (2 * Math.PI * (frame.hour[target] ?? 0)) / 24;
const orNothing = (value: number): number => (Number.isFinite(value) ? value : 0);
/** Fades with the age of the newest measurement. */
const fading = ({ lead, state }: WindMoment, hours: number): number => Math.exp(-(lead + state.lastAgeHours) / hours);

const NEIGHBOURS = [-3, -2, -1, 1, 2, 3] as const;
const AROUND: readonly number[] = [-3, -2, -1, 0, 1, 2, 3];
const hoursAway = (offset: number): string => `${Math.abs(offset)} h ${offset < 0 ? 'before' : 'after'}`;

const spreadOfRuns = ({ runs, runsMean }: WindMoment): number =>
  Math.sqrt(runs.reduce((sum, run) => sum + (run.speed - runsMean.speed) ** 2, 0) / runs.length);

/** kg/m³ of dry air from temperature and pressure; 0 where they are not forecast. */
const airDensity = ({ outlook, target }: WindMoment): number => {
  const stated = outlook.column('airDensityKgm3', target);
  if (!Number.isNaN(stated)) return stated;
  const kelvin = outlook.column('tempC', target) + 273.15;
  const pascal = 100 * orNothing(outlook.column('pressureHpa', target));
  return orNothing((pascal > 0 ? pascal : 101_325) / (287.05 * kelvin));
};

const near = (moment: WindMoment): HubWind => moment.near(0);

/** Forecast wind of the newest run. Speeds are at the hub, and say where the wind blows to. */
const WIND: readonly WindFeature[] = [
  feature('covered', '1', '1 where a wind forecast covers the hour, else 0.', ({ covered }) => (covered ? 1 : 0)),
  feature('speed', 'm/s', 'Forecast wind at the start of the hour.', (m) => near(m).speed),
  feature('speedHour', 'm/s', 'Forecast wind over the hour, newest run.', ({ runs }) => runs[0]?.speed ?? 0),
  ...NEIGHBOURS.map((offset) =>
    feature(
      `speed${offset < 0 ? '' : '+'}${offset}h`,
      'm/s',
      `Forecast wind ${hoursAway(offset)}.`,
      (m) => m.near(offset).speed,
    ),
  ),
  feature('east', 'm/s', 'Wind to the east at the start of the hour.', (m) => near(m).east),
  feature('north', 'm/s', 'Wind to the north at the start of the hour.', (m) => near(m).north),
  feature('east-2h', 'm/s', 'Wind to the east 2 h before.', (m) => m.near(-2).east),
  feature('north-2h', 'm/s', 'Wind to the north 2 h before.', (m) => m.near(-2).north),
  feature('east+3h', 'm/s', 'Wind to the east 3 h after.', (m) => m.near(3).east),
  feature('north+3h', 'm/s', 'Wind to the north 3 h after.', (m) => m.near(3).north),
  feature('directionSin', '1', 'Sine of where the wind blows to.', (m) =>
    Math.sin(Math.atan2(near(m).east, near(m).north)),
  ),
  feature('directionCos', '1', 'Cosine of where the wind blows to.', (m) =>
    Math.cos(Math.atan2(near(m).east, near(m).north)),
  ),
  feature(
    'speed7h',
    'm/s',
    'Forecast wind over the 7 hours around.',
    (m) => AROUND.reduce((sum, offset) => sum + m.near(offset).speed, 0) / AROUND.length,
  ),
  feature(
    'energy7h',
    '(10 m/s)³',
    'Cube of the forecast wind over the 7 hours around: the power in the air.',
    (m) => AROUND.reduce((sum, offset) => sum + (m.near(offset).speed / 10) ** 3, 0) / AROUND.length,
  ),
  feature('rise', 'm/s', 'Forecast wind 3 h after less 3 h before.', (m) => m.near(3).speed - m.near(-3).speed),
];

const RUNS: readonly WindFeature[] = [
  feature(
    'runsSpeed',
    'm/s',
    'Forecast wind over the hour, mean of the newest runs.',
    ({ runsMean }) => runsMean.speed,
  ),
  feature('runsEast', 'm/s', 'The same to the east.', ({ runsMean }) => runsMean.east),
  feature('runsNorth', 'm/s', 'The same to the north.', ({ runsMean }) => runsMean.north),
  feature('runsSpread', 'm/s', 'How far the newest runs differ.', spreadOfRuns),
  feature('runBefore', 'm/s', 'Forecast wind over the hour, one run earlier.', ({ runs }) => runs[1]?.speed ?? 0),
  feature('runBeforeEast', 'm/s', 'The same to the east.', ({ runs }) => runs[1]?.east ?? 0),
  feature('runBeforeNorth', 'm/s', 'The same to the north.', ({ runs }) => runs[1]?.north ?? 0),
  feature('runTwoBefore', 'm/s', 'Forecast wind over the hour, two runs earlier.', ({ runs }) => runs[2]?.speed ?? 0),
  feature(
    'runChange',
    'm/s',
    'Newest run less the one before.',
    ({ runs }) => (runs[0]?.speed ?? 0) - (runs[1]?.speed ?? 0),
  ),
  feature('runAge', 'h', 'Hours from the issue of the newest run.', (m) =>
    m.covered ? m.outlook.ageHours(m.target) : 72,
  ),
];

const AIR: readonly WindFeature[] = [
  feature('gust', 'm/s', 'Forecast gust above the wind at 10 m; 0 where not forecast.', ({ outlook, target }) =>
    orNothing(outlook.column('windGustMs', target) - outlook.column('windMs', target)),
  ),
  feature('shear', '1', 'Wind at 100 m against 10 m; 0 where not forecast.', ({ outlook, target }) =>
    orNothing(outlook.column('wind100Ms', target) / Math.max(0.5, outlook.column('windMs', target))),
  ),
  feature('airDensity', 'kg/m³', 'Density of the air; 0 where not forecast.', airDensity),
];

const CURVE: readonly WindFeature[] = [
  feature('curve', 'share', 'Learnt power curve at the mean of the newest runs.', ({ curve }) => curve),
  feature('curveNewest', 'share', 'Learnt power curve at the newest run.', ({ curveNewest }) => curveNewest),
  feature('curveAround', 'share', 'Learnt power curve over the 7 hours around.', ({ curveAround }) => curveAround),
];

const USUAL: readonly WindFeature[] = [
  feature('usual', 'share', 'Mean of 30 days with the usual course of a day.', ({ usual }) => usual),
];

const LEAD: readonly WindFeature[] = [feature('lead', 'h', 'Hours ahead.', ({ lead }) => lead)];

const MEASURED: readonly WindFeature[] = [
  feature('last', 'share', 'Newest measured power.', ({ state }) => state.last),
  feature(
    'lastFading',
    'share',
    'Newest measured power above the usual, fading.',
    (m) => (m.state.last - m.usual) * fading(m, m.site.fadeHours),
  ),
  feature('mean3h', 'share', 'Power over 3 h before.', ({ state }) => state.mean3h),
  feature('mean24h', 'share', 'Power over 24 h before.', ({ state }) => state.mean24h),
  feature('spread24h', 'share', 'Spread of power over 24 h before.', ({ state }) => state.spread24h),
  feature(
    'missedFading',
    'share',
    'Power above the curve in the hours before, fading.',
    (m) => m.state.missedNow * fading(m, 6),
  ),
  feature('missedNow', 'share', 'Power above the curve in the hours before.', ({ state }) => state.missedNow),
  feature('missedDay', 'share', 'Power above the curve over 24 h before.', ({ state }) => state.missedDay),
  feature(
    'measuredFading',
    'm/s',
    'Measured wind at the site, fading; 0 without.',
    (m) => m.state.measuredSpeed * fading(m, 6),
  ),
  feature(
    'measuredAhead',
    'm/s',
    'Measured less forecast wind, fading; 0 without.',
    (m) => m.state.gustsAhead * fading(m, 6),
  ),
  feature('pressureRise', 'hPa', 'Change of measured pressure over 6 h; 0 without.', ({ state }) => state.pressureRise),
];

const CALENDAR: readonly WindFeature[] = [
  feature('hourSin', '1', 'Sine of the local hour.', (m) => Math.sin(dayAngle(m))),
  feature('hourCos', '1', 'Cosine of the local hour.', (m) => Math.cos(dayAngle(m))),
  feature('halfDaySin', '1', 'Sine of twice the local hour.', (m) => Math.sin(2 * dayAngle(m))),
  feature('halfDayCos', '1', 'Cosine of twice the local hour.', (m) => Math.cos(2 * dayAngle(m))),
  feature('yearSin', '1', 'Sine of the place in the year.', (m) => Math.sin(yearAngle(m))),
  feature('yearCos', '1', 'Cosine of the place in the year.', (m) => Math.cos(yearAngle(m))),
];

/** Inputs of every wind learner, in the order of a row. */
export const WIND_FEATURES: readonly (WindFeature & GroupedInput)[] = [
  ...inGroup('forecast wind', WIND),
  ...inGroup('forecasts of the runs before', RUNS),
  ...inGroup('forecast gusts and air', AIR),
  ...inGroup('learnt power curve', CURVE),
  ...inGroup('measured power and wind', USUAL),
  ...inGroup('calendar', LEAD),
  ...inGroup('measured power and wind', MEASURED),
  ...inGroup('calendar', CALENDAR),
];
