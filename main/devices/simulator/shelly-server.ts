import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../result.ts';
import { createShellyDevice } from './shelly-device.ts';
import { createShellyLogin } from './shelly-login.ts';
import type { ShellyModel } from './shelly-models.ts';
import type { SwitchSource } from './shelly-relay.ts';
import { parameters, RpcError } from './shelly-rpc.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

const MAX_CHANNELS = 6;
const SLOW_MS = 4_000;
const METER_PERIOD_MS = 1_000;
/** Power is pushed when it moves by this much, and once a minute whatever it does. */
const METER_STEP_W = 5;
const METER_HEARTBEAT_MS = 60_000;
/** What a meter pushes: never the output. */
const METERED = /^id$|power|current|energy/;
const OPEN_METHODS = new Set(['Shelly.GetDeviceInfo']);

export interface ShellySimulator extends Simulator {
  readonly deviceId: string;
  readonly mac: string;
  setFault(fault: SimulatorFault): void;
  /** Somebody presses the button at the wall. */
  pressButton(): void;
  /** Connections drop, the timer is forgotten, the relay opens. */
  reboot(): void;
  /** As if an hour had passed for every login. */
  ageNonces(): void;
  /** The next requests are answered 429. */
  refuseNext(count: number): void;
  /** Requests by method since the start. */
  readonly requests: ReadonlyMap<string, number>;
  openSockets(): number;
}

/** Query values come as text: numbers, true and false are what they look like. */
const queryParameters = (url: URL): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>(
    [...url.searchParams].map(([name, text]) => {
      try {
        return [name, JSON.parse(text) as unknown];
      } catch {
        return [name, text]; // A bare word is a string.
      }
    }),
  );

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
};

