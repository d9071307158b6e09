import type { Connection } from '../../preload/contract/devices.ts';
import type { Clock } from '../clock.ts';
import type { DriverQuality } from './quality.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './simulator/types.ts';
import type { Driver } from './types.ts';

/** A simulator whose misbehaviour can be switched while it runs. */
export interface FaultySimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
}

/** Everything that the product knows of one driver: an entry in its vendor's folder, and so in the registry. */
export interface DriverEntry {
  readonly driver: Driver;
  readonly quality: DriverQuality;
  /** What the simulator needs beside host and port: secret, unit number, the driver's own fields. */
  readonly sample: {
    readonly secret: string | null;
    readonly connection?: Partial<Connection>;
    /** Declared values that the simulated model does not have, as `channel metric`. */
    readonly without?: readonly string[];
    /** Controls that the simulated model does not have, by channel. */
    readonly withoutControl?: readonly string[];
  };
  /** The device's protocol on a loopback socket, standing on a simulated house: for the demo and the class-wide test. */
  startSimulator(options: { readonly house: SimulatedHouse; readonly clock: Clock }): Promise<FaultySimulator>;
}
