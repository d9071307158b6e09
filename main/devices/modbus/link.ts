import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import { fail, ok, type Result } from '../../result.ts';
import { cancelled, type ModbusFailure, malformed, timedOut, unreachable } from './failures.ts';
import { createFraming, type FramingName } from './framing.ts';

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly framing: FramingName;
  /** Counts what was received and thrown away. */
  readonly count: (what: 'malformed' | 'unmatched') => void;
}

/** One TCP connection with at most one request on its way. */
export interface Link {
  /** False once the socket is gone; a link never comes back to life. */
  alive(): boolean;
  /** `lost` tells that the connection broke before any answer, so that a read may be asked again on a new one. */
  exchange(
    unitId: number,
    pdu: Buffer,
    what: string,
    signal: AbortSignal,
  ): Promise<Result<Buffer, ModbusFailure & { readonly lost?: true }>>;
  destroy(): void;
}

const NOISE = 'bytes whose check sum is wrong';

type Outcome = Result<Buffer, ModbusFailure & { readonly lost?: true }>;

export const openLink = (options: LinkOptions, signal: AbortSignal): Promise<Result<Link, ModbusFailure>> =>
  new Promise((resolve) => {
    const { host, port, clock, timeoutMs } = options;
    const address = `${host}:${port}`;
    if (signal.aborted) return resolve(fail(cancelled(`connect to ${address}`)));
    const socket = createConnection({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
    const settle = (result: Result<Link, ModbusFailure>): void => {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('connect', onConnect);
      if (result.ok) socket.removeListener('error', onError);
      if (!result.ok) socket.destroy();
      resolve(result);
    };
    const onAbort = (): void => settle(fail(cancelled(`connect to ${address}`)));
    const onError = (error: Error): void => settle(fail(unreachable(address, error.message)));
    const onConnect = (): void => settle(ok(linkOver(socket, options)));
    const cancelTimer = clock.after(timeoutMs, () => settle(fail(timedOut(address, 'accept a connection', timeoutMs))));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', onConnect);
    socket.on('error', onError);
  });

const linkOver = (socket: Socket, { host, port, clock, timeoutMs, framing: name, count }: LinkOptions): Link => {
  const address = `${host}:${port}`;
  const framing = createFraming(name);
  let pending: { settle(outcome: Outcome): void } | null = null;
  /** Bytes that belong to no frame came while this request waited. */
  let noise = false;
  let alive = true;

  /** Once a reply is overdue or wrong nobody knows what the next bytes belong to: the connection ends with it. */
  const end = (outcome: Outcome): void => {
    alive = false;
    socket.destroy();
    pending?.settle(outcome);
  };
  const lost = (why: string): void => end(fail({ ...unreachable(address, why), lost: true }));
  socket.on('error', (error) => lost(error.message));
  socket.on('end', () => lost('it closed the connection'));
  socket.on('close', () => lost('the connection was closed'));
  socket.on('data', (chunk) => {
    const { answers, foreign, skipped, garbled } = framing.take(chunk);
    // The late answer to an earlier request, or one that nobody asked for.
    for (let frame = 0; frame < foreign; frame += 1) count('unmatched');
    if (skipped) {
      noise = true;
      count('malformed');
    }
    for (const pdu of answers) {
      if (pending) pending.settle(ok(pdu));
      else count('unmatched');
    }
    if (garbled) {
      count('malformed');
      end(fail(malformed(address, 'something else than Modbus')));
    }
  });

  return {
    alive: () => alive,
    destroy: () => end(fail(unreachable(address, 'the connection was closed'))),
    exchange: (unitId, pdu, what, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(fail(cancelled(what)));
        noise = false;
        const onAbort = (): void => end(fail(cancelled(what)));
        const cancelTimer = clock.after(timeoutMs, () => {
          const partly = framing.waitingBytes() > 0;
          if (partly) count('malformed');
          end(fail(noise ? malformed(address, NOISE) : timedOut(address, what, timeoutMs)));
        });
        signal.addEventListener('abort', onAbort, { once: true });
        pending = {
          settle: (outcome) => {
            pending = null;
            cancelTimer();
            signal.removeEventListener('abort', onAbort);
            resolve(outcome);
          },
        };
        socket.write(framing.wrap(unitId, pdu));
      }),
  };
};
