import { type GroupedInput, inGroup } from '../features/inputs.ts';
import type { FeatureDoc } from '../learners/types.ts';
import type { LoadHour, LoadOrigin } from './load-origin.ts';

/** One input of the load model: what it is and how it is found, side by side. */
export interface LoadFeature extends FeatureDoc {
  /** NaN where it is not known: then `unknown` counts, the base's share of the level unless said. */
  readonly value: (hour: LoadHour) => number;
  readonly unknown?: number;
}

const LEVEL = 'of level';

/** A power as a share of the mean load of 28 days. */
const power = (name: string, doc: string, value: (hour: LoadHour) => number): LoadFeature => ({
  name,
  unit: LEVEL,
  doc,
  value: (hour) => value(hour) / hour.at.level,
});
/** A mean level, usual at 1. */
const level = (name: string, doc: string, value: (at: LoadOrigin) => number): LoadFeature => ({
  ...power(name, doc, (hour) => value(hour.at)),
  unknown: 1,
});
/** How far something lies above its usual, 0 where not known. */
const above = (name: string, doc: string, value: (hour: LoadHour) => number): LoadFeature => ({
  ...power(name, doc, value),
  unknown: 0,
});
const plain = (name: string, unit: string, doc: string, value: (hour: LoadHour) => number): LoadFeature => ({
  name,
  unit,
  doc,
  value,
  unknown: 0,
});

const wave = (hour: LoadHour, times: number): number =>
  (2 * Math.PI * times * (hour.at.frame.hour[hour.target] ?? 0)) / 24;
const year = (hour: LoadHour): number => 2 * Math.PI * (hour.at.frame.yearShare[hour.target] ?? 0);
const onWeekday = (name: string, doc: string, weekday: number): LoadFeature =>
  plain(name, '0 or 1', doc, (hour) => (hour.at.frame.weekday[hour.target] === weekday ? 1 : 0));
/** Half the hour itself, a quarter of each neighbour. */
const smooth = (before: number, own: number, after: number): number => 0.5 * own + 0.25 * (before + after);
const isWeekend = (hour: LoadHour): boolean => (hour.at.frame.weekday[hour.target] ?? 0) >= 6;

const CALENDAR: readonly LoadFeature[] = [
  plain('lead', '3 days', 'Hours from issue to target.', (hour) => hour.lead / 72),
  plain('hour', 'day', 'Local hour as a share of the day.', (hour) => (hour.at.frame.hour[hour.target] ?? 0) / 24),
  ...[1, 2, 3].flatMap((times) => [
    plain(`hourSin${times}`, '1', `Sine of ${times} times the local hour.`, (hour) => Math.sin(wave(hour, times))),
    plain(`hourCos${times}`, '1', `Cosine of ${times} times the local hour.`, (hour) => Math.cos(wave(hour, times))),
  ]),
  onWeekday('monday', 'The target’s local day is a Monday.', 1),
  onWeekday('friday', 'The target’s local day is a Friday.', 5),
  onWeekday('saturday', 'The target’s local day is a Saturday.', 6),
  onWeekday('sunday', 'The target’s local day is a Sunday.', 7),
  plain(
    'weekday',
    'week',
    'Place of the local day in the week.',
    (hour) => ((hour.at.frame.weekday[hour.target] ?? 1) - 1) / 6,
  ),
  plain('yearSin', '1', 'Sine of the place in the year.', (hour) => Math.sin(year(hour))),
  plain('yearCos', '1', 'Cosine of the place in the year.', (hour) => Math.cos(year(hour))),
  plain(
    'sun',
    '1',
    'Sine of the sun’s elevation: lamps follow it.',
    (hour) => hour.at.frame.sinElevation[hour.target] ?? 0,
  ),
];

