import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporary } from '../../../main/result.ts';
import { DAY, feedHouse, HOUR, scriptedProvider, wholeWindow } from '../../support/feeds/feed-house.ts';
import { HOME } from '../../support/store/temp-store.ts';

const MINUTE = 60_000;

/** What may happen to a house: time, restarts, sleep, a clock set back, and a person who presses Refresh again and again. */
const eventArb = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1_000, max: 5 * HOUR }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const), ms: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refresh' as const), ms: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: MINUTE, max: DAY }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('back' as const), ms: fc.integer({ min: MINUTE, max: 3 * DAY }) }),
  },
);
const answerArb = fc.constantFrom('fine', 'down', 'too-often', 'empty', 'throws');

it('is never overrun in true time, whatever fails, restarts, sleeps or is set back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(eventArb, { minLength: 5, maxLength: 25 }),
      fc.array(answerArb, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(HOUR, 6 * HOUR, DAY),
      async (events, answers, calls, perMs) => {
        /** True time: what passed, unlike the clock, never goes back. */
        let setBackMs = 0;
        const madeAt: number[] = [];
        const provider = scriptedProvider(
          'weather',
          'a',
          (window, call) => {
            madeAt.push(house.clock.now() + setBackMs);
            switch (answers[call % answers.length]) {
              case 'fine':
                return wholeWindow()(window);
              case 'down':
                return Promise.resolve(temporary('feed.unreachable', 'Down.', 'Wait.'));
              case 'too-often':
                return Promise.resolve(temporary('feed.too-often', 'Too often.', 'Wait.'));
              case 'empty':
                return wholeWindow()({ from: 0, to: 0 });
              default:
                throw new Error('a bug');
            }
          },
          { quota: [{ calls, perMs }], refreshMs: 10 * MINUTE },
        );
        const house = await feedHouse({ weather: [provider] }, { start: false });
        await house.restart();
        for (const { kind, ms } of events) {
          if (kind === 'wait') await house.clock.advance(ms);
          if (kind === 'restart') await house.restart();
          if (kind === 'refresh') await house.feeds.refresh(HOME, 'weather');
          if (kind === 'sleep') house.clock.jump(ms);
          if (kind === 'back') {
            house.clock.jump(-ms);
            setBackMs += ms;
          }
        }
        await house.feeds.stop();
        for (const at of madeAt)
          expect(madeAt.filter((each) => each > at - perMs && each <= at).length).toBeLessThanOrEqual(calls);
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
