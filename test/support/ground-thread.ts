import { parentPort } from 'node:worker_threads';
import { listen } from '../../main/thread.ts';

/** A thread that answers, or computes for ever. */
if (parentPort === null) throw new Error('It runs as a worker thread only.');
const port = parentPort;
listen(port, ({ what }: { readonly what: 'answer' | 'compute' }) => {
  port.postMessage(what);
  while (what === 'compute');
});
