import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { messageOf, type Result, temporary } from '../result.ts';
import { endThread } from '../thread.ts';
import type { AnswerOf, FromWorker, Task, ToWorker } from './protocol.ts';

interface RunOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly onProgress?: (share: number, sentence: string) => void;
}

/** Runs tasks in one worker thread, started when first needed and afresh after a crash or a time-out. */
export interface WorkerClient {
  run<Each extends Task>(task: Each, options: RunOptions): Promise<Result<AnswerOf<Each>>>;
  stop(): Promise<void>;
}

interface Pending {
  readonly settle: (message: Extract<FromWorker, { type: 'done' }>['result']) => void;
  readonly onProgress: RunOptions['onProgress'];
}

/** How long a cancelled training may take to notice before its thread is ended. */
const GRACE_MS = 5_000;

const crashed = (what: string) =>
  temporary(
    'learning.crashed',
    `The learning worker ended before it was done: ${what}.`,
    'It is started afresh at the next training or forecast; what was stored before is untouched.',
  );

export const createWorkerClient = (deps: {
  readonly url: URL;
  readonly clock: Clock;
  readonly log: Log;
}): WorkerClient => {
  const { url, clock, log } = deps;
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let sequence = 0;
  let stopped = false;

  const lose = (lost: Worker, what: string): void => {
    if (worker !== lost) return;
    worker = undefined;
    const waiting = [...pending.values()];
    pending.clear();
    for (const each of waiting) each.settle(crashed(what));
  };
  const end = async (what: string): Promise<void> => {
    const ended = worker;
    if (ended === undefined) return;
    lose(ended, what);
    await endThread(ended);
  };
  const hear = (message: FromWorker): void => {
    const waiting = pending.get(message.id);
    if (waiting === undefined) return; // Cancelled or timed out meanwhile.
    if (message.type === 'progress') {
      waiting.onProgress?.(message.share, message.sentence);
      return;
    }
    pending.delete(message.id);
    if (pending.size === 0) worker?.unref();
    waiting.settle(message.result);
  };
  const started = (): Worker => {
    if (worker !== undefined) return worker;
    const fresh = new Worker(url);
    fresh.on('message', hear);
    fresh.on('error', (thrown) => {
      log.warn('The learning worker crashed', { error: messageOf(thrown) });
      lose(fresh, messageOf(thrown));
    });
    fresh.on('exit', (code) => lose(fresh, `exit code ${code}`));
    worker = fresh;
    return fresh;
  };

  return {
    run: (task, options) => {
      if (stopped || options.signal.aborted)
        return Promise.resolve(temporary('learning.cancelled', 'It was cancelled before it began.', 'Start it again.'));
      return new Promise((resolve) => {
        sequence += 1;
        const id = sequence;
        const post = (message: ToWorker): void => started().postMessage(message);
        const timers: (() => void)[] = [];
        const endSoon = (): void => {
          post({ type: 'cancel', id });
          timers.push(clock.after(GRACE_MS, () => void end('it did not stop when asked').catch(report)));
        };
        const report = (thrown: unknown): void =>
          log.warn('The learning worker did not end', { error: messageOf(thrown) });
        const settle: Pending['settle'] = (result) => {
          for (const cancel of timers) cancel();
          options.signal.removeEventListener('abort', endSoon);
          // The worker answers a task with that task's answer; the protocol pairs them.
          resolve(result as Parameters<typeof resolve>[0]);
        };
        timers.push(
          clock.after(options.timeoutMs, () => {
            if (!pending.delete(id)) return;
            settle(
              temporary(
                'learning.timeout',
                `The learning worker did not answer within ${Math.round(options.timeoutMs / 1000)} s.`,
                'It is started afresh at the next training or forecast.',
              ),
            );
            end('another task timed out').catch(report);
          }),
        );
        options.signal.addEventListener('abort', endSoon, { once: true });
        pending.set(id, { settle, onProgress: options.onProgress });
        started().ref(); // The process stays for an answer that somebody waits for, and only for that.
        post({ type: 'run', id, task });
      });
    },
    stop: async () => {
      stopped = true;
      await end('the application is closing');
    },
  };
};
