import type { DriverEntry } from '../driver-entry.ts';
import { startAxeosSimulator } from '../simulator/axeos-server.ts';
import { BRAIINS_RANGE, startBraiinsSimulator } from '../simulator/braiins-server.ts';
import { startCgminerSimulator } from '../simulator/cgminer-server.ts';
import { startWhatsminerSimulator } from '../simulator/whatsminer-server.ts';
import { startWhatsminerV3Simulator } from '../simulator/whatsminer-v3-server.ts';
import { minerAxeos } from './axeos-driver.ts';
import { minerBraiins } from './braiins-driver.ts';
import { minerCgminer } from './cgminer-driver.ts';
import { axeosQuality, braiinsQuality, cgminerQuality, whatsminerQuality } from './quality.ts';
import { minerWhatsminer } from './whatsminer-driver.ts';
import { minerWhatsminerV3 } from './whatsminer-v3-driver.ts';

/** The simulated models can all pause: the read-only channel is not theirs. */
const readOnly = (metrics: readonly string[]): readonly string[] => metrics.map((metric) => `miner ${metric}`);
const READINGS = ['powerW', 'hashrateThs', 'tempC', 'stateCode'];

export const MINERS: readonly DriverEntry[] = [
  {
    driver: minerCgminer,
    quality: cgminerQuality,
    sample: { secret: null, without: readOnly(READINGS) },
    startSimulator: startCgminerSimulator,
  },
  {
    driver: minerBraiins,
    quality: braiinsQuality,
    sample: {
      secret: 'braiins-secret',
      connection: { options: { leastW: String(BRAIINS_RANGE.leastW), mostW: String(BRAIINS_RANGE.mostW) } },
    },
    startSimulator: startBraiinsSimulator,
  },
  {
    driver: minerWhatsminer,
    quality: whatsminerQuality,
    sample: { secret: 'whats-secret' },
    startSimulator: startWhatsminerSimulator,
  },
  {
    driver: minerWhatsminerV3,
    quality: whatsminerQuality,
    sample: { secret: 'super-secret' },
    startSimulator: startWhatsminerV3Simulator,
  },
  {
    driver: minerAxeos,
    quality: axeosQuality,
    sample: { secret: null, without: readOnly([...READINGS, 'voltageV', 'currentA']) },
    startSimulator: startAxeosSimulator,
  },
];
