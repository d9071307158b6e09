import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { mqttDevice } from '../../../../main/devices/mqtt/driver.ts';
import { startMqttBroker } from '../../../../main/devices/simulator/mqtt-broker.ts';
import type { ChannelActuator, OpenDevice } from '../../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import type { Result } from '../../../../main/result.ts';
import { mosquittoMissing, mosquittoPub, mosquittoSub, startMosquitto } from '../../../support/mqtt/mosquitto.ts';
import { makeTestCertificate } from '../../../support/mqtt/test-certificate.ts';

const realClock = systemClock();
/** Waits are shorter by a factor, times are real: patience is tested, not spent. */
const HASTE = 8;
const clock: Clock = {
  ...realClock,
  after: (delayMs, callback) => realClock.after(delayMs / HASTE, callback),
  sleep: (delayMs, signal) => realClock.sleep(delayMs / HASTE, signal),
  monotonicMs: () => realClock.monotonicMs() * HASTE,
};
const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const certificate = makeTestCertificate();
afterAll(certificate.remove);

const deviceAt = (
  port: number,
  topics: string,
  more: { readonly account?: string; readonly secret?: string; readonly fingerprint?: string } = {},
): OpenDevice => {
  const { account, fingerprint, secret = null } = more;
  const connection = mqttDevice.connectionSchema.parse({
    host: '127.0.0.1',
    port,
    options: { topics, ...(account === undefined ? {} : { account }) },
    ...(fingerprint === undefined ? {} : { encryption: 'pinned', fingerprint }),
  });
  const deps = createDriverDeps({ clock, log: createLog(memorySink(), clock) });
  const device = mqttDevice.open({ connection, secret }, deps);
  ends.push(device.close);
  return device;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);
const said = async (device: OpenDevice): Promise<readonly string[] | string> => {
  const result = await device.reader.read(never);
  return result.ok
    ? result.value.map(({ channelId, metric, value }) => `${channelId} ${metric} ${value}`)
    : codeOf(result);
};
const onlyActuator = ({ actuators: [actuator] }: OpenDevice): ChannelActuator => {
  if (!actuator) throw new Error('no actuator');
  return actuator;
};

const PLUG =
  'plug state=stat/plug/POWER command=cmnd/plug/POWER on=ON off=OFF expire=0 availability=tele/plug/LWT online=Online offline=Offline';

describe.skipIf(mosquittoMissing)('with a real Mosquitto', () => {
  it('reads what mosquitto_pub says, behind user, password and a pinned certificate', async () => {
    const users = { home: 'a good password' };
    const broker = await startMosquitto({ users, tls: certificate });
    ends.push(broker.close);
    const login = ['-u', 'home', '-P', 'a good password', '--cafile', certificate.certPath, '--insecure'];
    const topics =
      'meter state=meter/json path=power unit=kW role=grid\nmeter state=meter/json path=energy unit=Wh\ntank state=tank unit=°C';
    const device = deviceAt(broker.port, topics, {
      account: 'home',
      secret: 'a good password',
      fingerprint: certificate.fingerprint,
    });
    expect(codeOf(await device.reader.identify(never))).toBe('ok');
    const heard: string[] = [];
    device.reader.listen?.((readings) => heard.push(...readings.map(({ metric, value }) => `${metric} ${value}`)));
    expect(
      await mosquittoPub(broker.port, ['-t', 'meter/json', '-m', '{"power":-1.25,"energy":2500}', '-q', '1', ...login]),
    ).toBe(0);
    expect(await mosquittoPub(broker.port, ['-t', 'tank', '-m', '54.5', ...login])).toBe(0);
    expect(await said(device)).toEqual(['meter powerW -1250', 'meter energyKwh 2.5', 'tank tempC 54.5']);
    expect(heard.sort()).toEqual(['energyKwh 2.5', 'powerW -1250', 'tempC 54.5']);
    const wrong = deviceAt(broker.port, topics, {
      account: 'home',
      secret: 'wrong',
      fingerprint: certificate.fingerprint,
    });
    expect(await said(wrong)).toBe('permanent device.password-wrong');
    const other = deviceAt(broker.port, topics, { account: 'home', secret: 'a good password', fingerprint: 'AA' });
    expect(await said(other)).toBe('permanent device.untrusted');
  });

  it('commands a plug that mosquitto_sub plays, never kept by the broker, and reads it back', async () => {
    const broker = await startMosquitto();
    ends.push(broker.close);
    const plug = mosquittoSub(broker.port, ['-t', 'cmnd/#']);
    ends.push(plug.close);
    const device = deviceAt(broker.port, PLUG);
    const { write, readBack } = onlyActuator(device);
    const reading = device.reader.identify(never);
    expect(codeOf(await reading)).toBe('ok');
    await mosquittoPub(broker.port, ['-t', 'tele/plug/LWT', '-m', 'Online', '-r']);
    await mosquittoPub(broker.port, ['-t', 'stat/plug/POWER', '-m', 'OFF']);
    expect(await readBack(never)).toMatchObject({ ok: true, value: { value: false, leaseEndsAt: null } });
    const before = clock.now();
    // mosquitto_sub subscribes in its own time.
    await expect
      .poll(async () => {
        expect(codeOf(await write(true, { leaseMs: null, signal: never }))).toBe('ok');
        return plug.lines;
      })
      .toContain('cmnd/plug/POWER ON');
    const unanswered = await readBack(never);
    if (unanswered.ok) expect(unanswered.value.measuredAt).toBeLessThan(before);
    await mosquittoPub(broker.port, ['-t', 'stat/plug/POWER', '-m', 'ON']);
    await expect.poll(() => readBack(never)).toMatchObject({ ok: true, value: { value: true } });
    const answered = await readBack(never);
    if (answered.ok) expect(answered.value.measuredAt).toBeGreaterThanOrEqual(before);
    const late = mosquittoSub(broker.port, ['-t', 'cmnd/#', '-W', '1']);
    await late.ended;
    expect(late.lines).toEqual([]);
  });

  it('never takes a kept value for a fresh one, unless it says when it was measured', async () => {
    const broker = await startMosquitto();
    ends.push(broker.close);
    const now = clock.now();
    const keep = (topic: string, text: string) => mosquittoPub(broker.port, ['-t', topic, '-m', text, '-r', '-q', '1']);
    await keep('a', '100');
    await keep('b', JSON.stringify({ w: 200, at: (now - 20_000) / 1000 }));
    await keep('c', JSON.stringify({ w: 300, at: new Date(now - 600_000).toISOString() }));
    await keep('d', JSON.stringify({ w: 400, at: (now + 600_000) / 1000 }));
    const timed = ['b', 'c', 'd'].map((topic) => `${topic} state=${topic} path=w time=at unit=W`);
    const device = deviceAt(broker.port, ['a state=a unit=W', ...timed, 'live state=live unit=W'].join('\n'));
    const speaking = device.reader.identify(never).then(() => mosquittoPub(broker.port, ['-t', 'live', '-m', '500']));
    const read = await device.reader.read(never);
    expect(await speaking).toBe(0);
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.map(({ channelId, value }) => `${channelId} ${value}`)).toEqual(['b 200', 'live 500']);
    expect(read.value[0]?.measuredAt).toBe(now - 20_000);
  });

  it('finds its way back after the broker was away, without a value from before', async () => {
    const broker = await startMosquitto();
    ends.push(broker.close);
    const device = deviceAt(broker.port, 'a state=a unit=W');
    await device.reader.identify(never);
    await mosquittoPub(broker.port, ['-t', 'a', '-m', '1']);
    expect(await said(device)).toEqual(['a powerW 1']);
    await broker.stop();
    await expect.poll(() => said(device)).toBe('temporary device.unreachable');
    await broker.start();
    expect(codeOf(await device.reader.identify(never))).toBe('ok');
    const reading = said(device);
    await mosquittoPub(broker.port, ['-t', 'a', '-m', '2']);
    expect(await reading).toEqual(['a powerW 2']);
  });
});

