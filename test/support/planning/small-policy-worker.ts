import { parentPort } from 'node:worker_threads';
import { runPolicyWorker } from '../../../main/planning/learnt/run-policy-worker.ts';
import { SMALL } from '../models/policy-home.ts';

/** The real worker with a small network and few rounds. */
if (parentPort !== null) runPolicyWorker(parentPort, SMALL);
