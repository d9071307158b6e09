import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { ReadRequest } from '../../../main/store/read-protocol.ts';

/**
 * A read worker with faults, told by the span asked: from 1 it dies always, from 2 it dies the first time only, from 3 it
 * never answers, from anything else it answers emptily.
 */
parentPort?.on('message', ({ id, databasePath, question }: ReadRequest) => {
  if (question.from === 3) return;
  const mark = join(dirname(databasePath), 'died-once');
  if (question.from === 1 || (question.from === 2 && !existsSync(mark))) {
    writeFileSync(mark, '');
    throw new Error('the worker fell over');
  }
  parentPort?.postMessage({ id, kind: question.kind, columns: [] });
});
