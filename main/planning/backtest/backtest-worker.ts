import { parentPort } from 'node:worker_threads';
import { messageOf, temporary } from '../../result.ts';
import { serveTasks } from '../../thread.ts';
import { runBacktest } from './backtest-task.ts';
import type { BacktestTask } from './protocol.ts';

/** Worker entry: one backtest, one answer. Told to end, it ends at its next step. */
if (parentPort === null) throw new Error('The backtest worker runs as a worker thread only.');

serveTasks(
  parentPort,
  (task: BacktestTask, tick) => runBacktest(task, tick, () => performance.now()),
  (thrown) => temporary('backtest.failed', `The backtest broke off: ${messageOf(thrown)}.`, 'Start it again.'),
);
