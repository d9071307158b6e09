import { describe, expect, it } from 'vitest';
import { liveSentence } from '../../../../main/gateway/views/sentence.ts';
import type { LiveState } from '../../../../preload/contract/site.ts';
import { flowLoad, fresh, liveState, stale } from '../../../support/house-views.ts';

const heater = (powerW: number | null) => flowLoad('Water heater', powerW, { role: 'water-heater' });
const nothing = { pvW: fresh(null), gridW: fresh(null), batteryW: fresh(null), loadW: fresh(null) };

const GOLDEN: readonly (readonly [string, Partial<LiveState>, string])[] = [
  [
    'the sun charges and two loads run',
    { loads: [flowLoad('Miner A', 3200), heater(2000)], gridW: fresh(0) },
    'Charging the battery from the sun while Miner A and the water heater run.',
  ],
  ['the sun charges alone', { gridW: fresh(0) }, 'Charging the battery from the sun.'],
  ['there is sun to spare', {}, 'Charging the battery from the sun and exporting the rest.'],
  [
    'one load runs',
    { gridW: fresh(0), loads: [flowLoad('Miner A', 3200), heater(0)] },
    'Charging the battery from the sun while Miner A runs.',
  ],
  [
    'five loads run',
    { gridW: fresh(0), loads: ['A', 'B', 'C', 'D', 'E'].map((name) => flowLoad(`Miner ${name}`, 900)) },
    'Charging the battery from the sun while Miner A, Miner B, Miner C and 2 more run.',
  ],
  ['the grid charges at night', { pvW: fresh(0), gridW: fresh(3000) }, 'Charging the battery from the grid.'],
  [
    'sun and grid charge together',
    { pvW: fresh(3000), gridW: fresh(2000) },
    'Charging the battery from the sun and the grid.',
  ],
  [
    'the battery is full and sun is exported',
    { batteryW: fresh(0), socPct: fresh(100, '%'), gridW: fresh(-3000) },
    'The battery is full: exporting surplus sun.',
  ],
  [
    'sun is exported while the battery rests',
    { batteryW: fresh(20), gridW: fresh(-3000), loads: [flowLoad('Miner A', 3200)] },
    'Exporting surplus sun while Miner A runs.',
  ],
  ['the battery sells', { batteryW: fresh(-4000), pvW: fresh(0), gridW: fresh(-3000) }, 'Exporting from the battery.'],
  [
    'sun and battery sell',
    { batteryW: fresh(-1000), pvW: fresh(5000), gridW: fresh(-3000) },
    'Exporting from the sun and the battery.',
  ],
  [
    'the evening runs on the battery',
    { pvW: fresh(0), gridW: fresh(10), batteryW: fresh(-800) },
    'Running the house from the battery.',
  ],
  [
    'the night runs on the grid',
    { pvW: fresh(0), gridW: fresh(800), batteryW: fresh(0), socPct: fresh(30, '%') },
    'Running the house from the grid.',
  ],
  [
    'three sources, the largest first',
    { pvW: fresh(500), gridW: fresh(1500), batteryW: fresh(-900), loads: [heater(2000)] },
    'Running the house from the grid, the battery and the sun while the water heater runs.',
  ],
  [
    'the sun covers the use exactly',
    { pvW: fresh(1000), gridW: fresh(0), batteryW: fresh(0) },
    'Running the house from the sun.',
  ],
  [
    'nothing flows',
    { pvW: fresh(0), gridW: fresh(0), batteryW: fresh(0), loadW: fresh(0) },
    'The house rests: nothing flows.',
  ],
  ['only the use is measured', { ...nothing, loadW: fresh(900) }, 'Running the house.'],
  [
    'nothing is measured',
    { ...nothing, socPct: fresh(null, '%') },
    'Nothing current is measured, so what the house does is not known.',
  ],
  [
    'everything is stale',
    { pvW: stale(1, 1e6), gridW: stale(1, 1e6), batteryW: stale(1, 1e6), loadW: stale(1, 1e6) },
    'Nothing current is measured, so what the house does is not known.',
  ],
  [
    'only a plug answers',
    { ...nothing, loads: [heater(2000)] },
    'The water heater runs; the rest of the house is not seen.',
  ],
  [
    'the battery is stale',
    { batteryW: stale(2000, 840_000), loads: [flowLoad('Miner A', 3000)] },
    'Exporting surplus sun while Miner A runs; the battery is not seen.',
  ],
  [
    'grid and sun are stale',
    { gridW: stale(0, 840_000), pvW: stale(0, 840_000), batteryW: fresh(-700) },
    'Running the house from the battery; the sun and the grid are not seen.',
  ],
  [
    'a home without sun cells does not speak of them',
    { pvW: fresh(null), gridW: fresh(700), batteryW: fresh(null) },
    'Running the house from the grid.',
  ],
  [
    'a load with a stale reading is not said to run',
    { gridW: fresh(0), loads: [flowLoad('Miner A', 3000, { power: stale(3000, 900_000), on: true })] },
    'Charging the battery from the sun.',
  ],
  [
    'a load without a switch runs when it draws power',
    { gridW: fresh(0), loads: [flowLoad('Pool pump', 700, { role: 'other-load', on: null })] },
    'Charging the battery from the sun while the pool pump runs.',
  ],
  [
    'a load whose thermostat has ended it does not run',
    { gridW: fresh(0), loads: [flowLoad('Water heater', 2, { role: 'water-heater', on: true })] },
    'Charging the battery from the sun.',
  ],
  [
    'a name stays a name',
    { gridW: fresh(0), loads: [flowLoad("Mara's Heater 2", 2000, { role: 'other-load' })] },
    "Charging the battery from the sun while Mara's Heater 2 runs.",
  ],
  [
    'late readings still count',
    { gridW: fresh(0), pvW: { ...fresh(6000), freshness: 'late' } },
    'Charging the battery from the sun.',
  ],
  [
    'meter noise is no flow',
    { pvW: fresh(40), gridW: fresh(-45), batteryW: fresh(49), loadW: fresh(45) },
    'The house rests: nothing flows.',
  ],
];

describe('what the house does, in one sentence', () => {
  it.each(GOLDEN)('%s', (_, live, sentence) => {
    expect(liveSentence(liveState(live))).toBe(sentence);
  });
});
