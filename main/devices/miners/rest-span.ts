import type { Clock } from '../../clock.ts';

/** A Whatsminer wants half a minute and more between off and on. */
const REST_MS = 30_000;

/** Remembers when a miner was switched off here, and waits before it is switched on again. */
export const createRestSpan = (clock: Clock) => {
  let offMs = Number.NEGATIVE_INFINITY;
  return {
    switchedOff: (): void => {
      offMs = clock.monotonicMs();
    },
    /** Resolves when enough time has passed, or when the signal aborts. */
    beforeOn: async (signal: AbortSignal): Promise<void> => {
      const leftMs = offMs + REST_MS - clock.monotonicMs();
      if (leftMs > 0) await clock.sleep(leftMs, signal);
    },
  };
};
