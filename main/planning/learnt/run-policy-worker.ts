import type { MessagePort } from 'node:worker_threads';
import { messageOf, temporary } from '../../result.ts';
import { loadTensorflow } from '../../tensorflow.ts';
import { serveTasks } from '../../thread.ts';
import { runPolicyTraining, type TrainingTools } from './train-task.ts';
import type { PolicyTask } from './types.ts';

/** Serves one training on a worker's port. Told to end, it ends after the round that it is in. `less` makes it smaller, for tests. */
export const runPolicyWorker = (port: MessagePort, less: Pick<TrainingTools, 'settings' | 'setAside'> = {}): void =>
  serveTasks(
    port,
    (task: PolicyTask, tick) =>
      runPolicyTraining(task, { loadBackend: loadTensorflow, nowMs: () => performance.now(), tick, ...less }),
    (thrown) =>
      temporary(
        'policy.failed',
        `The training of the policy failed: ${messageOf(thrown)}.`,
        'It is tried again on Sunday night; what was learnt before is untouched.',
      ),
  );