describe('with the broker of ours', () => {
  const start = async (topics: string) => {
    const broker = await startMqttBroker({ clock });
    ends.push(broker.close);
    const device = deviceAt(broker.port, topics);
    expect(codeOf(await device.reader.identify(never))).toBe('ok');
    return { broker, device };
  };

  it('says nothing of a plug that is gone, and nothing from before when it is back', async () => {
    const { broker, device } = await start(`${PLUG}\nother state=other unit=W`);
    broker.publish('tele/plug/LWT', 'Online', { retain: true });
    broker.publish('stat/plug/POWER', 'ON');
    broker.publish('other', '7');
    expect(await said(device)).toEqual(['plug on 1', 'other powerW 7']);
    broker.publish('tele/plug/LWT', 'Offline', { retain: true });
    broker.publish('tele/plug/LWT', 'Online', { retain: true });
    await expect.poll(() => device.reader.diagnostics?.()).toMatchObject({ messages: 5 });
    const reading = said(device);
    expect(codeOf(await onlyActuator(device).readBack(never))).toBe('temporary device.silent');
    broker.publish('tele/plug/LWT', 'Offline', { retain: true });
    await expect
      .poll(async () => codeOf(await onlyActuator(device).readBack(never)), { timeout: 10_000 })
      .toBe('temporary device.offline');
    broker.publish('tele/plug/LWT', 'Online', { retain: true });
    broker.publish('stat/plug/POWER', 'OFF');
    expect(await reading).toEqual(['plug on 0', 'other powerW 7']);
  });

  it('counts what it cannot read, and does not go on with what was there before', async () => {
    const { broker, device } = await start('a state=a unit=W\nb state=b path=x unit=W');
    broker.publish('a', '1');
    broker.publish('b', '{"x":2}');
    expect(await said(device)).toEqual(['a powerW 1', 'b powerW 2']);
    broker.publish('b', '{"x":');
    await expect.poll(() => device.reader.diagnostics?.().rejected).toBe(1);
    const reading = said(device);
    broker.publish('a', 'unavailable');
    await expect.poll(() => device.reader.diagnostics?.()).toMatchObject({ messages: 4 });
    broker.publish('a', '3');
    broker.publish('b', '{"x":4,"y":{}}');
    expect(await reading).toEqual(['a powerW 3', 'b powerW 4']);
  });

  it('asks a device that can be asked', async () => {
    const { broker, device } = await start('p state=stat/p on=ON command=cmnd/p ask=cmnd/p ask-payload=?');
    let state = 'OFF';
    broker.onPublish(({ payload }) => {
      if (payload.toString() !== '?') state = payload.toString();
      broker.publish('stat/p', state);
    });
    const { write, readBack } = onlyActuator(device);
    expect(await readBack(never)).toMatchObject({ ok: true, value: { value: false } });
    const before = clock.now();
    expect(codeOf(await write(true, { leaseMs: null, signal: never }))).toBe('ok');
    const after = await readBack(never);
    expect(after).toMatchObject({ ok: true, value: { value: true } });
    if (after.ok) expect(after.value.measuredAt).toBeGreaterThanOrEqual(before);
    expect(codeOf(await write('ON', { leaseMs: null, signal: never }))).toBe('permanent device.wrong-setpoint');
  });

  it('says which topics are silent', async () => {
    const { device } = await start('a state=some/topic unit=W');
    const result = await device.reader.read(never);
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'device.silent', message: expect.stringContaining('some/topic') },
    });
  });
});
