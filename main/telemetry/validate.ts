import type { Metric } from '../../preload/contract/base.ts';
import type { ChannelConfig } from '../../preload/contract/devices.ts';
import type { ChannelSpec } from '../devices/types.ts';
import type { ChannelId } from '../ids.ts';
import type { Reading } from '../reading.ts';
import { type CounterStep, createCounter } from './counter.ts';
import { createSuspicion } from './suspicion.ts';

/** A reading may lie this far ahead of our clock: devices round and drift. */
const AHEAD_MS = 5_000;
/** Older than this is history, not a reading. */
const OLDEST_MS = 3_600_000;

export type Rejection = 'undeclared' | 'not-a-number' | 'out-of-bounds' | 'wrong-time';

export interface Checked {
  /** Good and suspect readings, to be passed on. */
  readonly accepted: readonly Reading[];
  readonly rejected: readonly { readonly reading: Reading; readonly because: Rejection }[];
  readonly counters: readonly { readonly reading: Reading; readonly step: CounterStep }[];
}

const COUNTERS: ReadonlySet<Metric> = new Set(['energyKwh', 'energyImportKwh', 'energyExportKwh'] as const);

/**
 * Stands between a driver and everything that decides. What cannot be true is rejected (and counted by the caller); what
 * is possible but unlikely is marked suspect and decides nothing; a missing value stays missing.
 */
export const createValidator = (
  specs: readonly ChannelSpec[],
  configOf: (channelId: ChannelId) => ChannelConfig | undefined,
) => {
  const specOf = new Map(specs.map((spec) => [spec.channelId, spec]));
  const suspicion = createSuspicion(configOf);
  const counters = new Map<string, ReturnType<typeof createCounter>>();

  const rejection = (reading: Reading, now: number): Rejection | null => {
    const spec = specOf.get(reading.channelId);
    if (!spec?.metrics.includes(reading.metric)) return 'undeclared';
    if (!Number.isFinite(reading.value)) return 'not-a-number';
    const bounds = spec.bounds[reading.metric];
    if (bounds && (reading.value < bounds[0] || reading.value > bounds[1])) return 'out-of-bounds';
    const ageMs = now - reading.measuredAt;
    return Number.isFinite(ageMs) && ageMs >= -AHEAD_MS && ageMs <= OLDEST_MS ? null : 'wrong-time';
  };

  const counterStep = (reading: Reading): CounterStep => {
    const key = `${reading.channelId} ${reading.metric}`;
    const counter = counters.get(key) ?? createCounter();
    counters.set(key, counter);
    return counter.next(reading.value, reading.measuredAt);
  };

  return {
    check: (readings: readonly Reading[], now: number): Checked => {
      const accepted: Reading[] = [];
      const rejected: Checked['rejected'][number][] = [];
      const steps: Checked['counters'][number][] = [];
      suspicion.begin(readings);
      for (const reading of readings) {
        const because = rejection(reading, now);
        if (because) {
          rejected.push({ reading, because });
          continue;
        }
        const step = COUNTERS.has(reading.metric) ? counterStep(reading) : null;
        if (step) steps.push({ reading, step });
        const isSuspect =
          reading.quality === 'suspect' || step?.kind === 'implausible' || suspicion.of(reading) !== null;
        accepted.push({
          ...reading,
          measuredAt: Math.min(reading.measuredAt, now),
          quality: isSuspect ? 'suspect' : reading.quality,
        });
      }
      return { accepted, rejected, counters: steps };
    },
    /** After sleep or a clock jump: what was seen before says nothing of what may follow. */
    forget: (): void => {
      suspicion.forget();
      counters.clear();
    },
  };
};
