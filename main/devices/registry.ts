import type { Clock } from '../clock.ts';
import type { DriverQuality } from './quality.ts';
import { shellyGen2 } from './shelly/driver.ts';
import { shellyQuality } from './shelly/quality.ts';
import { startGxSimulator } from './simulator/gx-server.ts';
import { startShellySimulator } from './simulator/shelly-server.ts';
import { startSolarkSimulator } from './simulator/solark-server.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './simulator/types.ts';
import { solark } from './solark/driver.ts';
import { solarkQuality } from './solark/quality.ts';
import type { Driver } from './types.ts';
import { victronGx } from './victron/driver.ts';
import { victronQuality } from './victron/quality.ts';

/** A simulator whose misbehaviour can be switched while it runs. */
interface FaultySimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
}

export interface DriverEntry {
  readonly driver: Driver;
  readonly quality: DriverQuality;
  /** The device's protocol on a loopback socket, standing on a simulated house: for the demo and the class-wide test. */
  startSimulator(options: { readonly house: SimulatedHouse; readonly clock: Clock }): Promise<FaultySimulator>;
}

/** Every driver that the product knows: a new vendor is one folder and one line. */
export const DRIVERS: readonly DriverEntry[] = [
  {
    driver: shellyGen2,
    quality: shellyQuality,
    startSimulator: ({ house, clock }) =>
      startShellySimulator({ house, clock, loadId: house.loads[0]?.id ?? '', model: 'Plus1PM' }),
  },
  { driver: victronGx, quality: victronQuality, startSimulator: startGxSimulator },
  { driver: solark, quality: solarkQuality, startSimulator: startSolarkSimulator },
];

export const driverOf = (id: string): Driver | undefined => DRIVERS.find(({ driver }) => driver.id === id)?.driver;
