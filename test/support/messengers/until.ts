import type { ReplayClock } from '../../../main/clock.ts';

const PATIENCE_MS = 10_000;

/** Waits for something that comes over a real socket. */
export const until = async (condition: () => boolean, what = 'it'): Promise<void> => {
  const endsAt = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error(`Waited in vain until ${what} happened.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** Moves the clock on in steps until something is done that waits for the clock and for sockets by turns. */
export const movingOn = async <Value>(clock: ReplayClock, stepMs: number, work: Promise<Value>): Promise<Value> => {
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  const moving = (async () => {
    const endsAt = performance.now() + PATIENCE_MS;
    while (!done && performance.now() < endsAt) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (!done) await clock.advance(stepMs);
    }
  })();
  const value = await ended;
  await moving;
  return value;
};
