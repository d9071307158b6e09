import type { DriverEntry } from '../driver-entry.ts';
import { startCgminerSimulator } from '../simulator/cgminer-server.ts';
import { minerCgminer } from './cgminer-driver.ts';
import { cgminerQuality } from './quality.ts';

const READ_ONLY = ['powerW', 'hashrateThs', 'tempC', 'stateCode'].map((metric) => `miner ${metric}`);

export const MINERS: readonly DriverEntry[] = [
  {
    driver: minerCgminer,
    quality: cgminerQuality,
    sample: { secret: null, without: READ_ONLY },
    startSimulator: startCgminerSimulator,
  },
];
