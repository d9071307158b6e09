import type { CatalogueFeature, FeatureGroup } from './catalogue-feature.ts';
import type { HourFrame } from './frame.ts';
import { known, lagDays } from './lags.ts';
import { rollingHours } from './rolling.ts';

/** Features of what was measured before the origin. Two spare days in each history allow for a change of the clock. */

const SPARE_HOURS = 48;

const feature = (
  group: FeatureGroup,
  name: string,
  unit: string,
  doc: string,
  historyHours: number,
  of: CatalogueFeature['of'],
): CatalogueFeature => ({ name, unit, doc, group, historyHours, needs: 'nothing', of });

/** Days back at which the local hour of the target is newest: 0 is the target's own day. */
const newestBack = (frame: HourFrame, origin: number, target: number): number => {
  const days = (frame.day[target] ?? 0) - (frame.day[origin] ?? 0);
  return Number.isNaN(lagDays(frame, origin, target, days)) ? days + 1 : days;
};

/** The `place`-th newest value at the local hour of the target (0 is the newest); the day before it where the hour was skipped. */
const nthSameHour = (frame: HourFrame, origin: number, target: number, place: number): number => {
  const back = newestBack(frame, origin, target) + place;
  const value = lagDays(frame, origin, target, back);
  return Number.isNaN(value) ? lagDays(frame, origin, target, back + 1) : value;
};

const sameHourValues = (frame: HourFrame, origin: number, target: number, days: number): readonly number[] => {
  const first = newestBack(frame, origin, target);
  return Array.from({ length: days }, (_, back) => lagDays(frame, origin, target, first + back))
    .filter(Number.isFinite)
    .toSorted((one, other) => one - other);
};

const spanValues = (frame: HourFrame, origin: number, hours: number): readonly number[] =>
  Array.from({ length: hours }, (_, back) => known(frame, origin, origin - 1 - back))
    .filter(Number.isFinite)
    .toSorted((one, other) => one - other);

const quantileOf = (sorted: readonly number[], share: number): number => {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  return low + ((sorted[Math.ceil(place)] ?? low) - low) * (place - Math.floor(place));
};
const meanOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
const spreadOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((each) => (each - mean) ** 2)));
};
/** A ratio that is 1 where both are nothing. */
const ratio = (one: number, other: number): number =>
  Number.isNaN(one) || Number.isNaN(other) ? Number.NaN : Math.abs(other) < 1e-9 ? 1 : one / other;

const SAME_HOUR_DAYS = [7, 14, 28] as const;

export const sameHourFeatures: readonly CatalogueFeature[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((place) =>
    feature(
      'same hour',
      `sameHour${place}`,
      'value',
      place === 1
        ? 'The newest known value at this local hour'
        : `The value at this local hour ${place - 1} days before the newest`,
      (place + 1) * 24 + SPARE_HOURS,
      (f, o, t) => nthSameHour(f, o, t, place - 1),
    ),
  ),
  ...[1, 2, 3].map((weeks) =>
    feature(
      'same hour',
      `sameWeekday${weeks}`,
      'value',
      `The same weekday and hour, ${weeks} week${weeks > 1 ? 's' : ''} back (a day off where the clock skipped it)`,
      weeks * 168 + SPARE_HOURS,
      (f, o, t) => {
        const value = lagDays(f, o, t, weeks * 7);
        return Number.isNaN(value) ? lagDays(f, o, t, weeks * 7 + 1) : value;
      },
    ),
  ),
  ...SAME_HOUR_DAYS.flatMap((days) => {
    const history = (days + 1) * 24 + SPARE_HOURS;
    const of =
      (pick: (sorted: readonly number[]) => number): CatalogueFeature['of'] =>
      (f, o, t) =>
        pick(sameHourValues(f, o, t, days));
    return [
      feature(
        'same hour',
        `sameHourMean${days}`,
        'value',
        `Mean at this local hour over ${days} days`,
        history,
        of(meanOf),
      ),
      feature(
        'same hour',
        `sameHourSpread${days}`,
        'value',
        `Spread at this local hour over ${days} days`,
        history,
        of(spreadOf),
      ),
      feature(
        'same hour',
        `sameHourMedian${days}`,
        'value',
        `Median at this local hour over ${days} days`,
        history,
        of((s) => quantileOf(s, 0.5)),
      ),
      feature(
        'same hour',
        `sameHourLow${days}`,
        'value',
        `Lowest tenth at this local hour over ${days} days`,
        history,
        of((s) => quantileOf(s, 0.1)),
      ),
      feature(
        'same hour',
        `sameHourHigh${days}`,
        'value',
        `Highest tenth at this local hour over ${days} days`,
        history,
        of((s) => quantileOf(s, 0.9)),
      ),
    ];
  }),
];

