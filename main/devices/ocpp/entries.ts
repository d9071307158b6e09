import type { DriverEntry } from '../driver-entry.ts';
import { startOcppCharger } from '../simulator/ocpp-charger.ts';
import { ocpp16 } from './driver.ts';
import { ocppQuality } from './quality.ts';

const SAMPLE_ID = 'SIMULATED_1';

export const OCPP: readonly DriverEntry[] = [
  {
    driver: ocpp16,
    quality: ocppQuality,
    sample: { secret: null, connection: { options: { chargePointId: SAMPLE_ID } } },
    startSimulator: ({ house, clock }) =>
      startOcppCharger({ house, clock, loadId: house.loads[0]?.id ?? '', id: SAMPLE_ID }),
  },
];
