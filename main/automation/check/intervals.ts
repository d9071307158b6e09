/** A range of numbers; an open end does not belong to it. */
export interface Interval {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

/** Several ranges, ascending and apart: none is the empty set. */
export type Ranges = readonly Interval[];

export const above = (low: number, lowOpen: boolean): Ranges => [
  { low, lowOpen, high: Number.POSITIVE_INFINITY, highOpen: true },
];
export const below = (high: number, highOpen: boolean): Ranges => [
  { low: Number.NEGATIVE_INFINITY, lowOpen: true, high, highOpen },
];
export const closed = (low: number, high: number): Ranges =>
  low > high ? [] : [{ low, lowOpen: false, high, highOpen: false }];
/** With its beginning and without its end, as spans of time are. */
export const halfOpen = (low: number, high: number): Ranges =>
  low >= high ? [] : [{ low, lowOpen: false, high, highOpen: true }];
export const EVERYTHING: Ranges = [
  { low: Number.NEGATIVE_INFINITY, lowOpen: true, high: Number.POSITIVE_INFINITY, highOpen: true },
];

const isEmpty = ({ low, lowOpen, high, highOpen }: Interval): boolean =>
  low > high || (low === high && (lowOpen || highOpen));

const meet = (one: Interval, other: Interval): Interval => {
  const low = Math.max(one.low, other.low);
  const high = Math.min(one.high, other.high);
  return {
    low,
    lowOpen: (one.low === low && one.lowOpen) || (other.low === low && other.lowOpen),
    high,
    highOpen: (one.high === high && one.highOpen) || (other.high === high && other.highOpen),
  };
};

/** What lies in both. */
export const intersect = (one: Ranges, other: Ranges): Ranges =>
  one.flatMap((part) => other.map((each) => meet(part, each)).filter((each) => !isEmpty(each)));

/** What lies in neither. */
export const complement = (ranges: Ranges): Ranges =>
  ranges.reduce<Ranges>(
    (left, { low, lowOpen, high, highOpen }) => intersect(left, [...below(low, !lowOpen), ...above(high, !highOpen)]),
    EVERYTHING,
  );
