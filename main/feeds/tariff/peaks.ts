import type { PeakCharge } from '../../../preload/contract/tariff.ts';
import { createWallClock, holdsAt, type WallClock } from './wall-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A meter's interval with less than this of its time measured has no mean. */
const WHOLE = 0.999;

/** Grid energy of [at, at + stepMs), both kWh and never negative. */
export interface MeteredInterval {
  readonly at: number;
  readonly stepMs: number;
  readonly importKwh: number;
  readonly exportKwh: number;
}

/** A month of the site's calendar: year × 12 + month. */
export type MonthNumber = number;

export interface Peak {
  readonly at: number;
  /** Mean power of the interval, weighted as its window says, kW. */
  readonly powerKw: number;
}

export interface PeakBill {
  readonly name: string;
  /** The highest that the charge is made from, highest first. */
  readonly picked: readonly Peak[];
  /** This month's own peak, kW; null where the charge does not hold in this month or nothing was measured. */
  readonly peakKw: number | null;
  /** What is paid for, months before included, kW. */
  readonly basisKw: number | null;
  /** Without VAT unless typed with it; null where the charge holds and nothing was measured. */
  readonly amount: number | null;
  /** Meter intervals of the month within the windows that are measured, and those that are not. */
  readonly measured: number;
  readonly missing: number;
  /** True where measurements are longer than the meter's interval: the true peak may be higher. */
  readonly coarse: boolean;
}

interface Bucket {
  readonly at: number;
  kwh: number;
  coveredMs: number;
}

/** Starts on the wall clock's own quarters or hours, so that a zone half an hour off is metered as its meters do. */
const startOf = (at: number, intervalMs: number, clock: WallClock): number => {
  const { offsetMs } = clock(at);
  return Math.floor((at + offsetMs) / intervalMs) * intervalMs - offsetMs;
};

const bucketsOf = (
  intervals: readonly MeteredInterval[],
  intervalMs: number,
  clock: WallClock,
): { readonly buckets: ReadonlyMap<number, Bucket>; readonly coarse: boolean } => {
  const buckets = new Map<number, Bucket>();
  let coarse = false;
  for (const { at, stepMs, importKwh } of intervals) {
    coarse ||= stepMs > intervalMs;
    let from = at;
    while (from < at + stepMs) {
      const start = startOf(from, intervalMs, clock);
      const to = Math.min(at + stepMs, start + intervalMs);
      const bucket = buckets.get(start) ?? { at: start, kwh: 0, coveredMs: 0 };
      bucket.kwh += (importKwh * (to - from)) / stepMs;
      bucket.coveredMs += to - from;
      buckets.set(start, bucket);
      from = to;
    }
  }
  return { buckets, coarse };
};

/** The price of a basis in one month. */
const priceOfPeak = ({ price }: Pick<PeakCharge, 'price'>, basisKw: number): number => {
  if (price.kind === 'steps') return price.steps.findLast(({ fromKw }) => basisKw >= fromKw)?.amount ?? 0;
  const full = price.tiers.reduce((sum, { fromKw, perKw }, index) => {
    const toKw = price.tiers[index + 1]?.fromKw ?? Number.POSITIVE_INFINITY;
    return sum + perKw * Math.max(0, Math.min(basisKw, toKw) - fromKw);
  }, 0);
  return price.per === 'year' ? full / 12 : full;
};

/** What is asked of the clocks of a charge and of its site. */
const createReading = (charge: PeakCharge, siteZone: string, holidays: readonly string[]) => {
  const clock = createWallClock(charge.zone ?? siteZone, holidays);
  const site = createWallClock(siteZone);
  return {
    clock,
    site,
    monthOf: (at: number): MonthNumber => {
      const { year, month } = site(at);
      return year * 12 + month;
    },
    /** Null outside the charge's windows. */
    weightAt: (at: number): number | null => {
      if (charge.windows.length === 0) return 1;
      const time = clock(at);
      const weights = charge.windows.filter((window) => holdsAt(window, time)).map(({ weightPct }) => weightPct / 100);
      return weights.length === 0 ? null : Math.max(...weights);
    },
    groupOf: (at: number): number => {
      const { dayNumber } = clock(at);
      // Day 0 was a Thursday: weeks begin on Mondays.
      return charge.apart === 'week' ? Math.floor((dayNumber + 3) / 7) : dayNumber;
    },
  };
};
type Reading = ReturnType<typeof createReading>;

/** The weighted means of the meter's whole intervals, by their months. */
const peaksByMonth = (
  charge: PeakCharge,
  intervals: readonly MeteredInterval[],
  { clock, weightAt, monthOf }: Reading,
): { readonly byMonth: ReadonlyMap<MonthNumber, readonly Peak[]>; readonly coarse: boolean } => {
  const intervalMs = charge.intervalMinutes * MINUTE_MS;
  const { buckets, coarse } = bucketsOf(intervals, intervalMs, clock);
  const byMonth = new Map<MonthNumber, Peak[]>();
  for (const { at, kwh, coveredMs } of buckets.values()) {
    const weight = coveredMs >= intervalMs * WHOLE ? weightAt(at) : null;
    if (weight === null) continue;
    const month = monthOf(at);
    const peak = { at, powerKw: (kwh / (coveredMs / HOUR_MS)) * weight };
    const peaks = byMonth.get(month);
    if (peaks) peaks.push(peak);
    else byMonth.set(month, [peak]);
  }
  return { byMonth, coarse };
};

/**
 * The few intervals that the highest peaks of each month are made of: for `picked`, `peakKw` and `basisKw` of a bill they stand
 * for all of them, together with any others.
 */
