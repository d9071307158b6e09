import { createConnection } from 'node:net';
import type { Clock } from '../../clock.ts';
import { plainCause } from '../../http/network-words.ts';
import type { HttpTrouble } from '../../http/types.ts';
import { fail, ok, type Result } from '../../result.ts';

export interface TcpExchange {
  readonly host: string;
  readonly port: number;
  readonly request: Buffer;
  /** True once what came is a whole answer: some firmwares never close. */
  readonly isWhole: (bytes: Buffer) => boolean;
  readonly signal: AbortSignal;
}

const CONNECT_MS = 5_000;
/** Silence after which what came is all there will be. */
const IDLE_MS = 5_000;
/** For all of it: a trickle does not keep it alive. */
const WHOLE_MS = 12_000;
/** The longest genuine answers (statistics of a large miner) are some 100 kB. */
const MOST_BYTES = 1_048_576;

/**
 * One request over one connection, read until the peer closes, until the answer is whole, or until nothing more comes.
 * What came may be cut short: the parser says so.
 */
export const exchangeOnce = (exchange: TcpExchange, clock: Clock): Promise<Result<Buffer, HttpTrouble>> =>
  new Promise((resolve) => {
    const { host, port, request, isWhole, signal } = exchange;
    if (signal.aborted) return resolve(fail({ kind: 'cancelled', cause: 'it was ended' }));
    let received = Buffer.alloc(0);
    let isDone = false;
    const socket = createConnection({ host, port, noDelay: true });
    const settle = (result: Result<Buffer, HttpTrouble>): void => {
      if (isDone) return;
      isDone = true;
      cancelWhole();
      cancelIdle();
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(result);
    };
    const asItStands = (otherwise: HttpTrouble): void => settle(received.length > 0 ? ok(received) : fail(otherwise));
    const onAbort = (): void => settle(fail({ kind: 'cancelled', cause: 'it was ended' }));
    const silence = (spanMs: number, what: string): (() => void) =>
      clock.after(spanMs, () => asItStands({ kind: 'timed-out', cause: `${what} within ${spanMs / 1000} s` }));
    const cancelWhole = clock.after(WHOLE_MS, () =>
      settle(fail({ kind: 'timed-out', cause: `no whole answer came within ${WHOLE_MS / 1000} s` })),
    );
    let cancelIdle = silence(CONNECT_MS, 'it accepted no connection');
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      cancelIdle();
      cancelIdle = silence(IDLE_MS, 'no answer came');
      socket.write(request);
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      cancelIdle();
      if (received.length > MOST_BYTES)
        return settle(fail({ kind: 'too-large', cause: `it is larger than ${MOST_BYTES} bytes` }));
      if (isWhole(received)) return settle(ok(received));
      cancelIdle = silence(IDLE_MS, 'no answer came');
    });
    socket.on('error', (error) => settle(fail({ kind: 'unreachable', cause: plainCause(error.message) })));
    socket.on('close', () => asItStands({ kind: 'unreachable', cause: 'it closed the connection without an answer' }));
  });
