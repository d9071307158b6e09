import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardNames, judgeWithout } from '../../support/control/mutations.ts';
import { playWorld, steps } from '../../support/control/world.ts';

describe('a random world, for long', () => {
  it('never sees a write outside the envelope in tens of thousands of steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 150, maxLength: 150 }), async (script) => {
        expect((await playWorld(script)).violations).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

/**
 * The same world with one guard taken out of the commander's own judge. Each is
 * caught on the wire here, not only in the pure judgement.
 */
describe('a random world with a guard taken out', () => {
  const scripts = fc.sample(fc.array(steps, { minLength: 150, maxLength: 150 }), { numRuns: 40, seed: 5 });
  // Seen on the wire: `lock` cannot be, because the queue of the device still lets one command through at a time.
  const onTheWire = guardNames.filter((guard) => guard !== 'lock');
  it.each(onTheWire)('is caught on the wire: %s', async (guard) => {
    let caught: readonly string[] = [];
    for (const script of scripts) {
      caught = (await playWorld(script, judgeWithout(guard))).violations;
      if (caught.length > 0) break;
    }
    expect(caught).not.toEqual([]);
  });
});
