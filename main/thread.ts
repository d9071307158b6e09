import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort, Worker } from 'node:worker_threads';
import { systemClock } from './clock.ts';

/** What a thread is told that is to end. */
const END = 'end';
/** How long a thread may take to end by itself. Real time, whatever clock the house runs on: a thread knows no other. */
const GRACE_MS = 3_000;

/** In a thread: hears what it is asked, and ends when it is told to and has nothing more to do. */
export const listen = <Message extends object>(
  port: MessagePort,
  hear: (message: Message) => void,
  onEnd: () => void = () => undefined,
): void => {
  port.on('message', (message: Message | typeof END) => {
    if (message !== END) return hear(message);
    onEnd();
    port.close();
  });
};

/**
 * In a thread: answers each task with a message. A task that throws answers its `failure`; an answer that cannot be sent lets
 * the thread die, which the other side hears of.
 */
export const answer = <Value, Failure>(
  work: Promise<Value>,
  failure: (thrown: unknown) => Failure,
  say: (result: Value | Failure) => void,
): void => {
  work
    .catch(failure)
    .then(say)
    .catch((thrown: unknown) =>
      queueMicrotask(() => {
        throw thrown;
      }),
    );
};

/** Tells how far a task is and lets the thread hear what was said meanwhile; false once it is to end. */
type Tick = (share: number, sentence: string) => Promise<boolean>;

/** In a thread: serves a port with tasks that tell how far they are. Told to end, it ends at a task's next tick. */
export const serveTasks = <Task extends object, Value>(
  port: MessagePort,
  run: (task: Task, tick: Tick) => Promise<Value>,
  failure: (thrown: unknown) => Value,
): void => {
  let ending = false;
  const tick: Tick = async (share, sentence) => {
    port.postMessage({ type: 'progress', share, sentence });
    await nextTurn();
    return !ending;
  };
  listen(
    port,
    (task: Task) => answer(run(task, tick), failure, (result) => port.postMessage({ type: 'done', result })),
    () => {
      ending = true;
    },
  );
};

/**
 * Ends a thread: it is told to end, and ended from outside only if it does not. A thread that is ended in the middle of
 * compiling WebAssembly can take the whole process along (segmentation fault in V8, seen once in a run of all tests).
 */
export const endThread = async (worker: Worker, graceMs = GRACE_MS): Promise<void> => {
  const cancels: (() => void)[] = [];
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const late = new Promise<'late'>((resolve) => {
    cancels.push(systemClock().after(graceMs, () => resolve('late')));
  });
  worker.ref(); // Somebody waits for its end.
  worker.postMessage(END);
  if ((await Promise.race([ended, late])) === 'late') await worker.terminate();
  for (const cancel of cancels) cancel();
};
