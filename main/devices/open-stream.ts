import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { plainCause } from '../http/network-words.ts';
import { connectTls } from '../http/tls.ts';
import type { HttpTrouble } from '../http/types.ts';
import { fail, messageOf, ok, type Result } from '../result.ts';
import { eitherSignal } from './any-signal.ts';

const CONNECT_TIMEOUT_MS = 10_000;

export interface StreamTarget {
  readonly host: string;
  readonly port: number;
  readonly encryption?: 'off' | 'verify' | 'pinned' | undefined;
  /** With `pinned`: the one certificate that a person agreed to. */
  readonly fingerprint?: string | undefined;
}

const openPlain = (host: string, port: number, signal: AbortSignal): Promise<Result<Socket, HttpTrouble>> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(fail({ kind: 'cancelled', cause: 'it was ended before' }));
    const socket = connect({ host, port });
    const end = (result: Result<Socket, HttpTrouble>): void => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      if (!result.ok) {
        // What comes after the verdict has nobody to listen to it.
        socket.on('error', () => undefined);
        socket.destroy();
      }
      resolve(result);
    };
    const onAbort = (): void => end(fail({ kind: 'cancelled', cause: 'it was ended before the connection stood' }));
    const onError = (error: Error): void => end(fail({ kind: 'unreachable', cause: plainCause(messageOf(error)) }));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', onError);
    socket.once('connect', () => end(ok(socket)));
  });

/** A connected socket, plain or encrypted to a trusted side, within 10 s. The caller owns it. */
export const openStream = async (
  { host, port, encryption = 'off', fingerprint }: StreamTarget,
  clock: Clock,
  asked: AbortSignal,
): Promise<Result<Socket, HttpTrouble>> => {
  const limit = new AbortController();
  const cancelTimer = clock.after(CONNECT_TIMEOUT_MS, () => limit.abort());
  const { signal, end } = eitherSignal(asked, limit.signal);
  const opened =
    encryption === 'off'
      ? await openPlain(host, port, signal)
      : await connectTls({
          host,
          port,
          signal,
          ...(encryption === 'pinned' ? { fingerprint: fingerprint ?? 'none was agreed to' } : {}),
        });
  cancelTimer();
  end();
  if (!opened.ok && limit.signal.aborted && !asked.aborted)
    return fail({ kind: 'timed-out', cause: `no connection came within ${CONNECT_TIMEOUT_MS / 1000} s` });
  return opened;
};
