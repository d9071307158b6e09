import type { Reading } from '../../reading.ts';
import { ok, type Result, temporary } from '../../result.ts';
import { CLOUD_CHANNELS } from './channels.ts';
import type { CloudDevice } from './cloud-answer.ts';
import { switchStatusSchema } from './components.ts';
import { gen1LeaseEndsAt, gen1Readings, gen1StatusSchema, gen1Unused } from './gen1-status.ts';
import { type StatusTimes, statusReadings, statusSchema, unusedComponents } from './readings.ts';

/** The device's own status, as either generation writes it, as the cloud hands it on. */
const isFirstGeneration = ({ gen, status }: CloudDevice): boolean =>
  gen === 'G1' || (gen === null && (status?.['relays'] !== undefined || status?.['emeters'] !== undefined));

const DECLARED = new Set(CLOUD_CHANNELS.map(({ channelId }) => channelId));

const unreadable = (id: string) =>
  temporary(
    'device.malformed',
    `What the Shelly cloud sent of ${id} is not as expected.`,
    'It is asked again by itself; update the firmware of the device when this goes on.',
  );

/** A relay box in roller mode lists rollers over the cloud, and its relays are the motor of a cover. */
export const cloudReadings = (device: CloudDevice, times: StatusTimes): Result<readonly Reading[]> => {
  const declared = (readings: readonly Reading[]) => ok(readings.filter(({ channelId }) => DECLARED.has(channelId)));
  if (isFirstGeneration(device)) {
    const status = gen1StatusSchema.safeParse(device.status);
    if (!status.success) return unreadable(device.id);
    return declared(gen1Readings(status.data, times, (status.data.rollers ?? []).length > 0));
  }
  const status = statusSchema.safeParse(device.status);
  return status.success ? declared(statusReadings(status.data, times)) : unreadable(device.id);
};

export const cloudUnused = (device: CloudDevice): readonly string[] => {
  if (isFirstGeneration(device)) {
    const status = gen1StatusSchema.safeParse(device.status);
    return status.success ? gen1Unused(status.data) : [];
  }
  const status = statusSchema.safeParse(device.status);
  return status.success ? unusedComponents(status.data) : [];
};

export interface CloudRelay {
  readonly on: boolean;
  readonly leaseEndsAt: number | null;
}

/** One output with its timer, null where the device has none; `at` is when the status was reported. */
export const cloudRelay = (device: CloudDevice, channel: number, at: number): CloudRelay | null => {
  if (isFirstGeneration(device)) {
    const status = gen1StatusSchema.safeParse(device.status);
    const relay = status.data?.relays?.[channel];
    return relay ? { on: relay.ison, leaseEndsAt: gen1LeaseEndsAt(relay, at) } : null;
  }
  const relay = switchStatusSchema.safeParse(device.status?.[`switch:${channel}`]);
  if (!relay.success || relay.data.output === null || relay.data.output === undefined) return null;
  const { output, timer_started_at: startedS, timer_duration: durationS } = relay.data;
  return { on: output, leaseEndsAt: startedS && durationS ? Math.round((startedS + durationS) * 1000) : null };
};
