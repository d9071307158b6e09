import type { Clock } from '../clock.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Counts events of the last 24 hours in 24 buckets. */
export const createDayCounter = (clock: Clock) => {
  const buckets = new Map<number, number>();
  const hour = (): number => Math.floor(clock.monotonicMs() / HOUR_MS);
  const forget = (): void => {
    for (const at of buckets.keys()) if (at <= hour() - HOURS) buckets.delete(at);
  };
  return {
    add: (count = 1): void => {
      forget();
      buckets.set(hour(), (buckets.get(hour()) ?? 0) + count);
    },
    total: (): number => {
      forget();
      return [...buckets.values()].reduce((sum, count) => sum + count, 0);
    },
  };
};

/** The median of the last durations. */
export const createMedian = (kept = 31) => {
  const values: number[] = [];
  return {
    add: (value: number): void => {
      values.push(value);
      if (values.length > kept) values.shift();
    },
    count: (): number => values.length,
    value: (): number | null => {
      const sorted = [...values].sort((a, b) => a - b);
      return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
    },
    clear: (): void => {
      values.length = 0;
    },
  };
};
