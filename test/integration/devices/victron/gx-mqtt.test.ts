import { afterEach, describe, expect, it } from 'vitest';
import { failureOf, openGxMqtt } from '../../../support/devices/gx-mqtt-bench.ts';
import { byName, unwrapped } from '../../../support/simulated-house.ts';

const PORTAL = 'c0619ab27f31';
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const opened = openGxMqtt.bind(null, closers);

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
