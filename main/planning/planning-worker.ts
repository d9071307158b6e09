import { parentPort } from 'node:worker_threads';
import { messageOf } from '../result.ts';
import { listen } from '../thread.ts';
import { loadSolver } from './highs.ts';
import type { PlanReply } from './plan-client.ts';
import { solveProblem } from './solve.ts';
import type { Problem } from './types.ts';

/** Worker entry: one problem, one answer. The thread is ended from outside, also while it solves. */
if (parentPort === null) throw new Error('The planning worker runs as a worker thread only.');
const port = parentPort;
const say = (reply: PlanReply): void => port.postMessage(reply);

listen(port, (problem: Problem) => {
  loadSolver()
    .then((highs) => say({ result: solveProblem(highs, problem, () => performance.now()) }))
    .catch((thrown: unknown) => say({ failed: messageOf(thrown) }));
});
