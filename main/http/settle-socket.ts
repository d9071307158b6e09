import type { Socket } from 'node:net';
import { fail, messageOf, type Result } from '../result.ts';
import { plainCause } from './network-words.ts';
import type { HttpTrouble } from './types.ts';

/**
 * Waits for the verdict on a socket that is connecting: an error or the end of `signal` is one, everything else is told to the
 * function that it answers. What did not succeed is destroyed; what did belongs to whoever asked.
 */
export const untilSettled = <Connected extends Socket>(
  socket: Connected,
  signal: AbortSignal,
  settle: (result: Result<Connected, HttpTrouble>) => void,
): ((result: Result<Connected, HttpTrouble>) => void) => {
  const end = (result: Result<Connected, HttpTrouble>): void => {
    signal.removeEventListener('abort', onAbort);
    socket.off('error', onError);
    if (!result.ok) {
      // What comes after the verdict has nobody to listen to it.
      socket.on('error', () => undefined);
      socket.destroy();
    }
    settle(result);
  };
  const onAbort = (): void => end(fail({ kind: 'cancelled', cause: 'it was ended before the connection stood' }));
  const onError = (error: Error): void => end(fail({ kind: 'unreachable', cause: plainCause(messageOf(error)) }));
  signal.addEventListener('abort', onAbort, { once: true });
  socket.on('error', onError);
  return end;
};
