import { describe, expect, it } from 'vitest';
import { playWorlds } from '../../support/control/many-worlds.ts';
import { ORDINARY } from '../../support/control/world-steps.ts';

const STEPS = 10_000;

describe('a random world', () => {
  it('never sees a write outside the envelope, whatever happens', async () => {
    const firstSeed = Math.floor(Math.random() * 1e9);
    const { steps, writes, outcomes } = await playWorlds({ steps: STEPS, firstSeed, starts: ORDINARY });
    process.stdout.write(`\n${steps} steps and ${writes} writes from seed ${firstSeed} on, no violation\n`);
    expect(steps).toBeGreaterThanOrEqual(STEPS);
    expect(writes).toBeGreaterThan(STEPS / 50);
    expect([...outcomes]).toEqual(expect.arrayContaining(['confirmed', 'refused', 'unchanged', 'rolled-back']));
  }, 180_000);
});
