import type { DriverEntry } from '../driver-entry.ts';
import { SIMULATED_CLOUD, startSolarkCloudSimulator } from '../simulator/solark-cloud-server.ts';
import { startSolarkSimulator } from '../simulator/solark-server.ts';
import { solarkCloud } from './cloud/driver.ts';
import { solarkCloudQuality } from './cloud/quality.ts';
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
  {
    driver: solarkCloud,
    quality: solarkCloudQuality,
    sample: {
      secret: SIMULATED_CLOUD.password,
      connection: {
        encryption: 'off',
        options: { service: 'sunsynk', account: SIMULATED_CLOUD.account, tables: 'on' },
      },
      // The simulated inverter has two strings and no generator.
      without: [
        ...['pv:3', 'pv:4'].flatMap((channel) =>
          ['powerW', 'voltageV', 'currentA'].map((name) => `${channel} ${name}`),
        ),
        'generator powerW',
      ],
    },
    startSimulator: startSolarkCloudSimulator,
  },
];
