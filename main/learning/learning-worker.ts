import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { messageOf, type Result, temporary } from '../result.ts';
import type { Answer, FromWorker, Task, ToWorker } from './protocol.ts';
import { createVersionCache, runForecast, runPreparation, runTraining } from './tasks.ts';
import { loadTensorflow } from './tensorflow.ts';

/** The learning worker: one thread for training and forecasting. Between two passes of a training it answers other tasks. */
const port = parentPort;
if (port === null) throw new Error('The learning worker runs as a worker thread only.');

const say = (message: FromWorker): void => port.postMessage(message);
const cancelled = new Set<number>();
const VERSIONS_LOADED = 6;
const ready = loadTensorflow().then((backend) => ({ backend, versions: createVersionCache(backend, VERSIONS_LOADED) }));

const NAMES: Readonly<Record<Task['task'], string>> = {
  train: 'training',
  forecast: 'forecast',
  prepare: 'preparation',
};

const run = async (id: number, task: Task): Promise<Result<Answer>> => {
  if (task.task === 'prepare') return runPreparation(task);
  const { backend, versions } = await ready;
  if (task.task === 'forecast') return runForecast(backend, versions, task);
  return runTraining(backend, task, async (share, sentence) => {
    say({ type: 'progress', id, share, sentence });
    await nextTurn();
    return !cancelled.has(id);
  });
};

port.on('message', (message: ToWorker) => {
  if (message.type === 'cancel') {
    cancelled.add(message.id);
    return;
  }
  const { id, task } = message;
  run(id, task)
    .catch((thrown: unknown) =>
      temporary(
        'learning.worker',
        `The ${NAMES[task.task]} failed: ${messageOf(thrown)}.`,
        'It is tried again at its next time; a simple forecast serves meanwhile.',
      ),
    )
    .then((result) => {
      cancelled.delete(id);
      say({ type: 'done', id, result });
    })
    // Only a result that cannot be sent gets here: let the thread die, the other side starts a fresh one.
    .catch((thrown: unknown) =>
      queueMicrotask(() => {
        throw thrown;
      }),
    );
});
