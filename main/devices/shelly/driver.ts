import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { Reading } from '../../reading.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type {
  ChannelActuator,
  ControlSpec,
  DeviceReader,
  Driver,
  DriverDeps,
  OpenDevice,
  OpenOptions,
} from '../types.ts';
import { noSwitch } from './failures.ts';
import {
  deepMerge,
  type Notification,
  type Status,
  statusSchema,
  switchSetResultSchema,
  switchStatusSchema,
} from './frames.ts';
import { createShellyLink } from './link.ts';
import { measuredAtOf, SWITCH_CHANNEL, switchReadings } from './readings.ts';

const RELAY = { id: 0 };
/** Below this difference the device's clock counts as right. */
const CLOCK_TOLERANCE_MS = 5_000;

const SWITCH_CONTROL: ControlSpec = {
  control: { kind: 'switch' },
  defaultSafeState: false,
  // A relay is good for some 100,000 switches, and most loads behind one do not like short cycles.
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 600 },
  readBackAfterMs: 250,
  readBackWithinMs: 10_000,
  // An overpower trip follows the switch by 2 to 3 s, a miner's supply starts within 20 s.
  effect: { kind: 'power-follows-switch', onAboveW: 10, offBelowW: 8, withinMs: 30_000 },
  deviceLease: true,
};

const open = ({ connection, secret }: OpenOptions, { clock }: DriverDeps): OpenDevice => {
  const listeners = new Set<(readings: readonly Reading[]) => void>();
  let status: Status | null = null;
  /** The device's clock less ours; 0 while it is close or unknown. */
  let clockDifferenceMs = 0;

  const onNotification = ({ method, params }: Notification): void => {
    if (method === 'NotifyEvent') return; // Buttons and configuration: what they change comes as status.
    const whole = method === 'NotifyFullStatus';
    // A partial status says nothing before the whole one is known.
    if (!whole && status === null) return;
    const merged = statusSchema.safeParse(whole ? params : deepMerge(status, params));
    if (!merged.success) {
      link.countRejected();
      return;
    }
    status = merged.data;
    const relay = status['switch:0'];
    const patch = params['switch:0'];
    if (!relay || typeof patch !== 'object' || patch === null) return;
    const receivedAt = clock.now();
    const times = { measuredAt: measuredAtOf(params.ts, receivedAt), receivedAt };
    const readings = switchReadings(relay, times, whole ? undefined : new Set(Object.keys(patch)));
    if (readings.length > 0) for (const listener of listeners) listener(readings);
  };

  const link = createShellyLink({ host: connection.host, port: connection.port, secret, clock, onNotification });

  const read = async (signal: AbortSignal): Promise<Result<readonly Reading[]>> => {
    const askedAt = clock.now();
    const answer = await link.call('Shelly.GetStatus', {}, statusSchema, signal);
    if (!answer.ok) return answer;
    status = answer.value;
    const relay = status['switch:0'];
    if (!relay) return noSwitch(link.address);
    const receivedAt = clock.now();
    const difference = status.sys?.unixtime ? status.sys.unixtime * 1000 - receivedAt : 0;
    clockDifferenceMs = Math.abs(difference) > CLOCK_TOLERANCE_MS ? difference : 0;
    return ok(switchReadings(relay, { measuredAt: askedAt, receivedAt }));
  };

  const actuator: ChannelActuator = {
    channelId: SWITCH_CHANNEL,
    spec: SWITCH_CONTROL,
    write: async (value, { leaseMs, signal }) => {
      if (typeof value !== 'boolean')
        return permanent('device.wrong-setpoint', 'A relay takes on or off.', 'Ask for on or off.');
      const params = { ...RELAY, on: value, ...(leaseMs === null ? {} : { toggle_after: leaseMs / 1000 }) };
      // `was_on` is the state before the call: the answer says that it was accepted, nothing more.
      const answer = await link.call('Switch.Set', params, switchSetResultSchema, signal);
      return answer.ok ? ok(undefined) : answer;
    },
    readBack: async (signal) => {
      const askedAt = clock.now();
      const answer = await link.call('Switch.GetStatus', RELAY, switchStatusSchema, signal);
      if (!answer.ok) return answer;
      const { output, timer_started_at: startedS, timer_duration: durationS } = answer.value;
      if (output === undefined || output === null) return noSwitch(link.address);
      const leaseEndsAt = startedS && durationS ? Math.round((startedS + durationS) * 1000 - clockDifferenceMs) : null;
      return ok({ value: output, leaseEndsAt, measuredAt: askedAt });
    },
  };

  const reader: DeviceReader = {
    identify: link.identify,
    read,
    listen: (onReadings) => {
      listeners.add(onReadings);
      return () => void listeners.delete(onReadings);
    },
    diagnostics: link.diagnostics,
  };

  return {
    reader,
    actuators: [actuator],
    close: async () => {
      listeners.clear();
      link.close();
    },
  };
};

/** Relays and plugs of the Plus, Pro, Gen3 and Gen4 families: one relay, with or without a meter. */
export const shellyGen2: Driver = {
  id: 'shelly-gen2',
  label: 'Shelly relay or plug (Plus, Pro, Gen3, Gen4)',
  vendor: 'Shelly',
  products: [
    'Plus 1',
    'Plus 1PM',
    'Plus Plug S',
    'Pro 1',
    'Pro 1PM',
    '1PM Gen3',
    'Plug S Gen3',
    '1 Mini Gen3',
    '1PM Gen4',
    '1 Mini Gen4',
  ],
  deviceClass: 'plug',
  reach: 'local',
  connectionSchema,
  defaultPort: 80,
  needsUnitId: false,
  takesPassword: true,
  pollPeriodMs: 10_000,
  freshnessLimitMs: 35_000,
  parallelRequests: 1,
  channels: [
    {
      channelId: SWITCH_CHANNEL,
      label: 'Relay',
      suggestedRole: 'other-load',
      metrics: ['powerW', 'on', 'energyKwh', 'tempC', 'voltageV', 'currentA'],
      // 16 A at 280 V is the most that any of them switches; the meter's sign shows a reversed wire.
      bounds: {
        powerW: [-4_600, 4_600],
        on: [0, 1],
        energyKwh: [0, 1_000_000],
        tempC: [-40, 130],
        voltageV: [80, 300],
        currentA: [-20, 20],
      },
      control: SWITCH_CONTROL,
    },
  ],
  busKey: ({ host, port }) => `shelly:${host}:${port}`,
  open,
};
