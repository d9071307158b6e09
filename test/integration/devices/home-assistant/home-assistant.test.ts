import { createServer } from 'node:http';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { homeAssistant } from '../../../../main/devices/home-assistant/driver.ts';
import { HUB_ENTITIES } from '../../../../main/devices/simulator/home-assistant-entities.ts';
import { HUB_TOKEN, startHomeAssistantSimulator } from '../../../../main/devices/simulator/home-assistant-server.ts';
import type { ChannelActuator, OpenDevice } from '../../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import type { Result } from '../../../../main/result.ts';
import { MINER, smallHouse } from '../../../support/devices/small-house.ts';
import { makeTestCertificate } from '../../../support/mqtt/test-certificate.ts';
import { startRawServer } from '../../../support/raw-server.ts';

const START = Date.UTC(2026, 10, 21, 12);
const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const certificate = makeTestCertificate();
afterAll(certificate.remove);
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);

const opener = (clock = replayClock(START)) => {
  const deps = createDriverDeps({ clock, log: createLog(memorySink(), clock) });
  const open = (
    port: number,
    {
      entities = HUB_ENTITIES,
      secret = HUB_TOKEN as string | null,
      fingerprint = null as string | null,
      encrypted = false,
    } = {},
  ): OpenDevice => {
    const connection = homeAssistant.connectionSchema.parse({
      host: '127.0.0.1',
      port,
      options: { entities },
      ...(encrypted ? { encryption: fingerprint === null ? 'verify' : 'pinned' } : {}),
      ...(fingerprint === null ? {} : { fingerprint }),
    });
    const device = homeAssistant.open({ connection, secret }, deps);
    ends.push(device.close);
    return device;
  };
  /** Time goes on while a device is waited for. */
  const inTime = async <Value>(work: Promise<Value>): Promise<Value> => {
    const state = { done: false };
    const watched = work.finally(() => {
      state.done = true;
    });
    while (!state.done) {
      await clock.advance(50);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return watched;
  };
  return { clock, deps, open, inTime };
};

const setUp = async (options: { temperatureUnit?: '°C' | '°F'; tls?: boolean } = {}) => {
  const parts = opener();
  const house = smallHouse(parts.clock);
  const { temperatureUnit = '°C', tls = false } = options;
  const hub = await startHomeAssistantSimulator({
    house,
    clock: parts.clock,
    loadId: MINER.id,
    temperatureUnit,
    ...(tls ? { tls: certificate } : {}),
  });
  ends.push(hub.close);
  return { ...parts, house, hub };
};
const actuatorOf = ({ actuators }: OpenDevice, id: string): ChannelActuator => {
  const found = actuators.find(({ channelId }) => channelId === id);
  if (!found) throw new Error(`no actuator ${id}`);
  return found;
};
const said = async (device: OpenDevice): Promise<readonly string[]> => {
  const result = await device.reader.read(never);
  return result.ok
    ? result.value.map(({ channelId, metric, value }) => `${channelId} ${metric} ${value}`)
    : [codeOf(result)];
};
const order = { leaseMs: null, signal: never };

describe('reading', () => {
  it('follows what the server pushes, without asking', async () => {
    const { clock, hub, open, inTime } = await setUp();
    const device = open(hub.port);
    const heard: string[] = [];
    device.reader.listen?.((readings) =>
      heard.push(...readings.map(({ channelId, metric, value }) => `${channelId} ${metric} ${value}`)),
    );
    expect(await inTime(said(device))).toContain('switch.boiler on 0');
    hub.act('switch', 'turn_on', { entity_id: 'switch.boiler' });
    await expect.poll(() => heard).toContain('switch.boiler on 1');
    await inTime(clock.sleep(2_000));
    await expect.poll(() => heard).toContain('switch.boiler powerW 1200');
    expect(hub.requests.get('get_states')).toBe(1);
    await inTime(said(device));
    expect(hub.requests.get('get_states')).toBe(1);
  });

  it('leaves out what is unavailable, and fails when everything is', async () => {
    const { hub, open, inTime } = await setUp();
    const two = open(hub.port, { entities: 'sensor.grid_power = grid\nsensor.solar_power = pv' });
    expect(await inTime(said(two))).toEqual(['sensor.grid_power powerW -800', 'sensor.solar_power powerW 1500']);
    hub.setAvailable('sensor.grid_power', false);
    await expect.poll(() => inTime(said(two))).toEqual(['sensor.solar_power powerW 1500']);
    hub.setAvailable('sensor.solar_power', false);
    await expect.poll(() => inTime(said(two))).toEqual(['temporary device.offline']);
    hub.setAvailable('sensor.grid_power', true);
    await expect.poll(() => inTime(said(two))).toEqual(['sensor.grid_power powerW -800']);
    const wrong = open(hub.port, { entities: 'sensor.renamed = grid' });
    expect(await inTime(said(wrong))).toEqual(['permanent device.not-found']);
  });

  it('asks anew for a value that stands still, and dates it by the server’s clock', async () => {
    const { clock, hub, open, inTime } = await setUp();
    const device = open(hub.port, { entities: 'sensor.grid_power = grid' });
    await inTime(device.reader.read(never));
    await inTime(clock.sleep(60_000));
    const read = await inTime(device.reader.read(never));
    if (!read.ok) throw new Error(read.error.message);
    expect(clock.now() - (read.value[0]?.measuredAt ?? 0)).toBeLessThan(5_000);
    expect(hub.requests.get('GET /api/states/sensor.grid_power')).toBe(1);
  });

  it('knows that the server’s clock is wrong', async () => {
    const { clock, hub, open, inTime } = await setUp();
    hub.setClockOffset(-1_800_000);
    await inTime(clock.sleep(1_000));
    hub.act('switch', 'turn_on', { entity_id: 'switch.boiler' });
    const device = open(hub.port, { entities: 'sensor.boiler_power = none' });
    const read = await inTime(device.reader.read(never));
    if (!read.ok) throw new Error(read.error.message);
    expect(Math.abs(clock.now() - (read.value[0]?.measuredAt ?? 0))).toBeLessThan(6_000);
  });

  it('goes on over REST where no WebSocket is let through', async () => {
    const { hub, open, inTime } = await setUp();
    hub.refuseUpgrades(true);
    const device = open(hub.port);
    expect(await inTime(said(device))).toContain('switch.boiler on 0');
    const boiler = actuatorOf(device, 'switch.boiler');
    expect(codeOf(await inTime(boiler.write(true, order)))).toBe('ok');
    expect(await inTime(boiler.readBack(never))).toMatchObject({ ok: true, value: { value: true } });
    expect(hub.requests.get('POST /api/services/switch/turn_on')).toBe(1);
    expect(hub.openSockets()).toBe(0);
  });

  it('finds its way back after the connection broke, and hears changes again', async () => {
    const { hub, open, inTime } = await setUp();
    const device = open(hub.port);
    const heard: string[] = [];
    device.reader.listen?.((readings) =>
      heard.push(...readings.map(({ channelId, metric, value }) => `${channelId} ${metric} ${value}`)),
    );
    await inTime(said(device));
    hub.dropAll();
    await expect.poll(() => inTime(said(device))).toContain('switch.boiler on 0');
    hub.act('switch', 'turn_on', { entity_id: 'switch.boiler' });
    await expect.poll(() => heard).toContain('switch.boiler on 1');
  });
});

describe('control', () => {
  it.each([
    ['switch.boiler', true, 'on'],
    ['number.charge_current', 42, '42'],
    ['climate.living_room', 22.5, 'heat'],
    ['climate.living_room:mode', 'auto', 'auto'],
    ['input_select.house_mode', 'away', 'away'],
  ] as const)('sets %s to %s and reads it back, newer than the command', async (id, value, shown) => {
    const { clock, hub, open, inTime } = await setUp();
    const { readBack, write } = actuatorOf(open(hub.port), id);
    const before = clock.now();
    expect(codeOf(await inTime(write(value, order)))).toBe('ok');
    expect(hub.state(id.replace(':mode', ''))).toBe(shown);
    const back = await inTime(readBack(never));
    expect(back).toMatchObject({ ok: true, value: { value } });
    if (back.ok) expect(back.value.measuredAt).toBeGreaterThanOrEqual(before);
  });

  it('takes a state from before the command for no answer to it, until its time is up', async () => {
    const { clock, hub, open, inTime } = await setUp();
    const { readBack, write, spec } = actuatorOf(
      open(hub.port, { entities: 'switch.boiler = water-heater' }),
      'switch.boiler',
    );
    hub.setFault('lie');
    await inTime(clock.sleep(5_000));
    const before = clock.now();
    expect(codeOf(await inTime(write(true, order)))).toBe('ok');
    const back = await inTime(readBack(never));
    expect(back).toMatchObject({ ok: true, value: { value: false } });
    if (back.ok) expect(back.value.measuredAt).toBeLessThan(before);
    await inTime(clock.sleep(spec.readBackWithinMs));
    const late = await inTime(readBack(never));
    expect(late).toMatchObject({ ok: true, value: { value: false } });
    if (late.ok) expect(late.value.measuredAt).toBeGreaterThan(before);
  });

  it('says why a command was refused, and refuses by itself what no entity takes', async () => {
    const { hub, open, inTime } = await setUp();
    const entities = 'climate.living_room = climate min=5 max=40 modes=off,cool\nswitch.unknown_one = other-load';
    const device = open(hub.port, { entities });
    expect(await inTime(actuatorOf(device, 'climate.living_room').write(38, order))).toMatchObject({
      ok: false,
      error: { code: 'device.refused', message: expect.stringContaining('outside of 5 to 30') },
    });
    const mode = actuatorOf(device, 'climate.living_room:mode');
    expect(codeOf(await inTime(mode.write('cool', order)))).toBe('permanent device.refused');
    expect(codeOf(await inTime(mode.write('boost', order)))).toBe('permanent device.wrong-setpoint');
    expect(codeOf(await inTime(actuatorOf(device, 'switch.unknown_one').write(true, order)))).toBe(
      'permanent device.not-found',
    );
    hub.setAvailable('climate.living_room', false);
    expect(codeOf(await inTime(actuatorOf(device, 'climate.living_room').write(20, order)))).toBe(
      'temporary device.offline',
    );
  });

  it('speaks °F with a server that does, and °C with everybody else', async () => {
    const { hub, open, inTime } = await setUp({ temperatureUnit: '°F' });
    const device = open(hub.port, { entities: 'climate.living_room = climate min=-15 max=0' });
    expect(await inTime(said(device))).toEqual([
      expect.stringMatching(/^climate.living_room tempC -6\.33/),
      expect.stringMatching(/^climate.living_room targetTempC -6\.11/),
    ]);
    const { readBack, write } = actuatorOf(device, 'climate.living_room');
    expect(codeOf(await inTime(write(-5, order)))).toBe('ok');
    expect(await inTime(readBack(never))).toMatchObject({ ok: true, value: { value: -5 } });
  });
});

describe('bad servers', () => {
  it('a refused token is said once and not tried again: the server bans who knocks', async () => {
    const { hub, open, inTime } = await setUp();
    const device = open(hub.port, { secret: 'some wrong token' });
    const first = await inTime(device.reader.identify(never));
    expect(codeOf(first)).toBe('permanent device.access');
    expect(JSON.stringify(first)).not.toContain('some wrong token');
    const asked = () => [...hub.requests.values()].reduce((sum, count) => sum + count, 0);
    const before = asked();
    for (let turn = 0; turn < 5; turn += 1) expect(await inTime(said(device))).toEqual(['permanent device.access']);
    expect(asked()).toBe(before);
    expect(codeOf(await inTime(open(hub.port, { secret: null }).reader.identify(never)))).toBe(
      'permanent device.access',
    );
    expect(asked()).toBe(before);
  });

  it('trusts the pinned certificate and no other', async () => {
    const { hub, open, inTime } = await setUp({ tls: true });
    const unknown = await inTime(open(hub.port, { encrypted: true }).reader.identify(never));
    expect(unknown).toMatchObject({
      ok: false,
      error: { code: 'device.untrusted', fingerprint: certificate.fingerprint },
    });
    expect(hub.requests.size).toBe(0);
    const pinned = open(hub.port, { encrypted: true, fingerprint: certificate.fingerprint });
    expect(await inTime(said(pinned))).toContain('switch.boiler on 0');
    expect(hub.openSockets()).toBe(1);
  });

  it.each([
    ['a web page', 200, '<!doctype html><html></html>', 'temporary device.malformed'],
    ['an empty body', 200, '', 'temporary device.malformed'],
    ['another JSON', 200, '{"hello":"world"}', 'temporary device.malformed'],
    ['an error', 502, 'Bad Gateway', 'temporary device.their-fault'],
    ['too many requests', 429, '', 'temporary device.too-often'],
  ])('%s is told apart', async (_, status, body, code) => {
    const { inTime, open } = opener();
    const server = createServer((_request, response) => void response.writeHead(status).end(body));
    ends.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    const device = open(bound !== null && typeof bound === 'object' ? bound.port : 0);
    expect(codeOf(await inTime(device.reader.identify(never)))).toBe(code);
    expect((await inTime(said(device)))[0]).toMatch(/^temporary /);
  });

  it('a trickle, a half-open socket and a huge answer end in time', async () => {
    const { inTime, open } = opener();
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999\r\n\r\n';
    const trickle = await startRawServer((socket) => {
      socket.write(head);
      const timer = setInterval(() => socket.write(' '), 5);
      socket.on('close', () => clearInterval(timer));
    });
    ends.push(trickle.close);
    expect(codeOf(await inTime(open(trickle.port).reader.identify(never)))).toBe('temporary device.timeout');
    const silent = await startRawServer(() => undefined);
    ends.push(silent.close);
    expect(codeOf(await inTime(open(silent.port).reader.identify(never)))).toBe('temporary device.timeout');
    const huge = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.write(Buffer.alloc(40 * 1024 * 1024, 0x20));
    });
    ends.push(huge.close);
    expect(codeOf(await inTime(open(huge.port).reader.identify(never)))).toBe('temporary device.malformed');
  });

  it('a server that only seems connected is noticed and left', async () => {
    const { hub, open, inTime } = await setUp();
    const device = open(hub.port);
    await inTime(said(device));
    hub.setFault('slow');
    const ending = new AbortController();
    const reading = device.reader.read(ending.signal);
    ending.abort();
    expect(codeOf(await inTime(reading))).toBe('temporary device.cancelled');
  });
});

