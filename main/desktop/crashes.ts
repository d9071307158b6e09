import type { App } from 'electron';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';

/** Longest wait for the center to bring devices into their safe states before the process ends anyway. */
const STOP_PATIENCE_MS = 8000;

interface CrashDeps {
  readonly app: Pick<App, 'on' | 'exit'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopCenter: () => Promise<void>;
}

/**
 * A bug in this process ends it: its state can no longer be trusted. The center is stopped first, and the exit code
 * says that it was no ordinary end. Answers the function that removes the listeners.
 */
export const watchCrashes = ({ app, clock, log, stopCenter }: CrashDeps): (() => void) => {
  let ending = false;
  const end = (kind: string, thrown: unknown): void => {
    log.error(kind, { message: messageOf(thrown), stack: thrown instanceof Error ? thrown.stack : undefined });
    if (ending) return;
    ending = true;
    Promise.race([stopCenter(), clock.sleep(STOP_PATIENCE_MS)])
      .catch((failed: unknown) => log.error('The center did not stop', { message: messageOf(failed) }))
      .finally(() => app.exit(1));
  };
  const onException = (thrown: unknown): void => end('An exception that nobody expected', thrown);
  const onRejection = (thrown: unknown): void => end('A rejection that nobody handled', thrown);
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  app.on('child-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return;
    log.error('A helper process died', { type: details.type, reason: details.reason, name: details.name });
  });
  return () => {
    process.off('uncaughtException', onException);
    process.off('unhandledRejection', onRejection);
  };
};