const SPANS = [3, 6, 12, 24, 72, 168, 336, 672] as const;

export const spanFeatures: readonly CatalogueFeature[] = [
  ...[1, 2, 3].map((back) =>
    feature(
      'span',
      `last${back}`,
      'value',
      `The value ${back} hour${back > 1 ? 's' : ''} before the origin`,
      back,
      (f, o) => known(f, o, o - back),
    ),
  ),
  ...SPANS.flatMap((hours) => [
    feature(
      'span',
      `mean${hours}h`,
      'value',
      `Mean of the ${hours} hours before the origin`,
      hours,
      (f, o) => rollingHours(f, o, hours).mean,
    ),
    feature(
      'span',
      `spread${hours}h`,
      'value',
      `Spread of the ${hours} hours before the origin`,
      hours,
      (f, o) => rollingHours(f, o, hours).spread,
    ),
  ]),
  ...[24, 168].flatMap((hours) => [
    feature(
      'span',
      `low${hours}h`,
      'value',
      `Lowest tenth of the ${hours} hours before the origin: what never sleeps`,
      hours,
      (f, o) => quantileOf(spanValues(f, o, hours), 0.1),
    ),
    feature('span', `high${hours}h`, 'value', `Highest tenth of the ${hours} hours before the origin`, hours, (f, o) =>
      quantileOf(spanValues(f, o, hours), 0.9),
    ),
    feature(
      'span',
      `most${hours}h`,
      'value',
      `Most in the ${hours} hours before the origin`,
      hours,
      (f, o) => spanValues(f, o, hours).at(-1) ?? Number.NaN,
    ),
  ]),
];

/** Output over what a clear sky would give, as a ratio of sums over a span of hours; 0 where the sun never was up. */
const clearnessOf = (frame: HourFrame, origin: number, hours: number): number => {
  let output = 0;
  let clear = 0;
  for (let index = origin - hours; index < origin; index += 1) {
    const value = known(frame, origin, index);
    const sky = frame.clearSky[index] ?? 0;
    if (Number.isNaN(value) || sky <= 0) continue;
    output += value;
    clear += sky;
  }
  return clear > 0 ? output / clear : 0;
};

export const levelFeatures: readonly CatalogueFeature[] = [
  feature(
    'level',
    'level24to168',
    '1',
    'Mean of a day over the mean of a week: busier or idler than of late',
    168,
    (f, o) => ratio(rollingHours(f, o, 24).mean, rollingHours(f, o, 168).mean),
  ),
  feature('level', 'level168to672', '1', 'Mean of a week over the mean of four weeks', 672, (f, o) =>
    ratio(rollingHours(f, o, 168).mean, rollingHours(f, o, 672).mean),
  ),
  feature('level', 'level3to24', '1', 'Mean of three hours over the mean of a day', 24, (f, o) =>
    ratio(rollingHours(f, o, 3).mean, rollingHours(f, o, 24).mean),
  ),
  feature(
    'level',
    'hourShare',
    '1',
    'Mean at this local hour over the mean of all hours, a week',
    8 * 24 + SPARE_HOURS,
    (f, o, t) => ratio(meanOf(sameHourValues(f, o, t, 7)), rollingHours(f, o, 168).mean),
  ),
  feature(
    'level',
    'surpriseLately',
    'value',
    'What the last three hours were above their own weekly mean of the hour',
    9 * 24 + SPARE_HOURS,
    (f, o) => meanOf([1, 2, 3].map((back) => known(f, o, o - back) - meanOf(sameHourValues(f, o - back, o - back, 7)))),
  ),
  feature(
    'level',
    'hourRank',
    '1',
    'Rank of this local hour among those of a day, by the mean of a week: 0 lowest, 1 highest',
    8 * 24 + SPARE_HOURS,
    (f, o, t) => {
      const own = meanOf(sameHourValues(f, o, t, 7));
      if (Number.isNaN(own)) return Number.NaN;
      const others = Array.from({ length: 24 }, (_, ahead) => meanOf(sameHourValues(f, o, o + ahead, 7))).filter(
        Number.isFinite,
      );
      return others.filter((each) => each < own).length / Math.max(1, others.length - 1);
    },
  ),
  ...[24, 72, 168].map((hours) =>
    feature(
      'level',
      `clearness${hours}h`,
      'value per W/m²',
      `Output over the clear sky, ${hours} hours`,
      hours,
      (f, o) => clearnessOf(f, o, hours),
    ),
  ),
  feature('level', 'zeroShare168h', '1', 'Share of the hours of a week in which nothing flowed', 168, (f, o) => {
    const values = spanValues(f, o, 168);
    return values.filter((each) => Math.abs(each) < 1e-9).length / values.length;
  }),
];
