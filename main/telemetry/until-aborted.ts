import { type Result, temporary } from '../result.ts';

const overtaken = () =>
  temporary('device.cancelled', 'The caller stopped waiting before the device answered.', 'Nothing needs to be done.');

/** Answers early when the signal aborts; the poll itself goes on, because others may wait for it. */
export const untilAborted = <Value>(work: Promise<Result<Value>>, signal: AbortSignal): Promise<Result<Value>> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(overtaken());
    const onAbort = (): void => resolve(overtaken());
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
