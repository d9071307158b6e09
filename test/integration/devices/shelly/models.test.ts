import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { shellyGen2 } from '../../../../main/devices/shelly/driver.ts';
import type { ShellyModel } from '../../../../main/devices/simulator/shelly-models.ts';
import { startShellySimulator } from '../../../../main/devices/simulator/shelly-server.ts';
import type { SimulatedLoad } from '../../../../main/devices/simulator/types.ts';
import type { OpenDevice } from '../../../../main/devices/types.ts';
import type { Reading } from '../../../../main/reading.ts';
import { smallHouse } from '../../../support/devices/small-house.ts';
import { makeTestCertificate } from '../../../support/mqtt/test-certificate.ts';
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

const bench = deviceBenches();
const LOADS: readonly SimulatedLoad[] = ['a', 'b', 'c', 'd'].map((id, index) => ({
  id,
  name: id,
  kind: 'resistive',
  ratedPowerW: 100 * (index + 1),
}));

const setUp = async (model: ShellyModel, password?: string) => {
  const on = bench();
  const house = smallHouse(on.clock, LOADS);
  const simulator = on.keep(
    await startShellySimulator({
      house,
      clock: on.clock,
      model,
      loadId: 'a',
      moreLoadIds: ['b', 'c', 'd'],
      ...(password === undefined ? {} : { password }),
    }),
  );
  const device = on.open(shellyGen2, { host: simulator.host, port: simulator.port }, password ?? null);
  return { ...on, house, simulator, device };
};

const pushed = (device: OpenDevice, wanted: (readings: readonly Reading[]) => boolean) =>
  new Promise<readonly Reading[]>((resolve) => {
    const end = device.reader.listen?.((readings) => {
      if (!wanted(readings)) return;
      end?.();
      resolve(readings);
    });
  });

describe('Pro 4PM', () => {
  it('has four relays, each with its own meter, switch and timer', async () => {
    const { clock, device, house } = await setUp('Pro4PM', 'correct horse');
    const second = actuatorOf(device, 'switch:1');
    const fourth = actuatorOf(device, 'switch:3');
    expect(codeOf(await second.write(true, { leaseMs: 600_000, signal: never }))).toBe('ok');
    expect(codeOf(await fourth.write(true, { leaseMs: 60_000, signal: never }))).toBe('ok');
    expect(byName(valueIn(await device.reader.read(never)))).toMatchObject({
      'switch:0 on': 0,
      'switch:0 powerW': 0,
      'switch:1 on': 1,
      'switch:1 powerW': 200,
      'switch:3 powerW': 400,
    });
    expect(valueIn(await second.readBack(never)).leaseEndsAt).toBe(START + 600_000);
    expect(valueIn(await fourth.readBack(never)).leaseEndsAt).toBe(START + 60_000);
    await clock.advance(45_000);
    await fourth.write(true, { leaseMs: 60_000, signal: never });
    expect(valueIn(await fourth.readBack(never)).leaseEndsAt).toBe(START + 105_000);
    await clock.advance(61_000);
    expect(house.state().loads.map((load) => load.on)).toEqual([false, true, false, false]);
    expect(device.present?.()).toEqual(['switch:0', 'switch:1', 'switch:2', 'switch:3']);
  });

  it('pushes each relay apart', async () => {
    const { clock, device } = await setUp('Pro4PM');
    await device.reader.read(never);
    const switched = pushed(device, (readings) => readings.some(({ metric }) => metric === 'on'));
    await actuatorOf(device, 'switch:2').write(true, { leaseMs: null, signal: never });
    expect(byName(await switched)).toEqual({ 'switch:2 on': 1 });
    const power = pushed(device, (readings) => byName(readings)['switch:2 powerW'] === 300);
    await clock.advance(1_000);
    expect(Object.keys(byName(await power))).not.toContain('switch:0 powerW');
  });
});

describe('meters', () => {
  it('Pro 3EM: total and phases agree, nothing can be switched, and changes are pushed', async () => {
    const { clock, device, house } = await setUp('Pro3EM');
    const readings = byName(valueIn(await device.reader.read(never)));
    const { gridW } = house.state();
    expect(readings['em:0 powerW']).toBe(gridW);
    const phases = ['a', 'b', 'c'].map((phase) => readings[`em:0:${phase} powerW`] ?? Number.NaN);
    expect(phases.reduce((sum, value) => sum + value, 0)).toBeCloseTo(gridW, 0);
    expect(device.present?.()).toEqual(['em:0', 'em:0:a', 'em:0:b', 'em:0:c', 'temperature:0']);
    expect(codeOf(await actuatorOf(device, 'switch:0').readBack(never))).toBe('permanent device.refused');
    house.switchLoad('d', true);
    const power = pushed(device, (found) => byName(found)['em:0 powerW'] === gridW + 400);
    await clock.advance(1_000);
    expect(byName(await power)).not.toHaveProperty('em:0 energyKwh');
  });

  it('3EM with three clamps apart, and a PM Mini that counts what comes back', async () => {
    const clamps = byName(valueIn(await (await setUp('Pro3EMMono')).device.reader.read(never)));
    expect(clamps).toMatchObject({ 'em1:1 powerW': -1_500, 'em1:2 powerW': 400 });
    const { device } = await setUp('PMMini');
    expect(byName(valueIn(await device.reader.read(never)))).toEqual({
      'pm1:0 powerW': 0,
      'pm1:0 energyKwh': 1.5,
      'pm1:0 energyExportKwh': 0.25,
      'pm1:0 voltageV': 231,
      'pm1:0 currentA': 0,
      'pm1:0 frequencyHz': 50,
    });
  });
});

