import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../../../main/learning/protocol.ts';

/** A learning worker with faults, told by the site's id: `crash` throws, `hang` never answers, anything else answers. */
parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'cancel') return;
  const fault = 'site' in message.task ? message.task.site.id : '';
  if (fault === 'crash') throw new Error('the worker fell over');
  if (fault === 'hang') return;
  parentPort?.postMessage({ type: 'progress', id: message.id, share: 0.5, sentence: 'half way' });
  parentPort?.postMessage({ type: 'done', id: message.id, result: { ok: true, value: { task: 'forecast', fault } } });
});
