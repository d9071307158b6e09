import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type PlainAnswer, startFaultyHttp } from './http-faults.ts';
import { type Gen1Model, gen1Emeters, gen1Meters, gen1Relay, gen1ShapeOf, gen1Valve } from './shelly-gen1-status.ts';
import { createSimulatedRelay } from './shelly-relay.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

export interface ShellyGen1Simulator extends Simulator {
  readonly mac: string;
  setFault(fault: SimulatorFault): void;
  /** The load draws too much: the relay opens, and opens again whenever it is closed. */
  overload(isOverloaded: boolean): void;
  /** The box drives a cover: it still lists its relays. */
  setRollerMode(): void;
  /** The meters have not measured yet. */
  setMetersValid(areValid: boolean): void;
  /** Power cut: counters begin at 0. */
  reboot(): void;
  /** Requests by path since the start. */
  readonly requests: ReadonlyMap<string, number>;
}

const json = (value: unknown, status = 200): PlainAnswer => ({
  status,
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json', server: 'Mongoose/6.18' },
});

/** A Shelly of the first generation on a loopback port: HTTP GET, Basic login, timers that it keeps itself. */
export const startShellyGen1Simulator = async (options: {
  readonly house: SimulatedHouse;
  readonly loadIds: readonly string[];
  readonly clock: Clock;
  readonly model: Gen1Model;
  readonly user?: string;
  readonly password?: string;
  readonly port?: number;
}): Promise<ShellyGen1Simulator> => {
  const { house, clock, loadIds, model, password, user = 'admin' } = options;
  const shape = gen1ShapeOf(model);
  const mac = createHash('sha256').update(`gen1:${model}:${loadIds[0]}`).digest('hex').slice(0, 12).toUpperCase();
  const relays = loadIds
    .slice(0, shape.relays)
    .map((loadId) => createSimulatedRelay({ house, clock, loadId, onSwitch: () => undefined }));
  const requests = new Map<string, number>();
  let isOverloaded = false;
  let hasTripped = false;
  let isRoller = false;
  let areValid = true;
  let target = { valueC: 19, isEnabled: true };

  const meters = (): readonly unknown[] =>
    gen1Meters(shape, relays, clock).map((meter) => ({ ...(meter as object), is_valid: areValid }));

  const status = (): unknown => ({
    wifi_sta: { connected: true, rssi: -76 },
    cloud: { enabled: false, connected: false },
    mqtt: { connected: false },
    time: '12:00',
    unixtime: Math.floor(clock.now() / 1000),
    serial: 16,
    has_update: false,
    mac,
    ...(shape.relays > 0 ? { relays: relays.map((relay) => gen1Relay(relay, hasTripped, clock)) } : {}),
    ...(isRoller ? { rollers: [{ state: 'stop', power: 0, is_valid: true }] } : {}),
    ...(shape.meters === 'none' ? {} : { meters: meters() }),
    ...(shape.emeters > 0 ? { emeters: gen1Emeters(shape, house) } : {}),
    ...(shape.temperatureC === undefined
      ? {}
      : {
          temperature: shape.temperatureC,
          overtemperature: false,
          tmp: { tC: shape.temperatureC, tF: shape.temperatureC * 1.8 + 32, is_valid: true },
        }),
    ...(shape.valve
      ? {
          thermostats: [gen1Valve(target.valueC, target.isEnabled)],
          calibrated: true,
          bat: { value: 88, voltage: 3.9 },
        }
      : {}),
    uptime: 2_589_909,
  });

  const relayAnswer = (index: number, query: URLSearchParams, acts: boolean): PlainAnswer => {
    const relay = relays[index];
    if (!relay) return { status: 404, body: 'Not Found' };
    const turn = query.get('turn');
    if (turn !== null && acts) {
      if (!['on', 'off', 'toggle'].includes(turn)) return { status: 400, body: 'Bad turn!' };
      const on = turn === 'toggle' ? !relay.load().on : turn === 'on';
      const timer = Number(query.get('timer') ?? 0);
      // The mark stays until the relay closes again.
      if (on) hasTripped = isOverloaded;
      relay.set(on && !isOverloaded, 'HTTP_in', timer > 0 && !(on && isOverloaded) ? Math.floor(timer) : null);
    }
    return json(gen1Relay(relay, hasTripped, clock));
  };

  const valveAnswer = (query: URLSearchParams, acts: boolean): PlainAnswer => {
    if (!shape.valve) return { status: 404, body: 'Not Found' };
    const wanted = query.get('target_t');
    if (wanted !== null) {
      const valueC = Number(wanted);
      if (!(valueC >= 4 && valueC <= 31)) return { status: 400, body: 'Bad target_t!' };
      if (acts) target = { valueC, isEnabled: target.isEnabled || query.get('target_t_enabled') === '1' };
    }
    return json(gen1Valve(target.valueC, target.isEnabled));
  };

  const isAllowed = (authorization: string | undefined): boolean => {
    if (password === undefined) return true;
    const expected = Buffer.from(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
    const sent = Buffer.from(authorization ?? '');
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  };

  const server = await startFaultyHttp({
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    answer: ({ url, headers }) => {
      requests.set(url.pathname, (requests.get(url.pathname) ?? 0) + 1);
      if (url.pathname === '/shelly')
        return json({
          type: shape.type,
          mac,
          auth: password !== undefined,
          fw: '20230913-113421/v1.14.0-gcb84623',
          discoverable: true,
          num_outputs: shape.relays,
          num_meters: shape.meters === 'each' ? shape.relays : shape.meters === 'shared' ? 1 : 0,
          ...(shape.emeters > 0 ? { num_emeters: shape.emeters } : {}),
        });
      if (!isAllowed(headers.authorization))
        return { status: 401, body: '401 Unauthorized', headers: { 'www-authenticate': 'Basic realm="Shelly"' } };
      const acts = server.fault() !== 'lie';
      if (url.pathname === '/status') return json(status());
      if (url.pathname === '/settings')
        return json({
          device: { type: shape.type, mac, hostname: `${shape.host}-${mac.slice(6)}` },
          login: { enabled: password !== undefined, unprotected: false, username: user },
          mode: isRoller ? 'roller' : 'relay',
          max_power: 1800,
        });
      const relay = /^\/relay\/(\d)$/.exec(url.pathname);
      if (relay) return relayAnswer(Number(relay[1]), url.searchParams, acts);
      if (url.pathname === '/thermostat/0') return valveAnswer(url.searchParams, acts);
      return { status: 404, body: 'Not Found' };
    },
  });

  return {
    label: `Shelly ${shape.type}`,
    host: '127.0.0.1',
    port: server.port,
    mac,
    requests,
    setFault: server.setFault,
    overload: (next) => {
      isOverloaded = next;
      if (!next || !relays[0]?.load().on) return;
      hasTripped = true;
      relays[0].set(false, 'HTTP_in', null);
    },
    setRollerMode: () => {
      isRoller = true;
    },
    setMetersValid: (next) => {
      areValid = next;
    },
    reboot: () => {
      server.dropAll();
      for (const relay of relays) {
        relay.set(false, 'init', null);
        relay.resetCounter();
      }
    },
    close: async () => {
      for (const relay of relays) relay.close();
      await server.close();
    },
  };
};
