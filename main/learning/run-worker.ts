import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { messageOf, type Result, temporary } from '../result.ts';
import { loadTensorflow } from '../tensorflow.ts';
import { answer, listen } from '../thread.ts';
import { runBatteryHealth } from './battery-task.ts';
import { createDecisionTasks } from './decision-task.ts';
import { runEvaluation } from './evaluate-task.ts';
import { runForecast } from './forecast-task.ts';
import { runExplanation, runShift } from './inspect-tasks.ts';
import { runPreparation } from './prepare-task.ts';
import type { Answer, FromWorker, Task, ToWorker } from './protocol.ts';
import { runTraining } from './train-task.ts';
import { runTrial } from './trial-task.ts';
import { createVersionCache, type Models } from './version-cache.ts';

/** Two of each kind: production and shadow. */
const VERSIONS_LOADED = 8;

const NAMES: Readonly<Record<Task['task'], string>> = {
  train: 'training',
  forecast: 'forecast',
  prepare: 'preparation',
  trial: 'trial',
  evaluate: 'evaluation',
  shift: 'check of the inputs',
  explain: 'explanation',
  battery: 'look at the battery',
  'learn-decision': 'training of decisions',
  decide: 'judgement of a decision',
};

/** Serves tasks on a worker's port: one thread for all of them. Between two pieces of a training it answers the others. */
export const runWorker = (port: MessagePort, models: Models): void => {
  const say = (message: FromWorker): void => port.postMessage(message);
  const cancelled = new Set<number>();
  let ending = false;
  const decisions = createDecisionTasks();
  const ready = loadTensorflow().then((backend) => ({
    backend,
    versions: createVersionCache(backend, models, VERSIONS_LOADED),
  }));

  const run = async (id: number, task: Task): Promise<Result<Answer>> => {
    if (task.task === 'prepare') return runPreparation(task);
    if (task.task === 'battery') return runBatteryHealth(task);
    const { backend, versions } = await ready;
    const onProgress = async (share: number, sentence: string): Promise<boolean> => {
      say({ type: 'progress', id, share, sentence });
      await nextTurn();
      return !ending && !cancelled.has(id);
    };
    switch (task.task) {
      case 'forecast':
        return runForecast(models, versions, task);
      case 'train':
        return runTraining(backend, models, versions, task, onProgress);
      case 'trial':
        return runTrial(backend, models, task, onProgress);
      case 'evaluate':
        return runEvaluation(backend, models, task, onProgress);
      case 'shift':
        return runShift(versions, task);
      case 'explain':
        return runExplanation(models, versions, task);
      case 'learn-decision':
        return decisions.learn(backend, task);
      case 'decide':
        return decisions.decide(backend, task);
    }
  };

  const hear = (message: ToWorker): void => {
    if (message.type === 'cancel') {
      cancelled.add(message.id);
      return;
    }
    const { id, task } = message;
    answer(
      run(id, task),
      (thrown) =>
        temporary(
          'learning.worker',
          `The ${NAMES[task.task]} failed: ${messageOf(thrown)}.`,
          'It is tried again at its next time; a simple forecast serves meanwhile.',
        ),
      (result) => {
        cancelled.delete(id);
        say({ type: 'done', id, result });
      },
    );
  };
  listen(port, hear, () => {
    ending = true;
  });
};
