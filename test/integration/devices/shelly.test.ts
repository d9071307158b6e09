import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { shellyGen2 } from '../../../main/devices/shelly/driver.ts';
import { type ShellySimulator, startShellySimulator } from '../../../main/devices/simulator/shelly-server.ts';
import type { OpenDevice } from '../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Reading } from '../../../main/reading.ts';
import type { Result } from '../../../main/result.ts';
import { MINER, smallHouse } from '../../support/devices/small-house.ts';

const START = Date.UTC(2026, 5, 1, 12);
const run = promisify(execFile);
const never = new AbortController().signal;
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const setUp = async (options: { password?: string; secret?: string | null; model?: 'Plus1PM' | 'Mini1G4' } = {}) => {
  const clock = replayClock(START);
  const house = smallHouse(clock);
  const simulator = await startShellySimulator({
    house,
    loadId: MINER.id,
    clock,
    model: options.model ?? 'Plus1PM',
    ...(options.password === undefined ? {} : { password: options.password }),
  });
  ends.push(simulator.close);
  const log = createLog(memorySink(), clock);
  const open = (): OpenDevice => {
    const device = shellyGen2.open(
      {
        connection: { host: simulator.host, port: simulator.port },
        secret: options.secret === undefined ? (options.password ?? null) : options.secret,
      },
      createDriverDeps({ clock, log }),
    );
    ends.push(device.close);
    return device;
  };
  return { clock, house, simulator, open, device: open() };
};

const valueIn = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);
const metricsOf = (readings: readonly Reading[]) =>
  Object.fromEntries(readings.map(({ metric, value }) => [metric, value]));
const relayOf = (device: OpenDevice) => {
  const [actuator] = device.actuators;
  if (!actuator) throw new Error('no actuator');
  return actuator;
};
/** The next push that satisfies the condition. */
const pushed = (device: OpenDevice, wanted: (readings: readonly Reading[]) => boolean) =>
  new Promise<readonly Reading[]>((resolve) => {
    const end = device.reader.listen?.((readings) => {
      if (!wanted(readings)) return;
      end?.();
      resolve(readings);
    });
  });
const sourceOf = async (simulator: ShellySimulator): Promise<unknown> => {
  const reply = await fetch(`http://${simulator.host}:${simulator.port}/rpc/Switch.GetStatus?id=0`);
  return ((await reply.json()) as { source: unknown }).source;
};

