import { connect, type MqttClient } from 'mqtt';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { createSimulatedGx } from '../../../../main/devices/simulator/gx-mqtt.ts';
import { startGxMqttSimulator } from '../../../../main/devices/simulator/gx-mqtt-server.ts';
import { victronGxMqtt } from '../../../../main/devices/victron/gx-mqtt-driver.ts';
import type { Connection } from '../../../../preload/contract/devices.ts';
import {
  type Mosquitto,
  mosquittoMissing,
  mosquittoPub,
  mosquittoSub,
  startMosquitto,
} from '../../../support/mqtt/mosquitto.ts';
import { makeTestCertificate } from '../../../support/mqtt/test-certificate.ts';
import { byName, quietLog, steady, testHouse, unwrapped } from '../../../support/simulated-house.ts';

/**
 * Driver and simulator by the same hand can share a misunderstanding of MQTT: here a real Mosquitto stands between them,
 * and the vendor's own command lines speak to the simulator.
 */
const PORTAL = 'c0619ab27f31';
const clock = systemClock();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const certificate = makeTestCertificate();
afterAll(certificate.remove);

/** A GX that is a client of a broker, as one is that sends its messages on. */
const gxAt = async (broker: Mosquitto, options: { user?: string; password?: string; tls?: boolean } = {}) => {
  const house = testHouse(clock, { profile: steady(4_000, 700) });
  const client: MqttClient = connect({
    host: '127.0.0.1',
    port: broker.port,
    protocol: options.tls === true ? 'mqtts' : 'mqtt',
    rejectUnauthorized: false,
    reconnectPeriod: 100,
    ...(options.user === undefined ? {} : { username: options.user, password: options.password ?? '' }),
  });
  const gx = createSimulatedGx({
    house,
    clock,
    portal: PORTAL,
    say: (topic, payload, retain) => void client.publish(topic, payload, { retain }),
  });
  client.on('message', (topic, payload) => gx.hear(topic, payload));
  await new Promise<void>((resolve, reject) =>
    client.subscribe(['R/#', 'W/#'], (error) => (error ? reject(error) : resolve())),
  );
  closers.push(async () => {
    gx.stop();
    await client.endAsync(true);
  });
  return { gx, house };
};

const driverAt = (port: number, more: Partial<Connection> = {}, secret: string | null = null) => {
  const device = victronGxMqtt.open(
    { connection: { host: '127.0.0.1', port, ...more }, secret },
    createDriverDeps({ clock, log: quietLog(clock) }),
  );
  closers.push(device.close);
  const signal = AbortSignal.timeout(20_000);
  return {
    device,
    read: async () => device.reader.read(signal),
    actuator: (name: string) => {
      const found = device.actuators.find(({ channelId }) => channelId === name);
      if (!found) throw new Error(`no actuator ${name}`);
      return {
        write: async (value: number) => unwrapped(await found.write(value, { leaseMs: null, signal })),
        readBack: async () => unwrapped(await found.readBack(signal)).value,
      };
    },
  };
};

