import type { DriverEntry } from '../driver-entry.ts';
import { startSolarkSimulator } from '../simulator/solark-server.ts';
import { solark } from './driver.ts';
import { solarkQuality } from './quality.ts';

export const SOLARK: readonly DriverEntry[] = [
  {
    driver: solark,
    quality: solarkQuality,
    sample: { secret: null, connection: { unitId: 1 } },
    startSimulator: startSolarkSimulator,
  },
];
