import { METRIC_UNITS, type Setpoint } from '../../preload/contract/base.ts';
import type { ChannelConfig, Connection, ProbeResult } from '../../preload/contract/devices.ts';
import type { Clock } from '../clock.ts';
import type { ChannelId, DeviceId, SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Reading } from '../reading.ts';
import { messageOf, ok, permanent, type Result, temporary } from '../result.ts';
import type { ActuatorVault } from './actuator-vault.ts';
import { eitherSignal } from './any-signal.ts';
import { createDriverDeps } from './driver-deps.ts';
import { createIdentityGuard } from './identity-guard.ts';
import { driverOf } from './registry.ts';
import {
  type ChannelSpec,
  channelsOf,
  type DeviceDiagnostics,
  type DeviceIdentity,
  type DeviceReader,
  type Driver,
  type OpenDevice,
  type SuggestedLine,
} from './types.ts';

const PROBE_LIMIT_MS = 30_000;

/** A configured device as it is stored; taken by its shape, because devices know no database. */
interface HostedRecord {
  readonly id: DeviceId;
  readonly siteId: SiteId;
  readonly driverId: string;
  readonly name: string;
  readonly identity: string | null;
  readonly connection: Connection;
  readonly channels: readonly ChannelConfig[];
}

export interface HostedDevice<Saved extends HostedRecord = HostedRecord> {
  readonly record: Saved;
  readonly driver: Driver;
  /** Refuses to read when another device answers at the address. */
  readonly reader: DeviceReader;
}

export interface DeviceHost {
  /**
   * Opens a saved device: its reader goes to `onOpen`, its actuators into the vault. A device that does not answer opens
   * all the same. Failures: unknown model, unusable connection, secret not to be had.
   */
  open<Saved extends HostedRecord>(record: Saved, typedSecret?: string | null): Promise<Result<HostedDevice<Saved>>>;
  /** Ends a device's sockets and timers; unknown ids are let be. */
  close(deviceId: DeviceId): Promise<void>;
  /** Reads the device once and says what is there; saves and writes nothing. */
  probe(driverId: string, connection: Connection, secret: string | null): Promise<Result<ProbeResult>>;
  /** Asks a hub what may stand in the driver's own fields; reads only. */
  suggest(driverId: string, connection: Connection, secret: string | null): Promise<Result<readonly SuggestedLine[]>>;
  diagnostics(deviceId: DeviceId): DeviceDiagnostics | null;
  closeAll(): Promise<void>;
}

const wrongConnection = (text: string) =>
  permanent('device.connection', `The address cannot be used: ${text}.`, 'Correct address, port or unit number.');

const tooSlow = () =>
  temporary(
    'device.timeout',
    `The device did not answer within ${PROBE_LIMIT_MS / 1000} s.`,
    'Check address, port and unit number, and that the device has power.',
  );

const unknownDriver = (id: string) =>
  permanent('device.unknown-model', `There is no driver "${id}".`, 'Choose a model from the list.');

/** What a first reading shows, leaving out what cannot be true. */
const probeResult = (
  { serial, model }: DeviceIdentity,
  specs: readonly ChannelSpec[],
  readings: readonly Reading[],
  setpoints: ReadonlyMap<ChannelId, Setpoint>,
): ProbeResult => ({
  identity: serial,
  model,
  channels: specs
    .map((spec) => ({
      channelId: spec.channelId,
      suggestedName: spec.label,
      suggestedRole: spec.suggestedRole,
      control: spec.control?.control ?? null,
      setpoint: setpoints.get(spec.channelId) ?? null,
      readings: readings
        .filter(({ channelId, metric, value }) => {
          const [least, most] = spec.bounds[metric] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
          return channelId === spec.channelId && value >= least && value <= most;
        })
        .map(({ metric, value }) => ({ metric, value, unit: METRIC_UNITS[metric] })),
    }))
    .filter(({ readings: found, control }) => found.length > 0 || control !== null),
});

