import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../clock.ts';
import { createEvccSite } from './evcc-site.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

const SLOW_MS = 12_000;

export interface EvccSimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
  /** Sends one message of changed keys to everybody who listens, as evcc does. */
  publish(changes: Readonly<Record<string, unknown>>): void;
  /** Requests since the start, as `POST /api/batterymode/hold`. */
  readonly requests: readonly string[];
  listeners(): number;
}

/** evcc on a loopback port: its REST interface and its WebSocket; `wrapped` answers as releases before 0.200 did. */
export const startEvccSimulator = async (options: {
  readonly house: SimulatedHouse;
  readonly loadId: string;
  readonly clock: Clock;
  readonly apiKey?: string;
  readonly wrapped?: boolean;
}): Promise<EvccSimulator> => {
  const { clock, apiKey } = options;
  const site = createEvccSite(options);
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const connections = new Set<Socket>();
  const pending = new Set<() => void>();
  const requests: string[] = [];
  let fault: SimulatorFault = 'none';

  /** Every answer leaves through here, so that a fault holds for all ways out. */
  const deliver = (text: string, send: (text: string) => void): void => {
    const sent = fault === 'garbage' ? text.slice(0, Math.floor(text.length / 2)) : text;
    if (fault === 'slow') {
      const cancel = clock.after(SLOW_MS, () => {
        pending.delete(cancel);
        send(sent);
      });
      pending.add(cancel);
    } else send(sent);
  };

  const isAllowed = (header: string | undefined): boolean => apiKey === undefined || header === `Bearer ${apiKey}`;

  server.on('connection', (socket: Socket) => {
    if (fault === 'offline') return void socket.destroy();
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://evcc');
    requests.push(`${request.method} ${pathname}`);
    const reply = (status: number, value: unknown): void =>
      deliver(JSON.stringify(options.wrapped ? { result: value } : value), (text) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(text);
      });
    if (!isAllowed(request.headers.authorization)) return reply(401, { error: 'unauthorized' });
    const parts = pathname.split('/').slice(2);
    if (request.method === 'GET' && pathname === '/api/state') return reply(200, site.state());
    if (request.method === 'DELETE' && pathname === '/api/batterymode') {
      const { status, value } = site.releaseBattery(fault !== 'lie');
      return reply(status, value);
    }
    if (request.method !== 'POST') return reply(404, { error: 'not found' });
    const { status, value } = site.set(parts, fault !== 'lie');
    return reply(status, value);
  });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/ws' || !isAllowed(request.headers.authorization))
      return socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    return sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      deliver(flatText(site.state()), (text) => client.send(text));
    });
  });

  const publish = (client: WebSocket, changes: Readonly<Record<string, unknown>>): void =>
    deliver(JSON.stringify(changes), (text) => client.send(text));

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    label: 'evcc',
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    requests,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') for (const socket of connections) socket.destroy();
    },
    publish: (changes) => {
      for (const client of sockets.clients) publish(client, changes);
    },
    listeners: () => sockets.clients.size,
    close: async () => {
      for (const cancel of pending) cancel();
      pending.clear();
      site.close();
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

/** The first message over the socket: one flat object, the chargers' keys written out. */
const flatText = ({ loadpoints, ...site }: Record<string, unknown>): string => {
  const flat: Record<string, unknown> = { ...site };
  if (Array.isArray(loadpoints))
    for (const [index, loadpoint] of loadpoints.entries())
      for (const [key, value] of Object.entries(loadpoint as object)) flat[`loadpoints.${index}.${key}`] = value;
  return JSON.stringify(flat);
};
