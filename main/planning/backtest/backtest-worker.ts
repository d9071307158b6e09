import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { messageOf, temporary } from '../../result.ts';
import { listen } from '../../thread.ts';
import { runBacktest } from './backtest-task.ts';
import type { BacktestReply, BacktestTask } from './protocol.ts';

/** Worker entry: one backtest, one answer. Told to end, it ends at its next step. */
if (parentPort === null) throw new Error('The backtest worker runs as a worker thread only.');
const port = parentPort;
const say = (reply: BacktestReply): void => port.postMessage(reply);
let ending = false;

const onProgress = async (share: number, sentence: string): Promise<boolean> => {
  say({ type: 'progress', share, sentence });
  await nextTurn();
  return !ending;
};

listen(
  port,
  (task: BacktestTask) => {
    runBacktest(task, onProgress, () => performance.now())
      .catch((thrown: unknown) =>
        temporary('backtest.failed', `The backtest broke off: ${messageOf(thrown)}.`, 'Start it again.'),
      )
      .then((result) => say({ type: 'done', result }))
      // Only an answer that cannot be sent gets here: let the thread die, the other side hears of it.
      .catch((thrown: unknown) =>
        queueMicrotask(() => {
          throw thrown;
        }),
      );
  },
  () => {
    ending = true;
  },
);
