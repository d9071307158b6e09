import { parentPort } from 'node:worker_threads';
import { runPolicyWorker } from '../../../main/planning/learnt/run-policy-worker.ts';
import { SMALL } from '../models/policy-home.ts';

/** The real worker with a small network, few rounds and few days. */
if (parentPort !== null) runPolicyWorker(parentPort, { settings: SMALL, setAside: { chooseDays: 7, heldOutDays: 7 } });
