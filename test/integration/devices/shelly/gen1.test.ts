import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { shellyGen2 } from '../../../../main/devices/shelly/driver.ts';
import { shellyGen1, shellyGen1Valve } from '../../../../main/devices/shelly/gen1-driver.ts';
import { startShellyGen1Simulator } from '../../../../main/devices/simulator/shelly-gen1-server.ts';
import type { Gen1Model } from '../../../../main/devices/simulator/shelly-gen1-status.ts';
import type { SimulatedLoad } from '../../../../main/devices/simulator/types.ts';
import { smallHouse } from '../../../support/devices/small-house.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import {
  actuatorOf,
  byName,
  codeOf,
  deviceBenches,
  never,
  START,
  sentenceOf,
  valueIn,
} from '../../../support/shelly/device-bench.ts';

const run = promisify(execFile);
const bench = deviceBenches();
const LOADS: readonly SimulatedLoad[] = ['a', 'b'].map((id, index) => ({
  id,
  name: id,
  kind: 'resistive',
  ratedPowerW: 600 * (index + 1),
}));

const setUp = async (
  model: Gen1Model,
  login: { user?: string; password?: string; secret?: string | null; account?: string } = {},
) => {
  const on = bench();
  const house = smallHouse(on.clock, LOADS);
  const { user, password } = login;
  const simulator = on.keep(
    await startShellyGen1Simulator({
      house,
      clock: on.clock,
      model,
      loadIds: ['a', 'b'],
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    }),
  );
  const driver = model === 'Trv' ? shellyGen1Valve : shellyGen1;
  const options = login.account === undefined ? {} : { options: { account: login.account } };
  const secret = login.secret === undefined ? (password ?? null) : login.secret;
  const device = on.open(driver, { host: simulator.host, port: simulator.port, ...options }, secret);
  return { ...on, house, simulator, device };
};