it('suggests lines that it reads itself', async () => {
  const { deps, hub, inTime, open } = await setUp();
  const connection = { host: '127.0.0.1', port: hub.port };
  const answer = await inTime(
    homeAssistant.suggestOptions?.({ connection, secret: HUB_TOKEN }, deps, never) ?? Promise.reject(),
  );
  if (!answer.ok) throw new Error(answer.error.message);
  expect(answer.value.map(({ line }) => line)).toEqual([
    'sensor.grid_power = grid',
    'sensor.solar_power = pv',
    'sensor.home_battery = battery',
    'sensor.grid_import = grid',
    'sensor.boiler_power = water-heater',
    'sensor.boiler_energy = water-heater',
    'sensor.battery_temperature = battery',
    'switch.boiler = water-heater',
    'number.charge_current = none unit=A min=0 max=200 step=1',
    'climate.living_room = climate min=5 max=30 modes=off,heat,auto',
    'input_select.house_mode = none options=home,away',
  ]);
  const entities = answer.value.map(({ line }) => line).join('\n');
  expect((await inTime(said(open(hub.port, { entities })))).length).toBeGreaterThan(10);
  const wrong = await inTime(
    homeAssistant.suggestOptions?.({ connection, secret: 'no' }, deps, never) ?? Promise.reject(),
  );
  expect(codeOf(wrong)).toBe('permanent device.access');
});
