import type { HourFrame } from '../features/frame.ts';
import { type GroupedInput, inGroup } from '../features/inputs.ts';
import type { FeatureDoc } from '../learners/types.ts';
import type { Envelope } from './envelope.ts';
import type { OutlookHour } from './outlook.ts';
import type { PastHour, PastSky } from './solar-origin.ts';

/** Everything that is known of one daylight hour to forecast. */
export interface SolarMoment {
  readonly frame: HourFrame;
  readonly target: number;
  readonly lead: number;
  /** Power under a clear sky, in the unit of the frame; above 0. */
  readonly clear: number;
  readonly envelope: Envelope;
  readonly past: PastSky;
  readonly hour: PastHour;
  /** Clearness on similar days. */
  readonly analogue: number;
  /** What the weather forecast says; null where the model has none. */
  readonly outlook: OutlookHour | null;
}

export interface SolarFeature extends FeatureDoc {
  readonly value: (moment: SolarMoment) => number;
}

const feature = (name: string, unit: string, doc: string, value: SolarFeature['value']): SolarFeature => ({
  name,
  unit,
  doc,
  value,
});
const past = (name: string, doc: string, value: (sky: PastSky) => number): SolarFeature =>
  feature(name, 'share', doc, (moment) => value(moment.past));
const hour = (name: string, doc: string, value: (hour: PastHour) => number): SolarFeature =>
  feature(name, 'share', doc, (moment) => value(moment.hour));
const outlook = (name: string, unit: string, doc: string, value: (hour: OutlookHour) => number): SolarFeature =>
  feature(name, unit, `${doc} 0 where there is no weather forecast.`, (moment) =>
    moment.outlook === null ? 0 : value(moment.outlook),
  );

/** Where the sun stands, and how far ahead. */
const SUN: readonly SolarFeature[] = [
  feature('lead', 'days', 'From the issue to the hour.', ({ lead }) => lead / 24),
  feature(
    'elevation',
    '1',
    'Sine of the sun’s elevation in the middle of the hour.',
    ({ frame, target }) => frame.sinElevation[target] ?? 0,
  ),
  feature('azimuth', '1', 'Sine of the sun’s azimuth from south: morning is negative.', ({ frame, target }) =>
    Math.sin(frame.azimuth[target] ?? 0),
  ),
  feature('clear', 'share', 'Clear-sky power of the hour against the highest of the day.', ({ clear, envelope }) =>
    envelope.peak > 0 ? Math.min(2, clear / envelope.peak) : 0,
  ),
];

/** What the panels gave at this hour before. */
const SAME_HOUR: readonly SolarFeature[] = [
  hour('hourLast', 'Clearness of this hour on the newest known day.', ({ last }) => last),
  hour('hourSecond', 'Clearness of this hour a day before that.', ({ second }) => second),
  hour('hourThird', 'Clearness of this hour two days before that.', ({ third }) => third),
  hour('hourSeventh', 'Clearness of this hour six days before that.', ({ seventh }) => seventh),
  hour('hourWeek', 'Mean clearness of this hour on 7 days.', ({ week }) => week),
  hour('hourMonth', 'Mean clearness of this hour on 28 days.', ({ month }) => month),
  hour('hourFading', 'Mean clearness of this hour, newer days heavier.', ({ fading }) => fading),
  hour('hourSpread', 'Spread of this hour’s clearness on 7 days.', ({ weekSpread }) => weekSpread),
];

/** What the panels gave on the days before. */
const PAST_DAYS: readonly SolarFeature[] = [
  past('dayLast', 'Clearness of the 24 h before the issue.', ({ days }) => days[0] ?? 0),
  past('daySecond', 'Clearness of the 24 h before those.', ({ days }) => days[1] ?? 0),
  past('dayThird', 'Clearness of the 24 h before those.', ({ days }) => days[2] ?? 0),
  past('week', 'Clearness of 7 days.', ({ week }) => week),
  past('month', 'Clearness of 28 days.', ({ month }) => month),
  past('fading', 'Clearness of all days, newer ones heavier.', ({ fading }) => fading),
  past('weekSpread', 'Spread of the days of the week.', ({ weekSpread }) => weekSpread),
  past('weekBest', 'The clearest day of the week.', ({ weekBest }) => weekBest),
  past('weekWorst', 'The dullest day of the week.', ({ weekWorst }) => weekWorst),
  past('newest', 'Clearness of the last 4 hours of daylight.', ({ newest }) => newest),
  past('before', 'Clearness of the 4 hours of daylight before those.', ({ before }) => before),
  feature(
    'newestFading',
    'share',
    'The last 4 hours of daylight less the week, fading with the lead.',
    ({ past: sky, lead }) => (sky.newest - sky.week) * Math.exp(-lead / 5),
  ),
  feature(
    'dayFading',
    'share',
    'The last day less the month, fading with the lead.',
    ({ past: sky, lead }) => ((sky.days[0] ?? sky.month) - sky.month) * Math.exp(-lead / 24),
  ),
  past('rough', 'How much clearness jumped from hour to hour on the last day.', ({ rough }) => rough),
  past('yearAgo', 'Clearness of the same month a year ago.', ({ yearAgo }) => yearAgo),
  feature('analogue', 'share', 'Clearness on the days most like the last ones.', ({ analogue }) => analogue),
];

