import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
