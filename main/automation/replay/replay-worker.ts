import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../result.ts';
import { listen } from '../../thread.ts';
import { runReplay } from './replay-task.ts';
import type { ReplayAnswer, ReplayTask } from './types.ts';

/** Worker entry: one replay after the other. It is ended from outside when somebody no longer wants its answer. */

export interface ReplayQuestion {
  readonly id: number;
  readonly task: ReplayTask;
}

export type ReplayReply =
  | { readonly id: number; readonly answer: ReplayAnswer }
  | { readonly id: number; readonly failed: string };

const answer = ({ id, task }: ReplayQuestion): ReplayReply => {
  try {
    return { id, answer: runReplay(task) };
  } catch (thrown) {
    return { id, failed: messageOf(thrown) };
  }
};

if (parentPort === null) throw new Error('The replay worker runs as a worker thread only.');
const port = parentPort;
listen(port, (question: ReplayQuestion) => port.postMessage(answer(question)));
