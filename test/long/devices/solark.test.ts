import { describe, it } from 'vitest';
import { SOLARK_FUZZ } from '../../support/devices/solark-fuzz.ts';

const RUNS = 100_000;

describe('parsers of the Sol-Ark family, long', () => {
  it.each(SOLARK_FUZZ)('%s', (_, run) => run(RUNS));
});