describe('Shelly of the first generation', () => {
  it('Plug S: who it is, and watt-minutes as kWh', async () => {
    const { clock, device, simulator } = await setUp('PlugS');
    expect(valueIn(await device.reader.identify(never))).toEqual({
      serial: simulator.mac,
      model: 'SHPLG-S',
      firmware: '20230913-113421/v1.14.0-gcb84623',
    });
    const plug = actuatorOf(device, 'switch:0');
    await plug.write(true, { leaseMs: null, signal: never });
    await clock.advance(3_600_000);
    const readings = byName(valueIn(await device.reader.read(never)));
    expect(readings).toMatchObject({ 'switch:0 on': 1, 'switch:0 powerW': 600, 'switch:0 tempC': 24.14 });
    // 1.5 kWh before, and 600 W for an hour.
    expect(readings['switch:0 energyKwh']).toBeCloseTo(2.1, 3);
    expect(device.present?.()).toEqual(['switch:0']);
  });

  it('the timer on the device is armed, renewed, read back, and ends the command alone', async () => {
    const { clock, device, house } = await setUp('PlugS', { password: 'a:b c' });
    const plug = actuatorOf(device, 'switch:0');
    expect(codeOf(await plug.write(true, { leaseMs: 600_000, signal: never }))).toBe('ok');
    expect(valueIn(await plug.readBack(never))).toEqual({
      value: true,
      leaseEndsAt: START + 600_000,
      measuredAt: START,
    });
    await clock.advance(400_000);
    await plug.write(true, { leaseMs: 600_000, signal: never });
    expect(valueIn(await plug.readBack(never)).leaseEndsAt).toBe(START + 1_000_000);
    await clock.advance(599_000);
    expect(house.state().loads[0]?.on).toBe(true);
    await clock.advance(1_000);
    expect(house.state().loads[0]?.on).toBe(false);
    expect(valueIn(await plug.readBack(never))).toMatchObject({ value: false, leaseEndsAt: null });
  });

  it('2.5: two relays apart; the old 2: one meter for both; 1: none at all', async () => {
    const both = await setUp('TwoFive');
    await actuatorOf(both.device, 'switch:1').write(true, { leaseMs: 60_000, signal: never });
    expect(byName(valueIn(await both.device.reader.read(never)))).toMatchObject({
      'switch:0 on': 0,
      'switch:1 on': 1,
      'switch:1 powerW': 1_200,
    });
    const shared = await setUp('Two');
    await actuatorOf(shared.device, 'switch:1').write(true, { leaseMs: null, signal: never });
    expect(byName(valueIn(await shared.device.reader.read(never)))).toMatchObject({ 'pm1:0 powerW': 1_200 });
    expect(shared.device.present?.()).toEqual(['switch:0', 'switch:1', 'pm1:0']);
    const one = await setUp('One');
    expect(byName(valueIn(await one.device.reader.read(never)))).toEqual({ 'switch:0 on': 0, 'switch:0 faultCode': 0 });
  });

  it('3EM and EM: watt-hours in and out', async () => {
    const three = byName(valueIn(await (await setUp('Em3')).device.reader.read(never)));
    expect(three['em:0 powerW']).toBeCloseTo(-800, 1);
    expect(three['em:0:a powerW']).toBeCloseTo(-400, 1);
    expect(three).toHaveProperty('em:0 energyExportKwh', 0);
    const two = byName(valueIn(await (await setUp('Em')).device.reader.read(never)));
    expect(two).toMatchObject({ 'em1:0 powerW': -800, 'em1:1 powerW': -1_500 });
  });

  it('meters that have not measured yet are absent', async () => {
    const { device, simulator } = await setUp('PlugS');
    simulator.setMetersValid(false);
    expect(byName(valueIn(await device.reader.read(never)))).not.toHaveProperty('switch:0 powerW');
  });

  it('an overload is said, seen in the read-back, and never held against switching off', async () => {
    const { device, simulator } = await setUp('PlugS');
    const plug = actuatorOf(device, 'switch:0');
    simulator.overload(true);
    const refused = await plug.write(true, { leaseMs: 60_000, signal: never });
    expect(codeOf(refused)).toBe('temporary device.overpower');
    expect(valueIn(await plug.readBack(never)).value).toBe(false);
    expect(byName(valueIn(await device.reader.read(never)))).toMatchObject({ 'switch:0 faultCode': 1 });
    expect(codeOf(await plug.write(false, { leaseMs: null, signal: never }))).toBe('ok');
  });

  it('in roller mode nothing is switched or read, and the sentence says why', async () => {
    const { device, simulator } = await setUp('TwoFive');
    simulator.setRollerMode();
    const answer = await device.reader.read(never);
    expect(codeOf(answer)).toBe('permanent device.nothing-to-read');
    expect(sentenceOf(answer)).toContain('cover');
  });

  it('TRV: target, temperature and valve; written in half degrees', async () => {
    const { device } = await setUp('Trv', { password: 'secret' });
    expect(byName(valueIn(await device.reader.read(never)))).toEqual({
      'thermostat:0 tempC': 20.3,
      'thermostat:0 targetTempC': 19,
      'thermostat:0 valvePct': 0,
    });
    const valve = actuatorOf(device, 'thermostat:0');
    expect(codeOf(await valve.write(21.5, { leaseMs: null, signal: never }))).toBe('ok');
    expect(valueIn(await valve.readBack(never))).toMatchObject({ value: 21.5, leaseEndsAt: null });
    expect(codeOf(await valve.write(50, { leaseMs: null, signal: never }))).toBe('permanent device.refused');
    expect(codeOf(await valve.write(false, { leaseMs: null, signal: never }))).toBe('permanent device.wrong-setpoint');
    expect(byName(valueIn(await device.reader.read(never)))).toMatchObject({ 'thermostat:0 valvePct': 62 });
  });

  it('does not take an accepted command for a done one', async () => {
    const { device, simulator } = await setUp('PlugS');
    simulator.setFault('lie');
    const plug = actuatorOf(device, 'switch:0');
    expect(codeOf(await plug.write(true, { leaseMs: null, signal: never }))).toBe('ok');
    expect(valueIn(await plug.readBack(never)).value).toBe(false);
    expect(codeOf(await plug.write(1, { leaseMs: null, signal: never }))).toBe('permanent device.wrong-setpoint');
  });

  it('counts from where it is after a power cut', async () => {
    const { device, simulator } = await setUp('PlugS');
    await device.reader.read(never);
    simulator.reboot();
    await expect.poll(async () => codeOf(await device.reader.read(never))).toBe('ok');
    expect(byName(valueIn(await device.reader.read(never)))['switch:0 energyKwh']).toBe(0);
  });
});

