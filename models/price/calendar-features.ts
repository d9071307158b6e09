import { isFeastDay } from './feast-days.ts';
import { feature, type PriceFeature } from './price-feature.ts';

/** 1970-01-01 was a Thursday: Monday is 0. */
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;
/** The weekday, Monday 0; a feast is as quiet as a Sunday. */
export const kindOfDay = (day: number): number => (isFeastDay(day) ? 6 : weekdayOf(day));

const wave = (value: number, turn: (angle: number) => number): number => turn(2 * Math.PI * value);
const flag = (is: boolean): number => (is ? 1 : 0);
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Where the hour stands in day, week and year. */
export const CALENDAR_FEATURES: readonly PriceFeature[] = [
  feature('hour', 'hour', 'h', 'Local hour', (m) => m.hour),
  feature('hour_sin', 'hour', '1', 'Local hour on a circle', (m) => wave(m.hour / 24, Math.sin)),
  feature('hour_cos', 'hour', '1', 'Local hour on a circle', (m) => wave(m.hour / 24, Math.cos)),
  feature('half_day_sin', 'hour', '1', 'Local hour on two circles a day', (m) => wave(m.hour / 12, Math.sin)),
  feature('half_day_cos', 'hour', '1', 'Local hour on two circles a day', (m) => wave(m.hour / 12, Math.cos)),
  feature('weekday', 'day', '1', 'Monday 0 to Sunday 6', (m) => weekdayOf(m.day)),
  ...WEEKDAYS.map((name, place) =>
    feature(name, 'day', '0/1', `Whether it is a ${name}`, (m) => flag(weekdayOf(m.day) === place)),
  ),
  feature('rest_day', 'day', '0/1', 'Saturday, Sunday or a feast of most of Europe', (m) =>
    flag(kindOfDay(m.day) >= 5),
  ),
  feature('feast', 'day', '0/1', 'A feast of most of Europe', (m) => flag(isFeastDay(m.day))),
  feature('feast_before', 'day', '0/1', 'The day before is a feast', (m) => flag(isFeastDay(m.day - 1))),
  feature('feast_after', 'day', '0/1', 'The day after is a feast', (m) => flag(isFeastDay(m.day + 1))),
  feature('feast_last_week', 'day', '0/1', 'The same weekday a week ago was a feast', (m) =>
    flag(isFeastDay(m.day - 7)),
  ),
  feature('year_sin', 'day', '1', 'Place in the year on a circle', (m) =>
    wave(m.frame.yearShare[m.target] ?? 0, Math.sin),
  ),
  feature('year_cos', 'day', '1', 'Place in the year on a circle', (m) =>
    wave(m.frame.yearShare[m.target] ?? 0, Math.cos),
  ),
  feature(
    'clear_sky',
    'hour',
    'kW/m²',
    'Irradiance of a cloudless sky at the site',
    (m) => (m.frame.clearSky[m.target] ?? 0) / 1000,
  ),
  feature('days_ahead', 'hour', 'd', 'Days from the newest known price of this hour', (m) => m.of.ahead[m.hour] ?? 1),
];