describe('Shelly driver against the simulator', () => {
  it('says who it is, reads every declared metric, and all over one socket', async () => {
    const { device, simulator } = await setUp();
    expect(valueIn(await device.reader.identify(never))).toEqual({
      serial: simulator.mac,
      model: 'Plus1PM',
      firmware: '2.0.0',
    });
    const readings = valueIn(await device.reader.read(never));
    expect(metricsOf(readings)).toEqual({
      powerW: 0,
      on: 0,
      energyKwh: 1.5,
      tempC: 41.3,
      voltageV: 231,
      currentA: 0,
      faultCode: 0,
    });
    expect(readings.every(({ measuredAt, quality }) => measuredAt === START && quality === 'good')).toBe(true);
    await device.reader.read(never);
    expect(simulator.openSockets()).toBe(1);
  });

  it('switches on with a lease that the device holds itself, reads it back, and the device ends it', async () => {
    const { clock, device, house, simulator } = await setUp();
    const relay = relayOf(device);
    expect(codeOf(await relay.write(true, { leaseMs: 600_000, signal: never }))).toBe('ok');
    expect(valueIn(await relay.readBack(never))).toEqual({
      value: true,
      leaseEndsAt: START + 600_000,
      measuredAt: START,
    });
    await clock.advance(400_000);
    await relay.write(true, { leaseMs: 600_000, signal: never });
    expect(valueIn(await relay.readBack(never)).leaseEndsAt).toBe(START + 1_000_000);
    await clock.advance(599_000);
    expect(house.state().loads[0]?.on).toBe(true);
    await clock.advance(1_000);
    expect(house.state().loads[0]?.on).toBe(false);
    expect(valueIn(await relay.readBack(never))).toMatchObject({ value: false, leaseEndsAt: null });
    expect(await sourceOf(simulator)).toBe('timer');
  });

  it('does not take an accepted command for a done one', async () => {
    const { device, simulator } = await setUp();
    simulator.setFault('lie');
    const relay = relayOf(device);
    expect(codeOf(await relay.write(true, { leaseMs: null, signal: never }))).toBe('ok');
    expect(valueIn(await relay.readBack(never)).value).toBe(false);
  });

  it('refuses a number for a relay', async () => {
    const { device } = await setUp();
    expect(codeOf(await relayOf(device).write(1, { leaseMs: null, signal: never }))).toBe(
      'permanent device.wrong-setpoint',
    );
  });

  it('hears a press at the wall and the power that follows, as far as each push tells', async () => {
    const { clock, device, simulator } = await setUp();
    await device.reader.read(never);
    const switched = pushed(device, (readings) => readings.some(({ metric }) => metric === 'on'));
    simulator.pressButton();
    expect(metricsOf(await switched)).toEqual({ on: 1 });
    const power = pushed(device, (readings) => readings.some(({ metric }) => metric === 'powerW'));
    await clock.advance(1_000);
    expect(metricsOf(await power)).toMatchObject({ powerW: 1_200 });
    expect(metricsOf(await power)).not.toHaveProperty('on');
  });

  it('has no power where there is no meter', async () => {
    const { device } = await setUp({ model: 'Mini1G4' });
    expect(metricsOf(valueIn(await device.reader.read(never)))).toEqual({ on: 0, tempC: 41.3, faultCode: 0 });
  });

  it('takes reading and switching up again after a reboot', async () => {
    const { device, simulator, house } = await setUp();
    const relay = relayOf(device);
    await relay.write(true, { leaseMs: 60_000, signal: never });
    simulator.reboot();
    await expect.poll(async () => codeOf(await relay.readBack(never))).toBe('ok');
    expect(valueIn(await relay.readBack(never))).toMatchObject({ value: false, leaseEndsAt: null });
    expect(house.state().loads[0]?.on).toBe(false);
  });

  it('goes over HTTP when all of the device’s sockets are taken', async () => {
    const { device, simulator, open } = await setUp({ password: 'correct horse' });
    const others = Array.from({ length: 6 }, open);
    for (const other of others) await other.reader.read(never);
    expect(simulator.openSockets()).toBe(6);
    expect(metricsOf(valueIn(await device.reader.read(never)))).toMatchObject({ on: 0 });
    expect(codeOf(await relayOf(device).write(true, { leaseMs: null, signal: never }))).toBe('ok');
    expect(valueIn(await relayOf(device).readBack(never)).value).toBe(true);
    simulator.ageNonces();
    expect(codeOf(await device.reader.read(never))).toBe('ok');
    expect(simulator.openSockets()).toBe(6);
  });
});

describe('Shelly login', () => {
  it('answers the challenge, counts per nonce, and takes an aged nonce for what it is', async () => {
    const { device, simulator } = await setUp({ password: 'correct horse' });
    for (let turn = 0; turn < 3; turn += 1) expect(codeOf(await device.reader.read(never))).toBe('ok');
    simulator.ageNonces();
    expect(codeOf(await device.reader.read(never))).toBe('ok');
    expect(codeOf(await relayOf(device).write(true, { leaseMs: null, signal: never }))).toBe('ok');
  });

  it('holds when many callers come at once', async () => {
    const { device } = await setUp({ password: 'correct horse' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => device.reader.read(never)));
    expect(new Set(answers.map(codeOf))).toEqual(new Set(['ok']));
  });

  it.each([
    ['a wrong password', 'wrong', 'permanent device.password-wrong'],
    ['no password', null, 'permanent device.password-needed'],
  ])('says %s plainly', async (_, secret, code) => {
    const { device } = await setUp({ password: 'correct horse', secret });
    expect(codeOf(await device.reader.read(never))).toBe(code);
    expect(codeOf(await relayOf(device).write(true, { leaseMs: null, signal: never }))).toBe(code);
  });

  it('lets a client that is not ours in by the same digest, and keeps it out with another password', async () => {
    const { simulator } = await setUp({ password: 'correct horse' });
    const url = `http://${simulator.host}:${simulator.port}/rpc/Switch.Set?id=0&on=true&toggle_after=60`;
    const curl = (password: string) =>
      run('curl', ['-sS', '--noproxy', '*', '--digest', '-u', `admin:${password}`, '-w', ' %{http_code}', url]);
    expect((await curl('correct horse')).stdout).toBe('{"was_on":false} 200');
    expect((await curl('wrong')).stdout).toMatch(/ 401$/);
  });
});