/** Turns device records into open devices, and keeps the two ends of each apart: readers out, actuators into the vault. */
export const createDeviceHost = (deps: {
  readonly clock: Clock;
  readonly log: Log;
  readonly vault: ActuatorVault;
  /** The password or token of a device; null where it has none. */
  readonly secretOf: (deviceId: DeviceId) => string | null | Promise<string | null>;
  readonly onOpen?: (device: HostedDevice) => void;
  readonly onClose?: (deviceId: DeviceId) => void | Promise<void>;
  readonly findDriver?: (id: string) => Driver | undefined;
}): DeviceHost => {
  const { clock, vault, secretOf } = deps;
  const log = deps.log.room('devices');
  const findDriver = deps.findDriver ?? driverOf;
  const driverDeps = createDriverDeps({ clock, log });
  const opened = new Map<DeviceId, OpenDevice>();
  const life = new AbortController();

  const connect = (driver: Driver, connection: Connection, secret: string | null): Result<OpenDevice> => {
    const parsed = driver.connectionSchema.safeParse(connection);
    if (!parsed.success) return wrongConnection(parsed.error.issues[0]?.message ?? 'it is incomplete');
    try {
      return ok(driver.open({ connection: parsed.data, secret }, { ...driverDeps, log: log.room(driver.id) }));
    } catch (thrown) {
      // One broken device must never stop the others.
      log.error('A driver failed to open a device.', { driver: driver.id, error: messageOf(thrown) });
      return permanent('device.driver-fault', `The driver ${driver.label} failed to open the device.`, 'Report this.');
    }
  };

  const close = async (deviceId: DeviceId): Promise<void> => {
    const device = opened.get(deviceId);
    if (!device) return;
    opened.delete(deviceId);
    vault.remove(deviceId);
    await deps.onClose?.(deviceId);
    await device.close();
  };

  const look = async (
    specs: readonly ChannelSpec[],
    device: OpenDevice,
    signal: AbortSignal,
  ): Promise<Result<ProbeResult>> => {
    const identity = await device.reader.identify(signal);
    if (!identity.ok) return identity;
    const readings = await device.reader.read(signal);
    if (!readings.ok) return readings;
    const present = device.present?.() ?? null;
    const there = specs.filter(({ channelId }) => present?.includes(channelId) ?? true);
    const setpoints = new Map<ChannelId, Setpoint>();
    for (const actuator of device.actuators) {
      if (!there.some(({ channelId, control }) => control !== null && channelId === actuator.channelId)) continue;
      const set = await actuator.readBack(signal);
      if (set.ok) setpoints.set(actuator.channelId, set.value.value);
    }
    return ok(probeResult(identity.value, there, readings.value, setpoints));
  };

  return {
    open: async (record, typedSecret) => {
      await close(record.id);
      const driver = findDriver(record.driverId);
      if (!driver) return unknownDriver(record.driverId);
      let secret: string | null;
      try {
        secret = typedSecret === undefined ? await secretOf(record.id) : typedSecret;
      } catch (thrown) {
        log.error('The password of a device could not be read.', { device: record.name, error: messageOf(thrown) });
        return temporary(
          'device.secret',
          `The password of ${record.name} could not be read from the keychain.`,
          'Unlock the keychain, or enter the password anew.',
        );
      }
      const device = connect(driver, record.connection, secret);
      if (!device.ok) return device;
      opened.set(record.id, device.value);
      const guard = createIdentityGuard(device.value.reader, record.identity, record.name);
      const hosted = { record, driver, reader: guard.reader };
      // What was not saved with the device is not there for it: not read, not controlled.
      const saved = new Set(record.channels.map(({ channelId }) => channelId));
      vault.put(record.id, device.value.actuators.filter(({ channelId }) => saved.has(channelId)).map(guard.actuator));
      deps.onOpen?.(hosted);
      return ok(hosted);
    },
    close,
    probe: async (driverId, connection, secret) => {
      const driver = findDriver(driverId);
      if (!driver) return unknownDriver(driverId);
      const device = connect(driver, connection, secret);
      if (!device.ok) return device;
      const limit = new AbortController();
      const cancelLimit = clock.after(PROBE_LIMIT_MS, () => limit.abort());
      const { signal, end } = eitherSignal(limit.signal, life.signal);
      try {
        const found = await look(channelsOf(driver, connection), device.value, signal);
        return limit.signal.aborted ? tooSlow() : found;
      } finally {
        cancelLimit();
        end();
        await device.value.close();
      }
    },
    suggest: async (driverId, connection, secret) => {
      const driver = findDriver(driverId);
      if (!driver) return unknownDriver(driverId);
      if (!driver.suggestOptions)
        return permanent('device.no-suggestions', `${driver.label} has nothing to choose from.`, 'Fill the field in.');
      const limit = new AbortController();
      const cancelLimit = clock.after(PROBE_LIMIT_MS, () => limit.abort());
      const { signal, end } = eitherSignal(limit.signal, life.signal);
      try {
        return await driver.suggestOptions({ connection, secret }, { ...driverDeps, log: log.room(driver.id) }, signal);
      } catch (thrown) {
        log.error('A driver failed to suggest.', { driver: driver.id, error: messageOf(thrown) });
        return permanent('device.driver-fault', `The driver ${driver.label} failed to look.`, 'Report this.');
      } finally {
        cancelLimit();
        end();
      }
    },
    diagnostics: (deviceId) => opened.get(deviceId)?.reader.diagnostics?.() ?? null,
    closeAll: async () => {
      life.abort();
      await Promise.all([...opened.keys()].map(close));
    },
  };
};
