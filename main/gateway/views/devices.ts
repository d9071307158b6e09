import { METRIC_UNITS, type Measure, type Metric } from '../../../preload/contract/base.ts';
import type { ChannelConfig, ChannelView, DeviceView } from '../../../preload/contract/devices.ts';
import { channelsOf, type Driver } from '../../devices/types.ts';
import type { ChannelId } from '../../ids.ts';
import type { DeviceRecord } from '../../store/types.ts';
import { freshnessOf } from '../../telemetry/freshness.ts';
import type { FreshReading, PollerState } from '../../telemetry/types.ts';

/** What the other rooms know of one device. */
export interface DeviceInput {
  readonly now: number;
  readonly record: DeviceRecord;
  /** Undefined for a driver that this version does not know. */
  readonly driver: Pick<Driver, 'label' | 'channels' | 'channelsFor'> | undefined;
  /** Undefined while the device is not polled yet. */
  readonly poller: PollerState | undefined;
  readonly latest: (channelId: ChannelId, metric: Metric) => FreshReading | undefined;
  readonly control: (
    channelId: ChannelId,
  ) => Pick<ChannelView, 'setpoint' | 'setpointSince' | 'hold' | 'pending' | 'trouble'>;
  readonly energyTodayKwh: (channelId: ChannelId) => number | null;
}

const METRICS = Object.keys(METRIC_UNITS) as readonly Metric[];

/** A reading with its age; the last value of a device that went away is stale, never current. */
const measureOf = (reading: FreshReading, offline: boolean, now: number): Measure => {
  const freshness = freshnessOf(now - reading.measuredAt, reading.limitMs);
  return {
    value: reading.value,
    unit: METRIC_UNITS[reading.metric],
    measuredAt: reading.measuredAt,
    limitMs: reading.limitMs,
    freshness: offline ? 'stale' : freshness,
  };
};

const channelView = (config: ChannelConfig, input: DeviceInput): ChannelView => {
  const spec = (input.driver ? channelsOf(input.driver, input.record.connection) : []).find(
    (channel) => channel.channelId === config.channelId,
  );
  const offline = input.poller?.state === 'offline';
  const measures: ChannelView['measures'] = {};
  for (const metric of spec?.metrics ?? METRICS) {
    const reading = input.latest(config.channelId, metric);
    if (reading) measures[metric] = measureOf(reading, offline, input.now);
  }
  return {
    ...config,
    control: spec?.control?.control ?? null,
    measures,
    energyTodayKwh: input.energyTodayKwh(config.channelId),
    ...input.control(config.channelId),
  };
};

const UNKNOWN_DRIVER = {
  message: 'This version knows no driver for this device.',
  advice: 'Install the version that added it, or remove the device.',
};

/** A device as the Control page draws it. One that is not polled yet is `starting`, not offline. */
export const deviceViewOf = (input: DeviceInput): DeviceView => {
  const { record, driver, poller, now } = input;
  return {
    id: record.id,
    siteId: record.siteId,
    driverId: record.driverId,
    driverLabel: driver?.label ?? record.driverId,
    name: record.name,
    identity: poller?.identity?.serial ?? record.identity,
    connection: record.connection,
    state: driver ? (poller?.state ?? 'starting') : 'offline',
    lastSeenAt: poller?.lastOkAt ?? null,
    problem: driver ? (poller?.problem ?? null) : { ...UNKNOWN_DRIVER, since: now },
    nextPollAt: poller?.nextAt ?? null,
    channels: record.channels.map((config) => channelView(config, input)),
  };
};
