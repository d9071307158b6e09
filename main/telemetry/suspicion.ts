import type { Metric } from '../../preload/contract/base.ts';
import type { ChannelConfig } from '../../preload/contract/devices.ts';
import type { ChannelId } from '../ids.ts';
import type { Reading } from '../reading.ts';

/** Why a possible value is not believed. */
export type Doubt = 'zero-blip' | 'leap' | 'beyond-rating' | 'frozen' | 'frozen-while-moving';

/** A power that was at least this large does not fall to exactly 0 unseen; one more 0 makes it true. */
const BLIP_FROM_W = 100;
/** A battery that had at least this much is not empty at once: exactly 0 % is a sensor that went dark. */
const DARK_FROM_SOC_PCT = 5;
/** SOC moves slower than this; a leap is believed after it has stayed a while (a battery that balances its count). */
const LEAP_SOC_PCT = 15;
const LEAP_STAYS_MS = 300_000;
/** A chip that starts to mine warms by some 10 °C a minute. */
const LEAP_TEMP_C = 25;
/**
 * A device that measures flickers somewhere: when not one of its analog values has moved for this long, it is frozen. A
 * single steady power is none (a battery at its limit, a grid held at a setpoint).
 */
const FROZEN_AFTER_MS = 1_800_000;
const FROZEN_FROM_W = 20;
/** After a silence of this length nobody knows what moved meanwhile. */
const SILENCE_MS = 600_000;
/** SOC that stands still while this share of the battery goes in or out. */
const FROZEN_SOC_SHARE = 0.1;
const USUAL_CAPACITY_KWH = 15;
/** Above its rating a load may start with a surge of half as much again. */
const SURGE = 1.5;
const SURGE_W = 500;

interface Memory {
  /** The last value that was believed. */
  good: number | null;
  goodAt: number;
  /** The last value at all, and since when it is the same. */
  last: number;
  lastAt: number;
  sinceAt: number;
  repeats: number;
  /** Battery energy that moved since SOC last changed, kWh, in and out apart. */
  movedKwh: number;
}

const ANALOG: ReadonlySet<Metric> = new Set(['powerW', 'voltageV', 'currentA', 'frequencyHz', 'tempC'] as const);
const METERS = new Set<ChannelConfig['role']>(['pv', 'grid', 'battery', 'load']);

