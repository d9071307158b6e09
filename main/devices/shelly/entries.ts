import type { DriverEntry } from '../driver-entry.ts';
import { startShellySimulator } from '../simulator/shelly-server.ts';
import { shellyGen2 } from './driver.ts';
import { shellyQuality } from './quality.ts';

export const SHELLY: readonly DriverEntry[] = [
  {
    driver: shellyGen2,
    quality: shellyQuality,
    sample: { secret: null },
    startSimulator: ({ house, clock }) =>
      startShellySimulator({ house, clock, loadId: house.loads[0]?.id ?? '', model: 'Plus1PM' }),
  },
];
