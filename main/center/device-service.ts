import type { Problem } from '../../preload/contract/base.ts';
import type { BalanceCheck, ChannelConfig, Connection } from '../../preload/contract/devices.ts';
import { parseTimeTable } from '../../preload/contract/time-table.ts';
import type { Clock } from '../clock.ts';
import type { Commander } from '../control/types.ts';
import { exportDevices } from '../devices/device-csv.ts';
import type { DeviceHost } from '../devices/device-host.ts';
import { driverOf } from '../devices/registry.ts';
import { type ChannelSpec, channelsOf } from '../devices/types.ts';
import type { EventBus } from '../events.ts';
import type { DeviceService } from '../gateway/rooms.ts';
import { type DeviceId, deviceId, newId, type SiteId } from '../ids.ts';
import { fail, ok, permanent, type Result } from '../result.ts';
import type { SecretStore } from '../secrets.ts';
import type { DeviceRecord, Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';

import { createDeviceList } from './device-list.ts';
import type { createDeviceSearch } from './device-search.ts';
import { createDeviceTrial } from './device-trial.ts';

interface DeviceServiceDeps {
  readonly store: Store;
  readonly host: DeviceHost;
  readonly telemetry: Telemetry;
  readonly secrets: SecretStore;
  readonly bus: EventBus;
  readonly clock: Clock;
  /** Opens a saved device: reader to telemetry, actuators to the vault. */
  openDevice(record: DeviceRecord): Promise<Result<void>>;
  closeDevice(id: DeviceId): Promise<void>;
  readonly commander: Pick<Commander, 'tryOut'>;
  readonly finder: ReturnType<typeof createDeviceSearch>;
  readonly balance: (siteId: SiteId) => Promise<Result<BalanceCheck>>;
}

export const secretNameOf = (id: DeviceId): string => `device/${id}`;

const unknownDevice = (): Result<never> =>
  permanent('device.unknown', 'There is no such device in this home.', 'Reload the page: it may have been removed.');

/** What the driver declares of a channel at this connection; undefined where it has none of that name. */
const specOf = (driverId: string, connection: Connection, id: ChannelConfig['channelId']): ChannelSpec | undefined => {
  const driver = driverOf(driverId);
  return driver && channelsOf(driver, connection).find(({ channelId }) => channelId === id);
};

/** What a person left open gets the driver's own defaults: the rules of the envelope are never missing. */
const withDefaults = (spec: ChannelSpec | undefined, config: ChannelConfig): ChannelConfig => {
  if (!spec?.control) return config;
  const { control, defaultRules, defaultSafeState } = spec.control;
  return {
    ...config,
    rules: config.rules ?? defaultRules,
    // A table that fits every house does not exist: the person says which one is safe, as a rule the one that was found.
    safeState: config.safeState ?? (control.kind === 'time-table' ? null : defaultSafeState),
  };
};

/** A channel's settings must fit what the device can do; answers the field that does not. */
const channelProblem = (spec: ChannelSpec | undefined, config: ChannelConfig): Result<void, Problem> => {
  const refuse = (field: string, message: string): Result<never, Problem> =>
    fail({
      code: 'device.channel',
      kind: 'permanent',
      message,
      advice: 'Correct the marked field. Nothing was saved.',
      fields: { [field]: message },
    });
  if (spec === undefined) return refuse('channelId', `This device has no channel ${config.channelId}.`);
  const control = spec.control?.control;
  if (config.controllable && control === undefined)
    return refuse('controllable', `${spec.label} cannot be controlled.`);
  if (control === undefined || !config.controllable) return ok(undefined);
  if (config.safeState === null) return refuse('safeState', 'Say where it goes at STOP.');
  if (control.kind === 'switch' && typeof config.safeState !== 'boolean')
    return refuse('safeState', 'The safe state of a switch is on or off.');
  if (control.kind === 'number') {
    const value = config.safeState;
    if (typeof value !== 'number' || value < control.minimum || value > control.maximum)
      return refuse(
        'safeState',
        `The safe state lies between ${control.minimum} and ${control.maximum} ${control.unit}.`,
      );
  }
  if (control.kind === 'choice' && !control.options.some(({ value }) => value === config.safeState))
    return refuse('safeState', `The safe state is one of: ${control.options.map(({ label }) => label).join(', ')}.`);
  if (control.kind === 'time-table') {
    const table = parseTimeTable(String(config.safeState));
    if ('problem' in table) return refuse('safeState', table.problem);
  }
  if (config.rules === null) return refuse('rules', 'A controllable channel needs its switching rules.');
  return ok(undefined);
};

/** Adds, changes and removes devices. A device is read once, live, before anything is saved. */
export const createDeviceService = (deps: DeviceServiceDeps): DeviceService => {
  const { store, host, telemetry, secrets, bus, clock } = deps;
  const changed = (siteId: DeviceRecord['siteId']): void => bus.emit('devices', { siteId, at: clock.now() });

  const probe: DeviceService['probe'] = ({ driverId, connection, password }) =>
    host.probe(driverId, connection, password ?? null);
  const service: Omit<DeviceService, 'importCsv'> = {
    probe,
    suggestOptions: async ({ driverId, connection, password }) => {
      const lines = await host.suggest(driverId, connection, password ?? null);
      return lines.ok ? ok([...lines.value]) : lines;
    },
    tryOut: createDeviceTrial({ host, commander: deps.commander }),
    search: ({ siteId, scan }) => deps.finder.search(siteId, scan),
    endSearch: deps.finder.endSearch,
    checkBalance: deps.balance,
    exportCsv: (siteId) => exportDevices(store.devices.list(siteId)),
    add: async (input) => {
      const spec = (channel: ChannelConfig) => specOf(input.driverId, input.connection, channel.channelId);
      const channels = input.channels.map((channel) => withDefaults(spec(channel), channel));
      for (const channel of channels) {
        const fits = channelProblem(spec(channel), channel);
        if (!fits.ok) return fits;
      }
      const probed = await host.probe(input.driverId, input.connection, input.password ?? null);
      if (!probed.ok) return probed;
      const twin = store.devices.list(input.siteId).find((device) => device.identity === probed.value.identity);
      if (twin)
        return permanent(
          'device.twice',
          `This device is already here as ${twin.name}.`,
          'Change its settings instead of adding it twice.',
        );
      const record: DeviceRecord = {
        id: deviceId(newId('device')),
        siteId: input.siteId,
        driverId: input.driverId,
        name: input.name,
        identity: probed.value.identity,
        connection: input.connection,
        channels,
      };
      if (input.password) await secrets.set(secretNameOf(record.id), input.password);
      store.devices.add(record, clock.now());
      const opened = await deps.openDevice(record);
      if (!opened.ok) {
        store.devices.remove(record.id, clock.now());
        await secrets.remove(secretNameOf(record.id));
        return opened;
      }
      changed(record.siteId);
      return ok({ deviceId: record.id });
    },
    remove: async ({ siteId, deviceId: id }) => {
      const record = store.devices.get(id);
      if (record?.siteId !== siteId) return unknownDevice();
      await deps.closeDevice(id);
      store.devices.remove(id, clock.now());
      await secrets.remove(secretNameOf(id));
      changed(siteId);
      return ok(undefined);
    },
    reconnect: async ({ siteId, deviceId: id, connection, password }) => {
      const record = store.devices.get(id);
      if (record?.siteId !== siteId) return unknownDevice();
      const kept = await secrets.get(secretNameOf(id));
      const secret = password ?? (kept.ok ? kept.value : null);
      const probed = await host.probe(record.driverId, connection, secret);
      if (!probed.ok) return probed;
      if (record.identity !== null && probed.value.identity !== record.identity)
        return permanent(
          'device.identity-changed',
          `Another device (${probed.value.identity}) answers there, not ${record.name} (${record.identity}).`,
          'Enter the new address of the same device, or add the other one as a new device.',
        );
      const next: DeviceRecord = { ...record, connection };
      await deps.closeDevice(id);
      if (password !== undefined) await secrets.set(secretNameOf(id), password);
      store.devices.update(next);
      const opened = await deps.openDevice(next);
      if (!opened.ok) return opened;
      changed(siteId);
      return ok(undefined);
    },
    configure: ({ siteId, deviceId: id, channel: wished }) => {
      const record = store.devices.get(id);
      if (record?.siteId !== siteId) return unknownDevice();
      const spec = specOf(record.driverId, record.connection, wished.channelId);
      const channel = withDefaults(spec, wished);
      const fits = channelProblem(spec, channel);
      if (!fits.ok) return fits;
      const next: DeviceRecord = {
        ...record,
        channels: record.channels.map((each) => (each.channelId === channel.channelId ? channel : each)),
      };
      store.devices.update(next);
      telemetry.configure(next);
      changed(siteId);
      return ok(undefined);
    },
  };
  return { ...service, importCsv: createDeviceList({ ...service, here: store.devices.list }) };
};