/** A Shelly of generation 2 or later on a loopback port: HTTP and WebSocket RPC, digest, notifications, timers. */
export const startShellySimulator = async (options: {
  readonly house: SimulatedHouse;
  readonly loadId: string;
  /** Behind further outputs. */
  readonly moreLoadIds?: readonly string[];
  readonly clock: Clock;
  readonly model: ShellyModel;
  readonly password?: string;
  readonly port?: number;
  readonly fault?: SimulatorFault;
}): Promise<ShellySimulator> => {
  const { clock, house, loadId, model } = options;
  const relay = createShellyDevice({ house, loadIds: [loadId, ...(options.moreLoadIds ?? [])], clock, model });
  const login = options.password === undefined ? null : createShellyLogin(relay.id, options.password, clock);
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const connections = new Set<Socket>();
  const subscribers = new Map<WebSocket, string>();
  const requests = new Map<string, number>();
  const pending = new Set<() => void>();
  let fault: SimulatorFault = options.fault ?? 'none';
  let throttled = 0;

  const later = (delayMs: number, work: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      work();
    });
    pending.add(cancel);
  };

  /** Every answer leaves through here, so that a fault holds for all ways in. */
  const deliver = (text: string, send: (text: string) => void): void => {
    const sent = fault === 'garbage' ? text.slice(0, Math.floor(text.length / 2)) : text;
    if (fault === 'slow') later(SLOW_MS, () => send(sent));
    else send(sent);
  };

  const perform = (method: string, params: ReadonlyMap<string, unknown>, source: SwitchSource): unknown => {
    requests.set(method, (requests.get(method) ?? 0) + 1);
    if (method === 'Shelly.GetDeviceInfo') return relay.info(login !== null);
    return relay.run(method, params, source, fault !== 'lie');
  };

  const errorOf = (thrown: unknown): { readonly code: number; readonly message: string } =>
    thrown instanceof RpcError
      ? { code: thrown.code, message: thrown.message }
      : { code: -1, message: messageOf(thrown) };

  const isThrottled = (): boolean => {
    throttled = Math.max(0, throttled - 1);
    return throttled > 0;
  };

  const frameReply = (frame: ReadonlyMap<string, unknown>, source: SwitchSource): object => {
    const method = String(frame.get('method'));
    const head = { id: frame.get('id'), src: relay.id, dst: frame.get('src') };
    try {
      return { ...head, result: perform(method, parameters(frame.get('params')), source) };
    } catch (thrown) {
      return { ...head, error: errorOf(thrown) };
    }
  };

  const answerHttp = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const uri = request.url ?? '/';
    const url = new URL(uri, 'http://device');
    const reply = (status: number, value: unknown, headers: Record<string, string> = {}): void =>
      deliver(JSON.stringify(value), (text) => {
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
        response.end(text);
      });
    if (url.pathname === '/shelly') return reply(200, relay.info(login !== null));
    if (url.pathname !== '/rpc' && !url.pathname.startsWith('/rpc/'))
      return reply(404, { code: 404, message: 'Not Found' });
    if (isThrottled()) return reply(429, { code: 429, message: 'Too Many Requests' });
    let sent: unknown = {};
    try {
      if (body) sent = JSON.parse(body);
    } catch {
      return reply(500, { code: -103, message: 'Request body is no JSON!' });
    }
    const isFrame = url.pathname === '/rpc';
    const method = isFrame ? String(parameters(sent).get('method')) : url.pathname.slice('/rpc/'.length);
    if (login && !OPEN_METHODS.has(method)) {
      const verdict = login.checkHeader(request.headers.authorization, request.method ?? 'GET', uri);
      if (verdict !== 'ok')
        return reply(401, { code: 401, message: '' }, { 'www-authenticate': login.header(verdict === 'stale') });
    }
    if (isFrame) return reply(200, frameReply(parameters(sent), 'HTTP_in'));
    try {
      const params = request.method === 'GET' ? queryParameters(url) : parameters(sent);
      return reply(200, perform(method, params, 'HTTP_in'));
    } catch (thrown) {
      const error = errorOf(thrown);
      return reply(error.code === 404 ? 404 : 500, error);
    }
  };

  const pushTo = (socket: WebSocket, method: string, params: object): void => {
    const dst = subscribers.get(socket);
    if (dst === undefined) return;
    const text = JSON.stringify({ src: relay.id, dst, method, params: { ts: clock.now() / 1000, ...params } });
    deliver(text, (sent) => socket.send(sent));
  };

  const pushAll = (params: object): void => {
    for (const socket of subscribers.keys()) pushTo(socket, 'NotifyStatus', params);
  };

  const answerFrame = (socket: WebSocket, text: string): void => {
    const frame = parameters(JSON.parse(text));
    const src = frame.get('src');
    const send = (value: object): void => deliver(JSON.stringify(value), (sent) => socket.send(sent));
    const sendError = (code: number, message: string): void =>
      send({ id: frame.get('id'), src: relay.id, dst: src, error: { code, message } });
    const isOpen = login === null || OPEN_METHODS.has(String(frame.get('method')));
    if (isThrottled()) sendError(429, 'Too Many Requests');
    else {
      const verdict = isOpen ? 'ok' : login.checkFrame(frame.get('auth'));
      if (verdict !== 'ok' && login) sendError(401, login.frameMessage(verdict === 'stale'));
      else {
        const isNew = typeof src === 'string' && !subscribers.has(socket);
        if (typeof src === 'string') subscribers.set(socket, src);
        send(frameReply(frame, 'WS_in'));
        if (isNew) pushTo(socket, 'NotifyFullStatus', relay.status());
      }
    }
  };

  /** The meters look once a second while somebody listens. */
  const lastPushed = new Map<string, { readonly powerW: number; readonly atMs: number }>();
  const measure = (): void => {
    if (subscribers.size > 0)
      for (const [component, status] of Object.entries(relay.measured())) {
        const named = parameters(status);
        const powerW = named.get('apower') ?? named.get('act_power') ?? named.get('total_act_power');
        if (typeof powerW !== 'number') continue;
        const last = lastPushed.get(component);
        const due = last === undefined || clock.monotonicMs() - last.atMs >= METER_HEARTBEAT_MS;
        if (!due && Math.abs(powerW - last.powerW) < METER_STEP_W) continue;
        lastPushed.set(component, { powerW, atMs: clock.monotonicMs() });
        pushAll({ [component]: Object.fromEntries([...named].filter(([name]) => METERED.test(name))) });
      }
    later(METER_PERIOD_MS, measure);
  };

  relay.onChange(pushAll);
  server.on('connection', (socket: Socket) => {
    if (fault === 'offline') return socket.destroy();
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    return undefined;
  });
  server.on('request', (request, response) => {
    answerHttp(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/rpc' || sockets.clients.size >= MAX_CHANNELS) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('close', () => subscribers.delete(client));
      client.on('error', () => client.terminate());
      client.on('message', (data) => {
        try {
          answerFrame(client, data.toString());
        } catch {
          client.terminate(); // No JSON: the device hangs up.
        }
      });
    });
  });

  const dropAll = (): void => {
    for (const socket of connections) socket.destroy();
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  measure();

  return {
    label: `Shelly ${model} for ${loadId}`,
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    deviceId: relay.id,
    mac: relay.mac,
    requests,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') dropAll();
    },
    pressButton: relay.press,
    reboot: () => {
      dropAll();
      relay.reboot();
    },
    ageNonces: () => login?.ageNonces(),
    refuseNext: (count) => {
      throttled = count + 1;
    },
    openSockets: () => sockets.clients.size,
    close: async () => {
      for (const cancel of pending) cancel();
      pending.clear();
      relay.close();
      dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
