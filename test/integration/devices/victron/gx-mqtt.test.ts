import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Clock, replayClock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { startGxMqttSimulator } from '../../../../main/devices/simulator/gx-mqtt-server.ts';
import { startMqttBroker } from '../../../../main/devices/simulator/mqtt-broker.ts';
import type { OpenDevice } from '../../../../main/devices/types.ts';
import { victronGxMqtt } from '../../../../main/devices/victron/gx-mqtt-driver.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import type { Result } from '../../../../main/result.ts';
import type { Connection } from '../../../../preload/contract/devices.ts';
import { makeTestCertificate } from '../../../support/mqtt/test-certificate.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { byName, hastyClock, NOON, quietLog, testHouse, unwrapped } from '../../../support/simulated-house.ts';

const PORTAL = 'c0619ab27f31';
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const certificate = makeTestCertificate();
afterAll(certificate.remove);

const failureOf = (result: Result<unknown>) => {
  if (result.ok) throw new Error('it did not fail');
  return result.error;
};
const actuatorOf = (device: OpenDevice, name: string) => {
  const found = device.actuators.find(({ channelId }) => channelId === name);
  if (!found) throw new Error(`no actuator ${name}`);
  return found;
};

type SimulatorOptions = Partial<Parameters<typeof startGxMqttSimulator>[0]>;

/** A GX and a driver on one clock that is moved by hand; sockets are real, so waiting moves it a little. */
const opened = async (changes: SimulatorOptions = {}, more: Partial<Connection> = {}, secret: string | null = null) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock);
  const simulator = await startGxMqttSimulator({ house, clock, ...changes });
  closers.push(simulator.close);
  const sink = memorySink();
  const device = victronGxMqtt.open(
    { connection: { host: simulator.host, port: simulator.port, ...more }, secret },
    createDriverDeps({ clock, log: createLog(sink, clock) }),
  );
  closers.push(device.close);
  const inTime = async <Value>(work: Promise<Value>, stepMs = 5): Promise<Value> => {
    const isDone = { yet: false };
    const watched = work.finally(() => {
      isDone.yet = true;
    });
    while (!isDone.yet) {
      await clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return watched;
  };
  /** Lets time pass in steps, and the messages of each step arrive. */
  const pass = async (spanMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < spanMs; passedMs += 1_000) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const actuator = (name: string) => {
    const { readBack, write } = actuatorOf(device, name);
    return {
      write: (value: number | boolean) => inTime(write(value, { leaseMs: null, signal: never })),
      readBack: () => inTime(readBack(never)),
    };
  };
  return {
    clock,
    house,
    ...simulator,
    simulator,
    sink,
    device,
    inTime,
    pass,
    actuator,
    read: () => inTime(device.reader.read(never)),
  };
};

