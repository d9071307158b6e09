import type { Clock } from '../../clock.ts';
import { startFaultyHttp } from './http-faults.ts';
import { type CloudAnswers, cloudAnswers, cloudSettings } from './solark-cloud-answers.ts';
import { type CloudLogin, createCloudLogin } from './solark-cloud-login.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

const SOURCES = { solarkcloud: null, sunsynk: 'sunsynk', inteless: 'elinter' } as const;

export interface SolarkCloudOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly service?: keyof typeof SOURCES;
  readonly account?: string;
  readonly password?: string;
  readonly plants?: readonly { readonly id: number; readonly name: string; readonly inverters: readonly string[] }[];
  /** How often the dongle sends. */
  readonly uploadEveryMs?: number;
  /** How long a setting takes to the inverter and back. */
  readonly settingLagMs?: number;
  readonly tokenLifeS?: number;
}

export interface SolarkCloudSimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
  readonly login: CloudLogin;
  /** Paths asked for since the start, without their queries. */
  readonly requests: readonly string[];
  /** Bodies of writes. */
  readonly writes: readonly Readonly<Record<string, unknown>>[];
  settings(sn: string): Readonly<Record<string, string>>;
}

export const SIMULATED_CLOUD = {
  account: 'ada@example.org',
  password: 'simulated-cloud-password',
  sn: '1029384756',
} as const;

const success = (data: unknown): object => ({ code: 0, msg: 'Success', data, success: true });
const refusal = (code: number, msg: string): object => ({ code, msg, success: false });

/** The cloud of one account: plants, inverters, the live values as the dongle sent them last, settings that take a while. */
export const startSolarkCloudSimulator = async (options: SolarkCloudOptions): Promise<SolarkCloudSimulator> => {
  const { house, clock, service = 'sunsynk', uploadEveryMs = 300_000, settingLagMs = 45_000 } = options;
  const plants = options.plants ?? [{ id: 12_345, name: 'Simulated home', inverters: [SIMULATED_CLOUD.sn] }];
  const login = createCloudLogin({
    clock,
    account: options.account ?? SIMULATED_CLOUD.account,
    password: options.password ?? SIMULATED_CLOUD.password,
    source: SOURCES[service],
    lifeS: options.tokenLifeS ?? 3_599,
  });
  const requests: string[] = [];
  const writes: Record<string, unknown>[] = [];
  const kept = new Map(plants.flatMap(({ inverters }) => inverters).map((sn) => [sn, cloudSettings(sn)]));
  let underWay: { readonly dueMs: number; readonly sn: string; readonly values: Record<string, string> }[] = [];
  let sent: { readonly at: number; readonly answers: CloudAnswers } | null = null;

  const newest = (): { readonly at: number; readonly answers: CloudAnswers } => {
    if (sent === null || clock.now() - sent.at >= uploadEveryMs)
      sent = { at: clock.now(), answers: cloudAnswers(house, SIMULATED_CLOUD.sn) };
    return sent;
  };
  const settle = (): void => {
    const due = underWay.filter(({ dueMs }) => dueMs <= clock.monotonicMs());
    underWay = underWay.filter(({ dueMs }) => dueMs > clock.monotonicMs());
    for (const { sn, values } of due) kept.set(sn, { ...kept.get(sn), ...values });
  };
  const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

  const plantList = (): object =>
    success({
      pageSize: 10,
      pageNumber: 1,
      total: plants.length,
      infos: plants.map(({ id, name }) => ({ id, name, status: 1, pac: 38, updateAt: iso(newest().at) })),
    });
  const inverterList = (id: string): object => {
    const plant = plants.find((one) => String(one.id) === id);
    if (!plant) return refusal(2, 'No Permissions');
    return success({
      pageSize: 10,
      pageNumber: 1,
      total: plant.inverters.length,
      infos: plant.inverters.map((sn) => ({
        sn,
        alias: sn,
        status: 1,
        type: 2,
        version: { masterVer: '2.3.7.4', softVer: '1.5.1.5' },
        model: '',
        equipMode: null,
        pac: 61,
        updateAt: iso(newest().at),
        gatewayVO: { gsn: 'E0192837465', status: 2 },
      })),
    });
  };

  /** A partial body resets what it does not name, as the cloud does. */
  const write = (sn: string, body: ReadonlyMap<string, unknown>): object => {
    const values = Object.fromEntries(body);
    writes.push(values);
    const before = kept.get(sn);
    if (!before || server.fault() === 'lie') return success(null);
    const next = Object.fromEntries(
      Object.keys(before).map((name) => [name, typeof values[name] === 'string' ? String(values[name]) : '0']),
    );
    underWay.push({ dueMs: clock.monotonicMs() + settingLagMs, sn, values: { ...next, sn } });
    return success(null);
  };

  const answerApi = (method: string, url: URL, body: ReadonlyMap<string, unknown>): object | null => {
    const path = url.pathname;
    const plant = /^\/api\/v1\/plant\/(\w+)\/inverters$/.exec(path)?.[1];
    const setting = /^\/api\/v1\/common\/setting\/(\w+)\/(read|set)$/.exec(path);
    const sn = setting?.[1] ?? /^\/api\/v1\/inverter\/(?:(?:battery|grid)\/)?(\w+)\//.exec(path)?.[1];
    if (path === '/api/v1/plants') return plantList();
    if (plant !== undefined) return inverterList(plant);
    if (sn !== undefined && !kept.has(sn)) return refusal(2, 'No Permissions');
    settle();
    if (setting?.[2] === 'read' && sn !== undefined) return success(kept.get(sn));
    if (setting?.[2] === 'set' && sn !== undefined) return method === 'POST' ? write(sn, body) : refusal(3, 'Method');
    const { flow, battery, grid, input } = newest().answers;
    if (/^\/api\/v1\/plant\/energy\/\w+\/flow$/.test(path) || /\/flow$/.test(path)) return success(flow);
    if (/\/battery\/\w+\/realtime$/.test(path)) return success(battery);
    if (/\/grid\/\w+\/realtime$/.test(path)) return success(grid);
    if (/\/realtime\/input$/.test(path)) return success(input);
    return null;
  };

  const parsed = (text: string): ReadonlyMap<string, unknown> => {
    try {
      const value: unknown = JSON.parse(text);
      return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
    } catch {
      return new Map(); // No body, or no JSON: nothing is named.
    }
  };
  const json = (status: number, value: unknown) => ({
    status,
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json' },
  });

  const server = await startFaultyHttp({
    clock,
    answer: ({ method, url, headers, body }) => {
      requests.push(url.pathname);
      if (url.pathname === '/anonymous/publicKey') return json(200, login.publicKey(url.searchParams));
      if (url.pathname === '/oauth/token') return json(200, login.token(parsed(body), false));
      if (url.pathname === '/oauth/token/new') return json(200, login.token(parsed(body), true));
      if (!login.isValid(headers.authorization)) return json(401, refusal(401, 'Unauthorized'));
      const answer = answerApi(method, url, parsed(body));
      return answer === null ? json(404, refusal(404, 'Not Found')) : json(200, answer);
    },
  });

  return {
    label: `${service} cloud`,
    host: '127.0.0.1',
    port: server.port,
    setFault: server.setFault,
    close: server.close,
    login,
    requests,
    writes,
    settings: (sn) => {
      settle();
      return kept.get(sn) ?? {};
    },
  };
};
