import type { DriverEntry } from '../driver-entry.ts';
import { startGxSimulator } from '../simulator/gx-server.ts';
import { victronGx } from './driver.ts';
import { victronQuality } from './quality.ts';

export const VICTRON: readonly DriverEntry[] = [
  {
    driver: victronGx,
    quality: victronQuality,
    sample: { secret: null },
    startSimulator: startGxSimulator,
  },
];
