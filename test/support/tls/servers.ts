import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import type { TestPair } from './pairs.ts';

export interface TestServer {
  readonly port: number;
  readonly url: string;
  /** Connections since the start, and those that are open. */
  connections(): number;
  open(): number;
  close(): Promise<void>;
}

const started = async (server: Server, scheme: string, host: string): Promise<TestServer> => {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://${host}:${port}`,
    connections: () => count,
    open: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

export const startHttp = (listener: RequestListener, host = '127.0.0.1'): Promise<TestServer> =>
  started(createPlain(listener), 'http', host);

export const startHttps = (pair: TestPair, listener: RequestListener, host = '127.0.0.1'): Promise<TestServer> =>
  started(createSecure({ key: pair.key, cert: pair.cert }, listener), 'https', host);

/** A server that does with each connection what a test says: for what no HTTP server would send. */
export const startTcp = (onConnection: (socket: Socket) => void, scheme = 'http'): Promise<TestServer> =>
  started(createTcp(onConnection), scheme, '127.0.0.1');