const SAME_HOUR: readonly LoadFeature[] = [
  power('mean3', 'Same hour’s mean over 3 days.', (hour) => hour.usual.mean3),
  power('mean7', 'Same hour’s mean over 7 days.', (hour) => hour.week),
  power('mean14', 'Same hour’s mean over 14 days.', (hour) => hour.usual.mean14),
  power('mean28', 'Same hour’s mean over 28 days.', (hour) => hour.usual.mean28),
  above('spread28', 'Same hour’s spread over 28 days.', (hour) => hour.usual.spread28),
  power('most28', 'Same hour’s largest of 28 days.', (hour) => hour.usual.most28),
  power('fading3', 'Same hour’s mean, days counting half after 3.', (hour) => hour.usual.fading3),
  power('fading10', 'Same hour’s mean, days counting half after 10.', (hour) => hour.usual.fading10),
  power('fading30', 'Same hour’s mean, days counting half after 30.', (hour) => hour.usual.fading30),
  power('last1', 'Same hour of the newest day.', (hour) => hour.usual.last[0]),
  power('last2', 'Same hour of the newest day but one.', (hour) => hour.usual.last[1]),
  power('last3', 'Same hour of the newest day but two.', (hour) => hour.usual.last[2]),
  power('weekday4', 'Same weekday and hour over 4 weeks.', (hour) => hour.weekday4),
  power('weekday1', 'Same weekday and hour, newest week.', (hour) => hour.weekday1),
  power('dayKind', 'Same hour of workdays for a workday, of weekends for a weekend.', (hour) =>
    isWeekend(hour) ? hour.usual.weekend : hour.usual.workday,
  ),
];

const NEIGHBOURS: readonly LoadFeature[] = [
  power('mean7Before', 'Mean over 7 days of the hour before.', (hour) => hour.before.mean7),
  power('mean7After', 'Mean over 7 days of the hour after.', (hour) => hour.after.mean7),
  power('mean28Before', 'Mean over 28 days of the hour before.', (hour) => hour.before.mean28),
  power('mean28After', 'Mean over 28 days of the hour after.', (hour) => hour.after.mean28),
  power('last1Before', 'The hour before on the newest day.', (hour) => hour.before.last[0]),
  power('last1After', 'The hour after on the newest day.', (hour) => hour.after.last[0]),
  power('mean7Smooth', 'Mean over 7 days, smoothed over three hours.', (hour) =>
    smooth(hour.before.mean7, hour.week, hour.after.mean7),
  ),
  power('last1Smooth', 'Newest day, smoothed over three hours.', (hour) =>
    smooth(hour.before.last[0], hour.usual.last[0], hour.after.last[0]),
  ),
  power('weekday4Smooth', 'Same weekday over 4 weeks, smoothed over three hours.', (hour) =>
    smooth(hour.weekdayBefore, hour.weekday4, hour.weekdayAfter),
  ),
];

const LEVELS: readonly LoadFeature[] = [
  level('day', 'Mean of the 24 h before issue.', (at) => at.day),
  level('threeDays', 'Mean of the 3 days before issue.', (at) => at.threeDays),
  level('week', 'Mean of the 7 days before issue.', (at) => at.week),
  level('twoWeeks', 'Mean of the 14 days before issue.', (at) => at.twoWeeks),
  level('dayAWeekAgo', 'Mean of the 24 h that followed a week before issue.', (at) => at.dayAWeekAgo),
  level('most', 'Largest hour of the 24 h before issue.', (at) => at.most),
  level('least', 'Smallest hour of the 24 h before issue.', (at) => at.least),
  above('daySpread', 'Spread of the daily means of 14 days.', (hour) => hour.at.daySpread),
];

