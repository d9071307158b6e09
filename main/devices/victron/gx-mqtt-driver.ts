import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { ChannelId } from '../../ids.ts';
import { ok, type Result } from '../../result.ts';
import type { DeviceIdentity, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { gxMqttChannels, SENSORS_OPTION, sensorsOf } from './channels.ts';
import { gxMqttDiscovery } from './discovery.ts';
import { type AwakeGx, createGxMqttSession, PORTAL_OPTION } from './gx-mqtt-session.ts';
import { gxMqttActuators, settableChannels, settingReadings } from './gx-mqtt-settings.ts';
import type { GxTree } from './gx-mqtt-tree.ts';
import { gxMqttFailures } from './mqtt-failures.ts';
import { venusReadings } from './venus-readings.ts';

/**
 * One value of each service that is used, asked anew with each poll: its answer shows that the service is there, and
 * whatever else it said last is still so. Never `system/0/Serial`: that one means "tell everything".
 */
const SIGNS_OF_LIFE: Readonly<Record<string, readonly string[]>> = {
  system: ['Dc/Battery/Soc', 'Dc/Battery/Voltage', 'SystemState/State', 'Ac/Grid/L1/Power'],
  battery: ['Dc/0/Voltage', 'Soc'],
  grid: ['Ac/Power', 'Ac/L1/Power'],
  temperature: ['Temperature'],
  settings: ['Settings/CGwacs/BatteryLife/MinimumSocLimit', 'Settings/SystemSetup/MaxChargeCurrent'],
  hub4: ['Overrides/Setpoint'],
};

const textOf = (tree: GxTree, service: string, path: string): string | null => {
  const value = tree.of(service, 0, path)?.value;
  return typeof value === 'string' && value !== '' ? value : null;
};

const identityOf = ({ portal, tree }: AwakeGx): DeviceIdentity => ({
  serial: portal,
  model: textOf(tree, 'platform', 'Device/Model') ?? 'Victron GX',
  firmware: textOf(tree, 'platform', 'Firmware/Installed/Version'),
});

const open = ({ connection, secret }: OpenOptions, { clock, log }: DriverDeps): OpenDevice => {
  const session = createGxMqttSession({ connection, secret }, { clock });
  const failures = gxMqttFailures(`The GX at ${connection.host}`);
  const sensors = sensorsOf(connection);
  let present: readonly ChannelId[] = gxMqttChannels(connection).map(({ channelId }) => channelId);

  /** Confirms every service that answers; without `system` there is nothing to read. */
  const confirmAll = async ({ tree }: AwakeGx, signal: AbortSignal): Promise<Result<void>> => {
    const signs = Object.entries(SIGNS_OF_LIFE).flatMap(([service, paths]) =>
      tree.instances(service).flatMap((instance) => {
        const path = paths.find((one) => tree.knows(service, instance, one));
        return path === undefined ? [] : [{ service, instance, path }];
      }),
    );
    const answers = await Promise.all(
      signs.map(async ({ service, instance, path }) => {
        const askedAt = clock.now();
        const answer = await session.ask(service, instance, path, signal);
        if (answer.ok) tree.confirm(service, instance, askedAt);
        return { service, answer };
      }),
    );
    const system = answers.find(({ service }) => service === 'system')?.answer;
    if (system === undefined || system.ok) return ok(undefined);
    // Who is silent: the GX, or the broker in front of it?
    const alive = await session.alive(signal);
    return alive.ok ? system : alive;
  };

  return {
    reader: {
      identify: async (signal) => {
        const gx = await session.awake(signal);
        return gx.ok ? ok(identityOf(gx.value)) : gx;
      },
      read: async (signal) => {
        const gx = await session.awake(signal);
        if (!gx.ok) return gx;
        const confirmed = await confirmAll(gx.value, signal);
        if (!confirmed.ok) return confirmed;
        const { tree } = gx.value;
        const receivedAt = clock.now();
        const readings = [...venusReadings(tree, { receivedAt, sensors }), ...settingReadings(tree, receivedAt)];
        if (readings.length === 0) return failures.silent(gx.value.portal);
        present = [...new Set([...readings.map(({ channelId }) => channelId), ...settableChannels(tree)])];
        return ok(readings);
      },
      diagnostics: session.diagnostics,
    },
    actuators: gxMqttActuators({ session, clock, log, failures }),
    present: () => present,
    close: session.close,
  };
};

/** GX devices over the MQTT broker that they run themselves, on the local network or through VRM's brokers. */
export const victronGxMqtt: Driver = {
  id: 'victron-gx-mqtt',
  label: 'Victron GX (MQTT)',
  vendor: 'Victron Energy',
  products: ['Cerbo GX', 'Ekrano GX', 'Venus GX', 'Color Control GX', 'MultiPlus-II GX', 'EasySolar-II GX'],
  deviceClass: 'inverter',
  reach: 'local',
  connectionSchema,
  defaultPort: 1883,
  needsUnitId: false,
  takesPassword: true,
  secret: {
    label: 'Password',
    help: 'Of the GX, where its network security profile asks for one (port 8883). Leave it empty otherwise.',
  },
  encryption: 'off',
  options: [
    {
      name: 'account',
      label: 'User',
      help: 'Only where the broker asks for one; through VRM the e-mail address of the account.',
      kind: 'text',
      required: false,
    },
    {
      name: PORTAL_OPTION,
      label: 'Portal id',
      help: 'Of the GX, under Settings → VRM. Empty: found by itself; needed at a broker that several GX devices share.',
      kind: 'text',
      required: false,
    },
    SENSORS_OPTION,
  ],
  discovery: gxMqttDiscovery,
  pollPeriodMs: 5_000,
  freshnessLimitMs: 17_500,
  parallelRequests: 8,
  channels: gxMqttChannels({ host: 'venus.local', port: 1883 }),
  channelsFor: gxMqttChannels,
  busKey: ({ host, port }) => `mqtt:${host.toLowerCase()}:${port}`,
  open,
};
