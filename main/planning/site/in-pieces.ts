import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that may be put aside wherever it yields. */
export type InPieces<Value> = Generator<undefined, Value, void>;

/** All of it at once: for a thread, a test, or who cannot wait. */
export const atOnce = <Value>(work: InPieces<Value>): Value => {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
};

/** A piece each turn of the event loop, so that readings, commands and a stop come in between. */
export const overTurns = async <Value>(work: InPieces<Value>): Promise<Value> => {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await nextTurn();
  }
};
