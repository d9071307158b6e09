import type { Clock } from '../../clock.ts';

/**
 * The one queue of a bus. Two inverters behind one gateway are two devices with a connection each, but they share a serial
 * line: a request waits for the answer to the one before it, whoever sent that, and for the line's quiet after it.
 */
export interface Lane {
  /** Runs `work` after all that was asked for before; an abort while waiting runs it at once, so that it can say so. */
  inTurn<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value>;
  /** Monotonic time of the last answer, ms. */
  answeredMs: number;
}

export const createLane = (): Lane => {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    answeredMs: Number.NEGATIVE_INFINITY,
    inTurn: (work, signal) => {
      const before = tail;
      const turn = (async () => {
        await firstOf(before, signal);
        return work();
      })();
      const ended = turn.then(
        () => undefined,
        () => undefined, // A bug of this request is thrown to its own caller; the next one still gets its turn.
      );
      tail = Promise.all([before, ended]);
      return turn;
    },
  };
};

const firstOf = (turn: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', done, { once: true });
    void turn.then(done);
  });

/** Devices of one house share one clock, and by that they find the lanes that they share. */
const lanes = new WeakMap<Clock, Map<string, Lane>>();

export const laneOf = (clock: Clock, busKey: string): Lane => {
  const known = lanes.get(clock) ?? new Map<string, Lane>();
  lanes.set(clock, known);
  const lane = known.get(busKey) ?? createLane();
  known.set(busKey, lane);
  return lane;
};
