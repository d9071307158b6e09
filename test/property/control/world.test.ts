import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardNames, judgeWithout } from '../../support/control/mutations.ts';
import { playWorld, steps } from '../../support/control/world.ts';

describe('a random world', () => {
  it('never sees a write outside the envelope, whatever happens', async () => {
    let writes = 0;
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 120, maxLength: 160 }), async (script) => {
        const report = await playWorld(script);
        writes += report.writes;
        for (const outcome of report.outcomes.keys()) outcomes.add(outcome);
        expect(report.violations).toEqual([]);
      }),
      { numRuns: 8, interruptAfterTimeLimit: 15_000 },
    );
    expect(writes).toBeGreaterThan(20);
    expect([...outcomes]).toEqual(expect.arrayContaining(['confirmed', 'refused']));
  });
});

/**
 * The same world with one guard taken out of the commander's own judge. `controllable` and `stopped` and the rest are
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
