import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { endThread } from '../../../main/thread.ts';

const started = async (what: 'answer' | 'compute'): Promise<Worker> => {
  const worker = new Worker(new URL('../../support/ground-thread.ts', import.meta.url));
  worker.postMessage({ what });
  expect(await once(worker, 'message')).toEqual([what]);
  return worker;
};

describe('the end of a thread', () => {
  it('comes by itself where the thread listens: it is not cut off', async () => {
    const worker = await started('answer');
    const exit = once(worker, 'exit');
    await endThread(worker, 60_000);
    // A thread that is ended from outside leaves with 1.
    expect(await exit).toEqual([0]);
  });

  it('comes from outside where it computes for ever', async () => {
    const worker = await started('compute');
    const exit = once(worker, 'exit');
    await endThread(worker, 20);
    expect(await exit).toEqual([1]);
  });
});
