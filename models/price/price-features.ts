import { type GroupedInput, inGroup } from '../features/inputs.ts';
import { CALENDAR_FEATURES, kindOfDay } from './calendar-features.ts';
import { type FeatureSpan, feature, type PriceFeature, type PriceMoment } from './price-feature.ts';
import { byHour, meanOf } from './price-origin.ts';
import { newestDayOf } from './recent-days.ts';

const SPREAD = 'spreads';

/** A price against the base of this hour, in spreads. */
const above = (pick: (moment: PriceMoment) => number) => (moment: PriceMoment) =>
  (pick(moment) - (moment.of.base[moment.hour] ?? 0)) / moment.at.scale;
/** A price against the mean base of the day, in spreads. */
const aboveLevel = (pick: (moment: PriceMoment) => number) => (moment: PriceMoment) =>
  (pick(moment) - moment.of.level) / moment.at.scale;
const weekBackOf = ({ of, hour }: PriceMoment): number => of.weekBack[hour] ?? 6;
const newest = ({ at }: PriceMoment, back = 0): Float64Array => byHour((hour) => at.price.at(back, hour));
const lastHour = ({ frame, origin }: PriceMoment): number => ((frame.hour[origin] ?? 0) + 23) % 24;
/** Mean of a profile over the hours up to the origin. */
export const endOf = (moment: PriceMoment, profile: Float64Array, count: number): number => {
  let sum = 0;
  for (let back = 0; back < count; back += 1) sum += profile[(lastHour(moment) + 24 - back) % 24] ?? 0;
  return sum / count;
};
const departed = (from: number, to: number) => (moment: PriceMoment) =>
  meanOf(moment.at.departure, from, to) / moment.at.scale;
const pastError = ({ at }: PriceMoment, hour: number): number =>
  at.price.at(0, hour) -
  (at.price.at(1, hour) +
    at.price.at(7, hour) +
    at.price.mean(hour, 7, 1) +
    (at.price.at(0, hour) - (at.departure[hour] ?? 0))) /
    4;

const lag = (days: number, span: FeatureSpan): PriceFeature =>
  feature(
    `same_hour_${days}_newest`,
    span,
    SPREAD,
    `Price at this hour, ${days} days back from the newest known day, less the base`,
    above((m) => m.at.price.at(days - 1, m.hour)),
  );

/** What this hour cost before. */
const SAME_HOUR: readonly PriceFeature[] = [
  lag(1, 'profile'),
  lag(2, 'hour'),
  lag(3, 'hour'),
  feature(
    'same_weekday_1',
    'profile',
    SPREAD,
    'Price at this hour of the newest same weekday, less the base',
    above((m) => m.at.price.at(weekBackOf(m), m.hour)),
  ),
  feature(
    'same_weekday_2',
    'hour',
    SPREAD,
    'Price at this hour one week before that, less the base',
    above((m) => m.at.price.at(Math.min(27, weekBackOf(m) + 7), m.hour)),
  ),
  feature(
    'day_after_weekday',
    'hour',
    SPREAD,
    'Price at this hour on the day after the newest same weekday, less the base',
    above((m) => m.at.price.at(Math.max(0, weekBackOf(m) - 1), m.hour)),
  ),
  feature(
    'day_before_weekday',
    'hour',
    SPREAD,
    'Price at this hour on the day before the newest same weekday, less the base',
    above((m) => m.at.price.at(weekBackOf(m) + 1, m.hour)),
  ),
  feature(
    'weekday_median',
    'hour',
    SPREAD,
    'Median of this hour on four same weekdays, less the base',
    above((m) => m.of.weekday[m.hour] ?? 0),
  ),
  feature(
    'weekday_carried',
    'hour',
    SPREAD,
    'The same with half of the newest day’s departure from its weekday, less the base',
    above((m) => m.of.carried[m.hour] ?? 0),
  ),
  feature(
    'mean_3d',
    'hour',
    SPREAD,
    'Mean of this hour over 3 days, less the base',
    above((m) => m.at.price.mean(m.hour, 3)),
  ),
  feature(
    'mean_7d',
    'profile',
    SPREAD,
    'Mean of this hour over 7 days, less the base',
    above((m) => m.at.price.mean(m.hour, 7)),
  ),
  feature(
    'mean_28d',
    'hour',
    SPREAD,
    'Mean of this hour over 28 days, less the base',
    above((m) => m.at.price.mean(m.hour, 28)),
  ),
  feature(
    'same_kind_of_day',
    'hour',
    SPREAD,
    'Price at this hour on the newest day of the same kind (a feast counts as a Sunday), less the base',
    above((m) => m.at.price.at(sameKindBack(m), m.hour)),
  ),
  feature(
    'highest_7d',
    'hour',
    SPREAD,
    'Highest price of this hour in 7 days, less the base',
    above((m) => Math.max(...[0, 1, 2, 3, 4, 5, 6].map((back) => m.at.price.at(back, m.hour)))),
  ),
  feature(
    'lowest_7d',
    'hour',
    SPREAD,
    'Lowest price of this hour in 7 days, less the base',
    above((m) => Math.min(...[0, 1, 2, 3, 4, 5, 6].map((back) => m.at.price.at(back, m.hour)))),
  ),
  feature('swing_7d', 'hour', SPREAD, 'Highest less lowest price of this hour in 7 days', (m) => {
    const values = [0, 1, 2, 3, 4, 5, 6].map((back) => m.at.price.at(back, m.hour));
    return (Math.max(...values) - Math.min(...values)) / m.at.scale;
  }),
];

