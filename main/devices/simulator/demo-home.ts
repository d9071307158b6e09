import type { Clock } from '../../clock.ts';
import { ok, type Result } from '../../result.ts';
import { type DemoData, demoProfile } from './demo-profile.ts';
import { startGxSimulator } from './gx-server.ts';
import { createSimulatedHouse } from './house.ts';
import { startShellySimulator } from './shelly-server.ts';
import { startSolarkSimulator } from './solark-server.ts';
import type { SimulatedHouse, SimulatedLoad, Simulator } from './types.ts';

export const DEMO_BATTERY_KWH = 10;
/** What the inverter itself keeps, below the site’s own minimum. */
const DEMO_RESERVE_PCT = 20;
export const DEMO_PV_PEAK_W = 7_500;
export const DEMO_PLACE = { latitude: 50.16, longitude: 8.55, timeZone: 'Europe/Berlin' } as const;

const LOADS: readonly SimulatedLoad[] = [
  { id: 'miner-a', name: 'Miner A', kind: 'miner', ratedPowerW: 1_250 },
  { id: 'miner-b', name: 'Miner B', kind: 'miner', ratedPowerW: 850 },
  { id: 'water-heater', name: 'Water heater', kind: 'water-heater', ratedPowerW: 2_000 },
];

/** The password of the one plug that asks for one: known to all, since it protects nothing. */
export const DEMO_PLUG_PASSWORD = 'demo-plug-password';

export type DemoDeviceName = 'gx' | 'inverter' | 'miner-a' | 'miner-b' | 'water-heater';

export interface DemoHome {
  readonly house: SimulatedHouse;
  readonly devices: Readonly<Record<DemoDeviceName, Simulator>>;
  close(): Promise<void>;
}

/** What is kept of the house over a restart: the relays of real plugs would keep it too. */
export interface DemoHouseMemory {
  readonly socPct: number;
  readonly on: readonly string[];
}

/** Starts the house and its five protocol servers on free loopback ports. */
export const startDemoHome = async (options: {
  readonly data: DemoData;
  readonly clock: Clock;
  readonly memory: DemoHouseMemory;
}): Promise<Result<DemoHome>> => {
  const { data, clock, memory } = options;
  const house = createSimulatedHouse({
    clock,
    profile: demoProfile(data, DEMO_PLACE.timeZone),
    loads: LOADS,
    batteryCapacityKwh: DEMO_BATTERY_KWH,
    startSocPct: memory.socPct,
    startOn: memory.on,
    gridVoltageV: 230,
    gridFrequencyHz: 50,
    timeZone: DEMO_PLACE.timeZone,
  });
  const shared = { house, clock };
  const devices = {
    gx: await startGxSimulator({ ...shared, minimumSocPct: DEMO_RESERVE_PCT }),
    inverter: await startSolarkSimulator(shared),
    'miner-a': await startShellySimulator({ ...shared, loadId: 'miner-a', model: 'PlusPlugS' }),
    'miner-b': await startShellySimulator({
      ...shared,
      loadId: 'miner-b',
      model: 'PlusPlugS',
      password: DEMO_PLUG_PASSWORD,
    }),
    'water-heater': await startShellySimulator({ ...shared, loadId: 'water-heater', model: 'Plus1PM' }),
  };
  return ok({
    house,
    devices,
    close: async () => {
      await Promise.all(Object.values(devices).map((device) => device.close()));
    },
  });
};
