import { systemClock } from '../../../main/clock.ts';
import { startGxSimulator } from '../../../main/devices/simulator/gx-server.ts';
import { type ShellySimulator, startShellySimulator } from '../../../main/devices/simulator/shelly-server.ts';
import type { SimulatedHouse } from '../../../main/devices/simulator/types.ts';
import type { ChannelConfig, ProbeResult } from '../../../preload/contract/devices.ts';
import { testHouse } from '../simulated-house.ts';

const PLUGS = [
  { id: 'honest', name: 'Honest plug' },
  { id: 'liar', name: 'Lying plug' },
  { id: 'slow', name: 'Slow plug' },
  { id: 'away', name: 'Absent plug' },
] as const;

export type PlugId = (typeof PLUGS)[number]['id'];

/** Asks a running center through its door and answers the value; a problem ends the test with its sentence. */
export type Ask = <Value>(kind: 'query' | 'command', name: string, input: unknown) => Promise<Value>;

/** A home of real sockets in the test's own process: a GX and four plugs whose manners the test decides. */
export interface World {
  readonly house: SimulatedHouse;
  readonly plugs: Readonly<Record<PlugId, ShellySimulator>>;
  /** Whether the relay of a plug is closed, as the simulated house sees it. */
  isOn(plug: PlugId): boolean;
  /** Adds all devices to the open home of a center, by their addresses, as a person does. */
  addTo(ask: Ask): Promise<void>;
  /** Adds one plug only, to a home that has meters of its own. */
  addPlug(ask: Ask, plug: PlugId): Promise<void>;
  close(): Promise<void>;
}

const configOf = (
  name: string,
  role: ChannelConfig['role'],
  channel: ProbeResult['channels'][number],
  rules: ChannelConfig['rules'],
): ChannelConfig => ({
  channelId: channel.channelId,
  name,
  role,
  use: 'primary',
  priority: 5,
  safeState: channel.control?.kind === 'switch' ? false : null,
  ratedPowerW: role === 'other-load' ? 500 : null,
  rules,
  controllable: channel.control?.kind === 'switch',
});

export const startWorld = async (): Promise<World> => {
  const clock = systemClock();
  const house = testHouse(clock, {
    loads: PLUGS.map(({ id, name }) => ({ id, name, kind: 'resistive' as const, ratedPowerW: 500 })),
  });
  const gx = await startGxSimulator({ house, clock });
  const started = await Promise.all(
    PLUGS.map(
      async ({ id }) => [id, await startShellySimulator({ house, clock, loadId: id, model: 'Plus1PM' })] as const,
    ),
  );
  const plugs = Object.fromEntries(started) as Record<PlugId, ShellySimulator>;
  const add = async (
    ask: Ask,
    driverId: string,
    name: string,
    address: { host: string; port: number },
  ): Promise<void> => {
    const status = await ask<{ activeSiteId: string }>('query', 'center.status', {});
    const input = { siteId: status.activeSiteId, driverId, connection: { host: address.host, port: address.port } };
    const probe = await ask<ProbeResult>('command', 'devices.probe', input);
    const rules = { minOnMs: 1_000, minOffMs: 1_000, maxSwitchesPerHour: 60, writeBudgetPerDay: 500 };
    const channels = probe.channels.map((channel) => {
      const isSwitch = channel.control?.kind === 'switch';
      return configOf(
        isSwitch ? name : channel.suggestedName,
        isSwitch ? 'other-load' : channel.suggestedRole,
        channel,
        isSwitch ? rules : null,
      );
    });
    await ask('command', 'devices.add', { ...input, name, who: 'Journey', channels });
  };
  return {
    house,
    plugs,
    isOn: (plug) => house.state().loads.find((load) => load.id === plug)?.on === true,
    addTo: async (ask) => {
      await add(ask, 'victron-gx', 'GX', gx);
      for (const { id, name } of PLUGS) await add(ask, 'shelly-gen2', name, plugs[id]);
    },
    addPlug: async (ask, plug) => {
      const name = PLUGS.find(({ id }) => id === plug)?.name ?? plug;
      await add(ask, 'shelly-gen2', name, plugs[plug]);
    },
    close: async () => {
      await Promise.all([gx.close(), ...Object.values(plugs).map((plug) => plug.close())]);
    },
  };
};
