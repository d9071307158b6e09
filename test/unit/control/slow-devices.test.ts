import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ControlSpec } from '../../../main/devices/types.ts';
import { createHouse, type House } from '../../support/control/house.ts';

let house: House | null = null;
const build = async (spec: Partial<ControlSpec>): Promise<House> => {
  house?.close();
  house = await createHouse([{ id: 'cloud', spec }]);
  await house.start();
  return house;
};
afterEach(() => {
  house?.close();
  house = null;
});

describe('a device that says how often it may be asked', () => {
  it(
    'is not looked at more often while nothing is commanded',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom(undefined, 45_000, 60_000, 150_000, 600_000),
          fc.integer({ min: 3, max: 20 }),
          async (reconcileEveryMs, minutes) => {
            const home = await build(reconcileEveryMs === undefined ? {} : { reconcileEveryMs });
            const before = home.device('cloud').reads();
            await home.pass(minutes * 60_000);
            const reads = home.device('cloud').reads() - before;
            const everyMs = Math.max(30_000, reconcileEveryMs ?? 0);
            expect(reads).toBeLessThanOrEqual(Math.floor((minutes * 60_000) / everyMs) + 1);
            // And it is not forgotten: rounds come each half minute.
            expect(reads).toBeGreaterThanOrEqual(Math.floor((minutes * 60_000) / (everyMs + 30_000)) - 1);
          },
        ),
        { numRuns: 12 },
      ),
    30_000,
  );

  it.each([
    [undefined, 5_000],
    [1_000, 1_000],
    [12_000, 12_000],
  ])('with a wire limit of %s is given up after %s ms an attempt', async (wireLimitMs, limitMs) => {
    const home = await build(wireLimitMs === undefined ? {} : { wireLimitMs });
    home.device('cloud').behave('hung');
    const from = home.clock.now();
    const action = await home.act('cloud', { origin: 'manual', who: 'Ada' });
    expect(action.outcome).toBe('unreachable');
    // Three first reads, and the two pauses between them.
    const tookMs = home.clock.now() - from;
    expect(tookMs).toBeGreaterThanOrEqual(3 * limitMs + 2_500);
    expect(tookMs).toBeLessThanOrEqual(3 * limitMs + 2_500 + 1_000);
  });

  it.each([
    [undefined, 500],
    [1_000, 1_000],
    [3_000, 3_000],
  ])('that bears a question each %s ms after a write gets one each %s ms', async (readEveryMs, everyMs) => {
    const within = 9_000;
    const home = await build({ readBackAfterMs: 0, readBackWithinMs: within, ...(readEveryMs ? { readEveryMs } : {}) });
    home.device('cloud').behave('deaf');
    const before = home.device('cloud').reads();
    await home.act('cloud', { origin: 'manual', who: 'Ada' });
    const attempts = home.wire.length;
    const reads = home.device('cloud').reads() - before;
    // Of each attempt one look before it, and then one each pause until its time is up; the way back shows itself at once.
    expect(reads).toBeLessThanOrEqual(attempts * (within / everyMs + 3));
    expect(reads).toBeGreaterThanOrEqual((attempts - 1) * (within / everyMs - 1));
  });
});
