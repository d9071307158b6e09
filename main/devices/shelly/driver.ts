import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { Reading } from '../../reading.ts';
import { ok, type Result } from '../../result.ts';
import type { ChannelActuator, DeviceReader, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { type ActuatorGround, relayActuator, thermostatActuator, valveActuator } from './actuators.ts';
import { GEN2_CHANNELS } from './channels.ts';
import { gen2Discovery } from './discovery.ts';
import { nothingToRead } from './failures.ts';
import { deepMerge, type Notification } from './frames.ts';
import { createShellyLink } from './link.ts';
import { measuredAtOf, type Status, statusReadings, statusSchema, unusedComponents } from './readings.ts';

/** Below this difference the device's clock counts as right. */
const CLOCK_TOLERANCE_MS = 5_000;

/** One actuator for every control that such a device may have. */
const actuatorsOf = (ground: ActuatorGround): readonly ChannelActuator[] =>
  GEN2_CHANNELS.flatMap(({ channelId, control }) => {
    if (control === null) return [];
    const [kind, number] = channelId.split(':');
    const id = Number(number);
    if (kind === 'switch') return [relayActuator(ground, id, control)];
    return [kind === 'thermostat' ? thermostatActuator(ground, control) : valveActuator(ground, id, control)];
  });

const open = ({ connection, secret }: OpenOptions, { clock, http, log }: DriverDeps): OpenDevice => {
  const listeners = new Set<(readings: readonly Reading[]) => void>();
  let status: Status | null = null;
  /** The device's clock less ours; 0 while it is close or unknown. */
  let clockDifferenceMs = 0;
  let toldUnused = false;

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
    const receivedAt = clock.now();
    const times = { measuredAt: measuredAtOf(params.ts, receivedAt), receivedAt, clockDifferenceMs };
    const readings = statusReadings(status, times, whole ? undefined : params);
    if (readings.length > 0) for (const listener of listeners) listener(readings);
  };

  const link = createShellyLink({ connection, secret, clock, http, onNotification });

  const read = async (signal: AbortSignal): Promise<Result<readonly Reading[]>> => {
    const askedAt = clock.now();
    const answer = await link.call('Shelly.GetStatus', {}, statusSchema, signal);
    if (!answer.ok) return answer;
    status = answer.value;
    const receivedAt = clock.now();
    const difference = status.sys?.unixtime ? status.sys.unixtime * 1000 - receivedAt : 0;
    clockDifferenceMs = Math.abs(difference) > CLOCK_TOLERANCE_MS ? difference : 0;
    const readings = statusReadings(status, { measuredAt: askedAt, receivedAt, clockDifferenceMs });
    const unused = unusedComponents(status);
    if (readings.length === 0) return nothingToRead(link.address, unused);
    if (unused.length > 0 && !toldUnused)
      log.info('Covers and lights of a Shelly are left alone.', { address: link.address, parts: unused.join(', ') });
    toldUnused = true;
    return ok(readings);
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
    actuators: actuatorsOf({ link, now: clock.now, clockDifferenceMs: () => clockDifferenceMs }),
    present: () => {
      const readings = statusReadings(status ?? {}, { measuredAt: 0, receivedAt: 0 });
      return [...new Set(readings.map(({ channelId }) => channelId))];
    },
    close: async () => {
      listeners.clear();
      link.close();
    },
  };
};

/** Plus, Pro, Gen3 and Gen4: relays, meters, thermometers, thermostats and the valves behind a gateway. */
export const shellyGen2: Driver = {
  id: 'shelly-gen2',
  label: 'Shelly (Plus, Pro, Gen3, Gen4)',
  vendor: 'Shelly',
  products: [
    'Plus 1',
    'Plus 1PM',
    'Plus 2PM',
    'Plus Plug S',
    'Pro 1',
    'Pro 1PM',
    'Pro 2PM',
    'Pro 4PM',
    'Pro EM',
    'Pro 3EM',
    'PM Mini',
    '1PM Gen3',
    'Plug S Gen3',
    '1 Mini Gen3',
    'EM Gen3',
    '3EM Gen3',
    '1PM Gen4',
    '1 Mini Gen4',
    'Wall Display',
    'BLU Gateway Gen3 with BLU TRV',
  ],
  deviceClass: 'plug',
  reach: 'local',
  connectionSchema,
  defaultPort: 80,
  needsUnitId: false,
  takesPassword: true,
  encryption: 'off',
  secret: { label: 'Password', help: 'The one set in its web page, for the user admin. Empty where none is set.' },
  discovery: gen2Discovery,
  pollPeriodMs: 10_000,
  freshnessLimitMs: 35_000,
  parallelRequests: 1,
  channels: GEN2_CHANNELS,
  busKey: ({ host, port }) => `shelly:${host}:${port}`,
  open,
};
