import type { DriverEntry } from '../driver-entry.ts';
import { startSolarkSimulator } from '../simulator/solark-server.ts';
import { solark } from './driver.ts';
import { solarkQuality } from './quality.ts';

export const SOLARK: readonly DriverEntry[] = [
  {
    driver: solark,
    quality: solarkQuality,
    sample: {
      secret: null,
      connection: { unitId: 1 },
      // The simulated model is split phase with two strings and no generator.
      without: [
        'pv:3 powerW',
        'pv:3 voltageV',
        'pv:3 currentA',
        'pv:4 powerW',
        'grid:3 powerW',
        'grid:3 voltageV',
        'load:3 powerW',
        'generator powerW',
      ],
    },
    startSimulator: startSolarkSimulator,
  },
];
