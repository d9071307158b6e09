import type { Clock } from '../clock.ts';

/** A bucket of permissions that refills with time: shared by everything that spends from one account. */
export interface RateLimiter {
  /** Resolves when a request may go: true; or false when the signal aborts first. First come, first served. */
  take(signal: AbortSignal): Promise<boolean>;
  /** Nobody is let through for `spanMs`: the server asked for it (`Retry-After`). */
  holdFor(spanMs: number): void;
}

/** At most `burst` at once and one more every `refillMs`; never more than that in any span. */
export const createRateLimiter = (options: {
  readonly clock: Clock;
  readonly burst: number;
  readonly refillMs: number;
}): RateLimiter => {
  const { clock, burst, refillMs } = options;
  /** When the next permission is due, if every earlier one is taken: the "theoretical arrival time" of GCRA. */
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    take: async (signal) => {
      if (signal.aborted) return false;
      const nowMs = clock.monotonicMs();
      const dueMs = Math.max(nextMs, nowMs);
      const waitMs = dueMs - (burst - 1) * refillMs - nowMs;
      nextMs = dueMs + refillMs;
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      return !signal.aborted;
    },
    holdFor: (spanMs) => {
      nextMs = Math.max(nextMs, clock.monotonicMs() + spanMs + (burst - 1) * refillMs);
    },
  };
};
