import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import { messageOf, ok, type Result, temporary } from '../../result.ts';
import { endThread } from '../../thread.ts';
import type { BacktestOutcome, BacktestReply, BacktestTask } from './protocol.ts';

/** A year of quarters takes minutes; a busy machine may take its time. */
const TIMEOUT_MS = 3 * 3_600_000;

export interface BacktestClient {
  /** Plays in a thread of its own; null where the signal ended it. Failures: those of the run, `backtest.failed`, `backtest.timeout`. */
  run(
    task: BacktestTask,
    options: { readonly signal: AbortSignal; readonly onProgress: (share: number, sentence: string) => void },
  ): Promise<Result<BacktestOutcome | null>>;
}

export const createBacktestClient = (deps: { readonly workerUrl: URL; readonly clock: Clock }): BacktestClient => ({
  run: (task, { signal, onProgress }) => {
    if (signal.aborted) return Promise.resolve(ok(null));
    return new Promise((resolve, reject) => {
      const worker = new Worker(deps.workerUrl);
      let settled = false;
      const settle = (result: Result<BacktestOutcome | null>): void => {
        if (settled) return;
        settled = true;
        cancelTimer();
        signal.removeEventListener('abort', abort);
        endThread(worker).then(() => resolve(result), reject);
      };
      const abort = (): void => settle(ok(null));
      const broken = (why: string): void =>
        settle(temporary('backtest.failed', `The backtest broke off: ${why}.`, 'Start it again.'));
      const cancelTimer = deps.clock.after(TIMEOUT_MS, () =>
        settle(temporary('backtest.timeout', 'The backtest took longer than three hours.', 'Choose a shorter span.')),
      );
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', (reply: BacktestReply) => {
        if (reply.type === 'done') settle(reply.result);
        else if (!settled) onProgress(reply.share, reply.sentence);
      });
      worker.on('error', (thrown) => broken(messageOf(thrown)));
      worker.on('exit', (code) => broken(`exit code ${code}`));
      worker.postMessage(task);
    });
  },
});
