import type { Clock } from '../clock.ts';

/** Time corrections below this go unnoticed on purpose: NTP moves clocks by parts of a second. */
const NOTICED_MS = 5_000;

/**
 * Compares the wall clock with the one that stands still while the machine sleeps. `check` is called on each tick and
 * before anything is decided from readings, so that a jump is known before it can mislead; it answers the jump in ms (+ is
 * forward), or 0.
 */
export const createTimeWatch = (clock: Clock) => {
  let offset = clock.now() - clock.monotonicMs();
  return {
    check: (): number => {
      const next = clock.now() - clock.monotonicMs();
      const spanMs = next - offset;
      if (Math.abs(spanMs) < NOTICED_MS) return 0;
      offset = next;
      return Math.round(spanMs);
    },
  };
};
