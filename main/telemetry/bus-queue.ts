/** One after another on each bus: several devices may share a serial line or a cloud account. */
export interface BusQueue {
  /**
   * Runs `job` when its turn comes. A job of the same key that still waits is joined instead; `urgent` goes before all
   * that wait. The job must not throw.
   */
  run<Value>(key: symbol, job: () => Promise<Value>, urgent: boolean): Promise<Value>;
  waiting(): number;
}

interface Entry {
  readonly key: symbol;
  readonly promise: Promise<unknown>;
  readonly begin: () => Promise<void>;
}

export const createBusQueue = (): BusQueue => {
  const entries: Entry[] = [];
  let isBusy = false;

  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (let entry = entries.shift(); entry; entry = entries.shift()) await entry.begin();
    isBusy = false;
  };

  return {
    run: <Value>(key: symbol, job: () => Promise<Value>, urgent: boolean): Promise<Value> => {
      const index = entries.findIndex((entry) => entry.key === key);
      const found = entries[index];
      if (found) {
        if (urgent) entries.unshift(...entries.splice(index, 1));
        // The same key always carries the same kind of job, so its answer has the asked type.
        return found.promise as Promise<Value>;
      }
      const { promise, resolve, reject } = Promise.withResolvers<Value>();
      const entry = { key, promise, begin: () => job().then(resolve, reject) };
      if (urgent) entries.unshift(entry);
      else entries.push(entry);
      void work();
      return promise;
    },
    waiting: () => entries.length,
  };
};