describe('heating', () => {
  it('wall display: reads and sets the target, and its push is heard', async () => {
    const { device } = await setUp('WallDisplay', 'correct horse');
    const readings = byName(valueIn(await device.reader.read(never)));
    expect(readings).toMatchObject({
      'thermostat:0 tempC': 21.3,
      'thermostat:0 targetTempC': 21,
      'thermostat:0 on': 0,
    });
    const target = actuatorOf(device, 'thermostat:0');
    const push = pushed(device, (found) => found.some(({ metric }) => metric === 'targetTempC'));
    expect(codeOf(await target.write(23.5, { leaseMs: null, signal: never }))).toBe('ok');
    expect(byName(await push)).toEqual({ 'thermostat:0 targetTempC': 23.5 });
    expect(valueIn(await target.readBack(never))).toMatchObject({ value: 23.5, leaseEndsAt: null });
    expect(codeOf(await target.write(80, { leaseMs: null, signal: never }))).toBe('permanent device.refused');
    expect(codeOf(await target.write(true, { leaseMs: null, signal: never }))).toBe('permanent device.wrong-setpoint');
  });

  it('BLU valves: the target is shown when the valve has spoken, with that time', async () => {
    const { clock, device } = await setUp('BluGwG3', 'correct horse');
    expect(byName(valueIn(await device.reader.read(never)))).toMatchObject({
      'blutrv:200 targetTempC': 19,
      'blutrv:201 tempC': 21,
      'blutrv:201 valvePct': 0,
    });
    const valve = actuatorOf(device, 'blutrv:201');
    await clock.advance(500);
    const writtenAt = clock.now();
    expect(codeOf(await valve.write(22.5, { leaseMs: null, signal: never }))).toBe('ok');
    const early = valueIn(await valve.readBack(never));
    expect(early.value).toBe(19);
    expect(early.measuredAt).toBeLessThanOrEqual(writtenAt);
    await clock.advance(2_500);
    const late = valueIn(await valve.readBack(never));
    expect(late.value).toBe(22.5);
    expect(late.measuredAt).toBeGreaterThan(writtenAt);
    expect(byName(valueIn(await device.reader.read(never)))).toMatchObject({
      'blutrv:200 targetTempC': 19,
      'blutrv:201 valvePct': 100,
    });
    expect(codeOf(await actuatorOf(device, 'blutrv:205').readBack(never))).toBe('permanent device.refused');
  });

  it('a command by radio and a read at once open one connection, not two', async () => {
    const { device, simulator } = await setUp('BluGwG3');
    const writing = actuatorOf(device, 'blutrv:200').write(20, { leaseMs: null, signal: never });
    const reading = device.reader.read(never);
    expect([codeOf(await writing), codeOf(await reading)]).toEqual(['ok', 'ok']);
    expect(simulator.openSockets()).toBe(1);
    expect(simulator.requests.get('Shelly.GetDeviceInfo')).toBe(1);
  });

  it('a slow radio holds up nobody else', async () => {
    const { clock, device, simulator } = await setUp('BluGwG3');
    await device.reader.read(never);
    simulator.setFault('slow');
    const writing = actuatorOf(device, 'blutrv:200').write(20, { leaseMs: null, signal: never });
    await expect.poll(() => simulator.requests.get('BluTrv.Call') ?? 0).toBe(1);
    simulator.setFault('none');
    expect(codeOf(await device.reader.read(never))).toBe('ok');
    await clock.advance(4_000);
    expect(codeOf(await writing)).toBe('ok');
  });
});

/** Answers `/shelly` and every frame from a table, without a WebSocket. */
const httpOnly = async (answer: (path: string, body: string) => string) =>
  startRawServer((socket, chunk) => {
    const text = chunk.toString();
    const path = /^\w+ (\S+)/.exec(text)?.[1] ?? '';
    socket.end(/upgrade: websocket/i.test(text) ? 'HTTP/1.1 503 Busy\r\n\r\n' : answer(path, text));
  });