/** Looks for single zeros, leaps, and sources that stand still. One instance a device. */
export const createSuspicion = (configOf: (channelId: ChannelId) => ChannelConfig | undefined) => {
  const memories = new Map<string, Memory>();
  const batch = new Map<string, number>();
  let movedAt: number | null = null;
  let seenAt = Number.NEGATIVE_INFINITY;
  const keyOf = (channelId: ChannelId, metric: Metric): string => `${channelId} ${metric}`;
  const current = (channelId: ChannelId, metric: Metric): number | undefined =>
    batch.get(keyOf(channelId, metric)) ?? memories.get(keyOf(channelId, metric))?.last;

  const powerDoubt = (reading: Reading, memory: Memory): Doubt | null => {
    const config = configOf(reading.channelId);
    const before = memory.good;
    if (config?.ratedPowerW && Math.abs(reading.value) > config.ratedPowerW * SURGE + SURGE_W) return 'beyond-rating';
    // A relay that is open draws nothing: its 0 W is as good as any.
    const isBlip = reading.value === 0 && before !== null && Math.abs(before) >= BLIP_FROM_W && memory.repeats === 0;
    if (isBlip && current(reading.channelId, 'on') !== 0) return 'zero-blip';
    const stoodMs = movedAt === null ? 0 : reading.measuredAt - movedAt;
    const canFreeze = config !== undefined && METERS.has(config.role) && Math.abs(reading.value) > FROZEN_FROM_W;
    return canFreeze && memory.repeats > 2 && stoodMs >= FROZEN_AFTER_MS ? 'frozen' : null;
  };

  const socDoubt = (reading: Reading, memory: Memory): Doubt | null => {
    if (reading.value === 0 && (memory.good === null || memory.good > DARK_FROM_SOC_PCT)) return 'zero-blip';
    const leaps = memory.good !== null && Math.abs(reading.value - memory.good) > LEAP_SOC_PCT;
    const tookMs = reading.measuredAt - memory.goodAt;
    // Half a percent a minute is more than any home battery does.
    const possible = memory.good !== null && Math.abs(reading.value - memory.good) <= LEAP_SOC_PCT + tookMs / 120_000;
    if (leaps && !possible && reading.measuredAt - memory.sinceAt < LEAP_STAYS_MS) return 'leap';
    const capacityKwh = current(reading.channelId, 'capacityKwh') ?? USUAL_CAPACITY_KWH;
    const isInside = reading.value > 1 && reading.value < 99;
    return isInside && Math.abs(memory.movedKwh) > capacityKwh * FROZEN_SOC_SHARE ? 'frozen-while-moving' : null;
  };

  /** Heat moves slowly: a temperature that leaps is a sensor that stutters, unless it stays there. */
  const tempDoubt = (reading: Reading, memory: Memory): Doubt | null => {
    if (memory.good === null || Math.abs(reading.value - memory.good) <= LEAP_TEMP_C) return null;
    const tookMs = reading.measuredAt - memory.goodAt;
    const possible = Math.abs(reading.value - memory.good) <= LEAP_TEMP_C + tookMs / 6_000;
    return possible || reading.measuredAt - memory.sinceAt >= LEAP_STAYS_MS ? null : 'leap';
  };

  const remember = (reading: Reading): Memory => {
    const key = keyOf(reading.channelId, reading.metric);
    const { value, measuredAt } = reading;
    const known = memories.get(key);
    if (!known) {
      const first = {
        good: null,
        goodAt: measuredAt,
        last: value,
        lastAt: measuredAt,
        sinceAt: measuredAt,
        repeats: 0,
        movedKwh: 0,
      };
      memories.set(key, first);
      return first;
    }
    const spanMs = Math.max(0, measuredAt - known.lastAt);
    if (known.last === value) {
      if (spanMs > 0) known.repeats += 1;
      if (reading.metric === 'socPct') known.movedKwh += ((current(reading.channelId, 'powerW') ?? 0) * spanMs) / 3.6e9;
    } else {
      // Small noise does not count as a change of a leap that stays.
      const isNoise =
        (reading.metric === 'socPct' && Math.abs(known.last - value) <= LEAP_SOC_PCT) ||
        (reading.metric === 'tempC' && Math.abs(known.last - value) <= LEAP_TEMP_C);
      if (!isNoise) known.sinceAt = measuredAt;
      known.repeats = 0;
      known.movedKwh = 0;
    }
    known.last = value;
    known.lastAt = measuredAt;
    return known;
  };

  return {
    /** What came together is seen together: a relay's state beside its power. */
    begin: (readings: readonly Reading[]): void => {
      batch.clear();
      for (const { channelId, measuredAt, metric, value } of readings) {
        const key = keyOf(channelId, metric);
        batch.set(key, value);
        const isNew = movedAt === null || measuredAt - seenAt > SILENCE_MS || memories.get(key)?.last !== value;
        if (ANALOG.has(metric) && isNew) movedAt = measuredAt;
        seenAt = Math.max(seenAt, measuredAt);
      }
    },
    of: (reading: Reading): Doubt | null => {
      const memory = remember(reading);
      const doubt =
        reading.metric === 'powerW'
          ? powerDoubt(reading, memory)
          : reading.metric === 'socPct'
            ? socDoubt(reading, memory)
            : reading.metric === 'tempC'
              ? tempDoubt(reading, memory)
              : null;
      if (doubt === null && reading.quality !== 'suspect') {
        memory.good = reading.value;
        memory.goodAt = reading.measuredAt;
      }
      return doubt;
    },
    forget: (): void => {
      memories.clear();
      movedAt = null;
      seenAt = Number.NEGATIVE_INFINITY;
    },
  };
};
