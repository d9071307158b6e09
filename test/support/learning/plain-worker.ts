import { parentPort } from 'node:worker_threads';
import { runWorker } from '../../../main/learning/run-worker.ts';
import { PLAIN_MODELS } from './plain-models.ts';

/** The real worker with small models. */
if (parentPort !== null) runWorker(parentPort, PLAIN_MODELS);
