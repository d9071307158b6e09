import { parentPort } from 'node:worker_threads';
import { FORECAST_MODELS } from '../../models/forecast/models.ts';
import { runWorker } from './run-worker.ts';

/** The learning worker with the models of the product. */
if (parentPort === null) throw new Error('The learning worker runs as a worker thread only.');
runWorker(parentPort, FORECAST_MODELS);
