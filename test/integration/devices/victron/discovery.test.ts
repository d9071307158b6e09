import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, replayClock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { startGxMqttSimulator } from '../../../../main/devices/simulator/gx-mqtt-server.ts';
import { startGxSimulator } from '../../../../main/devices/simulator/gx-server.ts';
import { startMqttBroker } from '../../../../main/devices/simulator/mqtt-broker.ts';
import { startSolarkSimulator } from '../../../../main/devices/simulator/solark-server.ts';
import type { Driver, Sighting } from '../../../../main/devices/types.ts';
import { victronGx } from '../../../../main/devices/victron/driver.ts';
import { victronGxMqtt } from '../../../../main/devices/victron/gx-mqtt-driver.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { hastyClock, NOON, quietLog, testHouse } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const never = new AbortController().signal;
const real = systemClock();
const sighting = (port: number, name = ''): Sighting => ({ host: '127.0.0.1', port, name, txt: {} });
const recognise = async (driver: Driver, port: number, clock: Clock = real) => {
  const known = driver.discovery?.recognise?.(sighting(port), createDriverDeps({ clock, log: quietLog(clock) }), never);
  return known ?? Promise.reject(new Error('nothing is recognised'));
};
const site = () => {
  const clock = replayClock(NOON);
  return { clock, house: testHouse(clock) };
};
const started = async <Server extends { readonly port: number; close(): Promise<void> }>(server: Promise<Server>) => {
  const running = await server;
  closers.push(running.close);
  return running.port;
};

describe('a GX', () => {
  it('is known over Modbus TCP by its portal id', async () => {
    const port = await started(startGxSimulator(site()));
    expect(await recognise(victronGx, port)).toEqual({ identity: 'c0619ab27f31', model: 'Victron GX' });
  });

  it('is known over MQTT by the same, without a password and without being woken', async () => {
    const simulator = await startGxMqttSimulator(site());
    closers.push(simulator.close);
    expect(await recognise(victronGxMqtt, simulator.port)).toEqual({ identity: 'c0619ab27f31', model: 'Victron GX' });
    expect(simulator.gx.fullPublishes()).toBe(0);
    await expect.poll(() => simulator.broker.clients()).toEqual([]);
  });

  it('is not what something else is', async () => {
    expect(await recognise(victronGx, await started(startSolarkSimulator(site())))).toBeNull();
    expect(await recognise(victronGx, await started(startRawServer((socket) => socket.end('SSH-2.0\r\n'))))).toBeNull();
    expect(await recognise(victronGx, 1)).toBeNull();
    expect(await recognise(victronGxMqtt, 1)).toBeNull();
    const plain = await started(startMqttBroker({ clock: real }));
    expect(await recognise(victronGxMqtt, plain, hastyClock())).toBeNull();
    const closed = await started(startMqttBroker({ clock: real, users: { a: 'b' } }));
    expect(await recognise(victronGxMqtt, closed)).toBeNull();
  });

  it('is claimed by its name among other brokers', () => {
    const claims = (name: string) => victronGxMqtt.discovery?.claims?.(sighting(1883, name));
    expect(['venus', 'Cerbo GX', 'Victron Ekrano'].map(claims)).toEqual([true, true, true]);
    expect(['homeassistant', 'mosquitto', ''].map(claims)).toEqual([false, false, false]);
  });
});
