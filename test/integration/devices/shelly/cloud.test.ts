import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shellyCloud } from '../../../../main/devices/shelly/cloud-driver.ts';
import { startShellyCloudSimulator } from '../../../../main/devices/simulator/shelly-cloud-server.ts';
import type { ShellyModel } from '../../../../main/devices/simulator/shelly-models.ts';
import type { SimulatedLoad } from '../../../../main/devices/simulator/types.ts';
import type { OpenDevice } from '../../../../main/devices/types.ts';
import { smallHouse } from '../../../support/devices/small-house.ts';
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
const KEY = 'MTIzNDU2Nzg5/very+secret==';
const GET = '/v2/devices/api/get';
const SET = '/v2/devices/api/set/switch';
const payload = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/shelly/${name}.json`, import.meta.url), 'utf8'));

const setUp = async (count = 1, model: ShellyModel = 'Plus1PM') => {
  const on = bench();
  const ids = Array.from({ length: count }, (_, index) => `a8032abe${String(index).padStart(4, '0')}`);
  const loads: readonly SimulatedLoad[] = ids.map((id) => ({ id, name: id, kind: 'resistive', ratedPowerW: 500 }));
  const house = smallHouse(on.clock, loads);
  const simulator = on.keep(
    await startShellyCloudSimulator({
      house,
      clock: on.clock,
      key: KEY,
      devices: ids.map((id) => ({ id, model, loadIds: [id] })),
    }),
  );
  const open = (id: string, secret: string | null = KEY): OpenDevice =>
    on.open(
      shellyCloud,
      { host: simulator.host, port: simulator.port, encryption: 'off', options: { deviceId: id } },
      secret,
    );
  const [first = ''] = ids;
  return { ...on, house, ids, first, simulator, openId: open, device: open(first) };
};

describe('Shelly over its cloud', () => {
  it('reads with the time at which the cloud heard of it, the same however often it is asked', async () => {
    const { clock, device, first, inTime, simulator } = await setUp();
    await clock.advance(30_000);
    const readings = valueIn(await inTime(device.reader.read(never)));
    expect(byName(readings)).toMatchObject({ 'switch:0 on': 0, 'switch:0 powerW': 0, 'switch:0 energyKwh': 1.5 });
    expect(new Set(readings.map(({ measuredAt }) => measuredAt))).toEqual(new Set([START]));
    const again = valueIn(await inTime(device.reader.read(never)));
    expect(again.map(({ measuredAt }) => measuredAt)).toEqual(readings.map(({ measuredAt }) => measuredAt));
    expect(valueIn(await inTime(device.reader.identify(never)))).toEqual({
      serial: first.toUpperCase(),
      model: 'SNSW-001P16EU',
      firmware: null,
    });
    expect(device.present?.()).toEqual(['switch:0']);
    expect(simulator.tooFast()).toBe(0);
  });

  it('switches with the device’s own timer, and reads back what was reported after the command', async () => {
    const { clock, device, house, inTime } = await setUp();
    const relay = actuatorOf(device, 'switch:0');
    await inTime(device.reader.read(never));
    await clock.advance(5_000);
    const writtenAt = clock.now();
    expect(codeOf(await inTime(relay.write(true, { leaseMs: 600_000, signal: never })))).toBe('ok');
    const shown = valueIn(await inTime(relay.readBack(never)));
    expect(shown.value).toBe(true);
    expect(shown.measuredAt).toBeGreaterThan(writtenAt);
    expect(shown.leaseEndsAt).toBeGreaterThanOrEqual(writtenAt + 600_000);
    expect(byName(valueIn(await inTime(device.reader.read(never))))).toMatchObject({ 'switch:0 powerW': 500 });
    await clock.advance(605_000);
    expect(house.state().loads[0]?.on).toBe(false);
    expect(valueIn(await inTime(relay.readBack(never)))).toMatchObject({ value: false, leaseEndsAt: null });
  });

  it('does not take an accepted command for a done one', async () => {
    const { device, inTime, simulator } = await setUp();
    const relay = actuatorOf(device, 'switch:0');
    simulator.setFault('lie');
    expect(codeOf(await inTime(relay.write(true, { leaseMs: null, signal: never })))).toBe('ok');
    expect(valueIn(await inTime(relay.readBack(never))).value).toBe(false);
    expect(codeOf(await inTime(relay.write(1, { leaseMs: null, signal: never })))).toBe(
      'permanent device.wrong-setpoint',
    );
  });

  it('never dates an old report after the command, however often it is shown', async () => {
    const { clock, device, first, inTime, simulator } = await setUp();
    const relay = actuatorOf(device, 'switch:0');
    await inTime(device.reader.read(never));
    simulator.setReporting(first, false);
    await clock.advance(90_000);
    const writtenAt = clock.now();
    await inTime(relay.write(true, { leaseMs: null, signal: never }));
    for (let turn = 0; turn < 8; turn += 1) {
      const shown = valueIn(await inTime(relay.readBack(never)));
      expect(shown.value).toBe(false);
      expect(shown.measuredAt).toBeLessThan(writtenAt);
    }
    simulator.setReporting(first, true);
    const late = valueIn(await inTime(relay.readBack(never)));
    expect(late.value).toBe(true);
    expect(late.measuredAt).toBeGreaterThan(writtenAt);
  });

  it('takes silence for consent after a command that changes nothing, and not before five seconds', async () => {
    const { clock, device, first, inTime, simulator } = await setUp(1, 'Mini1G4');
    const relay = actuatorOf(device, 'switch:0');
    await inTime(device.reader.read(never));
    simulator.setReporting(first, false);
    await clock.advance(300_000);
    const writtenAt = clock.now();
    await inTime(relay.write(false, { leaseMs: null, signal: never }));
    expect(valueIn(await inTime(relay.readBack(never))).measuredAt).toBeLessThan(writtenAt);
    await clock.advance(5_000);
    expect(valueIn(await inTime(relay.readBack(never)))).toMatchObject({ value: false });
    expect(valueIn(await inTime(relay.readBack(never))).measuredAt).toBeGreaterThan(writtenAt);
  });

  it.each([
    ['ahead', 7_000],
    ['behind', -7_000],
  ])('knows a report after a command also when the cloud’s clock is %s', async (_, aheadMs) => {
    const { clock, device, inTime, simulator } = await setUp();
    simulator.setAheadMs(aheadMs);
    const relay = actuatorOf(device, 'switch:0');
    await inTime(device.reader.read(never));
    await clock.advance(30_000);
    const writtenAt = clock.now();
    await inTime(relay.write(true, { leaseMs: null, signal: never }));
    expect(valueIn(await inTime(relay.readBack(never))).measuredAt).toBeGreaterThan(writtenAt);
    const readings = valueIn(await inTime(device.reader.read(never)));
    for (const { measuredAt, receivedAt } of readings) expect(measuredAt).toBeLessThanOrEqual(receivedAt);
  });
});

describe('one account, many devices', () => {
  it('asks for twelve devices with two requests a round, and never faster than one a second', async () => {
    const { clock, ids, inTime, openId, simulator, device } = await setUp(12);
    const devices = [device, ...ids.slice(1).map((id) => openId(id))];
    for (let round = 0; round < 3; round += 1) {
      for (const one of devices) expect(codeOf(await inTime(one.reader.read(never)))).toBe('ok');
      await clock.advance(120_000);
    }
    expect(simulator.requests.get(GET)).toBeLessThanOrEqual(6);
    expect(simulator.batches.every((batch) => batch.length <= 10)).toBe(true);
    expect(simulator.tooFast()).toBe(0);
  });

  it('sends one request for all who ask at once, and keeps the pace when all are commanded at once', async () => {
    const { house, ids, inTime, openId, simulator, device } = await setUp(8);
    const devices = [device, ...ids.slice(1).map((id) => openId(id))];
    const answers = await inTime(Promise.all(devices.map((one) => one.reader.read(never))));
    expect(answers.map(codeOf)).toEqual(ids.map(() => 'ok'));
    expect(simulator.requests.get(GET)).toBe(1);
    const writes = devices.map((one) => actuatorOf(one, 'switch:0').write(true, { leaseMs: 60_000, signal: never }));
    expect(new Set((await inTime(Promise.all(writes))).map(codeOf))).toEqual(new Set(['ok']));
    const shown = await inTime(Promise.all(devices.map((one) => actuatorOf(one, 'switch:0').readBack(never))));
    expect(shown.map((result) => valueIn(result).value)).toEqual(ids.map(() => true));
    expect(simulator.requests.get(SET)).toBe(8);
    expect(simulator.requests.get(GET)).toBe(2);
    expect(simulator.tooFast()).toBe(0);
    expect(house.state().loads.every(({ on }) => on)).toBe(true);
  });

  it('an id that is not of the account hides no other', async () => {
    const { inTime, openId, device } = await setUp(2);
    const strange = openId('ffffffffffff');
    const [good, bad] = await inTime(Promise.all([device.reader.read(never), strange.reader.read(never)]));
    expect(codeOf(good)).toBe('ok');
    expect(codeOf(bad)).toBe('permanent device.not-in-account');
    expect(sentenceOf(bad)).toContain('ffffffffffff');
  });

  it('a batch that is refused is asked for one by one', async () => {
    const { ids, inTime, openId, simulator, device } = await setUp(2);
    const other = openId(ids[1] ?? '');
    simulator.answerNext({ status: 400, body: '{"error":"BAD_REQUEST","data":{"messages":[]}}' });
    const answers = await inTime(Promise.all([device.reader.read(never), other.reader.read(never)]));
    expect(answers.map(codeOf)).toEqual(['ok', 'ok']);
    expect(simulator.batches.map((batch) => batch.length)).toEqual([1, 1]);
  });

  it('a device that is closed is not asked for any more', async () => {
    const { clock, ids, inTime, openId, simulator, device } = await setUp(2);
    const other = openId(ids[1] ?? '');
    await inTime(device.reader.read(never));
    await other.close();
    await clock.advance(120_000);
    await inTime(device.reader.read(never));
    expect(simulator.batches.map((batch) => batch.length)).toEqual([2, 1]);
    expect(codeOf(await inTime(other.reader.read(never)))).toBe('temporary device.cancelled');
  });
});

describe('401 of the Shelly cloud', () => {
  it('soon after somebody else’s request means "slow down": it is asked once more and goes on', async () => {
    const { device, inTime, simulator } = await setUp();
    simulator.answerNext({ status: 401, body: '{"error":"UNAUTHORIZED"}' });
    expect(codeOf(await inTime(device.reader.read(never)))).toBe('ok');
    expect(simulator.requests.get(GET)).toBe(2);
  });

  it('twice means the key; then it is asked once a poll, and taken again when it is right again', async () => {
    const { device, inTime, simulator, sink } = await setUp();
    simulator.changeKey('another');
    const refused = await inTime(device.reader.read(never));
    expect(codeOf(refused)).toBe('permanent device.access');
    expect(simulator.requests.get(GET)).toBe(2);
    expect(codeOf(await inTime(device.reader.read(never)))).toBe('permanent device.access');
    expect(codeOf(await inTime(actuatorOf(device, 'switch:0').write(true, { leaseMs: null, signal: never })))).toBe(
      'permanent device.access',
    );
    expect(simulator.requests.get(GET)).toBe(3);
    expect(simulator.requests.get(SET)).toBe(1);
    simulator.changeKey(KEY);
    expect(codeOf(await inTime(device.reader.read(never)))).toBe('ok');
    const told = `${sentenceOf(refused)} ${sink.lines.join(' ')}`;
    for (const secret of [KEY, encodeURIComponent(KEY), 'auth_key']) expect(told).not.toContain(secret);
  });

  it('no key at all is said without asking', async () => {
    const { first, inTime, openId, simulator } = await setUp();
    const device = openId(first, null);
    expect(codeOf(await inTime(device.reader.read(never)))).toBe('permanent device.password-needed');
    expect(codeOf(await inTime(actuatorOf(device, 'switch:0').readBack(never)))).toBe(
      'permanent device.password-needed',
    );
    expect(simulator.requests.size).toBe(0);
  });
});

describe('trouble with the Shelly cloud', () => {
  it('a device that is not connected keeps its last state in the cloud: neither read nor written', async () => {
    const { clock, device, first, inTime, simulator } = await setUp();
    await inTime(device.reader.read(never));
    simulator.setOnline(first, false);
    expect(codeOf(await inTime(device.reader.read(never)))).toBe('temporary device.offline');
    const relay = actuatorOf(device, 'switch:0');
    expect(codeOf(await inTime(relay.write(true, { leaseMs: null, signal: never })))).toBe('temporary device.offline');
    expect(codeOf(await inTime(relay.readBack(never)))).toBe('temporary device.offline');
    simulator.setOnline(first, true);
    await clock.advance(4_000);
    expect(codeOf(await inTime(device.reader.read(never)))).toBe('ok');
  });

  it.each([
    ['a web page', { status: 200, body: '<html>Maintenance</html>' }, 'temporary device.malformed'],
    ['an empty body', { status: 200, body: '' }, 'temporary device.malformed'],
    ['another shape', { status: 200, body: '{"devices":[]}' }, 'temporary device.malformed'],
    [
      'a full quota',
      { status: 200, body: '{"isok":false,"errors":{"max_req":"Request limit reached!"}}' },
      'temporary device.too-often',
    ],
    ['429', { status: 429, body: '', headers: { 'retry-after': '30' } }, 'temporary device.too-often'],
    ['502', { status: 502, body: '<html>Bad gateway</html>' }, 'temporary device.their-fault'],
    ['a huge reply', { status: 200, body: `["${'x'.repeat(1_100_000)}"]` }, 'temporary device.malformed'],
  ])('says what it got: %s', async (_, answer, code) => {
    const { device, inTime, simulator } = await setUp();
    simulator.answerNext(answer);
    const found = await inTime(device.reader.read(never));
    expect(codeOf(found)).toBe(code);
    expect(sentenceOf(found)).toContain('127.0.0.1');
    expect(device.reader.diagnostics?.().rejected).toBe(code.endsWith('malformed') ? 1 : 0);
  });

  it('waits as long as it is told to, with everything of the account', async () => {
    const { clock, device, inTime, simulator } = await setUp();
    simulator.answerNext({ status: 429, body: '', headers: { 'retry-after': '30' } });
    const refused = await inTime(device.reader.read(never));
    expect(refused).toMatchObject({ ok: false, error: { retryAfterMs: 30_000 } });
    const atMs = clock.monotonicMs();
    await inTime(device.reader.read(never));
    expect(clock.monotonicMs() - atMs).toBeGreaterThanOrEqual(29_000);
    expect(simulator.tooFast()).toBe(0);
  });

  it.each([
    ['nothing', { status: 200, body: '' }, 'ok'],
    ['an empty object', { status: 200, body: '{}' }, 'ok'],
    ['an error with 200', { status: 200, body: '{"error":"DEVICE_OFFLINE"}' }, 'temporary device.offline'],
    ['no such channel', { status: 400, body: '{"error":"DEVICE_INVALID_CHANNEL"}' }, 'permanent device.refused'],
    ['a web page', { status: 200, body: '<html>ok</html>' }, 'temporary device.malformed'],
  ])('a command answered with %s', async (_, answer, code) => {
    const { device, inTime, simulator } = await setUp();
    simulator.answerNext(answer);
    const relay = actuatorOf(device, 'switch:0');
    expect(codeOf(await inTime(relay.write(true, { leaseMs: null, signal: never })))).toBe(code);
  });

  it('what carries no time is not used', async () => {
    const { device, first, inTime, simulator } = await setUp();
    simulator.setStatus(first, { gen: 'G2', status: { 'switch:0': { id: 0, output: true, apower: 41.2 } } });
    const answer = await inTime(device.reader.read(never));
    expect(codeOf(answer)).toBe('temporary device.malformed');
    expect(sentenceOf(answer)).toContain(first);
  });

  it('a read that is ended leaves no timer and no request in the queue', async () => {
    const { clock, device, inTime, simulator } = await setUp();
    await inTime(device.reader.read(never));
    const ending = new AbortController();
    const reading = device.reader.read(ending.signal);
    ending.abort();
    expect(codeOf(await inTime(reading))).toBe('temporary device.cancelled');
    await device.close();
    await simulator.close();
    expect(clock.pendingTimers()).toBe(0);
    expect(simulator.requests.get(GET)).toBe(1);
  });
});

describe('every generation over the cloud', () => {
  it.each([
    ['gen2_pro4pm', 'G2', 'Shelly.GetStatus', 'switch:3 voltageV', 121.8],
    ['gen2_pro3em_triphase', 'G2', 'Shelly.GetStatus', 'em:0 powerW', 558.965],
    ['gen2_wall_display_thermostat', 'G2', 'Shelly.GetStatus', 'thermostat:0 targetTempC', 21],
    ['gen1_plug_s', 'G1', 'GET /status', 'switch:0 energyKwh', 2632 / 60_000],
  ])('%s', async (name, gen, part, reading, value) => {
    const { device, first, inTime, simulator } = await setUp();
    const status = { ...(payload(name)[part] as object), _updated: '2026-06-01 11:59:30' };
    simulator.setStatus(first, { gen, status });
    const readings = valueIn(await inTime(device.reader.read(never)));
    expect(byName(readings)).toHaveProperty([reading], value);
    expect(readings[0]?.measuredAt).toBe(START - 30_000);
  });

  it('a relay of the first generation with its timer', async () => {
    const { device, first, inTime, simulator } = await setUp();
    const relay = { ison: true, has_timer: true, timer_started: 0, timer_duration: 600, timer_remaining: 500 };
    simulator.setStatus(first, { gen: 'G1', status: { relays: [relay], _updated: '2026-06-01 11:59:30' } });
    expect(valueIn(await inTime(actuatorOf(device, 'switch:0').readBack(never)))).toMatchObject({
      value: true,
      leaseEndsAt: START - 30_000 + 500_000,
    });
    expect(codeOf(await inTime(actuatorOf(device, 'switch:2').readBack(never)))).toBe('permanent device.no-such-part');
  });
});

describe('the connection', () => {
  it('takes the server as the app shows it, and the id in any case', () => {
    const parsed = shellyCloud.connectionSchema.parse({
      host: 'https://Shelly-13-eu.shelly.cloud:6022/jrpc',
      port: 443,
      options: { deviceId: ' A8032ABE41FC ' },
    });
    expect(parsed).toMatchObject({ host: 'Shelly-13-eu.shelly.cloud', options: { deviceId: 'a8032abe41fc' } });
  });

  it.each([
    ['no device id', { host: 'shelly-13-eu.shelly.cloud', port: 443 }],
    ['an id with a slash', { host: 'shelly-13-eu.shelly.cloud', port: 443, options: { deviceId: 'a/b/c/d' } }],
    ['no server', { host: 'https://', port: 443, options: { deviceId: 'a8032abe41fc' } }],
  ])('refuses %s', (_, connection) => expect(shellyCloud.connectionSchema.safeParse(connection).success).toBe(false));
});
