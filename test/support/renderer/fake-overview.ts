import type { Overview } from '../../../preload/contract/site.ts';
import { SITE_ID } from './fake-house.ts';

const HOUR = 3_600_000;

/** What the house says of itself in the fake's early afternoon. */
export const fakeOverview = (at: number): Overview => ({
  siteId: SITE_ID,
  at,
  sentence: 'Charging the battery from the sun while Miner A and the water heater run.',
  reason: 'Miner B waits for 80 %, so that the battery is full before the 0.41 € evening peak.',
  reasonCode: 'SOC_BELOW_RESUME',
  because: ['SOC is 71 %, Miner B resumes at 80 %.', 'Running it now would cost 0.37 € more by the evening.'],
  soc: {
    nowPct: 71,
    inSixHours: { at: at + 6 * HOUR, p10: 85, p50: 94, p90: 100 },
    minimumPct: 30,
    capacityKwh: 20,
  },
  today: {
    pvKwh: 41.3,
    loadKwh: 27.9,
    importKwh: 2.1,
    exportKwh: 6.4,
    cost: 0.84,
    costWithoutBattery: 2.96,
    selfSufficiencyPct: 92.5,
    coveragePct: 99.6,
  },
  next: [
    { at: at + 2_900_000, role: 'water-heater', sentence: 'Water heater off at 60 °C', expected: true },
    { at: at + 3_800_000, role: 'miner', sentence: 'Miner B resumes at 80 % SOC', expected: true },
    { at: at + 8_300_000, role: 'miner', sentence: 'Miner B pauses, the sun gets lower', expected: true },
    { at: at + 13_700_000, role: 'miner', sentence: 'Miner A pauses at 50 % SOC', expected: true },
    { at: at + 21_700_000, role: 'battery', sentence: 'Battery carries the house to 01:15', expected: false },
  ],
  attention: [
    {
      kind: 'not-confirmed',
      subject: 'Garage socket',
      sentence: 'not confirmed, put back',
      actionId: 'a-3',
      deviceId: null,
    },
    { kind: 'offline', subject: 'Workshop plug', sentence: 'silent for 14 min', actionId: null, deviceId: null },
  ],
});