describe('a GX over MQTT', () => {
  it('is found by its portal id and shows the house', async () => {
    const { device, house, inTime, read } = await opened({}, { options: { sensors: '24' } });
    expect(unwrapped(await inTime(device.reader.identify(never)))).toEqual({
      serial: PORTAL,
      model: 'Cerbo GX',
      firmware: 'v3.60',
    });
    const found = byName(unwrapped(await read()));
    const state = house.state();
    expect(found['grid.powerW']).toBe(state.gridW);
    expect(found['load.powerW']).toBe(state.loadW);
    expect(found['pv.powerW']).toBe(state.pvW);
    expect(found['battery.powerW']).toBe(state.batteryW);
    expect(found['battery.sohPct']).toBe(98.5);
    expect(found['temperature:24.humidityPct']).toBe(48.2);
    expect(found['minimum-soc.minSocPct']).toBe(10);
    expect(found['grid-setpoint.setpointW']).toBe(0);
    expect(found).not.toHaveProperty('charge-current-limit.chargeLimitA'); // −1: there is none.
  });

  it('is kept awake by one short message each 30 s, without telling everything again', async () => {
    const { broker, gx, pass, read, house } = await opened();
    const asked: string[] = [];
    broker.onPublish(({ topic, payload }) => {
      if (topic === `R/${PORTAL}/keepalive`) asked.push(payload.toString('utf8'));
    });
    unwrapped(await read());
    await pass(300_000);
    expect(gx.isAwake()).toBe(true);
    expect(gx.fullPublishes()).toBe(1);
    expect(asked[0]).toMatch(/^\{"keepalive-options":\[\{"full-publish-completed-echo":"[0-9a-f-]{36}"\}\]\}$/);
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(new Set(asked.slice(1))).toEqual(new Set(['{"keepalive-options":["suppress-republish"]}']));
    expect(byName(unwrapped(await read()))['battery.socPct']).toBeCloseTo(house.state().socPct, 1);
  });

  it('dates a value that never changes by the last answer of its device', async () => {
    const { clock, pass, read } = await opened();
    unwrapped(await read());
    await pass(120_000);
    const before = clock.now();
    const readings = unwrapped(await read());
    for (const [metric, value] of [
      ['minSocPct', 10],
      ['sohPct', 98.5],
    ] as const) {
      const found = readings.find((reading) => reading.metric === metric);
      expect(found?.value).toBe(value);
      expect(found?.measuredAt).toBeGreaterThanOrEqual(before);
    }
  });

  it('leaves out what has no value, and what left the bus, without a trace of the last one', async () => {
    const { gx, read } = await opened();
    const before = byName(unwrapped(await read()));
    expect(before).toHaveProperty(['battery.sohPct']);
    expect(before).toHaveProperty(['grid.frequencyHz']);
    gx.leave('battery', 512);
    gx.leave('grid', 30);
    gx.set('system', 'Relay/1/State', null);
    await expect.poll(async () => byName(unwrapped(await read()))).not.toHaveProperty('relay:2.on');
    const after = byName(unwrapped(await read()));
    for (const name of ['battery.sohPct', 'battery.tempC', 'grid.frequencyHz', 'grid.energyImportKwh'])
      expect(after).not.toHaveProperty([name]);
    expect(after).toHaveProperty(['relay:1.on']);
  });

  it('is woken again when it sleeps behind a broker of its own', async () => {
    const { gx, pass, read } = await opened();
    unwrapped(await read());
    await pass(5_000);
    gx.stop(); // It restarts: the connection to the broker stands, and it says nothing more.
    await pass(15_000);
    unwrapped(await read());
    expect(gx.isAwake()).toBe(true);
    expect(gx.fullPublishes()).toBe(2);
  });

  it('tells everything anew after the connection broke', async () => {
    const { broker, gx, house, read, clock } = await opened({}, { options: { sensors: '24' } });
    expect(byName(unwrapped(await read()))).toHaveProperty(['temperature:24.tempC']);
    broker.dropAll();
    gx.leave('temperature', 24); // Nobody hears it go.
    house.setGridSetpointW(1_500);
    await clock.advance(1_000);
    await expect.poll(async () => (await read()).ok).toBe(true);
    const found = byName(unwrapped(await read()));
    expect(Math.abs((found['grid.powerW'] ?? 0) - 1_500)).toBeLessThan(30);
    expect(found).not.toHaveProperty(['temperature:24.tempC']);
    expect(gx.fullPublishes()).toBe(2);
  });

  it('leaves no connection after close', async () => {
    const { broker, device, read, clock, gx } = await opened();
    unwrapped(await read());
    expect(broker.clients()).toHaveLength(1);
    await device.close();
    gx.stop();
    await expect.poll(() => broker.clients()).toEqual([]);
    expect(clock.pendingTimers()).toBe(0);
    expect(failureOf(await device.reader.read(never)).kind).toBe('temporary');
  });
});