/** How far the newest day left its weekday, what it was, and what the base missed on it. */
const NEWEST_DAY: readonly PriceFeature[] = [
  feature(
    'departure_day',
    'day',
    SPREAD,
    'The newest day less the median of its weekday',
    (m) => m.at.departureMean / m.at.scale,
  ),
  feature('departure_hour', 'hour', SPREAD, 'The same at this hour', (m) => (m.at.departure[m.hour] ?? 0) / m.at.scale),
  feature(
    'departure_end',
    'day',
    SPREAD,
    'The same over the last 4 hours',
    (m) => endOf(m, m.at.departure, 4) / m.at.scale,
  ),
  feature(
    'departure_last',
    'day',
    SPREAD,
    'The same in the last hour',
    (m) => endOf(m, m.at.departure, 1) / m.at.scale,
  ),
  feature('departure_morning', 'day', SPREAD, 'The same from 6 to 10', departed(6, 10)),
  feature('departure_noon', 'day', SPREAD, 'The same from 11 to 15', departed(11, 15)),
  feature('departure_evening', 'day', SPREAD, 'The same from 17 to 20', departed(17, 20)),
  feature(
    'newest_peak',
    'day',
    SPREAD,
    'Highest price of the newest day, less the level of the base',
    aboveLevel((m) => Math.max(...newest(m))),
  ),
  feature(
    'newest_valley',
    'day',
    SPREAD,
    'Lowest price of the newest day, less the level of the base',
    aboveLevel((m) => Math.min(...newest(m))),
  ),
  feature(
    'newest_level',
    'day',
    SPREAD,
    'Mean price of the newest day, less the level of the base',
    aboveLevel((m) => meanOf(newest(m))),
  ),
  feature(
    'second_level',
    'day',
    SPREAD,
    'Mean price of the day before that, less the level of the base',
    aboveLevel((m) => meanOf(newest(m, 1))),
  ),
  feature(
    'weekday_level',
    'day',
    SPREAD,
    'Mean price of the newest same weekday, less the level of the base',
    aboveLevel((m) => meanOf(byHour((hour) => m.at.price.at(m.of.weekBack[hour] ?? 6, hour)))),
  ),
  feature(
    'month_level',
    'day',
    SPREAD,
    'Mean price of 28 days, less the level of the base',
    aboveLevel((m) => meanOf(byHour((hour) => m.at.price.mean(hour, 28)))),
  ),
  feature(
    'last_3h',
    'day',
    SPREAD,
    'Mean price of the last 3 hours, less the level of the base',
    aboveLevel((m) => endOf(m, newest(m), 3)),
  ),
  feature(
    'past_error_hour',
    'hour',
    SPREAD,
    'What the base missed at this hour of the newest day',
    (m) => pastError(m, m.hour) / m.at.scale,
  ),
  feature(
    'past_error_day',
    'day',
    SPREAD,
    'What the base missed on the newest day',
    (m) => meanOf(byHour((hour) => pastError(m, hour))) / m.at.scale,
  ),
];

/** The mean of simple forecasts that learners improve on. */
const BASE: readonly PriceFeature[] = [
  feature('base', 'hour', SPREAD, 'The base itself', (m) => (m.of.base[m.hour] ?? 0) / m.at.scale),
  feature(
    'base_shape',
    'hour',
    SPREAD,
    'The base less its level of the day',
    aboveLevel((m) => m.of.base[m.hour] ?? 0),
  ),
];

/** Days back to the newest day of the same kind; a feast counts as a Sunday. */
const sameKindBack = ({ frame, origin, day, hour }: PriceMoment): number => {
  const newestDay = newestDayOf(frame, origin, hour);
  const kind = kindOfDay(day);
  for (let back = 0; back < 14; back += 1) if (kindOfDay(newestDay - back) === kind) return back;
  return 6;
};
/** Features of prices and calendar, in the order of a row. */
export const OWN_FEATURES: readonly (PriceFeature & GroupedInput)[] = [
  ...inGroup('same hour before', SAME_HOUR),
  ...inGroup('the newest day', NEWEST_DAY),
  ...inGroup('mean of simple forecasts', BASE),
  ...inGroup('calendar and sun', CALENDAR_FEATURES),
];
