import type { Freshness, Metric } from '../../preload/contract/base.ts';
import type { Reading } from '../reading.ts';
import { createMedian } from './day-counter.ts';

/** A reading may be this many periods old: three missed and a half. */
const PERIODS = 3.5;
/** However slow a source of power is, nothing older than this counts as current: a breaker does not wait for it. */
const LONGEST_LIMIT_MS = 1_800_000;
/** What moves slowly may come seldom: it has two periods, so that it is not even late within one, up to this age. */
const SLOW_PERIODS = 2;
const LONGEST_SLOW_LIMIT_MS = 7_200_000;
const SLOW_METRICS: ReadonlySet<Metric> = new Set<Metric>([
  'socPct',
  'sohPct',
  'tempC',
  'humidityPct',
  'capacityKwh',
  'minSocPct',
  'targetTempC',
  'targetSocPct',
]);
/** From this share of the limit on a reading is late: about two missed polls. */
export const LATE_SHARE = 0.6;
const ENOUGH_INTERVALS = 5;
/** A signal that is slower than its device is known after fewer: five of its own would take hours. */
const ENOUGH_OF_A_SIGNAL = 3;

/** What a driver declares for its own period, where it is asked less often: as many periods, half an hour at most. */
export const limitAtPeriod = (declaredMs: number, ownPeriodMs: number, periodMs: number): number =>
  Math.max(declaredMs, Math.min(LONGEST_LIMIT_MS, (declaredMs * periodMs) / ownPeriodMs));

/** A reading from the future (a clock that was set back) is not fresh: its age is unknown. */
export const freshnessOf = (ageMs: number, limitMs: number): Exclude<Freshness, 'absent'> => {
  if (ageMs > limitMs || ageMs < -limitMs) return 'stale';
  return ageMs > limitMs * LATE_SHARE ? 'late' : 'fresh';
};

/**
 * The limit of a device, or of one signal of it: what is declared, or more where the source really brings new data more
 * slowly (a limit shorter than the source's own period would call a healthy source stale for ever). It never goes below the
 * declared one. A source that stands still brings no new measuring times, so nothing is learnt from it and it grows old.
 */
export const createFreshnessLimit = (
  declaredMs: number,
  { enough = ENOUGH_INTERVALS, slow = false }: { readonly enough?: number; readonly slow?: boolean } = {},
) => {
  const intervals = createMedian(15);
  let lastMeasuredAt: number | null = null;
  const periodMs = (): number | null => (intervals.count() < enough ? null : intervals.value());
  return {
    /** The newest measuring time of a good batch. */
    observe: (measuredAt: number): void => {
      if (lastMeasuredAt !== null && measuredAt > lastMeasuredAt) intervals.add(measuredAt - lastMeasuredAt);
      if (lastMeasuredAt === null || measuredAt > lastMeasuredAt) lastMeasuredAt = measuredAt;
    },
    /** After a failure or a pause the next interval says nothing of the period. */
    interrupt: (): void => {
      lastMeasuredAt = null;
    },
    /** The usual time between two measurements, ms; null while too few were seen. */
    periodMs,
    limitMs: (): number => {
      const period = periodMs();
      if (period === null) return declaredMs;
      const waited = Math.min(LONGEST_LIMIT_MS, period * PERIODS);
      const ofSlow = slow ? Math.min(LONGEST_SLOW_LIMIT_MS, period * SLOW_PERIODS) : 0;
      return Math.max(declaredMs, waited, ofSlow);
    },
  };
};

/** The limits of the signals of one device, each by its own measuring times. */
export const createSignalLimits = () => {
  const signals = new Map<string, ReturnType<typeof createFreshnessLimit>>();
  const keyOf = ({ channelId, metric }: Pick<Reading, 'channelId' | 'metric'>): string => `${channelId} ${metric}`;
  return {
    observe: (readings: readonly Reading[]): void => {
      for (const reading of readings) {
        if (reading.quality === 'suspect') continue;
        const key = keyOf(reading);
        const signal =
          signals.get(key) ??
          createFreshnessLimit(0, { enough: ENOUGH_OF_A_SIGNAL, slow: SLOW_METRICS.has(reading.metric) });
        signals.set(key, signal);
        signal.observe(reading.measuredAt);
      }
    },
    interrupt: (): void => {
      for (const signal of signals.values()) signal.interrupt();
    },
    of: (
      reading: Pick<Reading, 'channelId' | 'metric'>,
    ): { readonly observedMs: number | null; readonly limitMs: number } => {
      const signal = signals.get(keyOf(reading));
      return { observedMs: signal?.periodMs() ?? null, limitMs: signal?.limitMs() ?? 0 };
    },
  };
};
