import type { ChannelRole, ControlKind } from '../../preload/contract/devices.ts';
import type { ChannelRef, Safety } from '../../preload/contract/safety.ts';
import { sayPower } from './words.ts';

/** A channel of the site as the check sees it: its configuration, and what the device says that it can. */
export interface RatedChannel extends ChannelRef {
  readonly name: string;
  readonly role: ChannelRole;
  readonly controllable: boolean;
  readonly ratedPowerW: number | null;
  /** Null where the device cannot be commanded there, or nobody knows what the device is. */
  readonly control: ControlKind | null;
  /** What it measures; null where nobody knows what the device is. */
  readonly metrics: readonly string[] | null;
}

/** Cells of a home's battery are below this all together, V: the most that an ampere of the device may mean. */
const HIGHEST_BATTERY_V = 60;

interface Bounds {
  readonly name: string;
  readonly powerW: number;
}

/** What a device that limits the battery says that it can at most, W; null where it says nothing of it. */
const boundsOf = (channels: readonly RatedChannel[], way: 'charge' | 'discharge'): Bounds | null => {
  const wattsOf = (control: ControlKind, channelId: string): number | null => {
    if (control.kind === 'time-table') return way === 'discharge' ? control.maximumW : null;
    if (control.kind !== 'number') return null;
    const each =
      control.unit === 'W' ? 1 : control.unit === 'kW' ? 1_000 : control.unit === 'A' ? HIGHEST_BATTERY_V : null;
    if (each === null) return null;
    const isDischarge = /discharge/i.test(channelId);
    if (isDischarge || /charge/i.test(channelId))
      return isDischarge === (way === 'discharge') ? control.maximum * each : null;
    return way === 'charge' ? control.maximum * each : control.minimum < 0 ? -control.minimum * each : null;
  };
  const all = channels.flatMap(({ name, role, control, channelId }) => {
    const powerW = role === 'battery' && control ? wattsOf(control, channelId) : null;
    return powerW === null || powerW <= 0 ? [] : [{ name, powerW }];
  });
  return all.toSorted((one, other) => one.powerW - other.powerW)[0] ?? null;
};

/** The typed ratings of inverter and battery against each other and against what the devices say of themselves. */
export const batteryRatingProblems = (
  safety: Safety,
  channels: readonly RatedChannel[],
): readonly (readonly [field: string, sentence: string])[] => {
  const found: [string, string][] = [];
  const { inverterMaxW } = safety;
  for (const [field, way] of [
    ['batteryMaxChargeW', 'charge'],
    ['batteryMaxDischargeW', 'discharge'],
  ] as const) {
    const typed = safety[field];
    if (typed === null) continue;
    if (inverterMaxW !== null && typed > inverterMaxW)
      found.push([field, `The inverter carries ${sayPower(inverterMaxW)}, so the battery cannot do more.`]);
    const bounds = boundsOf(channels, way);
    if (bounds && typed > bounds.powerW)
      found.push([field, `${bounds.name} itself goes to ${sayPower(bounds.powerW)} at most.`]);
  }
  const table = channels.find(({ control }) => control?.kind === 'time-table');
  if (inverterMaxW !== null && table?.control?.kind === 'time-table' && inverterMaxW > table.control.maximumW)
    found.push(['inverterMaxW', `${table.name} itself goes to ${sayPower(table.control.maximumW)} at most.`]);
  return found;
};
