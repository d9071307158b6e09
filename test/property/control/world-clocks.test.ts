import { describe, expect, it } from 'vitest';
import { midnightOf, wallClock } from '../../support/control/berlin.ts';
import { playWorlds } from '../../support/control/many-worlds.ts';
import { CHANGING } from '../../support/control/world-steps.ts';

const STEPS = 10_000;
/** The same worlds each time, so that a red run is about the change; `npm run test:long` looks for new ones. */
const FIRST_SEED = 500_000;

describe('a random world while the clocks change', () => {
  it('never sees a write outside the envelope: days of 23 and 25 hours, quiet hours that come twice or never', async () => {
    const { steps, writes } = await playWorlds({ steps: STEPS, firstSeed: FIRST_SEED, starts: CHANGING });
    process.stdout.write(`\n${steps} steps and ${writes} writes from seed ${FIRST_SEED} on, no violation\n`);
    expect(steps).toBeGreaterThanOrEqual(STEPS);
    expect(writes).toBeGreaterThan(STEPS / 50);
  }, 180_000);

  it('is judged by a calendar of its own, which knows both changes', () => {
    // 29 March 2026 has 23 hours and 25 October 25: local midnight is at 23:00 and 22:00 UTC of the day before.
    expect(midnightOf(Date.UTC(2026, 2, 29, 20, 0))).toBe(Date.UTC(2026, 2, 28, 23, 0));
    expect(midnightOf(Date.UTC(2026, 9, 25, 20, 0))).toBe(Date.UTC(2026, 9, 24, 22, 0));
    expect(wallClock(Date.UTC(2026, 2, 29, 1, 0))).toEqual({ minute: 180, weekday: 7 });
    expect(wallClock(Date.UTC(2026, 9, 25, 0, 30))).toEqual({ minute: 150, weekday: 7 });
    expect(wallClock(Date.UTC(2026, 9, 25, 1, 30))).toEqual({ minute: 150, weekday: 7 });
  });
});
