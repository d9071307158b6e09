import type { DriverEntry } from '../driver-entry.ts';
import { startThermiaSimulator } from '../simulator/thermia-server.ts';
import { thermiaGenesis } from './driver.ts';
import { thermiaQuality } from './quality.ts';

export const THERMIA: readonly DriverEntry[] = [
  {
    driver: thermiaGenesis,
    quality: thermiaQuality,
    sample: { secret: null },
    startSimulator: startThermiaSimulator,
  },
];
