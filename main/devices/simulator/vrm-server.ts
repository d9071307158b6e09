import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';
import { VENUS_BATTERY, type VenusPath, venusPaths } from './venus-paths.ts';
import { batteryWidget, diagnosticRow, statsOf } from './vrm-records.ts';

const SLOW_MS = 5_000;
const USER_ID = 1_001;

export interface VrmSite {
  readonly idSite: number;
  readonly name: string;
  readonly identifier: string;
}

export interface VrmSimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
  /** From now on only this token is right. */
  changeToken(token: string): void;
  /** The GX loses its way to VRM: what was sent last stays. */
  setOnline(online: boolean): void;
  /** Requests since the start, refused ones too. */
  requests(): number;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = (status: number, value: unknown, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  body: JSON.stringify(value),
  ...(headers ? { headers } : {}),
});

const refusal = (status: number, errors: unknown, code: string | null = null): Reply =>
  json(status, { success: false, errors, error_code: code });

/** What goes wrong between a portal and a client, one after the other. */
const GARBAGE: readonly ((body: string) => string)[] = [
  () => '<!DOCTYPE html><html><body>Maintenance</body></html>',
  () => '',
  (body) => body.slice(0, Math.floor(body.length / 2)),
  () => '{"success":true,"records":"none"}',
  () => '[1,2,3]',
];

/**
 * The VRM API v2 for one account: token in `X-Authorization`, a rolling budget of requests, diagnostics that are cut off
 * at `count`, a widget that says nothing without an instance, series of the past, and a GX that sends once a minute.
 */
export const startVrmSimulator = async (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly token?: string;
  readonly sites?: readonly VrmSite[];
  /** How often the GX sends. */
  readonly uploadEveryMs?: number;
  readonly budget?: { readonly requests: number; readonly refillMs: number };
  /** Paths that are not sent, as `service/path`. */
  readonly lacks?: readonly string[];
}): Promise<VrmSimulator> => {
  const { clock, house, uploadEveryMs = 60_000, lacks = [] } = options;
  const sites = options.sites ?? [{ idSite: 123_456, name: 'Simulated home', identifier: 'c0619ab27f31' }];
  const budget = options.budget ?? { requests: 200, refillMs: 330 };
  const connections = new Set<Socket>();
  const pending = new Set<() => void>();
  let token = options.token ?? 'simulated-token';
  let fault: SimulatorFault = 'none';
  let online = true;
  let requests = 0;
  let garbled = 0;
  let left = budget.requests;
  let refilledMs = clock.monotonicMs();

  const later = (delayMs: number, work: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      work();
    });
    pending.add(cancel);
  };
  const measured = () => ({
    at: Math.floor(clock.now() / uploadEveryMs) * uploadEveryMs,
    paths: venusPaths(house, 'c0619ab27f31').filter(({ service, path }) => !lacks.includes(`${service}/${path}`)),
  });
  let sent: { readonly at: number; readonly paths: readonly VenusPath[] } = measured();
  const upload = (): void => {
    if (online) sent = measured();
    later(uploadEveryMs - (clock.now() % uploadEveryMs), upload);
  };

  const isOverBudget = (): boolean => {
    const refills = Math.floor((clock.monotonicMs() - refilledMs) / budget.refillMs);
    refilledMs += refills * budget.refillMs;
    left = Math.min(budget.requests, left + refills);
    if (left < 1) return true;
    left -= 1;
    return false;
  };

  const ofSite = (site: VrmSite, rest: string, search: URLSearchParams): Reply => {
    const { at, paths } = sent;
    if (rest === 'system-overview')
      return json(200, {
        success: true,
        records: {
          devices: [
            {
              name: 'Gateway',
              customName: '',
              productName: 'Cerbo GX',
              firmwareVersion: 'v3.60',
              instance: 0,
              class: 'device-gateway',
              lastConnection: `${at / 1_000}`,
            },
            {
              name: 'Battery Monitor',
              customName: '',
              productName: 'Simulated BMS',
              firmwareVersion: '1.2',
              instance: VENUS_BATTERY,
              class: 'device-battery-monitor',
              lastConnection: false,
            },
          ],
        },
      });
    if (rest === 'diagnostics') {
      const rows = paths.flatMap((path, index) => diagnosticRow(path, site.idSite, index, at / 1_000) ?? []);
      const count = Number(search.get('count') ?? 100);
      return json(200, { success: true, records: rows.slice(0, count), num_records: rows.length });
    }
    if (rest === 'widgets/BatterySummary')
      return json(
        200,
        batteryWidget(paths, Number(search.get('instance') ?? -1), Math.floor((clock.now() - at) / 1_000)),
      );
    if (rest.startsWith('widgets/')) return refusal(200, `Child "${rest.slice('widgets/'.length)}" not found.`);
    if (rest === 'stats') return statsOf(search) ?? refusal(400, 'The requested span is too long.');
    return refusal(404, 'Not found');
  };

  const answer = (request: IncomingMessage): Reply => {
    const url = new URL(request.url ?? '/', 'http://vrm');
    if (isOverBudget()) return { ...refusal(429, 'Too many requests'), headers: { 'retry-after': '2' } };
    if (request.headers['x-authorization'] !== `Token ${token}`)
      return refusal(401, { message: 'The provided token is invalid' }, 'invalid_token');
    const path = url.pathname.replace(/^\/v2\//, '');
    if (path === 'users/me')
      return json(200, { success: true, user: { id: USER_ID, name: 'A person', email: 'person@example.org' } });
    if (path === `users/${USER_ID}/installations`)
      return json(200, {
        success: true,
        records: sites.map((site) => ({
          ...site,
          idUser: USER_ID,
          accessLevel: 1,
          timezone: 'Europe/Berlin',
          mqtt_host: 'mqtt1.victronenergy.com',
          extended: [],
        })),
      });
    const [, id, rest] = /^installations\/(\d+)\/(.+)$/.exec(path) ?? [];
    const site = sites.find(({ idSite }) => `${idSite}` === id);
    if (site === undefined || rest === undefined) return refusal(id === undefined ? 404 : 403, 'No access');
    return ofSite(site, rest, url.searchParams);
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests += 1;
    const { status, body, headers } = answer(request);
    const isGarbage = fault === 'garbage' && status === 200;
    const text = isGarbage ? (GARBAGE[garbled++ % GARBAGE.length]?.(body) ?? '') : body;
    const send = (): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
      response.end(text);
    };
    if (fault !== 'slow') return send();
    later(SLOW_MS, send);
    return undefined;
  });
  const dropAll = (): void => {
    for (const socket of connections) socket.destroy();
  };
  server.on('connection', (socket: Socket) => {
    if (fault === 'offline') {
      socket.destroy();
      return;
    }
    connections.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  upload();
  const bound = server.address();

  return {
    label: 'Victron VRM',
    host: '127.0.0.1',
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') dropAll();
    },
    changeToken: (next) => {
      token = next;
    },
    setOnline: (next) => {
      online = next;
    },
    requests: () => requests,
    close: async () => {
      for (const cancel of pending) cancel();
      pending.clear();
      dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
