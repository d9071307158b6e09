import type { Clock } from '../../clock.ts';

/** What a plan may take in the solver, and how near to the best it must be. */
export const SOLVER = { gap: 0.001, timeLimitSeconds: 10 } as const;
/** With all that is around the solver; past it the stand-ins are asked. */
export const PATIENCE_MS = 15_000;

/** A signal that ends with the patience, or with the life of who waits. `end` takes away timer and listener. */
export const withPatience = (clock: Clock, life: AbortSignal | undefined) => {
  const budget = new AbortController();
  const giveUp = (): void => budget.abort();
  life?.addEventListener('abort', giveUp, { once: true });
  const cancel = clock.after(PATIENCE_MS, giveUp);
  return {
    signal: budget.signal,
    end: (): void => {
      cancel();
      life?.removeEventListener('abort', giveUp);
    },
  };
};
