import type { Bridge, Reply, Request } from '../../preload/contract.ts';

/** What the socket client needs of the world; a test hands in its own. */
export interface SocketDeps {
  readonly url: string;
  readonly open: (url: string) => WebSocket;
  readonly onOpen: () => void;
  readonly onLost: () => void;
}

const QUERY_TIMEOUT_MS = 20_000;
const COMMAND_TIMEOUT_MS = 20_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

type Answer = Reply<never>;
type Listener = (payload: never) => void;

const problem = (code: string, message: string, advice: string): Answer => ({
  ok: false,
  problem: { code, kind: 'temporary', message, advice },
});

const NOT_SENT = problem(
  'not-connected',
  'Nothing was sent: the center is not reached.',
  'It connects again by itself. Try again when the dot says Live.',
);
const QUERY_LATE = problem('no-answer', 'The center did not answer in 20 s.', 'It is asked again by itself.');
const COMMAND_LATE = problem(
  'no-answer',
  'The center did not answer in 20 s.',
  'It may still happen: look at the action log before you try again.',
);
const COMMAND_CUT = problem(
  'connection-lost',
  'The connection broke before the answer came.',
  'It may still happen: look at the action log before you try again.',
);
const QUERY_CUT = problem('connection-lost', 'The connection broke before the answer came.', 'It is asked again.');

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** How long to wait before attempt number n (from 0): doubling, with up to a quarter of jitter, 10 s at most. */
export const retryDelayMs = (attempt: number, random: number): number =>
  Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10)) * (1 + random / 4);

/**
 * The bridge over a WebSocket, for a page served over HTTP. It sends `{id, request}`, takes `{id, reply}` and
 * `{event: {name, payload}}`, connects again for ever, and repeats nothing by itself: a command that was cut off is
 * reported as doubtful, never sent twice.
 */
export const createSocketBridge = (deps: SocketDeps): Bridge => {
  const waiting = new Map<string, { answer: (reply: Answer) => void; cut: Answer; timer: number }>();
  const listeners = new Map<string, Set<Listener>>();
  const queued: (() => void)[] = [];
  let socket: WebSocket | null = null;
  let attempt = 0;

  const settle = (id: string, reply: Answer): void => {
    const found = waiting.get(id);
    if (!found) return;
    window.clearTimeout(found.timer);
    waiting.delete(id);
    found.answer(reply);
  };

  const receive = (data: unknown): void => {
    if (typeof data !== 'string') return;
    const message: unknown = JSON.parse(data);
    if (!isRecord(message)) return;
    if (typeof message['id'] === 'string' && isRecord(message['reply'])) {
      // The center has parsed and typed the reply; both ends are built from one contract.
      settle(message['id'], message['reply'] as Answer);
      return;
    }
    const event = message['event'];
    if (!isRecord(event) || typeof event['name'] !== 'string') return;
    for (const listener of listeners.get(event['name']) ?? []) listener(event['payload'] as never);
  };

  const connect = (): void => {
    const next = deps.open(deps.url);
    let opened = false;
    next.addEventListener('open', () => {
      opened = true;
      socket = next;
      attempt = 0;
      deps.onOpen();
      for (const send of queued.splice(0)) send();
    });
    next.addEventListener('message', (event) => receive(event.data));
    next.addEventListener('close', () => {
      if (opened) {
        socket = null;
        for (const [id, entry] of [...waiting]) settle(id, entry.cut);
        deps.onLost();
      }
      window.setTimeout(connect, retryDelayMs(attempt, Math.random()));
      attempt += 1;
    });
  };

  const request = (body: Request): Promise<Answer> =>
    new Promise((answer) => {
      const id = crypto.randomUUID();
      const isQuery = body.kind === 'query';
      const timer = window.setTimeout(
        () => settle(id, isQuery ? QUERY_LATE : COMMAND_LATE),
        isQuery ? QUERY_TIMEOUT_MS : COMMAND_TIMEOUT_MS,
      );
      const send = (): void => {
        if (waiting.has(id)) socket?.send(JSON.stringify({ id, request: body }));
      };
      if (!socket && !isQuery) {
        window.clearTimeout(timer);
        answer(NOT_SENT);
        return;
      }
      waiting.set(id, { answer, cut: isQuery ? QUERY_CUT : COMMAND_CUT, timer });
      if (socket) send();
      else queued.push(send);
    });

  connect();
  return {
    query: (name, input) => request({ kind: 'query', name, input }),
    command: (name, input, key) => request({ kind: 'command', name, input, key }),
    subscribe: (name, listener) => {
      const set = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, set.add(listener as Listener));
      return () => void set.delete(listener as Listener);
    },
  };
};
