import type { DeviceId, Problem } from '../../preload/contract/base.ts';
import type { ChannelConfig, Connection, ProbeResult } from '../../preload/contract/devices.ts';
import type { CommandInput } from '../../preload/contract.ts';
import { bridge } from '../state/bridge.ts';
import { devices } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

export interface DeviceAddress {
  readonly driverId: string;
  readonly connection: Connection;
  readonly password?: string;
}

export interface Probe {
  readonly address: DeviceAddress;
  readonly onFound: (found: ProbeResult) => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Reads a device once and says what is there; nothing is saved and nothing is written to it. */
export const probeDevice: UserAction<Probe> = {
  name: 'probe-device',
  run: async ({ address, onFound, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('devices.probe', { siteId: by.siteId, ...address }, crypto.randomUUID());
    if (reply.ok) onFound(reply.value);
    else onProblem(reply.problem);
  },
};

export interface NewDevice {
  readonly address: DeviceAddress;
  readonly name: string;
  readonly channels: ChannelConfig[];
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}

export const addDevice: UserAction<NewDevice> = {
  name: 'add-device',
  run: async ({ address, name, channels, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const input: CommandInput<'devices.add'> = { ...by, ...address, name, channels };
    const reply = await bridge().command('devices.add', input, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say(`${name} is saved and read from now on.`);
    onSaved();
    await devices.reload();
  },
};

export const configureDevice: UserAction<{ readonly deviceId: DeviceId; readonly channel: ChannelConfig }> = {
  name: 'configure-device',
  run: async ({ deviceId, channel }) => {
    const by = await asker();
    if (!by) return;
    const done = await send('devices.configure', { ...by, deviceId, channel });
    if (done) say(`${channel.name} is saved.`);
    await devices.reload();
  },
};

export const removeDevice: UserAction<{ readonly deviceId: DeviceId; readonly name: string }> = {
  name: 'remove-device',
  run: async ({ deviceId, name }) => {
    const by = await asker();
    if (!by) return;
    const done = await send('devices.remove', { ...by, deviceId });
    if (done) say(`${name} is removed. Its history stays.`);
    await devices.reload();
  },
};

/** Another address or password of the same device. */
export const reconnectDevice: UserAction<{
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly connection: Connection;
  readonly password?: string;
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'reconnect-device',
  run: async ({ deviceId, name, connection, password, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const input = { ...by, deviceId, connection, ...(password === undefined ? {} : { password }) };
    const reply = await bridge().command('devices.reconnect', input, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say(`${name} answers at its new address.`);
    onSaved();
    await devices.reload();
  },
};