const response = (body: string, type = 'application/json'): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
const INFO = JSON.stringify({ id: 's', mac: 'AABBCCDDEEFF', model: 'm', gen: 3, app: 'S2PMG3' });

describe('what is not a relay, or no Shelly at all', () => {
  it('a cover alone is named in a sentence', async () => {
    const cover = readFileSync(new URL('../../../fixtures/shelly/gen3_2pm_cover_status.json', import.meta.url), 'utf8');
    const on = bench();
    const server = on.keep(
      await httpOnly((path) => response(path === '/shelly' ? INFO : `{"id":1,"result":${cover}}`)),
    );
    const device = on.open(shellyGen2, { host: '127.0.0.1', port: server.port });
    const answer = await device.reader.read(never);
    expect(codeOf(answer)).toBe('permanent device.nothing-to-read');
    expect(sentenceOf(answer)).toContain('cover:0');
  });

  it.each([
    ['a web page', response('<html><body>Router login</body></html>', 'text/html'), 'temporary device.malformed'],
    ['an empty body', response(''), 'temporary device.malformed'],
    ['another device', response('{"name":"printer"}'), 'permanent device.not-recognised'],
    [
      'the first generation',
      response('{"type":"SHPLG-S","mac":"AABBCCDDEEFF","auth":false}'),
      'permanent device.wrong-generation',
    ],
    ['a huge reply', response(`{"x":"${'y'.repeat(300_000)}"}`), 'temporary device.malformed'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"id"', 'temporary device.malformed'],
  ])('says what it found: %s', async (_, answer, code) => {
    const on = bench();
    const server = on.keep(await httpOnly(() => answer));
    const device = on.open(shellyGen2, { host: '127.0.0.1', port: server.port });
    const found = await device.reader.read(never);
    expect(codeOf(found)).toBe(code);
    expect(sentenceOf(found)).toContain(`127.0.0.1:${server.port}`);
    expect(code.endsWith('malformed')).toBe((device.reader.diagnostics?.().rejected ?? 0) > 0);
  });

  it('a trickle of bytes and a silent socket end at the time limit', async () => {
    const on = bench();
    const silent = on.keep(await startRawServer(() => undefined));
    const device = on.open(shellyGen2, { host: '127.0.0.1', port: silent.port });
    expect(codeOf(await on.inTime(device.reader.read(never)))).toBe('temporary device.timeout');
    const trickle = on.keep(
      await startRawServer((socket, chunk) => {
        if (/upgrade: websocket/i.test(chunk.toString())) return void socket.end('HTTP/1.1 503 Busy\r\n\r\n');
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        const timer = setInterval(() => socket.write(' '), 5);
        socket.on('close', () => clearInterval(timer));
        return undefined;
      }),
    );
    const other = on.open(shellyGen2, { host: '127.0.0.1', port: trickle.port });
    expect(codeOf(await on.inTime(other.reader.read(never)))).toBe('temporary device.timeout');
    expect(on.clock.pendingTimers()).toBe(0);
  });
});

describe('encryption', () => {
  it('trusts nobody by itself, shows the certificate, and then talks over it alone, pushes too', async () => {
    const { deps, keep, open, simulator, house, device: plain } = await setUp('Plus1PM', 'correct horse');
    await plain.close();
    const certificate = makeTestCertificate();
    const front = createTlsServer({ key: certificate.key, cert: certificate.cert }, (secured) => {
      const inner = connect(simulator.port, simulator.host);
      secured.pipe(inner).pipe(secured);
      for (const end of [secured, inner]) end.on('error', () => [secured.destroy(), inner.destroy()]);
    });
    front.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    keep({
      close: async () => {
        certificate.remove();
        front.close();
      },
    });
    const bound = front.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    const strange = open(shellyGen2, { host: '127.0.0.1', port, encryption: 'verify' }, 'correct horse');
    const refused = await strange.reader.read(never);
    expect(codeOf(refused)).toBe('permanent device.untrusted');
    expect(refused.ok ? '' : refused.error.fingerprint).toBe(certificate.fingerprint);
    const pinned = open(
      shellyGen2,
      { host: '127.0.0.1', port, encryption: 'pinned', fingerprint: certificate.fingerprint },
      'correct horse',
    );
    expect(sentenceOf(await pinned.reader.identify(never))).toBe('ok');
    expect(codeOf(await pinned.reader.read(never))).toBe('ok');
    expect(simulator.openSockets()).toBe(1);
    const switched = pushed(pinned, (readings) => readings.some(({ metric }) => metric === 'on'));
    expect(codeOf(await actuatorOf(pinned, 'switch:0').write(true, { leaseMs: null, signal: never }))).toBe('ok');
    expect(byName(await switched)).toEqual({ 'switch:0 on': 1 });
    expect(house.state().loads[0]?.on).toBe(true);
    expect(deps.clock.now()).toBe(START);
  });
});