const LAST_HOURS: readonly LoadFeature[] = [
  ...[0, 1, 2, 3].map((block) =>
    above(
      `above${6 * block}to${6 * block + 6}`,
      `How far the hours ${6 * block} to ${6 * block + 6} before issue lay above their usual.`,
      (hour) => hour.at.aboveBlocks[block] ?? Number.NaN,
    ),
  ),
  above(
    'lastHourFading',
    'The hour before issue above its usual, halving with each 1.4 h ahead.',
    (hour) => hour.at.above1 * Math.exp(-hour.lead / 2),
  ),
  above(
    'last3hFading',
    'The 3 h before issue above their usual, halving with each 2.8 h ahead.',
    (hour) => hour.at.above3 * Math.exp(-hour.lead / 4),
  ),
  above(
    'last6hFading',
    'The 6 h before issue above their usual, halving with each 5.5 h ahead.',
    (hour) => (hour.at.aboveBlocks[0] ?? Number.NaN) * Math.exp(-hour.lead / 8),
  ),
];

const PATTERNS: readonly LoadFeature[] = [
  power(
    'similarDay',
    'What followed the 20 days most like the last 24 h.',
    (hour) => hour.at.similarDay[hour.lead] ?? Number.NaN,
  ),
  power(
    'similarTwoDays',
    'What followed the 20 days most like the last 48 h.',
    (hour) => hour.at.similarTwoDays[hour.lead] ?? Number.NaN,
  ),
  plain(
    'quietNow',
    'chance',
    'Chance that the home is empty or asleep at issue.',
    (hour) => hour.at.occupancy?.low ?? Number.NaN,
  ),
  plain('busyNow', 'chance', 'Chance that the home is busy at issue.', (hour) => hour.at.occupancy?.high ?? Number.NaN),
  above(
    'occupancy',
    'Expected occupancy: how far it puts the hour above its usual.',
    (hour) => ((hour.at.occupancy?.multiples[hour.slot - hour.at.slot] ?? Number.NaN) - 1) * hour.usual.mean28,
  ),
];

/** Below it homes heat, above it they cool: outdoor means, °C. */
const HEAT_BELOW_C = 16;
const COOL_ABOVE_C = 21;
const degrees = (name: string, doc: string, value: (hour: LoadHour) => number): LoadFeature =>
  plain(name, '10 K', doc, (hour) => value(hour) / 10);

const WEATHER: readonly LoadFeature[] = [
  degrees('heating', 'Outdoor mean of the 24 h up to the target below 16 °C.', (hour) =>
    Math.max(0, HEAT_BELOW_C - hour.at.weather.dayMeanC(hour.target)),
  ),
  degrees('cooling', 'Outdoor mean of the 24 h up to the target above 21 °C.', (hour) =>
    Math.max(0, hour.at.weather.dayMeanC(hour.target) - COOL_ABOVE_C),
  ),
  degrees(
    'warmer',
    'That mean against the 7 days before issue.',
    (hour) => hour.at.weather.dayMeanC(hour.target) - hour.at.weather.weekMeanC,
  ),
  degrees('hot', 'Outdoor temperature of the hour itself above 21 °C.', (hour) =>
    Math.max(0, hour.at.weather.hourC(hour.target) - COOL_ABOVE_C),
  ),
  plain(
    'clouds',
    '0 to 1',
    'Cloud cover as forecast, else of yesterday, less its half.',
    (hour) => hour.at.weather.clouds(hour.target) - 0.5,
  ),
];

export const LOAD_FEATURES: readonly (LoadFeature & GroupedInput)[] = [
  ...inGroup('calendar and sun', CALENDAR),
  ...inGroup('same hour before', SAME_HOUR),
  ...inGroup('neighbouring hours', NEIGHBOURS),
  ...inGroup('level of the days before', LEVELS),
  ...inGroup('the last hours', LAST_HOURS),
  ...inGroup('similar days and occupancy', PATTERNS),
  ...inGroup('weather', WEATHER),
];

/** No feature says more than this, so that one wild evening does not throw a learner. */
const MOST = 8;

/** All features of an hour, in the order of LOAD_FEATURES; never NaN. */
export const featuresOf = (hour: LoadHour): readonly number[] =>
  LOAD_FEATURES.map(({ value, unknown = hour.base / hour.at.level }) => {
    const found = value(hour);
    return Math.min(MOST, Math.max(-MOST, Number.isFinite(found) ? found : unknown));
  });
