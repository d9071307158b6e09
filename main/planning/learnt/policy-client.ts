import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import { messageOf, type Result, temporary } from '../../result.ts';
import { endThread } from '../../thread.ts';
import type { PolicyCard } from './card.ts';
import type { PolicyReply, PolicyTask, TrainPolicyOptions } from './types.ts';

/** A training takes about a minute on an idle core; a busy machine may take its time. */
const TIMEOUT_MS = 30 * 60_000;
/** A round of learning, after which a cancelled training notices, on a busy machine. */
const GRACE_MS = 10_000;

export interface PolicyClient {
  /** Trains in a thread of its own. Failures: those of the training, and `policy.cancelled`, `policy.timeout`, `policy.failed`. */
  train(task: PolicyTask, options: TrainPolicyOptions): Promise<Result<PolicyCard>>;
}

export const createPolicyClient = (deps: { readonly workerUrl: URL; readonly clock: Clock }): PolicyClient => ({
  train: (task, { signal, onProgress }) => {
    const cancelled = temporary('policy.cancelled', 'The training of the policy was cancelled.', 'Start it again.');
    if (signal.aborted) return Promise.resolve(cancelled);
    return new Promise((resolve, reject) => {
      const worker = new Worker(deps.workerUrl);
      let settled = false;
      const settle = (result: Result<PolicyCard>): void => {
        if (settled) return;
        settled = true;
        cancelTimer();
        signal.removeEventListener('abort', abort);
        endThread(worker, GRACE_MS).then(() => resolve(result), reject);
      };
      const abort = (): void => settle(cancelled);
      const broken = (why: string): void =>
        settle(
          temporary(
            'policy.failed',
            `The training of the policy broke off: ${why}.`,
            'It is tried again on Sunday night.',
          ),
        );
      const cancelTimer = deps.clock.after(TIMEOUT_MS, () =>
        settle(
          temporary(
            'policy.timeout',
            `The training of the policy took longer than ${TIMEOUT_MS / 60_000} minutes.`,
            'It is tried again on Sunday night.',
          ),
        ),
      );
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', (reply: PolicyReply) => {
        if (reply.type === 'done') settle(reply.result);
        else if (!settled) onProgress(reply.share, reply.sentence);
      });
      worker.on('error', (thrown) => broken(messageOf(thrown)));
      worker.on('exit', (code) => broken(`exit code ${code}`));
      worker.postMessage(task);
    });
  },
});
