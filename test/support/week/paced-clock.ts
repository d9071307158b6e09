import type { Clock } from '../../../main/clock.ts';

/** Turns of the event loop after which whoever is still asked keeps somebody waiting on purpose. */
const PROMPT_TURNS = 300;
const SMALL_STEP_MS = 2;
const LARGE_STEP_MS = 500;

export interface PacedClock extends Clock {
  /** Runs to a moment: from timer to timer while nothing is asked, in small steps while an answer is on its way. */
  runUntil(at: number): Promise<void>;
  /** Keeps time slow while `work` is on its way through real sockets. */
  whileAsked<Value>(work: Promise<Value>): Promise<Value>;
  pendingTimers(): number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock for days of real sockets in minutes: it leaps over idle time and creeps while a request is answered. */
export const pacedClock = (startAt: number): PacedClock => {
  const timers = new Map<number, { readonly dueAt: number; readonly callback: () => void }>();
  let now = startAt;
  let sequence = 0;
  let asked = 0;
  let turns = 0;

  const after: Clock['after'] = (delayMs, callback) => {
    sequence += 1;
    const id = sequence;
    timers.set(id, { dueAt: now + Math.max(0, delayMs), callback });
    return () => void timers.delete(id);
  };
  const firstDue = (until: number): number | undefined => {
    let found: number | undefined;
    let dueAt = until;
    for (const [id, timer] of timers)
      if (timer.dueAt < dueAt || (timer.dueAt === dueAt && found === undefined)) {
        found = id;
        dueAt = timer.dueAt;
      }
    return found;
  };
  const fireNext = (until: number): boolean => {
    const id = firstDue(until);
    const timer = id === undefined ? undefined : timers.get(id);
    if (id === undefined || !timer) return false;
    timers.delete(id);
    now = Math.max(now, timer.dueAt);
    timer.callback();
    return true;
  };
  /** A little time: the sockets have had their turns before. */
  const creep = async (): Promise<void> => {
    turns += 1;
    if (turns > PROMPT_TURNS) await new Promise((resolve) => setTimeout(resolve, 1));
    for (let count = 0; count < 3; count += 1) await turn();
    if (asked === 0) return;
    const to = now + (turns > PROMPT_TURNS ? LARGE_STEP_MS : SMALL_STEP_MS);
    while (fireNext(to)) await turn();
    now = Math.max(now, to);
  };

  return {
    now: () => now,
    monotonicMs: () => now - startAt,
    after,
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const done = (): void => {
          cancel();
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const cancel = after(delayMs, done);
        signal?.addEventListener('abort', done, { once: true });
      }),
    pendingTimers: () => timers.size,
    whileAsked: async (work) => {
      if (asked === 0) turns = 0;
      asked += 1;
      try {
        return await work;
      } finally {
        asked -= 1;
        // The next one that is asked is new to this.
        turns = 0;
      }
    },
    runUntil: async (at) => {
      while (now < at) {
        if (asked > 0) await creep();
        else {
          if (!fireNext(at)) now = at;
          // Pushes travel through sockets as well, and nobody waits for them.
          for (let count = 0; count < 2; count += 1) await turn();
        }
      }
    },
  };
};
