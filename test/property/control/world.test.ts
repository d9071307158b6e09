import { describe, expect, it } from 'vitest';
import { playWorlds } from '../../support/control/many-worlds.ts';
import { ORDINARY } from '../../support/control/world-steps.ts';

const STEPS = 10_000;
/** The same worlds each time, so that a red run is about the change; `npm run test:long` looks for new ones. */
const FIRST_SEED = 1;
/** Worlds in which the long suite once found something wrong, in the house or in its oracle. */
const ONCE_WRONG = [1_249, 1_651, 1_707, 2_647, 2_976, 10_000_372, 10_000_700, 10_001_305, 10_001_405, 70_000_891];

describe('a random world', () => {
  it('never sees a write outside the envelope, whatever happens', async () => {
    const { steps, writes, outcomes } = await playWorlds({ steps: STEPS, firstSeed: FIRST_SEED, starts: ORDINARY });
    process.stdout.write(`\n${steps} steps and ${writes} writes from seed ${FIRST_SEED} on, no violation\n`);
    expect(steps).toBeGreaterThanOrEqual(STEPS);
    expect(writes).toBeGreaterThan(STEPS / 50);
    expect([...outcomes]).toEqual(expect.arrayContaining(['confirmed', 'refused', 'unchanged', 'rolled-back']));
  }, 180_000);

  it.each(ONCE_WRONG)('that once went wrong goes right: seed %i', async (seed) => {
    await playWorlds({ steps: 1, firstSeed: seed });
  });
});
