import { type RawData, WebSocket } from 'ws';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import { plainCause } from '../../http/network-words.ts';
import { messageOf, ok, type Result } from '../../result.ts';
import { openStream } from '../open-stream.ts';
import type { HubFailures } from './failures.ts';
import { type Incoming, parseFrame, parseStateChange, type ResultMessage, type StateChange } from './messages.ts';

const ANSWER_TIMEOUT_MS = 10_000;
/** All states of a large home come in one frame. */
const MOST_BYTES = 32 * 1024 * 1024;

/** `no-websocket`: somebody answers, but not to this (a proxy that lets no upgrade through); REST may still work. */
export type SocketOpening = Result<void> | { readonly ok: 'no-websocket' };

/** A command without its number. */
export type HubCommand = Readonly<Record<string, unknown>> & { readonly type: string };

export interface HubSocket {
  isOpen(): boolean;
  /** Connects and logs in. */
  open(signal: AbortSignal): Promise<SocketOpening>;
  /** Sends a command and waits for its result; the answer may be a refusal. */
  call(message: HubCommand, signal: AbortSignal): Promise<Result<ResultMessage>>;
  /** One round trip; a connection that does not answer is ended. */
  ping(signal: AbortSignal): Promise<Result<void>>;
  close(): void;
}

type Answer = Result<Extract<Incoming, { id: number }>>;

/** One WebSocket to one server, with its numbered commands. It never reconnects by itself: who reads next opens it. */
export const createHubSocket = (options: {
  readonly connection: Connection;
  readonly token: string;
  readonly clock: Clock;
  readonly failures: HubFailures;
  readonly onChange: (change: StateChange) => void;
  readonly onMalformed: () => void;
}): HubSocket => {
  const { clock, connection, failures, token } = options;
  const waiting = new Map<number, (answer: Answer) => void>();
  let socket: WebSocket | null = null;
  let lastId = 0;

  const drop = (failure: Result<never>): void => {
    const dropped = socket;
    socket = null;
    for (const settle of [...waiting.values()]) settle(failure);
    dropped?.terminate();
  };

  const receive = (data: RawData, isBinary: boolean): void => {
    const messages = isBinary ? null : parseFrame(data.toString());
    if (messages === null) {
      options.onMalformed();
      // A stream that sends nonsense is not trusted any further.
      drop(failures.malformed('a command'));
    }
    for (const message of messages ?? []) {
      if (message.type === 'event') {
        const change = parseStateChange(message.event);
        if (change === null) options.onMalformed();
        else options.onChange(change);
      } else if ('id' in message) waiting.get(message.id)?.(ok(message));
    }
  };

  /** Until `auth_ok`: messages without numbers. Whatever ends it, the socket that did not make it is gone. */
  const logIn = (opening: WebSocket, signal: AbortSignal): Promise<SocketOpening> =>
    new Promise((resolve) => {
      const finish = (result: SocketOpening): void => {
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
        opening.off('message', onMessage);
        if (result.ok !== true) opening.terminate();
        resolve(result);
      };
      const onAbort = (): void => finish(failures.cancelled());
      const onMessage = (data: RawData): void => {
        const [message, ...more] = parseFrame(data.toString()) ?? [];
        if (message?.type === 'auth_required') opening.send(JSON.stringify({ type: 'auth', access_token: token }));
        else if (message?.type === 'auth_invalid') finish(failures.tokenWrong());
        else if (message?.type === 'auth_ok' && more.length === 0) finish(ok(undefined));
        else {
          options.onMalformed();
          finish(failures.malformed('the login'));
        }
      };
      const cancelTimer = clock.after(ANSWER_TIMEOUT_MS, () => finish(failures.timedOut('the login')));
      signal.addEventListener('abort', onAbort, { once: true });
      opening.on('message', onMessage);
      opening.on('unexpected-response', (request) => {
        request.destroy();
        finish({ ok: 'no-websocket' });
      });
      opening.on('error', (error) =>
        finish(failures.trouble({ kind: 'unreachable', cause: plainCause(messageOf(error)) })),
      );
      opening.on('close', () => finish(failures.lost()));
      if (signal.aborted) onAbort();
    });

  const send = (message: Readonly<Record<string, unknown>>, what: string, signal: AbortSignal): Promise<Answer> =>
    new Promise((resolve) => {
      const target = socket;
      if (signal.aborted) return resolve(failures.cancelled());
      if (!target) return resolve(failures.lost());
      lastId += 1;
      const id = lastId;
      const settle = (answer: Answer): void => {
        waiting.delete(id);
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      };
      const onAbort = (): void => settle(failures.cancelled());
      const cancelTimer = clock.after(ANSWER_TIMEOUT_MS, () => {
        settle(failures.timedOut(what));
        // A half-open socket looks just like this: the next call begins on a new one.
        if (socket === target) drop(failures.timedOut(what));
      });
      waiting.set(id, settle);
      signal.addEventListener('abort', onAbort, { once: true });
      return target.send(JSON.stringify({ id, ...message }));
    });

  return {
    isOpen: () => socket !== null,
    open: async (signal) => {
      if (socket !== null) return ok(undefined);
      const { host, port } = connection;
      const stream = await openStream(connection, clock, signal);
      if (!stream.ok) return failures.trouble(stream.error);
      const name = host.includes(':') ? `[${host}]` : host;
      const opening = new WebSocket(`ws://${name}:${port}/api/websocket`, {
        maxPayload: MOST_BYTES,
        // The stream is already encrypted and trusted where it must be.
        createConnection: () => stream.value,
      });
      const entered = await logIn(opening, signal);
      if (entered.ok !== true) return entered;
      if (opening.readyState !== WebSocket.OPEN) return failures.lost();
      socket = opening;
      lastId = 0;
      opening.on('message', (data, isBinary) => {
        if (socket === opening) receive(data, isBinary);
      });
      opening.on('close', () => {
        if (socket === opening) drop(failures.lost());
      });
      return ok(undefined);
    },
    call: async (message, signal) => {
      const answer = await send(message, `"${message.type}"`, signal);
      if (!answer.ok) return answer;
      return answer.value.type === 'result' ? ok(answer.value) : failures.malformed(`"${message.type}"`);
    },
    ping: async (signal) => {
      const answer = await send({ type: 'ping' }, 'a sign of life', signal);
      return answer.ok ? ok(undefined) : answer;
    },
    close: () => drop(failures.cancelled()),
  };
};
