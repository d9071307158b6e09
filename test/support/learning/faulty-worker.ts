import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../../../main/learning/protocol.ts';
import { listen } from '../../../main/thread.ts';

/** A learning worker with faults, told by the site's id: `crash` throws, `hang` never answers, anything else answers. */
if (parentPort === null) throw new Error('It runs as a worker thread only.');
const port = parentPort;
listen(port, (message: ToWorker) => {
  if (message.type === 'cancel') return;
  const fault = 'site' in message.task ? message.task.site.id : '';
  if (fault === 'crash') throw new Error('the worker fell over');
  if (fault === 'hang') return;
  port.postMessage({ type: 'progress', id: message.id, share: 0.5, sentence: 'half way' });
  port.postMessage({ type: 'done', id: message.id, result: { ok: true, value: { task: 'forecast', fault } } });
});