/** A WebSocket that says only what a test makes it say. */
const bareServer = async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  ends.push(() => new Promise((resolve) => server.close(() => resolve())));
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (typeof address === 'string' || address === null) throw new Error('no port');
  return { server, port: address.port };
};

it('merges a partial notification over the last full status before it reckons', async () => {
  const clock = replayClock(START);
  const { server, port } = await bareServer();
  const relay = { id: 0, output: true, apower: 5, aenergy: { total: 5_000 }, ret_aenergy: { total: 1_200 } };
  const results: Record<string, unknown> = {
    'Shelly.GetDeviceInfo': { id: 's', mac: 'AABBCCDDEEFF', model: 'm', gen: 3 },
    'Shelly.GetStatus': { 'switch:0': relay },
  };
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      const { id, method } = JSON.parse(String(data)) as { id: number; method: string };
      socket.send(JSON.stringify({ id, result: results[method] }));
    }),
  );
  const log = createLog(memorySink(), clock);
  const device = shellyGen2.open(
    { connection: { host: '127.0.0.1', port }, secret: null },
    createDriverDeps({ clock, log }),
  );
  ends.push(device.close);
  await device.reader.read(never);
  const energy = pushed(device, (readings) => readings.length > 0);
  const params = { ts: START / 1000, 'switch:0': { id: 0, aenergy: { total: 5_100 } } };
  for (const socket of server.clients) socket.send(JSON.stringify({ method: 'NotifyStatus', params }));
  expect(metricsOf(await energy)).toEqual({ energyKwh: 3.9 });
});

