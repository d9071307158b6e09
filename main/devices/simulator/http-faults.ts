import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { SimulatorFault } from './types.ts';

const SLOW_MS = 4_000;

export interface PlainAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FaultyHttp {
  readonly port: number;
  fault(): SimulatorFault;
  setFault(fault: SimulatorFault): void;
  dropAll(): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
};

/** A loopback web server whose every answer leaves through its fault: late, cut in half, or not at all. */
export const startFaultyHttp = async (options: {
  readonly clock: Clock;
  readonly port?: number;
  readonly fault?: SimulatorFault;
  readonly answer: (request: {
    readonly method: string;
    readonly url: URL;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }) => PlainAnswer;
}): Promise<FaultyHttp> => {
  const server = createServer();
  const connections = new Set<Socket>();
  const pending = new Set<() => void>();
  let fault: SimulatorFault = options.fault ?? 'none';

  const send = (response: ServerResponse, { status, body, headers }: PlainAnswer): void => {
    const text = fault === 'garbage' ? `${body.slice(0, Math.floor(body.length / 2))}\u0000` : body;
    const deliver = (): void => {
      response.writeHead(status, { connection: 'close', ...headers });
      response.end(text);
    };
    if (fault !== 'slow') {
      deliver();
      return;
    }
    const cancel = options.clock.after(SLOW_MS, () => {
      pending.delete(cancel);
      deliver();
    });
    pending.add(cancel);
  };

  server.on('connection', (socket: Socket) => {
    if (fault === 'offline') return socket.destroy();
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    return undefined;
  });
  server.on('request', (request, response) => {
    bodyOf(request)
      .then((body) => {
        const url = new URL(request.url ?? '/', 'http://simulator');
        send(response, options.answer({ method: request.method ?? 'GET', url, headers: request.headers, body }));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  const dropAll = (): void => {
    for (const socket of connections) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    fault: () => fault,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') dropAll();
    },
    dropAll,
    close: async () => {
      for (const cancel of pending) cancel();
      pending.clear();
      dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
