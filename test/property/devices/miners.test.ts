import { describe, it } from 'vitest';
import { FUZZ } from '../../support/devices/miner-fuzz.ts';

describe('whatever a miner or a heat pump sends', () => {
  it.each(Object.entries(FUZZ))('%s: never throws, and gives sound readings or none', (_, run) => run(300));
});
