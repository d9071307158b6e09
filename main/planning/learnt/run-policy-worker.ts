import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { messageOf, temporary } from '../../result.ts';
import { loadTensorflow } from '../../tensorflow.ts';
import { listen } from '../../thread.ts';
import { runPolicyTraining, type TrainingTools } from './train-task.ts';
import type { PolicyReply, PolicyTask } from './types.ts';

/** Serves one training on a worker's port. Told to end, it ends after the round that it is in. `less` makes it smaller, for tests. */
export const runPolicyWorker = (port: MessagePort, less: Pick<TrainingTools, 'settings' | 'setAside'> = {}): void => {
  const say = (reply: PolicyReply): void => port.postMessage(reply);
  let ending = false;
  const tick = async (share: number, sentence: string): Promise<boolean> => {
    say({ type: 'progress', share, sentence });
    await nextTurn();
    return !ending;
  };
  listen(
    port,
    (task: PolicyTask) => {
      const tools = { loadBackend: loadTensorflow, nowMs: () => performance.now(), tick, ...less };
      runPolicyTraining(task, tools)
        .catch((thrown: unknown) =>
          temporary(
            'policy.failed',
            `The training of the policy failed: ${messageOf(thrown)}.`,
            'It is tried again on Sunday night; what was learnt before is untouched.',
          ),
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
};
