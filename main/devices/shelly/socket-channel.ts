import type { TLSSocket } from 'node:tls';
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { troubleFailure } from '../../http/json-answer.ts';
import { connectTls } from '../../http/tls.ts';
import { messageOf, ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import { createNonceCounter, frameAuth, newCnonce, parseFrameChallenge } from './digest.ts';
import {
  cancelled,
  counterpartOf,
  malformed,
  nonceAged,
  passwordNeeded,
  passwordWrong,
  refused,
  timedOut,
  tooBusy,
  unreachable,
} from './failures.ts';
import { type Notification, parseFrame, type Reply } from './frames.ts';

export const CALL_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_FRAME_BYTES = 256 * 1024;
/** The device pushes only to clients that have named themselves. */
const CLIENT_NAME = 'commandcenter';

type SocketOpening = Result<void> | { readonly ok: 'no-websocket' };

export interface SocketChannel {
  isOpen(): boolean;
  /** Answers `no-websocket` where the device is there but refuses the upgrade: HTTP may still work. */
  open(signal: AbortSignal): Promise<SocketOpening>;
  /** A call beyond the usual time is one that the device hands on by radio: its silence says nothing of the socket. */
  call(method: string, params: object, signal: AbortSignal, timeoutMs?: number): Promise<Result<unknown>>;
  close(): void;
}

type Answer = Result<Reply>;

/**
 * One WebSocket to one device: numbered request frames, digest in the frame, and the device's notifications. It never
 * reconnects by itself: the poll that finds it closed opens it again, so that there is one layer of retries.
 */
export const createSocketChannel = (options: {
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** Undefined: plain. Otherwise encrypted, and vouched for by the authorities or by an agreed fingerprint. */
  readonly encryption: { readonly fingerprint: string | undefined } | undefined;
  readonly secret: string | null;
  readonly clock: Clock;
  readonly onNotification: (notification: Notification) => void;
  readonly onMalformed: () => void;
}): SocketChannel => {
  const { address, host, port, encryption, secret, clock } = options;
  const nonces = createNonceCounter();
  const waiting = new Map<number, (answer: Answer) => void>();
  let socket: WebSocket | null = null;
  let lastId = 0;

  const drop = (failure: Answer): void => {
    const dropped = socket;
    socket = null;
    nonces.forget();
    for (const settle of [...waiting.values()]) settle(failure);
    if (!dropped) return;
    dropped.close(1000);
    dropped.terminate();
  };

  const receive = (from: WebSocket, data: RawData, isBinary: boolean): void => {
    if (from !== socket) return;
    const frame = isBinary ? null : parseFrame(data.toString());
    if (!frame) {
      options.onMalformed();
      // A stream that sends nonsense is not trusted any further.
      drop(malformed(address, 'a request'));
    } else if (frame.kind === 'reply') waiting.get(frame.reply.id)?.(ok(frame.reply));
    else if (frame.kind === 'notification') options.onNotification(frame.notification);
  };

  const secure = async (fingerprint: string | undefined, asked: AbortSignal): Promise<Result<TLSSocket>> => {
    const limit = new AbortController();
    const cancelTimer = clock.after(CONNECT_TIMEOUT_MS, () => limit.abort());
    const { signal, end } = eitherSignal(asked, limit.signal);
    const secured = await connectTls({ host, port, fingerprint, signal });
    cancelTimer();
    end();
    if (secured.ok) return secured;
    if (limit.signal.aborted) return timedOut(address, 'connecting', CONNECT_TIMEOUT_MS);
    return troubleFailure(secured.error, counterpartOf(address, 'a connection'));
  };

  const open = async (signal: AbortSignal): Promise<SocketOpening> => {
    if (signal.aborted) return cancelled('connecting');
    if (socket) return ok(undefined);
    if (!encryption) return upgrade(null, signal);
    const secured = await secure(encryption.fingerprint, signal);
    return secured.ok ? upgrade(secured.value, signal) : secured;
  };

  const upgrade = (secured: TLSSocket | null, signal: AbortSignal): Promise<SocketOpening> =>
    new Promise((resolve) => {
      const opening = new WebSocket(`ws://${address}/rpc`, {
        maxPayload: MAX_FRAME_BYTES,
        perMessageDeflate: false,
        ...(secured === null ? {} : { createConnection: () => secured }),
      });
      const finish = (result: SocketOpening): void => {
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
        if (result.ok !== true) opening.terminate();
        resolve(result);
      };
      const onAbort = (): void => finish(cancelled('connecting'));
      const cancelTimer = clock.after(CONNECT_TIMEOUT_MS, () =>
        finish(timedOut(address, 'connecting', CONNECT_TIMEOUT_MS)),
      );
      signal.addEventListener('abort', onAbort, { once: true });
      opening.on('open', () => {
        socket = opening;
        finish(ok(undefined));
      });
      opening.on('unexpected-response', (request) => {
        request.destroy();
        finish({ ok: 'no-websocket' });
      });
      opening.on('message', (data, isBinary) => receive(opening, data, isBinary));
      const lost = (what: string): void => {
        if (socket === opening) drop(unreachable(address, what));
        else finish(unreachable(address, what));
      };
      opening.on('error', (error) => lost(messageOf(error)));
      opening.on('close', () => lost('it closed the connection'));
    });

  const send = (method: string, params: object, signal: AbortSignal, timeoutMs: number): Promise<Answer> =>
    new Promise((resolve) => {
      const target = socket;
      if (signal.aborted) return resolve(cancelled(method));
      if (!target) return resolve(unreachable(address, 'the connection is closed'));
      lastId += 1;
      const id = lastId;
      const settle = (answer: Answer): void => {
        waiting.delete(id);
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      };
      const onAbort = (): void => settle(cancelled(method));
      const cancelTimer = clock.after(timeoutMs, () => {
        settle(timedOut(address, method, timeoutMs));
        // A half-open socket looks just like this: the next call begins on a new one.
        if (socket === target && timeoutMs === CALL_TIMEOUT_MS) drop(timedOut(address, method, timeoutMs));
      });
      waiting.set(id, settle);
      signal.addEventListener('abort', onAbort, { once: true });
      const login = secret === null ? null : nonces.take();
      const auth =
        login && secret !== null ? frameAuth({ ...login, password: secret, cnonce: newCnonce() }) : undefined;
      target.send(JSON.stringify({ id, src: CLIENT_NAME, method, params, ...(auth ? { auth } : {}) }));
    });

  const call: SocketChannel['call'] = async (method, params, signal, timeoutMs = CALL_TIMEOUT_MS) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(method, params, signal, timeoutMs);
      if (!answer.ok) return answer;
      const { error } = answer.value;
      if (!error) return ok(answer.value.result);
      if (error.code === 429) return tooBusy(address);
      if (error.code !== 401) return refused(address, method, error.code, error.message);
      if (secret === null) return passwordNeeded(address);
      const challenge = parseFrameChallenge(error.message);
      if (!challenge) return refused(address, method, error.code, error.message);
      // The first refusal asks for the login, or the nonce has aged; only a refusal of a new nonce means the password.
      if (attempt > 1) return challenge.stale ? nonceAged(address) : passwordWrong(address);
      nonces.accept(challenge);
    }
  };

  return {
    isOpen: () => socket !== null,
    open,
    call,
    close: () => drop(unreachable(address, 'the connection was ended here')),
  };
};
