import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '../clock.ts';
import type { Log } from '../log.ts';
import { ok, type Result, temporary } from '../result.ts';
import { endThread } from '../thread.ts';
import type { ReadingColumns, ReadQuestion, ReadReply, ReadRequest, RollupColumns } from './read-protocol.ts';
import type { RollupStep } from './types.ts';

/** Long reads in a worker, so that the main thread stays free. Every failure is temporary: asking again may help. */
export interface ReadClient {
  /** Rollups of several series in [from, to); one entry a series, in the order asked. */
  rollups(
    step: RollupStep,
    seriesIds: readonly number[],
    from: number,
    to: number,
  ): Promise<Result<readonly RollupColumns[]>>;
  /** Raw readings of several series in [from, to). */
  readings(seriesIds: readonly number[], from: number, to: number): Promise<Result<readonly ReadingColumns[]>>;
  /** Ends the worker; what is under way fails, and so does every later question. */
  stop(): Promise<void>;
}

export interface ReadClientOptions {
  /** The entry `read-worker`: the source in tests, the bundled file in the application. */
  readonly workerUrl: URL;
  readonly databasePath: string;
  readonly log: Log;
  /** For the time-out; the real clock where none is given. */
  readonly clock?: Clock;
  readonly timeoutMs?: number;
}

interface Pending {
  readonly request: ReadRequest;
  readonly settle: (reply: Result<ReadReply>) => void;
  readonly cancelTimer: () => void;
  /** How often it has already been given to a worker that died. */
  crashes: number;
}

const TIMEOUT_MS = 20_000;
const AGAIN = 'Try again; if it stays so, ask for a shorter span.';

export const createReadClient = (options: ReadClientOptions): ReadClient => {
  const log = options.log.room('store');
  const { timeoutMs = TIMEOUT_MS, clock = systemClock() } = options;
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let stopped = false;
  let sequence = 0;

  const settle = (id: number, reply: Result<ReadReply>): void => {
    const waiting = pending.get(id);
    if (!waiting) return;
    pending.delete(id);
    waiting.cancelTimer();
    waiting.settle(reply);
    if (pending.size === 0) worker?.unref();
  };

  const failAll = (code: string, message: string): void => {
    for (const id of [...pending.keys()]) settle(id, temporary(code, message, AGAIN));
  };

  /** A question gets one more worker after a crash: the second crash with it is an answer. */
  const crashed = (died: Worker, why: string): void => {
    if (worker !== died) return;
    worker = undefined;
    log.warn('The read worker ended by itself.', { why, waiting: pending.size });
    for (const [id, waiting] of [...pending]) {
      waiting.crashes += 1;
      if (waiting.crashes > 1) settle(id, temporary('store.read-crashed', `The read failed twice: ${why}.`, AGAIN));
    }
    if (pending.size === 0 || stopped) return;
    const next = running();
    for (const waiting of pending.values()) next.postMessage(waiting.request);
  };

  const running = (): Worker => {
    if (worker) return worker;
    const fresh = new Worker(options.workerUrl);
    let error = 'it ended';
    fresh.on('message', (reply: ReadReply) => settle(reply.id, ok(reply)));
    fresh.on('error', (thrown) => {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    });
    fresh.on('exit', () => crashed(fresh, error));
    worker = fresh;
    return fresh;
  };

  /** A query cannot be interrupted from outside, so its worker goes, and its neighbours start again in a new one. */
  const timedOut = (id: number): void => {
    settle(id, temporary('store.read-timeout', `The read took longer than ${timeoutMs} ms.`, AGAIN));
    const slow = worker;
    worker = undefined;
    slow?.terminate().catch((thrown: unknown) => log.warn('A slow read worker did not end.', { why: String(thrown) }));
    if (pending.size === 0 || stopped) return;
    const next = running();
    for (const waiting of pending.values()) next.postMessage(waiting.request);
  };

  const ask = (question: ReadQuestion): Promise<Result<ReadReply>> => {
    if (stopped) return Promise.resolve(temporary('store.read-stopped', 'The store is closing.', 'Start again.'));
    sequence += 1;
    const id = sequence;
    const request: ReadRequest = { id, databasePath: options.databasePath, question };
    return new Promise((resolve) => {
      const cancelTimer = clock.after(timeoutMs, () => timedOut(id));
      pending.set(id, { request, settle: resolve, cancelTimer, crashes: 0 });
      const target = running();
      target.ref();
      target.postMessage(request);
    });
  };

  const failedReply = (reply: ReadReply) =>
    temporary('store.read-failed', `The read failed: ${reply.kind === 'failed' ? reply.message : reply.kind}.`, AGAIN);

  return {
    rollups: async (step, seriesIds, from, to) => {
      const reply = await ask({ kind: 'rollups', step, seriesIds: [...seriesIds], from, to });
      if (!reply.ok) return reply;
      return reply.value.kind === 'rollups' ? ok(reply.value.columns) : failedReply(reply.value);
    },
    readings: async (seriesIds, from, to) => {
      const reply = await ask({ kind: 'readings', seriesIds: [...seriesIds], from, to });
      if (!reply.ok) return reply;
      return reply.value.kind === 'readings' ? ok(reply.value.columns) : failedReply(reply.value);
    },
    stop: async () => {
      stopped = true;
      const last = worker;
      worker = undefined;
      failAll('store.read-stopped', 'The store is closing.');
      if (last) await endThread(last);
    },
  };
};