describe.skipIf(mosquittoMissing !== null)(`a GX behind Mosquitto ${mosquittoMissing ?? ''}`, () => {
  it('is read and steered through it', async () => {
    const broker = await startMosquitto();
    closers.push(broker.close);
    const { house } = await gxAt(broker);
    const { actuator, read } = driverAt(broker.port);
    const found = byName(unwrapped(await read()));
    expect(found['pv.powerW']).toBe(4_000);
    expect(found['load.powerW']).toBe(700);
    expect(found['battery.socPct']).toBeCloseTo(55, 1);
    await actuator('grid-setpoint').write(-2_500);
    expect(await actuator('grid-setpoint').readBack()).toBe(-2_500);
    expect(house.state().gridW).toBe(-2_500);
    await actuator('charge-current-limit').write(25);
    expect(await actuator('charge-current-limit').readBack()).toBe(25);
  });

  it('with user, password and a certificate of its own', async () => {
    const users = { gx: 'gx-secret', reader: 'reader-secret' };
    const broker = await startMosquitto({ users, tls: certificate });
    closers.push(broker.close);
    await gxAt(broker, { user: 'gx', password: 'gx-secret', tls: true });
    const pinned = { encryption: 'pinned' as const, fingerprint: certificate.fingerprint };
    const options = { account: 'reader' };
    const { read } = driverAt(broker.port, { ...pinned, options }, 'reader-secret');
    expect(byName(unwrapped(await read()))['load.powerW']).toBe(700);
    const refused = await driverAt(broker.port, { ...pinned, options }, 'wrong').read();
    expect(refused.ok ? 'read' : refused.error.code).toBe('device.password-wrong');
    const untrusted = await driverAt(broker.port, { encryption: 'verify', options }, 'reader-secret').read();
    expect(untrusted.ok ? 'read' : untrusted.error.code).toBe('device.untrusted');
  });

  it('comes back by itself after the broker was gone', async () => {
    const broker = await startMosquitto();
    closers.push(broker.close);
    await gxAt(broker);
    const { read } = driverAt(broker.port);
    unwrapped(await read());
    await broker.stop();
    await expect.poll(async () => (await read()).ok, { timeout: 10_000 }).toBe(false);
    await broker.start();
    await gxAt(broker); // What it keeps at the broker went with the broker.
    await expect.poll(async () => (await read()).ok, { timeout: 20_000, interval: 250 }).toBe(true);
  });
});

describe.skipIf(mosquittoMissing !== null)(`the simulator against mosquitto_sub ${mosquittoMissing ?? ''}`, () => {
  it('answers the command lines of the vendor’s README', async () => {
    const simulator = await startGxMqttSimulator({ house: testHouse(clock), clock });
    closers.push(simulator.close);
    const { port } = simulator;
    const listener = mosquittoSub(port, ['-t', `N/${PORTAL}/#`, '-t', 'N/+/system/0/Serial']);
    closers.push(listener.close);
    const said = (start: string) => () => listener.lines.filter((line) => line.startsWith(`N/${PORTAL}/${start}`));
    // Before anybody wakes it only the serial number is there.
    await expect.poll(said('system/0/Serial'), { timeout: 10_000 }).not.toEqual([]);
    expect(said('battery')()).toEqual([]);
    expect(await mosquittoPub(port, ['-t', `R/${PORTAL}/keepalive`, '-n'])).toBe(0);
    await expect.poll(said('full_publish_completed'), { timeout: 10_000 }).toHaveLength(1);
    expect(said('battery/512/Soh')()).toEqual([`N/${PORTAL}/battery/512/Soh {"value":98.5}`]);
    expect(said('pvinverter/20/Ac/L2/Power')()).toEqual([`N/${PORTAL}/pvinverter/20/Ac/L2/Power {"value":null}`]);
    expect(said('settings/0/Settings/CGwacs/BatteryLife')()[0]).toMatch(/\{"max":100,"min":0,"value":10\}$/);
    const quiet = '{"keepalive-options":["suppress-republish"]}';
    expect(await mosquittoPub(port, ['-t', `R/${PORTAL}/keepalive`, '-m', quiet])).toBe(0);
    await mosquittoPub(port, ['-t', `W/${PORTAL}/hub4/0/Overrides/Setpoint`, '-m', '{"value": -200}']);
    await expect
      .poll(said('hub4/0/Overrides/Setpoint'), { timeout: 10_000 })
      .toContain(`N/${PORTAL}/hub4/0/Overrides/Setpoint {"value":-200}`);
    await mosquittoPub(port, ['-t', `R/${PORTAL}/settings/0/Settings/CGwacs`, '-n']);
    await expect.poll(said('settings/0/Settings/CGwacs/MaxDischargePower'), { timeout: 10_000 }).toHaveLength(2);
    expect(said('full_publish_completed')()).toHaveLength(1);
  });
});