export const highestIntervals = (input: {
  readonly charge: PeakCharge;
  readonly intervals: readonly MeteredInterval[];
  readonly siteZone: string;
  readonly holidays?: readonly string[];
}): readonly MeteredInterval[] => {
  const { charge, intervals, siteZone, holidays = [] } = input;
  const reading = createReading(charge, siteZone, holidays);
  const intervalMs = charge.intervalMinutes * MINUTE_MS;
  const { byMonth } = peaksByMonth(charge, intervals, reading);
  const picked = [...byMonth.values()].flatMap((peaks) => highest(peaks, charge, reading.groupOf));
  return intervals.filter(({ at, stepMs }) =>
    picked.some((peak) => at < peak.at + intervalMs && peak.at < at + stepMs),
  );
};

const highest = (peaks: readonly Peak[], charge: PeakCharge, groupOf: (at: number) => number): readonly Peak[] => {
  const sorted = peaks.toSorted((a, b) => b.powerKw - a.powerKw || a.at - b.at);
  if (charge.apart === 'none') return sorted.slice(0, charge.peaks);
  const groups = new Set<number>();
  const apart = sorted.filter(({ at }) => {
    const group = groupOf(at);
    if (groups.has(group)) return false;
    groups.add(group);
    return true;
  });
  return apart.slice(0, charge.peaks);
};

/**
 * What one month's peaks cost. `intervals` may hold the months before as well; where they do not, `earlier` gives those
 * months' own peaks. Months of which nothing is known do not enter a mean.
 */
export const peakChargeOf = (input: {
  readonly charge: PeakCharge;
  readonly intervals: readonly MeteredInterval[];
  /** Year × 12 + month (1 to 12) of the site's calendar. */
  readonly month: MonthNumber;
  readonly siteZone: string;
  readonly holidays?: readonly string[];
  readonly earlier?: ReadonlyMap<MonthNumber, number>;
  /** Where the month is not over: what is to come is not missing. */
  readonly until?: number;
}): PeakBill => {
  const { charge, intervals, month, siteZone, holidays = [], earlier = new Map() } = input;
  const reading = createReading(charge, siteZone, holidays);
  const { clock, site, weightAt, groupOf } = reading;
  const intervalMs = charge.intervalMinutes * MINUTE_MS;
  const { byMonth, coarse } = peaksByMonth(charge, intervals, reading);
  const pickedOf = (wanted: MonthNumber): readonly Peak[] => {
    const months = Array.from({ length: charge.pickedFromMonths }, (_, index) => wanted - index);
    return highest(
      months.flatMap((each) => byMonth.get(each) ?? []),
      charge,
      groupOf,
    );
  };
  const ownPeak = (wanted: MonthNumber): number | null => {
    const picked = pickedOf(wanted);
    if (picked.length === 0) return earlier.get(wanted) ?? null;
    return Math.max(charge.floorKw, picked.reduce((sum, { powerKw }) => sum + powerKw, 0) / picked.length);
  };

  /** Meter intervals of the month that lie in a window. */
  const wanted = (): readonly number[] => {
    const first = startOfMonth(month, site);
    const end = Math.min(startOfMonth(month + 1, site), input.until ?? Number.POSITIVE_INFINITY);
    const starts: number[] = [];
    for (let at = startOf(first, intervalMs, clock); at < end; at += intervalMs)
      if (at >= first && weightAt(at) !== null) starts.push(at);
    return starts;
  };
  const inMonth = wanted();
  const measured = byMonth.get(month)?.length ?? 0;
  const base = {
    ...{ name: charge.name, picked: pickedOf(month), coarse, measured },
    missing: Math.max(0, inMonth.length - measured),
  };
  if (inMonth.length === 0 && charge.lookback === null && charge.pickedFromMonths === 1)
    return { ...base, peakKw: null, basisKw: null, amount: 0 };
  const peakKw = ownPeak(month);
  const basisKw = basisOf(charge, month, peakKw, ownPeak);
  return { ...base, peakKw, basisKw, amount: basisKw === null ? null : priceOfPeak(charge, basisKw) };
};

const basisOf = (
  charge: PeakCharge,
  month: MonthNumber,
  peakKw: number | null,
  ownPeak: (month: MonthNumber) => number | null,
): number | null => {
  const { lookback } = charge;
  if (lookback === null) return peakKw;
  const known = (months: readonly MonthNumber[]): readonly number[] =>
    months.map((each) => (each === month ? peakKw : ownPeak(each))).filter((each) => each !== null);
  const back = (count: number, first: number): readonly MonthNumber[] =>
    Array.from({ length: count }, (_, index) => month - first - index);
  if (lookback.kind === 'mean') {
    const peaks = known(back(lookback.months, 0));
    return peaks.length === 0 ? null : peaks.reduce((sum, each) => sum + each, 0) / peaks.length;
  }
  const counted = back(lookback.months, 1).filter(
    (each) => lookback.onlyMonths === null || lookback.onlyMonths.includes(((each - 1) % 12) + 1),
  );
  const before = known(counted).map((each) => (each * lookback.percent) / 100);
  const all = peakKw === null ? before : [peakKw, ...before];
  return all.length === 0 ? null : Math.max(...all);
};

/** UTC ms of the first moment of a month by a clock. */
export const startOfMonth = (month: MonthNumber, clock: WallClock): number => {
  const local = Date.UTC(Math.floor((month - 1) / 12), (month - 1) % 12, 1);
  // Twice, because the offset is that of the moment which it leads to.
  const guess = local - clock(local).offsetMs;
  return local - clock(guess).offsetMs;
};