describe('settings over MQTT', () => {
  it('move the house by the volatile setpoint, and hand it back with 0', async () => {
    const { actuator, house, pass, broker } = await opened();
    const written: string[] = [];
    broker.onPublish(({ topic, payload, retain }) => {
      if (topic.startsWith('W/')) written.push(`${topic} ${payload.toString('utf8')} ${retain}`);
    });
    const setpoint = actuator('grid-setpoint');
    expect(unwrapped(await setpoint.readBack()).value).toBe(0);
    unwrapped(await setpoint.write(-3_000));
    expect(unwrapped(await setpoint.readBack()).value).toBe(-3_000);
    await pass(5_000);
    expect(house.state().gridW).toBe(-3_000);
    unwrapped(await setpoint.write(0));
    await pass(5_000);
    expect(house.state().gridW).toBe(50); // What is stored in the GX, and was not touched.
    expect(written).toEqual([
      `W/${PORTAL}/hub4/0/Overrides/Setpoint {"value":-3000} false`,
      `W/${PORTAL}/hub4/0/Overrides/Setpoint {"value":0} false`,
    ]);
  });

  it('hold the battery: minimum, charge current, discharge power', async () => {
    const { actuator, house, pass } = await opened();
    unwrapped(await actuator('charge-current-limit').write(20));
    await pass(2_000);
    expect(house.state().batteryCurrentA).toBeLessThan(20.5);
    expect(house.state().batteryCurrentA).toBeGreaterThan(15);
    unwrapped(await actuator('grid-setpoint').write(-9_000));
    unwrapped(await actuator('discharge-power-limit').write(700));
    await pass(2_000);
    expect(house.state().batteryW).toBe(-700);
    unwrapped(await actuator('discharge-power-limit').write(-1));
    unwrapped(await actuator('minimum-soc').write(80));
    await pass(2_000);
    expect(house.state().batteryW).toBe(0);
    expect(unwrapped(await actuator('discharge-power-limit').readBack()).value).toBe(-1);
    unwrapped(await actuator('relay:2').write(true));
    expect(unwrapped(await actuator('relay:2').readBack()).value).toBe(true);
  });

  it('in flash are written to the log before the first change, once', async () => {
    const { actuator, sink } = await opened();
    const minimum = actuator('minimum-soc');
    unwrapped(await minimum.write(40));
    unwrapped(await minimum.write(50));
    const lines = sink.lines.filter((line) => line.includes('before the first change'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/"original":10/);
  });

  it('are refused beside Dynamic ESS, but always handed back', async () => {
    const { actuator, gx } = await opened();
    gx.set('settings', 'Settings/DynamicEss/Mode', 1);
    expect(failureOf(await actuator('grid-setpoint').write(500)).code).toBe('victron.dynamic-ess');
    unwrapped(await actuator('grid-setpoint').write(0));
  });

  it('that old firmware lacks are said to be missing, and are not there', async () => {
    const { actuator, device, read } = await opened({ lacks: ['hub4/0/Overrides/Setpoint'] });
    expect(byName(unwrapped(await read()))).not.toHaveProperty('grid-setpoint.setpointW');
    expect(device.present?.()).not.toContain('grid-setpoint');
    expect(device.present?.()).toEqual(expect.arrayContaining(['minimum-soc', 'charge-current-limit', 'relay:1']));
    expect(failureOf(await actuator('grid-setpoint').write(500))).toMatchObject({
      kind: 'permanent',
      code: 'victron.no-such-setting',
    });
    expect(failureOf(await actuator('grid-setpoint').readBack()).code).toBe('victron.no-such-setting');
  });

  it('out of range never reach the wire', async () => {
    const { actuator, broker } = await opened();
    for (const [name, value] of [
      ['minimum-soc', 101],
      ['minimum-soc', true],
      ['grid-setpoint', Number.NaN],
      ['charge-current-limit', -2],
    ] as const)
      expect(failureOf(await actuator(name).write(value)).code).toBe('device.value-refused');
    expect(failureOf(await actuator('relay:1').write(1)).code).toBe('device.wrong-setpoint');
    expect(broker.clients()).toEqual([]);
  });

  it('are read anew: what a person changed at the display shows', async () => {
    const { actuator, gx } = await opened();
    const minimum = actuator('minimum-soc');
    unwrapped(await minimum.write(40));
    gx.set('settings', 'Settings/CGwacs/BatteryLife/MinimumSocLimit', 25);
    expect(unwrapped(await minimum.readBack()).value).toBe(25);
  });
});

describe('what stands between', () => {
  const users = { '': 'gx-password-77', person: 'gx-password-77' };

  it('a password that is missing or wrong is said, and never told', async () => {
    for (const secret of [null, 'wrong-password-1']) {
      const { read, sink } = await opened({ users }, {}, secret);
      const failure = failureOf(await read());
      expect(failure).toMatchObject({ kind: 'permanent', code: 'device.password-wrong' });
      expect(JSON.stringify(failure) + sink.lines.join('')).not.toMatch(/wrong-password-1|gx-password-77/);
    }
  });

  it('the right one lets in, with a user or without', async () => {
    for (const options of [{}, { account: 'person' }]) {
      const { read } = await opened({ users }, { options }, 'gx-password-77');
      unwrapped(await read());
    }
  });

  it('a certificate of its own is trusted only after the person agreed to it', async () => {
    const tls = { key: certificate.key, cert: certificate.cert };
    const unknown = await opened({ tls }, { encryption: 'verify' });
    const failure = failureOf(await unknown.read());
    expect(failure).toMatchObject({
      kind: 'permanent',
      code: 'device.untrusted',
      fingerprint: certificate.fingerprint,
    });
    const agreed = await opened({ tls }, { encryption: 'pinned', fingerprint: certificate.fingerprint });
    unwrapped(await agreed.read());
    const other = await opened({ tls }, { encryption: 'pinned', fingerprint: 'AA:BB' });
    expect(failureOf(await other.read()).code).toBe('device.untrusted');
  });

  it('a broker without a GX is told from a GX that is silent', async () => {
    const clock = hastyClock();
    const broker = await startMqttBroker({ clock });
    closers.push(broker.close);
    const ask = async (options: Record<string, string>) => {
      const device = victronGxMqtt.open(
        { connection: { host: broker.host, port: broker.port, options }, secret: null },
        createDriverDeps({ clock, log: quietLog(clock) }),
      );
      closers.push(device.close);
      return failureOf(await device.reader.read(never));
    };
    expect(await ask({})).toMatchObject({ kind: 'temporary', code: 'victron.no-portal' });
    const silent = await ask({ portal: 'ABCDEF123456' });
    expect(silent).toMatchObject({ kind: 'temporary', code: 'device.timeout' });
    expect(silent.message).toContain('abcdef123456');
  });

  it('several GX devices at one broker are listed until one is chosen', async () => {
    const several = await opened();
    several.broker.publish('N/d0619ab27f99/system/0/Serial', '{"value":"d0619ab27f99"}', { retain: true });
    const failure = failureOf(await several.read());
    expect(failure).toMatchObject({ kind: 'permanent', code: 'victron.choose-portal' });
    expect(failure.message).toContain('d0619ab27f99');
    const chosen = await opened({}, { options: { portal: PORTAL.toUpperCase() } });
    chosen.broker.publish('N/d0619ab27f99/system/0/Serial', '{"value":"d0619ab27f99"}', { retain: true });
    unwrapped(await chosen.read());
  });

  it('a value that a broker kept is not taken: nobody knows how old it is', async () => {
    const { broker, read } = await opened({ lacks: ['settings/0/Settings/CGwacs/BatteryLife/MinimumSocLimit'] });
    broker.publish(`N/${PORTAL}/settings/0/Settings/CGwacs/BatteryLife/MinimumSocLimit`, '{"value":95}', {
      retain: true,
    });
    expect(byName(unwrapped(await read()))).not.toHaveProperty('minimum-soc.minSocPct');
  });

  it('malformed messages are counted and change nothing', async () => {
    const { broker, device, read } = await opened();
    const before = byName(unwrapped(await read()));
    for (const text of ['{"value":', 'on', '[]']) broker.publish(`N/${PORTAL}/system/0/Dc/Battery/Soc`, text);
    await expect.poll(() => device.reader.diagnostics?.().rejected).toBe(3);
    expect(byName(unwrapped(await read()))['battery.socPct']).toBeCloseTo(before['battery.socPct'] ?? 0, 1);
  });

  it.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', /not MQTT/],
    ['silence', '', /did not answer/],
  ])('%s instead of a broker is said as such', async (_, answer, message) => {
    const server = await startRawServer((socket) => {
      if (answer !== '') socket.write(answer);
    });
    closers.push(server.close);
    const clock: Clock = answer === '' ? hastyClock() : systemClock();
    const device = victronGxMqtt.open(
      { connection: { host: '127.0.0.1', port: server.port }, secret: null },
      createDriverDeps({ clock, log: quietLog(clock) }),
    );
    closers.push(device.close);
    const failure = failureOf(await device.reader.read(never));
    expect(failure.kind).toBe('temporary');
    expect(failure.message).toMatch(message);
  });
});
