import { EventEmitter } from 'node:events';
import WebSocket from 'ws';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly method: string;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** One attached page. `on` is typed by the caller: DevTools messages are described in its protocol, not here. */
export interface Session {
  send<Answer = unknown>(method: string, params?: object): Promise<Answer>;
  on<Params>(event: string, listener: (params: Params) => void): void;
}

/** A DevTools connection to the browser, with one session a page (flat mode). */
export interface Cdp extends Session {
  session(id: string): Session;
  close(): void;
}

export const connectCdp = async (endpoint: string): Promise<Cdp> => {
  const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 1 << 28 });
  const waiting = new Map<number, Waiting>();
  const emitters = new Map<string, EventEmitter>();
  let sequence = 0;

  const emitterOf = (sessionId: string): EventEmitter => {
    const emitter = emitters.get(sessionId) ?? new EventEmitter();
    emitters.set(sessionId, emitter);
    return emitter;
  };
  const settle = (id: number, message: Message): void => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
    else call?.resolve(message.result);
  };
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) settle(message.id, message);
    else if (message.method) emitterOf(message.sessionId ?? '').emit(message.method, message.params);
  });
  socket.on('close', () => {
    for (const call of waiting.values()) call.reject(new Error(`${call.method}: the browser went away`));
    waiting.clear();
  });

  const send = (sessionId: string, method: string, params: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      sequence += 1;
      waiting.set(sequence, { resolve, reject, method });
      socket.send(JSON.stringify({ id: sequence, method, params, ...(sessionId ? { sessionId } : {}) }));
    });
  const session = (id: string): Session => ({
    send: <Answer>(method: string, params: object = {}) => send(id, method, params) as Promise<Answer>,
    on: <Params>(event: string, listener: (params: Params) => void) => void emitterOf(id).on(event, listener),
  });

  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return { ...session(''), session, close: () => socket.close() };
};