/** The light that the weather forecast leaves. */
const SKY: readonly SolarFeature[] = [
  outlook('sky', 'share', 'Forecast light on the panels against clear sky.', ({ sky }) => sky),
  outlook('skyPower', 'share', 'The same as power, against the highest of the day.', ({ skyPower }) => skyPower),
  outlook('skySquared', 'share', 'The same times itself.', ({ sky }) => sky * sky),
  outlook('sky2Before', 'share', 'Forecast clearness two hours earlier.', ({ around }) => around[0]),
  outlook('sky1Before', 'share', 'Forecast clearness an hour earlier.', ({ around }) => around[1]),
  outlook('sky1After', 'share', 'Forecast clearness an hour later.', ({ around }) => around[2]),
  outlook('sky2After', 'share', 'Forecast clearness two hours later.', ({ around }) => around[3]),
  outlook('skyDay', 'share', 'Forecast clearness of the whole day.', ({ day }) => day.sky),
  outlook('skyDaySpread', 'share', 'Spread of forecast clearness over the day.', ({ day }) => day.skySpread),
  outlook('beamShare', 'share', 'Direct light as a share of all.', ({ beamShare }) => beamShare),
  outlook('vendorSky', 'share', 'Light against the forecaster’s own clear sky.', ({ vendorSky }) => vendorSky),
];

const CLOUDS: readonly SolarFeature[] = [
  outlook('cloud', 'share', 'Cloud cover.', ({ cloud }) => cloud),
  outlook('cloudAround', 'share', 'Mean cloud cover of five hours.', ({ cloudAround }) => cloudAround),
  outlook('cloudDay', 'share', 'Mean cloud cover of the day.', ({ day }) => day.cloud),
  outlook(
    'cloudTotal',
    'share',
    'Cloud cover of all layers, where an effective one is forecast too.',
    (at) => at.cloudTotal,
  ),
  outlook('cloudLow', 'share', 'Cloud cover of low clouds.', ({ cloudLow }) => cloudLow),
  outlook('cloudHigh', 'share', 'Cloud cover of high clouds.', ({ cloudHigh }) => cloudHigh),
];

/** What else is forecast of the weather. */
const AIR: readonly SolarFeature[] = [
  outlook('temp', '10 °C', 'Air temperature.', ({ temp }) => temp / 10),
  outlook('tempMost', '10 °C', 'Highest air temperature of the day.', ({ day }) => day.tempMost / 10),
  outlook('dewSpread', '10 °C', 'Air temperature above the dew point.', ({ dewSpread }) => dewSpread / 10),
  outlook('humidity', 'share', 'Relative humidity.', ({ humidity }) => humidity),
  outlook('humidityDay', 'share', 'Mean relative humidity of the day.', ({ day }) => day.humidity),
  outlook('pressure', '10 hPa', 'Air pressure above 1013 hPa.', ({ pressure }) => pressure),
  outlook('wind', '10 m/s', 'Wind at 10 m.', ({ wind }) => wind / 10),
  outlook('windEast', '10 m/s', 'Wind from the west.', ({ windU }) => windU / 10),
  outlook('windNorth', '10 m/s', 'Wind from the south.', ({ windV }) => windV / 10),
  outlook('rain', 'mm', 'Precipitation.', ({ rain }) => Math.min(5, rain)),
  outlook('rainDay', 'mm', 'Mean precipitation of the day.', ({ day }) => Math.min(5, day.rain)),
  outlook('snow', 'm', 'Depth of snow on the ground.', ({ snow }) => snow),
  outlook('snowFresh', 'cm', 'Fresh snow over the day, each hour.', ({ day }) => day.freshSnow),
  outlook('snowWater', 'kg/m²', 'Snow in the clouds.', ({ snowWater }) => snowWater),
  outlook('rainWater', 'kg/m²', 'Rain in the clouds.', ({ rainWater }) => rainWater),
  outlook('superCooled', 'kg/m²', 'Super-cooled water in the clouds.', ({ superCooled }) => superCooled),
  outlook('visibility', '10 km', 'Visibility.', ({ visibility }) => visibility),
  outlook('ceiling', 'km', 'Height of the clouds’ base, at most 12.', ({ ceiling }) => ceiling),
];

/** How far the forecasts of the last days were wrong. */
const BIAS: readonly SolarFeature[] = [
  outlook('bias1', 'share', 'Measured against forecast power on the last day.', ({ bias }) => bias.day),
  outlook('bias3', 'share', 'Measured against forecast power on 3 days.', ({ bias }) => bias.threeDays),
  outlook('bias7', 'share', 'Measured against forecast power on 7 days.', ({ bias }) => bias.week),
  outlook('skyBias3', 'share', 'Forecast clearness times the bias of 3 days.', ({ sky, bias }) => sky * bias.threeDays),
  outlook('skyBias7', 'share', 'Forecast clearness times the bias of 7 days.', ({ sky, bias }) => sky * bias.week),
];

export const SOLAR_FEATURES: readonly (SolarFeature & GroupedInput)[] = [
  ...inGroup('sun', SUN),
  ...inGroup('same hour before', SAME_HOUR),
  ...inGroup('the days before', PAST_DAYS),
  ...inGroup('forecast light', SKY),
  ...inGroup('forecast clouds', CLOUDS),
  ...inGroup('forecast air, rain and snow', AIR),
  ...inGroup('error of the last forecasts', BIAS),
];
