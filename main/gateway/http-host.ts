import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { Log } from '../log.ts';
import { lookUpPageFile, PAGE_HEADERS, readPageFile } from '../page-files.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import { createEventPush } from './event-push.ts';
import type { HttpSessions } from './http-session.ts';
import { STOP_PATH, type StopDoor } from './stop-door.ts';
import type { Gateway } from './types.ts';

const COOKIE = 'commandcenter_session';
const MAX_MESSAGE_BYTES = 256 * 1024;
/** A window that cannot keep up loses pushes rather than growing a queue here. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

interface HttpHostDeps {
  readonly gateway: Gateway;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: HttpSessions;
  /** Answers `/stop`, which needs its own token and no session. */
  readonly stopDoor?: StopDoor;
  readonly pageFolder: string;
  readonly port: number;
}

export interface HttpHost {
  readonly port: number;
  /** The address of the page with a fresh one-time token. */
  address(): string;
  close(): Promise<void>;
}

const HEADERS = {
  ...PAGE_HEADERS,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const plain = (response: ServerResponse, status: number, sentence: string): void => {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${sentence}\n`);
};

const cookieOf = (request: IncomingMessage): string | undefined => {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === COOKIE) return value.join('=');
  }
  return undefined;
};

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_MESSAGE_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The gateway refuses undefined as malformed, and counts it.
  }
};

/**
 * The page and the door over HTTP and WebSocket, for `serve`. Bound to loopback; Host and Origin are checked exactly,
 * so that neither another site in the same browser nor a rebound name can speak to it.
 */
export const startHttpHost = async (deps: HttpHostDeps): Promise<Result<HttpHost>> => {
  const { gateway, bus, clock, log, sessions, pageFolder } = deps;
  const hosts = new Set<string>();
  const signedIn = (request: IncomingMessage): boolean => sessions.valid(cookieOf(request) ?? '');
  const hostAllowed = (request: IncomingMessage): boolean => hosts.has(request.headers.host ?? '');
  const originAllowed = (request: IncomingMessage): boolean =>
    request.headers.origin !== undefined && request.headers.origin === `http://${request.headers.host ?? ''}`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!hostAllowed(request)) return plain(response, 421, 'This page is only served on its loopback address.');
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    if (deps.stopDoor && url.pathname === STOP_PATH) return deps.stopDoor(request, response);
    const token = url.searchParams.get('token');
    if (request.method === 'GET' && token !== null) {
      const session = sessions.exchange(token);
      if (session === undefined && !signedIn(request))
        return plain(
          response,
          401,
          'This address was used already or is too old. "npm run cli -- link" prints a new one.',
        );
      response.writeHead(303, {
        ...HEADERS,
        Location: '/',
        ...(session
          ? { 'Set-Cookie': `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000` }
          : {}),
      });
      response.end();
      return undefined;
    }
    if (!signedIn(request))
      return plain(
        response,
        401,
        'Open the address that was printed at start: it carries a token that works once. "npm run cli -- link" prints a new one.',
      );
    if (request.method === 'POST' && url.pathname === '/request') {
      if (!originAllowed(request)) return plain(response, 403, 'Requests are only taken from this page.');
      const body = await readBody(request);
      if (body === undefined) return plain(response, 413, 'The request is larger than 256 kB.');
      const reply = await gateway.handle(parseJson(body), { surface: 'http' });
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(reply));
      return undefined;
    }
    if (request.method !== 'GET') return plain(response, 405, 'Only GET is answered here.');
    const file = lookUpPageFile(pageFolder, url.pathname);
    const body = file.found ? await readPageFile(file.path) : undefined;
    if (!file.found || body === undefined) return plain(response, 404, 'There is no such file.');
    response.writeHead(200, { ...HEADERS, 'Content-Type': file.type });
    response.end(body);
    return undefined;
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      log.error('A page request failed', { message: messageOf(thrown) });
      if (!response.headersSent) plain(response, 500, 'The page could not be read; the log names the cause.');
      else response.end();
    });
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const serveSocket = (socket: WebSocket): void => {
    const push = createEventPush(bus, clock, (event) => {
      if (socket.readyState === socket.OPEN && socket.bufferedAmount < MAX_BUFFERED_BYTES)
        socket.send(JSON.stringify({ event }));
    });
    socket.on('message', (data) => {
      const message = parseJson(String(data)) as { id?: unknown; request?: unknown; visible?: unknown } | null;
      if (message && typeof message.visible === 'boolean') return push.setVisible(message.visible);
      const id = message?.id;
      gateway
        .handle(message?.request, { surface: 'window' })
        .then((reply) => socket.send(JSON.stringify({ id, reply })))
        .catch((thrown: unknown) => log.error('A reply could not be sent', { message: messageOf(thrown) }));
      return undefined;
    });
    socket.on('close', () => push.close());
    socket.on('error', (error) => log.warn('A window’s socket failed', { message: error.message }));
  };
  server.on('upgrade', (request, socket, head) => {
    const path = new URL(request.url ?? '/', 'http://loopback').pathname;
    if (!hostAllowed(request) || !originAllowed(request) || !signedIn(request) || path !== '/bridge') {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, serveSocket);
  });

  const listening = await new Promise<Result<void>>((resolve) => {
    server.once('error', (error) =>
      resolve(
        permanent(
          'serve.port',
          `Port ${deps.port} cannot be used: ${error.message}.`,
          'Choose another with --port, or end the program that holds it.',
        ),
      ),
    );
    server.listen(deps.port, '127.0.0.1', () => resolve(ok(undefined)));
  });
  if (!listening.ok) return listening;
  const { port } = server.address() as AddressInfo;
  for (const host of ['127.0.0.1', 'localhost']) hosts.add(`${host}:${port}`);

  return ok({
    port,
    address: () => `http://127.0.0.1:${port}/?token=${sessions.newToken()}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
};