describe('login of the first generation', () => {
  it.each([
    ['a wrong password', { secret: 'wrong' }, 'permanent device.password-wrong'],
    ['no password', { secret: null }, 'permanent device.password-needed'],
    ['another user', { account: 'root' }, 'permanent device.password-wrong'],
  ])('says %s plainly, and tells no secret', async (_, login, code) => {
    const { device, sink, simulator } = await setUp('PlugS', { password: 'correct horse', ...login });
    const answer = await device.reader.read(never);
    expect(codeOf(answer)).toBe(code);
    expect(codeOf(await actuatorOf(device, 'switch:0').write(true, { leaseMs: null, signal: never }))).toBe(code);
    expect(`${sentenceOf(answer)} ${sink.lines.join(' ')}`).not.toMatch(/correct horse|Basic |YWRtaW46/);
    expect(simulator.requests.get('/status')).toBe(1);
  });

  it('takes another user name, and a client that is not ours gets in by the same rule', async () => {
    const { device, simulator } = await setUp('PlugS', { user: 'owner', account: 'owner', password: 'correct horse' });
    expect(codeOf(await device.reader.read(never))).toBe('ok');
    const url = `http://${simulator.host}:${simulator.port}/relay/0?turn=on&timer=60`;
    const curl = (login: string) => run('curl', ['-sS', '--noproxy', '*', '-u', login, '-w', ' %{http_code}', url]);
    const taken = await curl('owner:correct horse');
    expect(taken.stdout).toMatch(/"ison":true,"has_timer":true,.*"timer_duration":60.* 200$/);
    expect((await curl('owner:wrong')).stdout).toMatch(/ 401$/);
    expect(valueIn(await actuatorOf(device, 'switch:0').readBack(never))).toMatchObject({ value: true });
  });
});

const response = (body: string, type = 'application/json'): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;

describe('trouble with the first generation', () => {
  it.each([
    ['a web page', response('<html>Router</html>', 'text/html'), 'temporary device.malformed'],
    ['an empty body', response(''), 'temporary device.malformed'],
    ['half a status', response('{"mac":"AABBCCDDEEFF","relays":[{"ison":tr'), 'temporary device.malformed'],
    ['a swapped answer', response('{"relays":{"ison":true}}'), 'temporary device.malformed'],
    ['a huge reply', response(`{"x":"${'y'.repeat(200_000)}"}`), 'temporary device.malformed'],
    ['a status of nothing', response('{"mac":"AABBCCDDEEFF"}'), 'permanent device.nothing-to-read'],
    ['503', 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n', 'temporary device.their-fault'],
    ['429', 'HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n', 'temporary device.too-often'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'temporary device.unreachable'],
  ])('says what it found: %s', async (_, answer, code) => {
    const on = bench();
    const server = on.keep(await startRawServer((socket) => socket.end(answer)));
    const device = on.open(shellyGen1, { host: '127.0.0.1', port: server.port });
    const found = await device.reader.read(never);
    expect(codeOf(found)).toBe(code);
    expect(sentenceOf(found)).toContain(`127.0.0.1:${server.port}`);
    expect(device.reader.diagnostics?.()).toMatchObject({ rejected: code.endsWith('malformed') ? 1 : 0 });
  });

  it('a silent or trickling device ends at the time limit and leaves nothing', async () => {
    const on = bench();
    const silent = on.keep(await startRawServer(() => undefined));
    const device = on.open(shellyGen1, { host: '127.0.0.1', port: silent.port });
    expect(codeOf(await on.inTime(device.reader.read(never)))).toBe('temporary device.timeout');
    const trickle = on.keep(
      await startRawServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        const timer = setInterval(() => socket.write(' '), 5);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    const other = on.open(shellyGen1, { host: '127.0.0.1', port: trickle.port });
    expect(codeOf(await on.inTime(other.reader.read(never)))).toBe('temporary device.timeout');
    expect(on.clock.pendingTimers()).toBe(0);
  });

  it('notices another device at the address before it reads or switches it', async () => {
    const { clock, device, house, keep, simulator } = await setUp('PlugS');
    expect(codeOf(await device.reader.identify(never))).toBe('ok');
    await simulator.close();
    const other = keep(
      await startShellyGen1Simulator({ house, clock, model: 'One', loadIds: ['a'], port: simulator.port }),
    );
    expect(codeOf(await device.reader.read(never))).toBe('permanent device.identity-changed');
    await clock.advance(31_000);
    expect(codeOf(await actuatorOf(device, 'switch:0').write(true, { leaseMs: null, signal: never }))).toBe(
      'permanent device.identity-changed',
    );
    expect(other.requests.get('/relay/0')).toBeUndefined();
    expect(house.state().loads[0]?.on).toBe(false);
  });

  it('each generation names the other where the wrong one was chosen', async () => {
    const { open, simulator } = await setUp('PlugS');
    const wrong = open(shellyGen2, { host: simulator.host, port: simulator.port });
    const answer = await wrong.reader.identify(never);
    expect(codeOf(answer)).toBe('permanent device.wrong-generation');
    expect(sentenceOf(answer)).toContain(shellyGen1.label);
    const on = bench();
    const later = on.keep(
      await startRawServer((socket) =>
        socket.end(response('{"id":"s","mac":"AABBCCDDEEFF","model":"m","gen":2,"app":"Pro3EM"}')),
      ),
    );
    const old = on.open(shellyGen1, { host: '127.0.0.1', port: later.port });
    expect(sentenceOf(await old.reader.identify(never))).toContain(shellyGen2.label);
  });
});
