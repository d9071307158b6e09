import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { untilSettled } from '../http/settle-socket.ts';
import { connectTls } from '../http/tls.ts';
import type { HttpTrouble } from '../http/types.ts';
import { fail, ok, type Result } from '../result.ts';
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
    const end = untilSettled(socket, signal, resolve);
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
