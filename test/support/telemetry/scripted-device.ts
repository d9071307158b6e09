import type { Clock } from '../../../main/clock.ts';
import type { Driver } from '../../../main/devices/types.ts';
import { channelId, deviceId, siteId } from '../../../main/ids.ts';
import type { Reading } from '../../../main/reading.ts';
import { ok, type Result, temporary } from '../../../main/result.ts';
import type { PolledDevice } from '../../../main/telemetry/types.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import type { ChannelConfig, ChannelRole } from '../../../preload/contract/devices.ts';
import { connectionSchema } from '../../../preload/contract/devices.ts';

export const SITE = siteId('home');

export const configOf = (id: string, role: ChannelRole, extra: Partial<ChannelConfig> = {}): ChannelConfig => ({
  channelId: channelId(id),
  name: id,
  role,
  use: 'primary',
  priority: 5,
  safeState: null,
  ratedPowerW: null,
  rules: null,
  controllable: false,
  ...extra,
});

export const readingOf = (
  clock: Clock,
  id: string,
  metric: Metric,
  value: number,
  extra: Partial<Reading> = {},
): Reading => ({
  channelId: channelId(id),
  metric,
  value,
  measuredAt: clock.now(),
  receivedAt: clock.now(),
  quality: 'good',
  ...extra,
});

export const AWAY = temporary('device.unreachable', 'It does not answer.', 'Look.');

const BOUNDS: Driver['channels'][number]['bounds'] = {
  powerW: [-20_000, 20_000],
  socPct: [0, 100],
  voltageV: [30, 70],
  tempC: [-40, 80],
  on: [0, 1],
  energyKwh: [0, 1e6],
  capacityKwh: [0, 1000],
};

/** A device whose answers a test gives one by one; what it does on the wire is the drivers' tests. */
export const scriptedDevice = (
  clock: Clock,
  name: string,
  channels: readonly ChannelConfig[],
  options: {
    readonly periodMs?: number;
    readonly limitMs?: number;
    readonly bus?: string;
    readonly answer?: () => Result<readonly Reading[]> | Promise<Result<readonly Reading[]>>;
  } = {},
) => {
  const state = {
    reads: [] as number[],
    values: {} as Record<string, Partial<Record<Metric, number>>>,
    away: false,
    listeners: 0,
    push: (_: readonly Reading[]): void => undefined,
  };
  const answerNow = (): Result<readonly Reading[]> =>
    state.away
      ? AWAY
      : ok(
          Object.entries(state.values).flatMap(([id, metrics]) =>
            Object.entries(metrics).map(([metric, value]) => readingOf(clock, id, metric as Metric, value)),
          ),
        );
  const driver: Driver = {
    id: 'scripted',
    label: 'Scripted',
    vendor: 'test',
    products: ['scripted'],
    deviceClass: 'plug',
    reach: 'local',
    connectionSchema,
    defaultPort: 1,
    needsUnitId: false,
    takesPassword: false,
    pollPeriodMs: options.periodMs ?? 10_000,
    freshnessLimitMs: options.limitMs ?? 35_000,
    parallelRequests: 1,
    channels: channels.map((config) => ({
      channelId: config.channelId,
      label: config.name,
      suggestedRole: config.role,
      metrics: Object.keys(BOUNDS) as Metric[],
      bounds: BOUNDS,
      control: null,
    })),
    busKey: () => options.bus ?? name,
    open: () => {
      throw new Error('not opened in these tests');
    },
  };
  const device: PolledDevice = {
    record: {
      id: deviceId(name),
      siteId: SITE,
      driverId: 'scripted',
      name,
      identity: null,
      connection: { host: 'test', port: 1 },
      channels,
    },
    driver,
    reader: {
      identify: async () => ok({ serial: `serial-${name}`, model: 'Scripted', firmware: null }),
      read: async () => {
        state.reads.push(clock.monotonicMs());
        return options.answer ? options.answer() : answerNow();
      },
      listen: (onReadings) => {
        state.listeners += 1;
        state.push = onReadings;
        return () => {
          state.listeners -= 1;
        };
      },
    },
  };
  return { device, state, answerNow };
};
