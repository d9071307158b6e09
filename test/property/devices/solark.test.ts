import { describe, it } from 'vitest';
import { SOLARK_FUZZ } from '../../support/devices/solark-fuzz.ts';

describe('parsers of the Sol-Ark family', () => {
  it.each(SOLARK_FUZZ)('%s', (_, run) => run(300));
});
