/**
 * One request after the other: a miner bears one connection at a time, and its pool work suffers from more. A request
 * that throws does so to its own caller; the next one still gets its turn.
 */
export const createTurns = () => {
  let tail: Promise<unknown> = Promise.resolve();
  return <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = tail.then(work);
    tail = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  };
};
