import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../result.ts';
import { createHubEntities, type HubEntity, ServiceError } from './home-assistant-entities.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

const SLOW_MS = 4_000;
const TICK_MS = 1_000;
const VERSION = '2026.8.0';
export const HUB_TOKEN = 'a-long-lived-access-token';

export interface HomeAssistantSimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
  /** A proxy in front lets no WebSocket through. */
  refuseUpgrades(isRefused: boolean): void;
  setAvailable(entityId: string, isAvailable: boolean): void;
  setClockOffset(offsetMs: number): void;
  /** Somebody switches at the wall or in the app. */
  act(domain: string, service: string, data: Readonly<Record<string, unknown>>): void;
  state(entityId: string): string | undefined;
  /** Requests by path or message type. */
  readonly requests: ReadonlyMap<string, number>;
  openSockets(): number;
  /** Breaks every connection; they may come back. */
  dropAll(): void;
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
};

interface Client {
  isIn: boolean;
  lastId: number;
  coalesces: boolean;
  readonly subscriptions: Set<number>;
}

/** A Home Assistant server on a loopback port: REST and WebSocket API over a small home. */
export const startHomeAssistantSimulator = async (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly loadId: string;
  readonly token?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly temperatureUnit?: '°C' | '°F';
}): Promise<HomeAssistantSimulator> => {
  const { clock, house, loadId, temperatureUnit = '°C', tls, token = HUB_TOKEN } = options;
  let clockOffsetMs = 0;
  let fault: SimulatorFault = 'none';
  let refusesUpgrades = false;
  const entities = createHubEntities({ house, clock, loadId, clockOffsetMs: () => clockOffsetMs });
  const clients = new Map<WebSocket, Client>();
  const sockets = new Set<Socket>();
  const requests = new Map<string, number>();
  const pending = new Set<() => void>();
  const upgrader = new WebSocketServer({ noServer: true });

  const later = (delayMs: number, work: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      work();
    });
    pending.add(cancel);
  };
  const count = (name: string): void => void requests.set(name, (requests.get(name) ?? 0) + 1);
  /** Every answer leaves through here, so that a fault holds for all ways in. */
  const deliver = (value: unknown, send: (text: string) => void): void => {
    const text = JSON.stringify(value);
    const sent = fault === 'garbage' ? text.slice(0, Math.max(1, Math.floor(text.length / 2))) : text;
    if (fault === 'slow') later(SLOW_MS, () => send(sent));
    else send(sent);
  };
  const say = (socket: WebSocket, value: unknown): void =>
    deliver(value, (text) => void (socket.readyState === socket.OPEN && socket.send(text)));

  const eventOf = (id: number, before: HubEntity | null, after: HubEntity): object => ({
    id,
    type: 'event',
    event: {
      event_type: 'state_changed',
      data: { entity_id: after.entity_id, old_state: before, new_state: after },
      origin: 'LOCAL',
      time_fired: after.last_updated,
      context: after.context,
    },
  });
  const publishChanges = (contextId?: string): readonly HubEntity[] => {
    const changes = entities.refresh(contextId);
    for (const [socket, { coalesces, isIn, subscriptions }] of clients) {
      const events = [...subscriptions].flatMap((id) => changes.map(({ after, before }) => eventOf(id, before, after)));
      if (!isIn || events.length === 0) continue;
      if (coalesces && events.length > 1) say(socket, events);
      else for (const event of events) say(socket, event);
    }
    return changes.map(({ after }) => after);
  };
  const config = () => ({
    ...{ location_name: 'Simulated home', latitude: 50.16, longitude: 8.55, time_zone: 'Europe/Berlin' },
    ...{
      unit_system: { temperature: temperatureUnit, length: 'km' },
      version: VERSION,
      components: ['mqtt', 'sensor'],
    },
  });

  const commands: Readonly<
    Record<string, (message: Readonly<Record<string, unknown>>, client: Client, id: number) => unknown>
  > = {
    supported_features: (message, client) => {
      client.coalesces = objectOf(message['features'])['coalesce_messages'] === 1;
      return null;
    },
    subscribe_events: (message, { subscriptions }, id) => {
      if (message['event_type'] === 'state_changed') subscriptions.add(id);
      return null;
    },
    get_states: () => entities.list(),
    get_config: config,
    call_service: (message) => {
      const contextId = randomUUID();
      const target = objectOf(message['target']);
      const data = { ...objectOf(message['service_data']), ...target };
      entities.run(String(message['domain']), String(message['service']), data, fault !== 'lie');
      publishChanges(contextId);
      return { context: { id: contextId, parent_id: null, user_id: 'user' }, response: null };
    },
  };

  const answerMessage = (socket: WebSocket, client: Client, message: Readonly<Record<string, unknown>>): void => {
    const type = String(message['type']);
    count(type);
    if (!client.isIn) {
      client.isIn = type === 'auth' && message['access_token'] === token;
      say(
        socket,
        client.isIn
          ? { type: 'auth_ok', ha_version: VERSION }
          : { type: 'auth_invalid', message: 'Invalid access token or password' },
      );
      if (!client.isIn) later(10, () => socket.close());
      return;
    }
    const id = message['id'];
    const failed = (code: string, text: string): void =>
      say(socket, { id, type: 'result', success: false, error: { code, message: text } });
    if (typeof id !== 'number' || id <= client.lastId) {
      failed('id_reuse', 'Identifier values have to increase.');
      return;
    }
    client.lastId = id;
    if (type === 'ping') {
      say(socket, { id, type: 'pong' });
      return;
    }
    const command = commands[type];
    if (!command) {
      failed('unknown_command', 'Unknown command.');
      return;
    }
    try {
      say(socket, { id, type: 'result', success: true, result: command(message, client, id) });
    } catch (thrown) {
      failed(thrown instanceof ServiceError ? thrown.code : 'unknown_error', messageOf(thrown));
    }
  };

  const answerHttp = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request);
    const path = request.url ?? '/';
    count(`${request.method ?? 'GET'} ${path}`);
    const reply = (status: number, value: unknown): void =>
      deliver(value, (sent) => {
        response.sendDate = false;
        response.setHeader('date', new Date(clock.now() + clockOffsetMs).toUTCString());
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
        response.end(sent);
      });
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('401: Unauthorized');
      return;
    }
    const [, one] = /^\/api\/states\/([a-z0-9_.]+)$/.exec(path) ?? [];
    const [, domain = '', service] = /^\/api\/services\/([a-z_]+)\/([a-z_]+)$/.exec(path) ?? [];
    if (path === '/api/') reply(200, { message: 'API running.' });
    else if (path === '/api/config') reply(200, config());
    else if (path === '/api/states') reply(200, entities.list());
    else if (one !== undefined) {
      const entity = entities.get(one);
      reply(entity ? 200 : 404, entity ?? { message: 'Entity not found.' });
    } else if (service !== undefined && request.method === 'POST') {
      try {
        entities.run(domain, service, objectOf(JSON.parse(text)), fault !== 'lie');
        reply(200, publishChanges());
      } catch (thrown) {
        reply(400, { message: messageOf(thrown) });
      }
    } else reply(404, { message: 'Not Found' });
  };

  const server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (fault === 'offline') socket.destroy();
  });
  server.on('request', (request, response) => {
    answerHttp(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/api/websocket' || refusesUpgrades) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    upgrader.handleUpgrade(request, socket, head, (client) => {
      const state: Client = { isIn: false, lastId: 0, coalesces: false, subscriptions: new Set() };
      clients.set(client, state);
      client.on('close', () => clients.delete(client));
      client.on('error', () => client.terminate());
      client.on('message', (data) => {
        try {
          answerMessage(client, state, objectOf(JSON.parse(data.toString())));
        } catch {
          client.terminate(); // No JSON: the server hangs up.
        }
      });
      say(client, { type: 'auth_required', ha_version: VERSION });
    });
  });
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const tick = (): void => {
    publishChanges();
    later(TICK_MS, tick);
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  later(TICK_MS, tick);
  const bound = server.address();

  return {
    label: 'Home Assistant',
    host: '127.0.0.1',
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    requests,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') dropAll();
    },
    refuseUpgrades: (isRefused) => {
      refusesUpgrades = isRefused;
      if (isRefused) for (const client of clients.keys()) client.terminate();
    },
    setAvailable: (id, isAvailable) => {
      entities.setAvailable(id, isAvailable);
      publishChanges();
    },
    setClockOffset: (offsetMs) => {
      clockOffsetMs = offsetMs;
    },
    act: (domain, service, data) => {
      entities.run(domain, service, data, true);
      publishChanges();
    },
    state: (id) => entities.get(id)?.state,
    openSockets: () => clients.size,
    dropAll,
    close: async () => {
      for (const cancel of pending) cancel();
      pending.clear();
      dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
