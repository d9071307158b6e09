/**
 * Time is injected: the same code runs live, in a replay at 1,000 times speed, and in tests. `now` is UTC epoch
 * milliseconds and may jump; `monotonicMs` never goes back and stands still while the machine sleeps.
 */
export interface Clock {
  now(): number;
  monotonicMs(): number;
  /** Calls back once after `delayMs`; returns the function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Resolves after `delayMs`, or at once when the signal aborts (never rejects). */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

const sleepWith =
  (after: Clock['after']): Clock['sleep'] =>
  (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = after(delayMs, done);
      signal?.addEventListener('abort', done, { once: true });
    });

/** The real clock. */
export const systemClock = (): Clock => {
  const after: Clock['after'] = (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  };
  return { now: () => Date.now(), monotonicMs: () => performance.now(), after, sleep: sleepWith(after) };
};

/** A clock that only moves when told to: for tests and replays. */
export interface ReplayClock extends Clock {
  /** Moves time on by `spanMs`, firing due timers in order, and lets promises settle between them. */
  advance(spanMs: number): Promise<void>;
  /** Moves the wall clock alone, as sleep or a time correction does: no timer fires for the span that was lost. */
  jump(spanMs: number): void;
  /** Timers that are still waiting: a stopped service must leave none. */
  pendingTimers(): number;
}

/** Lets everything that is already resolved run, including chains over several ticks of real I/O-free promises. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  await new Promise<void>((resolve) => setImmediate(resolve));
};

export const replayClock = (startAt: number): ReplayClock => {
  let wall = startAt;
  let monotonic = 0;
  let sequence = 0;
  const timers = new Map<number, { dueMs: number; callback: () => void }>();
  const after: Clock['after'] = (delayMs, callback) => {
    sequence += 1;
    const id = sequence;
    timers.set(id, { dueMs: monotonic + Math.max(0, delayMs), callback });
    return () => void timers.delete(id);
  };
  const nextDue = (untilMs: number): [number, { dueMs: number; callback: () => void }] | undefined =>
    [...timers].filter(([, timer]) => timer.dueMs <= untilMs).sort((a, b) => a[1].dueMs - b[1].dueMs || a[0] - b[0])[0];
  return {
    now: () => wall,
    monotonicMs: () => monotonic,
    after,
    sleep: sleepWith(after),
    pendingTimers: () => timers.size,
    jump: (spanMs) => {
      wall += spanMs;
    },
    advance: async (spanMs) => {
      const untilMs = monotonic + spanMs;
      await settle();
      for (let due = nextDue(untilMs); due; due = nextDue(untilMs)) {
        const [id, timer] = due;
        timers.delete(id);
        wall += timer.dueMs - monotonic;
        monotonic = timer.dueMs;
        timer.callback();
        await settle();
      }
      wall += untilMs - monotonic;
      monotonic = untilMs;
    },
  };
};
