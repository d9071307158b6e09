import { describe, it } from 'vitest';
import { FUZZ } from '../../support/devices/miner-fuzz.ts';

/** At least 100,000 inputs each. */
const RUNS = 100_000;

describe('whatever a miner or a heat pump sends', () => {
  it.each(Object.entries(FUZZ))('%s: never throws, and gives sound readings or none', (_, run) => run(RUNS));
});