describe('Shelly trouble', () => {
  it('drops a connection on which nobody answers any more', async () => {
    const clock = replayClock(START);
    const { server, port } = await bareServer();
    const device = shellyGen2.open(
      { connection: { host: '127.0.0.1', port }, secret: null },
      createDriverDeps({ clock, log: createLog(memorySink(), clock) }),
    );
    ends.push(device.close);
    const asked = new Promise((resolve) => server.once('connection', (socket) => socket.once('message', resolve)));
    const reading = device.reader.read(never);
    await asked;
    await clock.advance(10_000);
    expect(codeOf(await reading)).toBe('temporary device.timeout');
    await expect.poll(() => server.clients.size).toBe(0);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('takes no reply that is for another request, and begins anew on another connection', async () => {
    const clock = replayClock(START);
    const { server, port } = await bareServer();
    let strange = false;
    server.on('connection', (socket) =>
      socket.on('message', (data) => {
        const { id, method } = JSON.parse(String(data)) as { id: number; method: string };
        const info = { id: 's', mac: 'AABBCCDDEEFF', model: 'm', gen: 3 };
        const result = method === 'Shelly.GetDeviceInfo' ? info : { 'switch:0': { id: 0, output: true } };
        socket.send(JSON.stringify({ id: strange ? id + 1 : id, result }));
      }),
    );
    const device = shellyGen2.open(
      { connection: { host: '127.0.0.1', port }, secret: null },
      createDriverDeps({ clock, log: createLog(memorySink(), clock) }),
    );
    ends.push(device.close);
    expect(codeOf(await device.reader.read(never))).toBe('ok');
    strange = true;
    const swapped = device.reader.read(never);
    const isDone = swapped.then(() => true);
    while (!(await Promise.race([isDone, clock.advance(1_000).then(() => false)])));
    expect(codeOf(await swapped)).toBe('temporary device.timeout');
    strange = false;
    await expect.poll(() => server.clients.size).toBe(0);
    expect(codeOf(await device.reader.read(never))).toBe('ok');
  });

  it('says that it is away, at once, and is back at the next read', async () => {
    const { device, simulator } = await setUp();
    await device.reader.read(never);
    simulator.setFault('offline');
    await expect.poll(async () => codeOf(await device.reader.read(never))).toBe('temporary device.unreachable');
    expect(codeOf(await device.reader.identify(never))).toBe('temporary device.unreachable');
    simulator.setFault('none');
    expect(codeOf(await device.reader.read(never))).toBe('ok');
  });

  it('rejects and counts what cannot be read, and recovers', async () => {
    const { device, simulator } = await setUp();
    await device.reader.read(never);
    simulator.setFault('garbage');
    expect(codeOf(await device.reader.read(never))).toBe('temporary device.malformed');
    expect(device.reader.diagnostics?.().rejected).toBeGreaterThan(0);
    simulator.setFault('none');
    expect(codeOf(await device.reader.read(never))).toBe('ok');
  });

  it('gives up on a slow answer at the time limit and begins on a new connection', async () => {
    const { clock, device, simulator } = await setUp();
    await device.reader.read(never);
    const waiting = device.reader.read(AbortSignal.timeout(50));
    simulator.setFault('slow');
    expect(['ok', 'temporary device.cancelled']).toContain(codeOf(await waiting));
    const slow = device.reader.read(never);
    await expect.poll(() => simulator.requests.get('Shelly.GetStatus') ?? 0).toBeGreaterThan(1);
    await clock.advance(4_000);
    expect(codeOf(await slow)).toBe('ok');
  });

  it('passes on that it is asked too often', async () => {
    const { device, simulator } = await setUp();
    await device.reader.read(never);
    simulator.refuseNext(1);
    const busy = await device.reader.read(never);
    expect(codeOf(busy)).toBe('temporary device.busy');
    expect(busy.ok ? 0 : busy.error.retryAfterMs).toBeGreaterThan(0);
    expect(codeOf(await device.reader.read(never))).toBe('ok');
  });

  it('notices that another device answers at the address', async () => {
    const { clock, device, house, simulator } = await setUp();
    await device.reader.read(never);
    await simulator.close();
    const other = await startShellySimulator({
      house,
      loadId: MINER.id,
      clock,
      model: 'PlusPlugS',
      port: simulator.port,
    });
    ends.push(other.close);
    await expect.poll(async () => codeOf(await device.reader.read(never))).toBe('permanent device.identity-changed');
    expect(codeOf(await relayOf(device).write(true, { leaseMs: null, signal: never }))).toBe(
      'permanent device.identity-changed',
    );
    expect(house.state().loads[0]?.on).toBe(false);
  });

  it('leaves no socket and no timer after close', async () => {
    const { clock, device, simulator } = await setUp();
    await device.reader.read(never);
    await device.close();
    await expect.poll(() => simulator.openSockets()).toBe(0);
    await simulator.close();
    expect(clock.pendingTimers()).toBe(0);
    expect(codeOf(await device.reader.read(never))).toBe('temporary device.cancelled');
  });
});

describe('Shelly simulator, spoken to by hand', () => {
  it.each([
    ['an unknown method', { method: 'POST', body: '{"id":4,"method":"Swtch.Set"}' }, 404, 'No handler for Swtch.Set'],
    [
      'an unknown relay',
      { method: 'POST', body: '{"id":3,"method":"Switch.GetStatus","params":{"id":9}}' },
      -105,
      "Argument 'id', value 9 not found!",
    ],
    [
      'a missing argument',
      { method: 'POST', body: '{"id":3,"method":"Switch.Set","params":{"id":0}}' },
      -103,
      "Missing or bad argument 'on'!",
    ],
  ])('answers %s with the vendor’s code', async (_, request, code, message) => {
    const { simulator } = await setUp();
    const reply = await fetch(`http://${simulator.host}:${simulator.port}/rpc`, request);
    expect(await reply.json()).toMatchObject({ src: simulator.deviceId, error: { code, message } });
  });

  it('takes the parameters as a query and as a body', async () => {
    const { simulator } = await setUp();
    const base = `http://${simulator.host}:${simulator.port}/rpc/Switch.Set`;
    expect(await (await fetch(`${base}?id=0&on=true`)).json()).toEqual({ was_on: false });
    expect(await (await fetch(base, { method: 'POST', body: '{"id":0,"on":false}' })).json()).toEqual({ was_on: true });
  });
});
