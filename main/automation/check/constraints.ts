import type { Quantity, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef, DailyWindow } from '../../../preload/contract/safety.ts';
import type { Literal } from './formula.ts';
import { above, below, closed, complement, EVERYTHING, halfOpen, intersect, type Ranges } from './intervals.ts';

/** What a literal asks of one variable. Always at least as wide as the truth, so that an empty meeting proves something. */
export interface Constraint {
  readonly variable: string;
  readonly ranges: Ranges;
}

const DAY_MINUTES = 1440;
export const WEEK_MINUTES = 7 * DAY_MINUTES;

const refKey = ({ deviceId, channelId }: ChannelRef): string => `${deviceId}/${channelId}`;

const minutesOf = (clockTime: string): number => Number(clockTime.slice(0, 2)) * 60 + Number(clockTime.slice(3, 5));

/**
 * The minutes of the week in a window, Monday 00:00 first. The days name the day on which it begins; equal ends mean a whole
 * day. On a day on which the clock changes the order of the moments stays, so windows that are apart here are apart there.
 */
export const weekMinutes = (window: DailyWindow): Ranges => {
  const from = minutesOf(window.from);
  const to = minutesOf(window.to);
  const lengthMinutes = to > from ? to - from : to - from + DAY_MINUTES;
  const days = window.days.length === 0 ? [1, 2, 3, 4, 5, 6, 7] : [...new Set(window.days)].toSorted();
  return days.flatMap((day) => {
    const start = (day - 1) * DAY_MINUTES + from;
    const end = start + lengthMinutes;
    return end <= WEEK_MINUTES
      ? halfOpen(start, end)
      : [...halfOpen(start, WEEK_MINUTES), ...halfOpen(0, end - WEEK_MINUTES)];
  });
};

const PCT = closed(0, 100);
const NOT_NEGATIVE = above(0, false);

/** Values that a quantity can have at all. */
const possible = (quantity: Quantity): Ranges => {
  switch (quantity.of) {
    case 'soc':
      return PCT;
    case 'pv-power':
    case 'load-power':
    case 'import-power':
    case 'export-power':
    case 'carbon':
    case 'battery-voltage':
    case 'channel-energy-today':
      return NOT_NEGATIVE;
    case 'forecast':
      return quantity.kind === 'soc' ? PCT : quantity.kind === 'price' ? EVERYTHING : NOT_NEGATIVE;
    case 'weather':
      return quantity.what === 'cloudPct' ? PCT : quantity.what === 'temperatureC' ? EVERYTHING : NOT_NEGATIVE;
    default:
      return EVERYTHING;
  }
};

const keyOf = (quantity: Quantity, ruleId: string): string => {
  switch (quantity.of) {
    case 'channel-power':
    case 'channel-temperature':
    case 'channel-energy-today':
      return `${quantity.of} ${refKey(quantity.channel)}`;
    case 'forecast':
      return `forecast ${quantity.kind} ${quantity.hours} ${quantity.statistic} ${quantity.band}`;
    case 'weather':
      return `weather ${quantity.what} ${quantity.hours}`;
    // What its own loads draw is added, so two rules mean two numbers.
    case 'surplus-power':
      return `surplus ${ruleId}`;
    default:
      return quantity.of;
  }
};

/** Import and export are two sides of one number: a house never does both. */
const ofGrid = (ranges: Ranges, side: 1 | -1): Ranges => {
  const positive = intersect(ranges, above(0, true));
  const zero = intersect(ranges, closed(0, 0)).length > 0 ? below(0, false) : [];
  const grid = [...zero, ...positive];
  return side === 1
    ? grid
    : grid
        .map(({ low, lowOpen, high, highOpen }) => ({ low: -high, lowOpen: highOpen, high: -low, highOpen: lowOpen }))
        .toReversed();
};

const numberConstraint = (quantity: Quantity, ruleId: string, wanted: Ranges): readonly Constraint[] => {
  const ranges = intersect(wanted, possible(quantity));
  if (quantity.of === 'import-power') return [{ variable: 'grid', ranges: ofGrid(ranges, 1) }];
  if (quantity.of === 'export-power') return [{ variable: 'grid', ranges: ofGrid(ranges, -1) }];
  return [{ variable: keyOf(quantity, ruleId), ranges }];
};

type Comparison = Extract<Test, { is: 'above' | 'below' | 'between' }>;

/** A comparison that held before goes on holding as far as its hysteresis; one that does not hold may be at its limit. */
const compared = (test: Comparison, negated: boolean): Ranges => {
  if (test.is === 'between') {
    const within = closed(test.from, test.to);
    return negated ? complement(within) : within;
  }
  if (test.is === 'above') return negated ? below(test.value, false) : above(test.value - test.hysteresis, true);
  return negated ? above(test.value, false) : below(test.value + test.hysteresis, true);
};

const yesNo = (variable: string, yes: boolean): readonly Constraint[] => [
  { variable, ranges: yes ? closed(1, 1) : closed(0, 0) },
];

/** What one literal asks, of one variable or of two. */
export const constraintsOf = ({ test, negated, ruleId }: Literal): readonly Constraint[] => {
  switch (test.is) {
    case 'above':
    case 'below':
    case 'between':
      return numberConstraint(test.quantity, ruleId, compared(test, negated));
    case 'time': {
      const minutes = weekMinutes(test.window);
      const week = halfOpen(0, WEEK_MINUTES);
      return [{ variable: 'week', ranges: negated ? intersect(week, complement(minutes)) : minutes }];
    }
    case 'sun': {
      // A later beginning lies inside an earlier one; day and night are apart where neither begins before its event.
      const since = { variable: `since ${test.since}`, ranges: above(test.offsetMinutes, false) };
      if (negated) return [{ ...since, ranges: below(test.offsetMinutes, true) }];
      return test.offsetMinutes < 0 ? [since] : [since, ...yesNo('day', test.since === 'sunrise')];
    }
    case 'device':
      return test.state === 'held'
        ? yesNo(`held ${refKey(test.channel)}`, !negated)
        : yesNo(`on ${refKey(test.channel)}`, (test.state === 'on') !== negated);
    case 'reachable':
      return yesNo(`online ${test.deviceId}`, (test.state === 'online') !== negated);
    case 'price-rank': {
      const rank = negated ? above(test.hours, false) : below(test.hours, true);
      return [{ variable: `rank ${test.rank}`, ranges: intersect(rank, halfOpen(0, 25)) }];
    }
  }
};
