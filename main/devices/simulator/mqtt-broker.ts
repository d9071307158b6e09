import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../../clock.ts';
import { topicMatches } from '../mqtt/topic.ts';
import { type BrokerMessage, type ClientConnection, createClientConnection } from './mqtt-client-connection.ts';
import type { Simulator, SimulatorFault } from './types.ts';

const SLOW_MS = 4_000;
/** A CONNACK with flags that must be 0: no client may take it. */
const NONSENSE = Buffer.from([0x2f, 0x02, 0x00, 0x00]);

export interface MqttBroker extends Simulator {
  /** `slow`: every packet leaves 4 s later. `garbage`: what leaves is no MQTT. `lie` is for what publishes through it. */
  setFault(fault: SimulatorFault): void;
  /** Says something as a device would that is connected to it; an empty text removes what is kept. */
  publish(topic: string, payload: string | Buffer, options?: { readonly retain?: boolean }): void;
  /** Hears what clients publish, wills included. */
  onPublish(listener: (message: BrokerMessage) => void): () => void;
  /** Hears each new subscription: some devices speak only when somebody listens. */
  onSubscribe(listener: (filter: string, clientId: string) => void): () => void;
  /** What is kept under a topic; undefined where nothing is. */
  retained(topic: string): string | undefined;
  clients(): readonly string[];
  /** Breaks every connection without a goodbye; they may come back. */
  dropAll(): void;
}

/** A small MQTT 3.1.1 broker on a loopback port: QoS 0 and 1, wildcards, kept messages, last wills, users, TLS. */
export const startMqttBroker = async (options: {
  readonly clock: Clock;
  /** Passwords by user; left out: everybody may come. */
  readonly users?: Readonly<Record<string, string>>;
  readonly mayRead?: (user: string | null, filter: string) => boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
  readonly label?: string;
}): Promise<MqttBroker> => {
  const { clock, users, tls } = options;
  const connections = new Map<Socket, ClientConnection>();
  const sockets = new Set<Socket>();
  const kept = new Map<string, Buffer>();
  const listeners = new Set<(message: BrokerMessage) => void>();
  const subscriptionListeners = new Set<(filter: string, clientId: string) => void>();
  const pending = new Set<() => void>();
  let fault: SimulatorFault = 'none';

  const later = (delayMs: number, work: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      work();
    });
    pending.add(cancel);
  };

  const route = (message: BrokerMessage): void => {
    if (message.retain && message.payload.length > 0) kept.set(message.topic, message.payload);
    else if (message.retain) kept.delete(message.topic);
    for (const connection of connections.values()) {
      const qos = [...connection.filters()].flatMap(([filter, most]) =>
        topicMatches(filter, message.topic) ? [most] : [],
      );
      // One copy each, however many of its subscriptions match; told anew it is not a kept one (3.3.1.3).
      if (qos.length > 0) connection.deliver({ ...message, retain: false }, qos.includes(1) ? 1 : 0);
    }
  };
  const tell = (message: BrokerMessage): void => {
    route(message);
    for (const listener of [...listeners]) listener(message);
  };

  const accept = (socket: Socket): void => {
    const connection = createClientConnection(socket, {
      mayEnter: (user, password) => users === undefined || (user !== null && users[user] === password),
      mayRead: (user, filter) => options.mayRead?.(user, filter) ?? true,
      onEnter: (clientId) => {
        // A second client of the same name takes the place of the first (3.1.4).
        for (const other of connections.values()) if (other.clientId() === clientId) other.end();
        connections.set(socket, connection);
      },
      onSubscribe: (filter) => {
        for (const [topic, payload] of kept)
          if (topicMatches(filter, topic))
            connection.deliver({ topic, payload, retain: true }, connection.filters().get(filter) ?? 0);
        for (const listener of [...subscriptionListeners]) listener(filter, connection.clientId() ?? '');
      },
      onPublish: tell,
      write: (frame) => {
        const send = (): void => void (socket.writable && socket.write(fault === 'garbage' ? NONSENSE : frame));
        if (fault === 'slow') later(SLOW_MS, send);
        else send();
      },
    });
    socket.on('close', () => {
      const will = connections.delete(socket) ? connection.lastWill() : null;
      if (will !== null) tell(will);
    });
  };

  const guard = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    if (fault === 'offline') socket.destroy();
    else {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  };
  const server: Server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  server.on('connection', guard);
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const bound = server.address();

  return {
    label: options.label ?? 'MQTT broker',
    host: '127.0.0.1',
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') dropAll();
      if (next === 'garbage') for (const socket of connections.keys()) socket.write(NONSENSE);
    },
    publish: (topic, payload, { retain = false } = {}) => route({ topic, payload: Buffer.from(payload), retain }),
    onPublish: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onSubscribe: (listener) => {
      subscriptionListeners.add(listener);
      return () => void subscriptionListeners.delete(listener);
    },
    retained: (topic) => kept.get(topic)?.toString('utf8'),
    clients: () => [...connections.values()].map((connection) => connection.clientId() ?? ''),
    dropAll,
    close: async () => {
      for (const cancel of pending) cancel();
      pending.clear();
      listeners.clear();
      subscriptionListeners.clear();
      connections.clear();
      dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
