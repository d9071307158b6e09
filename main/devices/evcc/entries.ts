import type { DriverEntry } from '../driver-entry.ts';
import { startEvccSimulator } from '../simulator/evcc-server.ts';
import { evcc } from './driver.ts';
import { evccQuality } from './quality.ts';
import { limitChannel, loadpointChannel } from './readings.ts';
import { LOADPOINTS } from './state.ts';

/** The simulated site has one charger. */
const MISSING = Array.from({ length: LOADPOINTS - 1 }, (_, number) => number + 1);

export const EVCC: readonly DriverEntry[] = [
  {
    driver: evcc,
    quality: evccQuality,
    sample: {
      secret: null,
      without: [
        'loadpoint:1 tempC',
        ...MISSING.flatMap((number) => [
          ...['powerW', 'on', 'energyKwh', 'socPct', 'tempC'].map((metric) => `${loadpointChannel(number)} ${metric}`),
          `${limitChannel(number, 'limit-soc')} targetSocPct`,
          `${limitChannel(number, 'min-current')} limitA`,
          `${limitChannel(number, 'max-current')} limitA`,
        ]),
      ],
      withoutControl: MISSING.flatMap((number) => [
        loadpointChannel(number),
        limitChannel(number, 'limit-soc'),
        limitChannel(number, 'min-current'),
        limitChannel(number, 'max-current'),
      ]),
    },
    startSimulator: ({ house, clock }) => startEvccSimulator({ house, clock, loadId: house.loads[0]?.id ?? '' }),
  },
];
