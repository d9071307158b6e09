import type { Setpoint } from '../../../preload/contract/base.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { checkedNumber } from '../modbus/setting.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';
import { MINER_CHANNELS } from './report.ts';

const MINUTE_MS = 60_000;
/** A hashing board takes up to a quarter of an hour to come back: "still starting" is no failed resume. */
const COMES_BACK_WITHIN_MS = 15 * MINUTE_MS;

/**
 * Pause and resume. Boards and power supplies die of short cycles, so a miner runs and rests for a good while; the safe
 * state is paused, which survives this program.
 */
export const miningControl = (thresholds: {
  /** Between what it draws while hashing at its slowest and what it draws while paused, W. */
  readonly onAboveW: number;
  readonly offBelowW: number;
  readonly readBackWithinMs?: number;
  readonly wireLimitMs?: number;
}): ControlSpec => ({
  control: { kind: 'switch' },
  defaultSafeState: false,
  defaultRules: {
    minOnMs: 15 * MINUTE_MS,
    minOffMs: 10 * MINUTE_MS,
    maxSwitchesPerHour: 3,
    writeBudgetPerDay: 48,
  },
  readBackAfterMs: 1_000,
  readBackWithinMs: thresholds.readBackWithinMs ?? MINUTE_MS,
  effect: {
    kind: 'power-follows-switch',
    onAboveW: thresholds.onAboveW,
    offBelowW: thresholds.offBelowW,
    withinMs: COMES_BACK_WITHIN_MS,
  },
  deviceLease: false,
  wireLimitMs: thresholds.wireLimitMs ?? 20_000,
  readEveryMs: 5_000,
  reconcileEveryMs: MINUTE_MS,
});

/** What a person may narrow the power target to, because each model has a range of its own. */
export const POWER_RANGE_OPTIONS = [
  {
    name: 'leastW',
    label: 'Least power target, W',
    help: 'Leave empty if unknown. The miner’s own web page shows the range; it is also the safe state.',
    kind: 'number' as const,
    required: false,
  },
  {
    name: 'mostW',
    label: 'Largest power target, W',
    help: 'Leave empty if unknown.',
    kind: 'number' as const,
    required: false,
  },
];

const WIDEST = { minimum: 50, maximum: 12_000 } as const;

const watts = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isFinite(value) && value > 0
    ? Math.round(value)
    : otherwise;
};

/** The range that the person gave, or one wide enough for every model; the miner's own range is asked before each write. */
export const powerRange = (
  options: Readonly<Record<string, string>> | undefined,
): { readonly minimum: number; readonly maximum: number } => {
  const minimum = watts(options?.['leastW'], WIDEST.minimum);
  const maximum = watts(options?.['mostW'], WIDEST.maximum);
  return minimum < maximum ? { minimum, maximum } : WIDEST;
};

/** A power target means minutes of retuning, and with some makes a restart of mining. */
export const powerTargetChannel = (
  range: { readonly minimum: number; readonly maximum: number },
  because: string,
  minimumMs: number = 10 * MINUTE_MS,
): ChannelSpec & { readonly control: ControlSpec } => ({
  channelId: MINER_CHANNELS.powerTarget,
  label: 'Power target',
  suggestedRole: 'none',
  metrics: ['powerLimitW'],
  bounds: { powerLimitW: [0, 20_000] },
  control: {
    control: { kind: 'number', unit: 'W', step: 10, ...range },
    defaultSafeState: range.minimum,
    defaultRules: { minOnMs: minimumMs, minOffMs: minimumMs, maxSwitchesPerHour: 4, writeBudgetPerDay: 24 },
    readBackAfterMs: 2_000,
    readBackWithinMs: 5 * MINUTE_MS,
    effect: { kind: 'none', because },
    deviceLease: false,
    wireLimitMs: 20_000,
    readEveryMs: 10_000,
    reconcileEveryMs: MINUTE_MS,
  },
});

/** On or off of a setpoint. */
export const checkedSwitch = (value: Setpoint): Result<boolean> =>
  typeof value === 'boolean'
    ? ok(value)
    : permanent('device.wrong-setpoint', 'Mining takes on or off.', 'Ask for on (resume) or off (pause).');

/** Whole watts inside both the declared range and, where it is known, the miner's own. */
export const checkedWatts = (
  spec: ControlSpec,
  value: Setpoint,
  own: { readonly leastW: number; readonly mostW: number } | null,
  name: string,
): Result<number> => {
  const number = checkedNumber(spec.control, value);
  if (!number.ok) return number;
  const powerW = Math.round(number.value);
  if (own && (powerW < own.leastW || powerW > own.mostW))
    return permanent(
      'device.value-refused',
      `${name} takes a power target from ${own.leastW} to ${own.mostW} W, not ${powerW} W.`,
      'Choose a value inside, and enter this range in the connection of the miner.',
    );
  return ok(powerW);
};
