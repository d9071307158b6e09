import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../clock.ts';
import { type Failure, messageOf, ok, type Result } from '../../result.ts';
import { type ChargePoint, createChargePoint } from './charge-point.ts';
import { cannotListen, wrongPassword, wrongVersion } from './failures.ts';

const PROTOCOL = 'ocpp1.6';
const MAX_FRAME_BYTES = 256 * 1024;
const MAX_CONNECTIONS = 64;
/** A charger that does not answer a ping until the next one is gone, whatever its socket says. */
const PING_MS = 30_000;

/** A device's hold on one charger: several devices (its plugs, a live test) may share it. */
export interface Attachment {
  readonly charger: ChargePoint;
  /** Whether chargers can call in; tries to listen again where it could not. */
  listening(): Promise<Result<void>>;
  /** Why a charger of this name was turned away, or would be with this password; null when all is well. */
  refusal(): Failure | null;
  release(): Promise<void>;
}

interface Expected {
  readonly charger: ChargePoint;
  /** Of everybody who attached; null asks for none. */
  readonly secrets: (string | null)[];
  /** With which the charger that is here came in. */
  shown: string | null;
  refusal: Failure | null;
}

interface CentralSystem {
  attach(id: string, secret: string | null): Attachment;
}

const same = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** The name is the last part of the path; what stands before it is the charger's own affair. */
const nameIn = (url: string | undefined): string | null => {
  try {
    const { pathname } = new URL(url ?? '/', 'http://central');
    return decodeURIComponent(pathname.split('/').at(-1) ?? '') || null;
  } catch {
    return null;
  }
};

const passwordIn = (header: string | undefined, id: string): string | null => {
  const [scheme, code] = header?.split(' ') ?? [];
  if (scheme?.toLowerCase() !== 'basic' || code === undefined) return null;
  const text = Buffer.from(code, 'base64').toString('utf8');
  return text.startsWith(`${id}:`) ? text.slice(id.length + 1) : null;
};

const turnAway = (socket: Duplex, status: string, headers = ''): void =>
  void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n${headers}\r\n`);

const createCentralSystem = (options: {
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  /** Nobody is attached any more. */
  readonly onEmpty: () => void;
}): CentralSystem => {
  const { clock, host, port } = options;
  const expected = new Map<string, Expected>();
  const server = createServer((_request, response) => void response.writeHead(426).end());
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find((name) => name.toLowerCase() === PROTOCOL) ?? false,
  });
  // What goes wrong while listening is said by `listening`; a server without a listener would end the process.
  server.on('error', () => undefined);
  let opening: Promise<Result<void>> | null = null;

  const listen = (): Promise<Result<void>> => {
    opening ??= new Promise<Result<void>>((resolve) => {
      const onError = (error: Error): void => {
        opening = null;
        resolve(cannotListen(port, messageOf(error).includes('EACCES') ? 'it needs more rights' : 'it is in use'));
      };
      server.once('error', onError);
      server.listen({ port, host }, () => {
        server.off('error', onError);
        resolve(ok(undefined));
      });
    });
    return opening;
  };

  const serve = (socket: WebSocket, { charger }: Expected): void => {
    let heard = true;
    let cancelPing = (): void => undefined;
    const ping = (): void => {
      if (!heard) {
        socket.terminate();
        return;
      }
      heard = false;
      socket.ping();
      cancelPing = clock.after(PING_MS, ping);
    };
    cancelPing = clock.after(PING_MS, ping);
    const { receive, closed } = charger.connected({
      send: (text) => socket.send(text),
      end: () => {
        cancelPing();
        socket.terminate();
      },
    });
    socket.on('pong', () => {
      heard = true;
    });
    socket.on('message', (data, isBinary) => {
      heard = true;
      receive(isBinary ? null : data.toString());
    });
    socket.on('error', () => {
      charger.countRejected();
      socket.terminate();
    });
    socket.on('close', () => {
      cancelPing();
      closed();
    });
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const id = nameIn(request.url);
    const wanted = id === null ? undefined : expected.get(id);
    if (!wanted || id === null) {
      turnAway(socket, '404 Not Found');
      return;
    }
    const shown = passwordIn(request.headers.authorization, id);
    const isKnown = wanted.secrets.some((secret) => secret === null || (shown !== null && same(shown, secret)));
    const offered = request.headers['sec-websocket-protocol']?.toLowerCase().split(/\s*,\s*/) ?? [];
    if (!isKnown) {
      wanted.refusal = wrongPassword(id).error;
      turnAway(socket, '401 Unauthorized', 'WWW-Authenticate: Basic realm="OCPP"\r\n');
    } else if (!offered.includes(PROTOCOL)) {
      wanted.refusal = wrongVersion(id).error;
      turnAway(socket, '400 Bad Request');
    } else {
      wanted.refusal = null;
      wanted.shown = shown;
      sockets.handleUpgrade(request, socket, head, (client) => serve(client, wanted));
    }
    wanted.charger.touch();
  };
  server.on('upgrade', onUpgrade);
  void listen();

  const end = async (): Promise<void> => {
    options.onEmpty();
    for (const client of sockets.clients) client.terminate();
    await opening;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };

  return {
    attach: (id, secret) => {
      const mine = expected.get(id) ?? {
        charger: createChargePoint(id, clock),
        secrets: [],
        shown: null,
        refusal: null,
      };
      mine.secrets.push(secret);
      expected.set(id, mine);
      let isReleased = false;
      return {
        charger: mine.charger,
        listening: listen,
        refusal: () =>
          // Let in by the password of another who expects it: not by this one.
          secret !== null && mine.charger.isConnected() && mine.shown !== secret
            ? wrongPassword(id).error
            : mine.refusal,
        release: async () => {
          if (isReleased) return;
          isReleased = true;
          mine.secrets.splice(mine.secrets.indexOf(secret), 1);
          if (mine.secrets.length > 0) return;
          expected.delete(id);
          mine.charger.disconnect();
          if (expected.size === 0) await end();
        },
      };
    },
  };
};

/** A port is of the whole process: the chargers of one house that call at one port share one server. */
const systems = new WeakMap<Clock, Map<string, CentralSystem>>();

/** Expects a charger. The server is there from the first charger that is expected to the last. */
export const attachCharger = (options: {
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  readonly id: string;
  readonly secret: string | null;
}): Attachment => {
  const { clock, host, port, id, secret } = options;
  const mine = systems.get(clock) ?? new Map<string, CentralSystem>();
  systems.set(clock, mine);
  const key = `${host} ${port}`;
  const system = mine.get(key) ?? createCentralSystem({ clock, host, port, onEmpty: () => void mine.delete(key) });
  mine.set(key, system);
  return system.attach(id, secret);
};
