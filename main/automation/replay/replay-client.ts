import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { messageOf, ok, type Result, temporary } from '../../result.ts';
import { endThread } from '../../thread.ts';
import type { ReplayQuestion, ReplayReply } from './replay-worker.ts';
import type { ReplayAnswer, ReplayTask } from './types.ts';

/** Runs replays in a thread of their own, one after the other. The thread is there from the first one on. */
export interface ReplayClient {
  /** Failures: `replay.cancelled`, `replay.timeout`, `replay.failed`; asking again may help. */
  run(task: ReplayTask, signal?: AbortSignal): Promise<Result<ReplayAnswer>>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly question: ReplayQuestion;
  readonly settle: (result: Result<ReplayAnswer>) => void;
}

const TIMEOUT_MS = 60_000;
const AGAIN = 'Ask again, or for a shorter span.';
const cancelled = () => temporary('replay.cancelled', 'The replay was cancelled.', 'Start it again.');

export const createReplayClient = (deps: {
  readonly workerUrl: URL;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeoutMs?: number;
}): ReplayClient => {
  const { clock, log } = deps;
  const timeoutMs = deps.timeoutMs ?? TIMEOUT_MS;
  const queue: Waiting[] = [];
  let worker: Worker | null = null;
  let running: (Waiting & { readonly cancelTimer: () => void }) | null = null;
  let sequence = 0;
  let stopped = false;

  const finish = (result: Result<ReplayAnswer>): void => {
    const done = running;
    running = null;
    done?.cancelTimer();
    done?.settle(result);
    next();
  };
  /** A loop cannot be interrupted from outside, so its thread goes. */
  const giveUp = (): void => {
    const ended = worker;
    worker = null;
    ended?.terminate().catch((thrown: unknown) => log.warn('A replay did not end.', { why: messageOf(thrown) }));
  };
  const lost = (thread: Worker, why: string): void => {
    if (worker !== thread) return;
    worker = null;
    finish(temporary('replay.failed', `The replay ended before it was done: ${why}.`, AGAIN));
  };
  const thread = (): Worker => {
    if (worker !== null) return worker;
    const fresh = new Worker(deps.workerUrl);
    fresh.on('message', (reply: ReplayReply) => {
      if (running?.question.id !== reply.id) return;
      finish(
        'answer' in reply ? ok(reply.answer) : temporary('replay.failed', `The replay failed: ${reply.failed}.`, AGAIN),
      );
    });
    fresh.on('error', (thrown) => lost(fresh, messageOf(thrown)));
    fresh.on('exit', (code) => lost(fresh, `exit code ${code}`));
    worker = fresh;
    return fresh;
  };
  const next = (): void => {
    if (running !== null) return;
    const waiting = queue.shift();
    if (waiting === undefined) {
      worker?.unref(); // The process stays for an answer that somebody waits for, and only for that.
      return;
    }
    const cancelTimer = clock.after(timeoutMs, () => {
      giveUp();
      finish(temporary('replay.timeout', `The replay took longer than ${Math.round(timeoutMs / 1000)} s.`, AGAIN));
    });
    running = { ...waiting, cancelTimer };
    const target = thread();
    target.ref();
    target.postMessage(waiting.question);
  };

  return {
    run: (task, signal) => {
      if (stopped || signal?.aborted) return Promise.resolve(cancelled());
      sequence += 1;
      const question = { id: sequence, task };
      return new Promise((resolve) => {
        const abort = (): void => {
          if (running?.question === question) {
            giveUp();
            finish(cancelled());
            return;
          }
          const place = queue.findIndex((each) => each.question === question);
          if (place >= 0) queue.splice(place, 1)[0]?.settle(cancelled());
        };
        signal?.addEventListener('abort', abort, { once: true });
        const settle = (result: Result<ReplayAnswer>): void => {
          signal?.removeEventListener('abort', abort);
          resolve(result);
        };
        queue.push({ question, settle });
        next();
      });
    },
    stop: async () => {
      stopped = true;
      const waiting = queue.splice(0);
      const last = worker;
      worker = null;
      finish(cancelled());
      for (const each of waiting) each.settle(cancelled());
      if (last) await endThread(last);
    },
  };
};
