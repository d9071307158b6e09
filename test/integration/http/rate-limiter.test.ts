import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createRateLimiter } from '../../../main/http/rate-limiter.ts';

const never = new AbortController().signal;

describe('the queue of an account', () => {
  it('lets a burst through, then one after another, first come first served', async () => {
    const clock = replayClock(0);
    const limiter = createRateLimiter({ clock, burst: 3, refillMs: 1_000 });
    const passed: string[] = [];
    for (let number = 0; number < 6; number += 1)
      void limiter.take(never).then((went) => passed.push(`${number} ${went} ${clock.monotonicMs()}`));
    await clock.advance(0);
    expect(passed).toEqual(['0 true 0', '1 true 0', '2 true 0']);
    await clock.advance(2_500);
    expect(passed.slice(3)).toEqual(['3 true 1000', '4 true 2000']);
    await clock.advance(10_000);
    expect(passed.at(-1)).toBe('5 true 3000');
  });

  it('keeps everybody back for as long as the server asked', async () => {
    const clock = replayClock(0);
    const limiter = createRateLimiter({ clock, burst: 2, refillMs: 1_000 });
    limiter.holdFor(30_000);
    let at = -1;
    void limiter.take(never).then(() => {
      at = clock.monotonicMs();
    });
    await clock.advance(29_999);
    expect(at).toBe(-1);
    await clock.advance(1);
    expect(at).toBe(30_000);
  });

  it('lets nobody through who does not want to go any more, and leaves no timer', async () => {
    const clock = replayClock(0);
    const limiter = createRateLimiter({ clock, burst: 1, refillMs: 1_000 });
    expect(await limiter.take(AbortSignal.abort())).toBe(false);
    expect(await limiter.take(never)).toBe(true);
    const ending = new AbortController();
    const waiting = limiter.take(ending.signal);
    ending.abort();
    expect(await waiting).toBe(false);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('never lets more through in any span than was agreed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 50, max: 2_000 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1_500 }), fc.integer({ min: 0, max: 4 }), fc.boolean()), {
          minLength: 1,
          maxLength: 15,
        }),
        async (burst, refillMs, course) => {
          const clock = replayClock(0);
          const limiter = createRateLimiter({ clock, burst, refillMs });
          const passedMs: number[] = [];
          let asked = 0;
          for (const [pauseMs, count, hold] of course) {
            await clock.advance(pauseMs);
            if (hold) limiter.holdFor(pauseMs);
            for (let number = 0; number < count; number += 1) {
              asked += 1;
              void limiter.take(never).then(() => passedMs.push(clock.monotonicMs()));
            }
          }
          await clock.advance(200_000);
          expect(passedMs).toHaveLength(asked);
          for (const [first, startMs] of passedMs.entries())
            for (let last = first; last < passedMs.length; last += 1) {
              const spanMs = (passedMs[last] ?? 0) - startMs;
              expect(last - first + 1).toBeLessThanOrEqual(burst + Math.floor(spanMs / refillMs));
            }
        },
      ),
      { numRuns: 40 },
    );
  });
});
