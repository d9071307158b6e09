import type { Clock } from '../../clock.ts';
import { type PlainAnswer, startFaultyHttp } from './http-faults.ts';
import { createShellyDevice, type ShellyDevice } from './shelly-device.ts';
import type { ShellyModel } from './shelly-models.ts';
import { shapeOf } from './shelly-models.ts';
import { parameters, RpcError } from './shelly-rpc.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

/** Devices report at once when something changes, and their counters once a minute. */
const REPORT_EVERY_MS = 60_000;
const LEAST_SPACING_MS = 1_000;
const MOST_IDS = 10;

export interface CloudDeviceSetting {
  readonly id: string;
  readonly model: ShellyModel;
  readonly loadIds: readonly string[];
}

export interface ShellyCloudSimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
  /** The device loses its connection: its last state stays, and commands are refused. */
  setOnline(id: string, isOnline: boolean): void;
  /** Reports stop to come, though the device counts as connected. */
  setReporting(id: string, isReporting: boolean): void;
  /** Replaces the status by one that a test has; null gives the device's own again. */
  setStatus(id: string, given: { readonly gen: string; readonly status: unknown } | null): void;
  changeKey(key: string): void;
  /** The cloud's clock against ours. */
  setAheadMs(aheadMs: number): void;
  /** Answers the next request so. */
  answerNext(answer: PlainAnswer): void;
  /** Somebody switches at the wall. */
  press(id: string): void;
  /** Requests by path, those that came too fast among them. */
  readonly requests: ReadonlyMap<string, number>;
  tooFast(): number;
  /** The ids of each `get`, in order. */
  readonly batches: readonly (readonly string[])[];
}

interface Connected {
  readonly setting: CloudDeviceSetting;
  readonly device: ShellyDevice;
  isOnline: boolean;
  isReporting: boolean;
  given: { readonly gen: string; readonly status: unknown } | null;
  /** What the cloud was told last. */
  reported: { readonly at: number; readonly status: Record<string, unknown> };
}

const stamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** The vendor's cloud, interface 2: one request a second for the account, answered 401 beyond that. */
export const startShellyCloudSimulator = async (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly key: string;
  readonly devices: readonly CloudDeviceSetting[];
}): Promise<ShellyCloudSimulator> => {
  const { house, clock } = options;
  const requests = new Map<string, number>();
  const batches: (readonly string[])[] = [];
  let key = options.key;
  let lastMs = Number.NEGATIVE_INFINITY;
  let tooFast = 0;
  let aheadMs = 0;
  let next: PlainAnswer | null = null;

  const connected = new Map<string, Connected>();
  for (const setting of options.devices) {
    const device = createShellyDevice({ house, loadIds: setting.loadIds, clock, model: setting.model });
    const reported = { at: clock.now(), status: device.status() };
    connected.set(setting.id, { setting, device, isOnline: true, isReporting: true, given: null, reported });
    device.onChange(() => report(setting.id));
  }

  const report = (id: string): void => {
    const one = connected.get(id);
    if (one?.isOnline && one.isReporting) one.reported = { at: clock.now(), status: one.device.status() };
  };

  const stateOf = (one: Connected): unknown => {
    if (clock.now() - one.reported.at >= REPORT_EVERY_MS) report(one.setting.id);
    const shape = shapeOf(one.setting.model);
    return {
      id: one.setting.id,
      type: 'relay',
      code: shape.model,
      gen: one.given?.gen ?? `G${shape.gen}`,
      online: one.isOnline ? 1 : 0,
      status: one.given?.status ?? { ...one.reported.status, _updated: stamp(one.reported.at + aheadMs) },
    };
  };

  const json = (value: unknown, status = 200): PlainAnswer => ({
    status,
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json', date: new Date(clock.now() + aheadMs).toUTCString() },
  });
  const error = (word: string, status = 400): PlainAnswer => json({ error: word, data: { messages: [] } }, status);

  const get = (body: ReadonlyMap<string, unknown>): PlainAnswer => {
    const ids = body.get('ids');
    if (!Array.isArray(ids) || ids.length < 1 || ids.length > MOST_IDS) return error('BAD_REQUEST');
    batches.push(ids.map(String));
    const found = ids.flatMap((id) => connected.get(String(id)) ?? []);
    return json(found.map(stateOf));
  };

  const setSwitch = (body: ReadonlyMap<string, unknown>): PlainAnswer => {
    const one = connected.get(String(body.get('id')));
    if (!one) return error('BAD_REQUEST');
    if (!one.isOnline) return error('DEVICE_OFFLINE', 404);
    const params = new Map<string, unknown>([
      ['id', body.get('channel')],
      ['on', body.get('on')],
    ]);
    if (body.has('toggle_after')) params.set('toggle_after', body.get('toggle_after'));
    try {
      one.device.run('Switch.Set', params, 'SHC', server.fault() !== 'lie');
    } catch (thrown) {
      return error(thrown instanceof RpcError && thrown.code === -105 ? 'DEVICE_INVALID_CHANNEL' : 'BAD_REQUEST');
    }
    return { status: 200, body: '' };
  };

  const server = await startFaultyHttp({
    clock,
    answer: ({ method, url, body }) => {
      requests.set(url.pathname, (requests.get(url.pathname) ?? 0) + 1);
      if (next) {
        const given = next;
        next = null;
        return given;
      }
      const nowMs = clock.monotonicMs();
      const isTooFast = nowMs - lastMs < LEAST_SPACING_MS;
      lastMs = nowMs;
      if (isTooFast) tooFast += 1;
      if (isTooFast || url.searchParams.get('auth_key') !== key) return error('UNAUTHORIZED', 401);
      if (method !== 'POST') return error('BAD_REQUEST', 405);
      let sent: unknown;
      try {
        sent = JSON.parse(body);
      } catch {
        return error('BAD_REQUEST');
      }
      if (url.pathname === '/v2/devices/api/get') return get(parameters(sent));
      if (url.pathname === '/v2/devices/api/set/switch') return setSwitch(parameters(sent));
      return error('NOT_FOUND', 404);
    },
  });

  const change = (id: string, alter: (one: Connected) => void): void => {
    const one = connected.get(id);
    if (!one) throw new Error(`No device ${id} in the simulated account.`);
    alter(one);
  };

  return {
    label: 'Shelly cloud',
    host: '127.0.0.1',
    port: server.port,
    requests,
    batches,
    tooFast: () => tooFast,
    setFault: server.setFault,
    setOnline: (id, isOnline) =>
      change(id, (one) => {
        one.isOnline = isOnline;
        if (isOnline) report(id);
      }),
    setReporting: (id, isReporting) =>
      change(id, (one) => {
        one.isReporting = isReporting;
      }),
    setStatus: (id, given) =>
      change(id, (one) => {
        one.given = given;
      }),
    changeKey: (fresh) => {
      key = fresh;
    },
    setAheadMs: (ahead) => {
      aheadMs = ahead;
    },
    answerNext: (answer) => {
      next = answer;
    },
    press: (id) => change(id, (one) => one.device.press()),
    close: async () => {
      for (const { device } of connected.values()) device.close();
      await server.close();
    },
  };
};
