import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import type { Reply } from '../../preload/contract.ts';
import type { Log } from '../log.ts';
import { messageOf, ok, type Result, temporary } from '../result.ts';
import { controlSocketPath } from './control-path.ts';
import { STOP_PATH, type StopDoor } from './stop-door.ts';
import type { RequestContext } from './types.ts';

/** A request is one line; the longest of the contract is far below this, characters. */
export const LONGEST_REQUEST = 65_536;
/** A client that says nothing for this long is sent away, ms. */
const PATIENCE_MS = 10_000;
const MOST_CONNECTIONS = 16;
/** Ours is a line of JSON, which begins with a brace. */
const SPEAKS_HTTP = /^[A-Z]{3,7} /;

export interface ControlSocket {
  readonly path: string;
  close(): Promise<void>;
}

export interface ControlSocketOptions {
  readonly folder: string;
  handle(request: unknown, context: RequestContext): Promise<Reply<unknown>>;
  /** Answers `POST /stop` of whoever speaks HTTP over this socket, such as `curl --unix-socket`. */
  readonly stopDoor?: StopDoor;
  readonly log: Log;
}

const malformed = (message: string): Reply<never> => ({
  ok: false,
  problem: {
    code: 'request.malformed',
    kind: 'permanent',
    message,
    advice: 'Use the command line of the same version as the running center.',
  },
});

const requestOf = (line: string): { readonly request: unknown } | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'request' in value ? { request: value.request } : null;
  } catch {
    return null; // Answered to the sender as malformed.
  }
};

/** Only this user may speak to it, from the first moment on: the file is made with mode 0600. */
const listenPrivately = (server: Server, path: string): void => {
  const before = process.umask(0o177);
  try {
    server.listen(path); // A path is bound before `listen` returns.
  } finally {
    process.umask(before);
  }
};

/** A socket file without a process behind it; the caller holds the data folder's lock, so nobody else can be listening. */
const removeLeftover = (path: string): void => {
  const left = lstatSync(path, { throwIfNoEntry: false });
  if (left?.isSocket()) rmSync(path);
};

/**
 * Lets the command line reach the running center: one JSON line `{request}` in, one JSON line `{reply}` out, then the end.
 * Fails with `control.socket` when the place cannot be listened on.
 */
export const startControlSocket = async (options: ControlSocketOptions): Promise<Result<ControlSocket>> => {
  const { folder, handle } = options;
  const log = options.log.room('control-socket');
  const path = controlSocketPath(folder);
  const onWindows = process.platform === 'win32';
  const open = new Set<Socket>();

  const answer = async (line: string): Promise<Reply<unknown>> => {
    const parsed = requestOf(line);
    if (!parsed) return malformed('The line is not a request.');
    try {
      return await handle(parsed.request, { surface: 'cli' });
    } catch (thrown) {
      log.error('A request of the command line failed', { why: messageOf(thrown) });
      return malformed(`The request failed inside: ${messageOf(thrown)}.`);
    }
  };

  const http = createHttpServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (options.stopDoor && path === STOP_PATH)
      options.stopDoor(request, response).catch((thrown: unknown) => {
        log.error('A stop over the control socket failed', { why: messageOf(thrown) });
        response.destroy();
      });
    else response.writeHead(404, { Connection: 'close' }).end();
  });

  const serve = (socket: Socket): void => {
    let text = '';
    const decoder = new StringDecoder('utf8');
    let answered = false;
    const reply = (value: Reply<unknown>): void => {
      if (!socket.destroyed) socket.end(`${JSON.stringify({ reply: value })}\n`);
    };
    const finish = (line: string): void => {
      answered = true;
      socket.setTimeout(0);
      answer(line).then(reply, (thrown: unknown) => log.error('A reply was lost', { why: messageOf(thrown) }));
    };
    open.add(socket);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    socket.on('error', (error) => log.debug('A connection of the command line broke', { why: error.message }));
    const onData = (chunk: Buffer): void => {
      if (answered) return;
      if (text === '' && SPEAKS_HTTP.test(chunk.toString('latin1', 0, 8))) {
        socket.off('data', onData);
        socket.pause();
        http.emit('connection', socket);
        socket.unshift(chunk);
        socket.resume();
        return;
      }
      text += decoder.write(chunk);
      const end = text.indexOf('\n');
      if (end > LONGEST_REQUEST || (end < 0 && text.length > LONGEST_REQUEST)) {
        answered = true;
        reply(malformed('The request is too long.'));
      } else if (end >= 0) finish(text.slice(0, end));
    };
    socket.on('data', onData);
  };

  const server = createServer(serve);
  server.maxConnections = MOST_CONNECTIONS;
  try {
    if (!onWindows) removeLeftover(path);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', resolve);
      if (onWindows) server.listen(path);
      else listenPrivately(server, path);
    });
    server.removeAllListeners('error');
    server.on('error', (error) => log.error('The control socket failed', { why: error.message }));
    if (!onWindows) chmodSync(path, 0o600);
  } catch (thrown) {
    server.close();
    return temporary(
      'control.socket',
      `The command line cannot reach this center: ${path} cannot be listened on (${messageOf(thrown)}).`,
      'Check that the data folder can be written; everything else works without it.',
    );
  }

  return ok({
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        http.close();
        for (const socket of open) socket.destroy();
      }),
  });
};
