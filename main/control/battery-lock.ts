import type { Setpoint } from '../../preload/contract/base.ts';
import { freshState } from './stage.ts';
import type { ChannelSnapshot, DecisionSnapshot } from './types.ts';

/** How this home can keep its battery from feeding a load. */
export interface BatteryLock {
  readonly channel: ChannelSnapshot;
  readonly name: string;
  /** The value that locks it. */
  readonly value: Setpoint;
  /** Whether it is locked now by a fresh reading; null where nobody has read it lately. */
  readonly locked: boolean | null;
}

type Way = 'limit' | 'choice' | 'battery-power';

const wayOf = ({ control, config }: ChannelSnapshot): Way | null => {
  if (!config.controllable) return null;
  if (control.kind === 'choice') return control.options.some(({ value }) => value === 'hold') ? 'choice' : null;
  if (control.kind !== 'number' || control.unit === '%' || control.minimum > 0 || control.maximum < 0) return null;
  if (/discharge/i.test(config.channelId)) return 'limit';
  const steers = config.role === 'battery' && control.minimum < 0 && !/limit|max|charge/i.test(config.channelId);
  return steers ? 'battery-power' : null;
};

/** The surest first. */
const WAYS: readonly Way[] = ['limit', 'choice', 'battery-power'];

const isLocked = (way: Way, value: Setpoint | null): boolean | null => {
  if (value === null) return null;
  if (way === 'choice') return value === 'hold' || value === 'charge';
  if (typeof value !== 'number') return null;
  // Of a limit, below 0 means none at all; of a power, charging.
  return way === 'limit' ? value === 0 : value >= 0;
};

/** Among all channels of a home; null where nothing that may be controlled can hold the battery back. */
export const batteryLockIn = (channels: readonly ChannelSnapshot[]): BatteryLock | null => {
  for (const way of WAYS) {
    const channel = channels.find((each) => wayOf(each) === way);
    if (channel)
      return {
        channel,
        name: channel.config.name,
        value: way === 'choice' ? 'hold' : 0,
        locked: isLocked(way, freshState(channel)),
      };
  }
  return null;
};

/**
 * What locks the battery's discharge: a discharge limit at 0 (Victron `discharge-power-limit`, Sol-Ark
 * `max-discharge-current`), a battery mode "hold" (evcc), a battery power setpoint that does not discharge.
 */
export const batteryLockOf = ({ others }: Pick<DecisionSnapshot, 'others'>): BatteryLock | null =>
  batteryLockIn(others);
