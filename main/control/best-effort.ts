import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';

/** Book-keeping that must never keep a device from its safe state: a failure is logged and counted, not thrown. */
export interface BestEffort {
  /** Answers what `work` answers, or undefined when it threw. */
  run<Value>(doing: string, work: () => Value): Value | undefined;
  /** Watches a promise that nobody awaits. */
  background(doing: string, work: Promise<unknown>): void;
  failures(): number;
}

export const createBestEffort = (log: Log): BestEffort => {
  let failures = 0;
  const failed = (doing: string, thrown: unknown): void => {
    failures += 1;
    log.error('Book-keeping failed; control goes on.', { doing, why: messageOf(thrown) });
  };
  return {
    run: (doing, work) => {
      try {
        return work();
      } catch (thrown) {
        failed(doing, thrown);
        return undefined;
      }
    },
    background: (doing, work) => {
      work.catch((thrown: unknown) => failed(doing, thrown));
    },
    failures: () => failures,
  };
};
