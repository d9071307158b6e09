import type { Failure } from '../result.ts';

/** Polls drift apart by this share of their period, so that devices are not all asked at once. */
export const JITTER_SHARE = 0.1;
/** A device that stays away is asked this often, for ever. */
export const LONGEST_PAUSE_MS = 300_000;

/** A server may ask for so much at most. */
export const LONGEST_ASKED_MS = 3_600_000;

/**
 * The pause until the next poll. After the first failure it is the usual one, then it doubles; a permanent failure waits
 * longest, because only a person can end it. `random` is in [0, 1). This is the only layer of retries above a driver.
 */
export const pauseMs = (input: {
  readonly periodMs: number;
  readonly failures: number;
  readonly failure: Failure | null;
  readonly random: number;
}): number => {
  const { periodMs, failures, failure, random } = input;
  const longest = Math.max(periodMs, LONGEST_PAUSE_MS);
  const base = failure?.kind === 'permanent' ? longest : Math.min(longest, periodMs * 2 ** Math.max(0, failures - 1));
  const jittered = base * (1 + JITTER_SHARE * (2 * random - 1));
  // What the other side asked for is the least; a mistaken "in a year" is not waited for.
  return Math.max(jittered, Math.min(failure?.retryAfterMs ?? 0, LONGEST_ASKED_MS));
};
