import { parentPort } from 'node:worker_threads';
import { runPolicyWorker } from './run-policy-worker.ts';

/** Worker entry: one training, one answer. */
if (parentPort === null) throw new Error('The policy worker runs as a worker thread only.');
runPolicyWorker(parentPort);
