import type { Metric } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import type { SwitchStatus } from './frames.ts';

export const SWITCH_CHANNEL = channelId('switch:0');

/** Which member of the status a metric comes from: a partial notification renews only what it names. */
const SOURCES: readonly { readonly metric: Metric; readonly members: readonly (keyof SwitchStatus)[] }[] = [
  { metric: 'powerW', members: ['apower'] },
  { metric: 'on', members: ['output'] },
  { metric: 'energyKwh', members: ['aenergy', 'ret_aenergy'] },
  { metric: 'tempC', members: ['temperature'] },
  { metric: 'voltageV', members: ['voltage'] },
  { metric: 'currentA', members: ['current'] },
];

/** The value of a metric, or null where the device does not say: a relay without a meter has no power, not 0 W. */
const valueIn = (status: SwitchStatus, metric: Metric): number | null => {
  switch (metric) {
    case 'powerW':
      return status.apower ?? null;
    case 'on':
      return status.output === undefined || status.output === null ? null : Number(status.output);
    case 'energyKwh': {
      // Where the device also counts returned energy, `aenergy.total` includes it.
      const totalWh = status.aenergy?.total ?? null;
      return totalWh === null ? null : (totalWh - (status.ret_aenergy?.total ?? 0)) / 1000;
    }
    case 'tempC':
      return status.temperature?.tC ?? null;
    case 'voltageV':
      // A device that answers has mains: 0 V is a missing sensor.
      return status.voltage || null;
    case 'currentA':
      // Models with a meter say 0 A; without a voltage the sensor is missing too.
      return status.voltage === 0 ? null : (status.current ?? null);
    default:
      return null;
  }
};

/** Readings of a relay; `named` limits them to the members that a notification named. */
export const switchReadings = (
  status: SwitchStatus,
  times: { readonly measuredAt: number; readonly receivedAt: number },
  named?: ReadonlySet<string>,
): readonly Reading[] =>
  SOURCES.flatMap(({ metric, members }) => {
    if (named && !members.some((member) => named.has(member))) return [];
    const value = valueIn(status, metric);
    return value === null ? [] : [{ channelId: SWITCH_CHANNEL, metric, value, quality: 'good' as const, ...times }];
  });

const TRUSTED_CLOCK_DIFFERENCE_MS = 5_000;

/** The device's time stamp where its clock can be right, else the time of receipt; never in the future. */
export const measuredAtOf = (deviceTsS: number | null | undefined, receivedAt: number): number => {
  if (!deviceTsS) return receivedAt;
  const at = Math.round(deviceTsS * 1000);
  return Math.abs(at - receivedAt) > TRUSTED_CLOCK_DIFFERENCE_MS ? receivedAt : Math.min(at, receivedAt);
};
