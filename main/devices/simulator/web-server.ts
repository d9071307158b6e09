import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { FaultySimulator } from '../driver-entry.ts';
import type { SimulatorFault } from './types.ts';

const SLOW_MS = 30_000;

export interface WebRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed; undefined where there was no body or no JSON. */
  readonly body: ReadonlyMap<string, unknown> | undefined;
}

export interface WebReply {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: OutgoingHttpHeaders;
  /** The answer begins and never ends: a stream of lines. */
  readonly endless?: true;
}

export interface WebServer extends FaultySimulator {
  fault(): SimulatorFault;
}

const bodyOf = async (request: IncomingMessage): Promise<ReadonlyMap<string, unknown> | undefined> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined; // No body, or no JSON: as the device sees it.
  }
};

/** A small JSON web server of a simulated device, with the faults of every simulator. */
export const startWebServer = async (options: {
  readonly label: string;
  readonly clock: Clock;
  readonly port?: number;
  readonly answer: (request: WebRequest) => WebReply;
  readonly onClose?: () => void;
}): Promise<WebServer> => {
  const { label, clock, answer } = options;
  const sockets = new Set<Socket>();
  const timers = new Set<() => void>();
  let fault: SimulatorFault = 'none';

  const server = createServer(async (request, response) => {
    const reply = answer({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.headers,
      body: await bodyOf(request),
    });
    const text = reply.json === undefined ? '' : JSON.stringify(reply.json);
    const send = (): void => {
      if (response.destroyed) return;
      if (reply.endless) return void response.writeHead(reply.status).write(text);
      response.writeHead(reply.status, { 'content-type': 'application/json', connection: 'close', ...reply.headers });
      response.end(fault === 'garbage' ? `<html>${text.slice(0, Math.floor(text.length / 2))}` : text);
    };
    if (fault !== 'slow') return send();
    const cancel = clock.after(SLOW_MS, () => {
      timers.delete(cancel);
      send();
    });
    timers.add(cancel);
  });
  server.on('connection', (socket: Socket) => {
    if (fault === 'offline') {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  return {
    label,
    host: '127.0.0.1',
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    fault: () => fault,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') dropAll();
    },
    close: async () => {
      options.onClose?.();
      for (const cancel of timers) cancel();
      timers.clear();
      dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
