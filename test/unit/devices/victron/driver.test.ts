import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { type GxSimulatorOptions, startGxSimulator } from '../../../../main/devices/simulator/gx-server.ts';
import type { OpenDevice } from '../../../../main/devices/types.ts';
import { victronGx } from '../../../../main/devices/victron/driver.ts';
import { byName, NOON, quietLog, testHouse, unwrapped } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const opened = async (changes: Partial<GxSimulatorOptions> = {}, unitId?: number) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock);
  const simulator = await startGxSimulator({ house, clock, ...changes });
  const real = systemClock();
  const device: OpenDevice = victronGx.open(
    {
      connection: { host: simulator.host, port: simulator.port, ...(unitId === undefined ? {} : { unitId }) },
      secret: null,
    },
    createDriverDeps({ clock: real, log: quietLog(real) }),
  );
  closers.push(
    () => simulator.close(),
    () => device.close(),
  );
  const signal = AbortSignal.timeout(20_000);
  const actuator = (name: string) => {
    const found = device.actuators.find(({ channelId }) => channelId === name);
    if (!found) throw new Error(`no actuator ${name}`);
    return found;
  };
  return { clock, house, simulator, device, signal, actuator };
};

describe('a GX that is read', () => {
  it('tells who it is', async () => {
    const { device, signal } = await opened();
    expect(unwrapped(await device.reader.identify(signal))).toEqual({
      serial: 'c0619ab27f31',
      model: 'Victron GX',
      firmware: 'v3.60',
    });
  });

  it('shows the house within the meters’ half percent, with the product’s signs', async () => {
    const { device, house, signal, clock } = await opened();
    house.setGridSetpointW(400);
    await clock.advance(60_000);
    const state = house.state();
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(state.gridW).toBe(400);
    expect(read['grid.powerW']).toBeCloseTo(400, -1);
    expect(state.batteryW).toBeGreaterThan(2_000);
    expect(Math.abs((read['battery.powerW'] ?? 0) / state.batteryW - 1)).toBeLessThan(0.005);
    expect(Math.abs((read['battery.currentA'] ?? 0) - state.batteryCurrentA)).toBeLessThan(0.5);
    expect(Math.abs((read['battery.voltageV'] ?? 0) - state.batteryVoltageV)).toBeLessThan(0.3);
    expect(Math.abs((read['load.powerW'] ?? 0) / state.loadW - 1)).toBeLessThan(0.005);
    expect(Math.abs((read['pv.powerW'] ?? 0) - state.pvChargerW)).toBeLessThan(6);
    expect(read['battery.socPct']).toBeCloseTo(state.socPct, 1);
    expect(read['minimum-soc.minSocPct']).toBe(10);
    expect(read['grid-setpoint.setpointW']).toBe(0);
  });

  it('shows discharge and export as negative', async () => {
    const { device, house, signal, clock } = await opened();
    house.setGridSetpointW(-6_000);
    await clock.advance(10_000);
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(read['grid.powerW']).toBeLessThan(-5_900);
    expect(read['battery.powerW']).toBeLessThan(-1_600);
    expect(read['battery.currentA']).toBeLessThan(-30);
  });

  it('finds the battery’s own unit and takes temperature, health and limits from it', async () => {
    const { device, house, signal } = await opened();
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(read['battery.tempC']).toBeCloseTo(house.state().batteryTempC, 0);
    expect(read['battery.sohPct']).toBe(98.5);
    expect(read['battery.capacityKwh']).toBeCloseTo(15, 1);
    expect(read['battery.chargeLimitA']).toBeCloseTo(146.5, 0);
  });

  it('takes the configured battery unit without a search', async () => {
    const { device, simulator, signal } = await opened({}, 225);
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(read['battery.sohPct']).toBe(98.5);
    expect(simulator.requests()).toBe(11);
  });

  it('leaves temperature out where no battery unit exists, and searches seldom', async () => {
    const { device, simulator, signal } = await opened({ lacks: ['battery-service'] });
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(read).not.toHaveProperty('battery.tempC');
    expect(read['battery.socPct']).toBe(55);
    const after = simulator.requests();
    unwrapped(await device.reader.read(signal));
    expect(simulator.requests() - after).toBe(9);
  });

  it('has no battery readings at all where the monitor is silent: 0 is not a state of charge', async () => {
    const { device, signal } = await opened({ lacks: ['battery'] });
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(Object.keys(read).filter((name) => name.startsWith('battery.'))).toEqual([]);
    expect(read['load.powerW']).toBeGreaterThan(800);
  });

  it('falls back to the 16-bit registers of old firmware', async () => {
    const { device, house, signal } = await opened({ lacks: ['wide'] });
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(Math.abs((read['load.powerW'] ?? 0) / house.state().loadW - 1)).toBeLessThan(0.005);
    expect(read).not.toHaveProperty('grid-setpoint.setpointW');
  });
});

describe('a GX that is written', () => {
  it('takes a grid setpoint that the house then follows, and hands back with 0', async () => {
    const { house, signal, actuator, clock } = await opened();
    const setpoint = actuator('grid-setpoint');
    unwrapped(await setpoint.write(-3_000, { leaseMs: null, signal }));
    expect(unwrapped(await setpoint.readBack(signal)).value).toBe(-3_000);
    await clock.advance(5_000);
    expect(house.state().gridW).toBe(-3_000);
    unwrapped(await setpoint.write(0, { leaseMs: null, signal }));
    await clock.advance(5_000);
    expect(house.state().gridW).toBe(50); // what is stored in 2700
  });

  it('stops discharge at a new minimum state of charge', async () => {
    const { house, signal, actuator, clock } = await opened();
    house.setGridSetpointW(-8_000);
    await clock.advance(1_000);
    expect(house.state().batteryW).toBeLessThan(-3_000);
    const minimum = actuator('minimum-soc');
    unwrapped(await minimum.write(60, { leaseMs: null, signal }));
    expect(unwrapped(await minimum.readBack(signal)).value).toBe(60);
    expect(house.state().batteryW).toBe(0);
  });

  it('refuses what lies outside the declared range before the wire is touched', async () => {
    const { signal, actuator, simulator } = await opened();
    for (const value of [true, 120, -1, Number.NaN]) {
      const result = await actuator('minimum-soc').write(value, { leaseMs: null, signal });
      expect(result.ok ? 'accepted' : result.error.code).toBe('device.value-refused');
    }
    expect(simulator.requests()).toBe(0);
  });

  it('refuses a setpoint beside Dynamic ESS, but always hands back', async () => {
    const { signal, actuator, simulator } = await opened();
    const { createModbusClient } = await import('../../../../main/devices/modbus/client.ts');
    const other = createModbusClient({ host: simulator.host, port: simulator.port, clock: systemClock() });
    unwrapped(await other.writeSingle(100, 5423, 1, signal));
    await other.close();
    const refused = await actuator('grid-setpoint').write(500, { leaseMs: null, signal });
    expect(refused.ok ? 'accepted' : refused.error.code).toBe('victron.dynamic-ess');
    unwrapped(await actuator('grid-setpoint').write(0, { leaseMs: null, signal }));
  });

  it('is caught lying by its read-back', async () => {
    const { signal, actuator } = await opened({ fault: 'lie' });
    const setpoint = actuator('grid-setpoint');
    unwrapped(await setpoint.write(1_000, { leaseMs: null, signal }));
    expect(unwrapped(await setpoint.readBack(signal)).value).toBe(0);
  });
});

describe('a GX that fails', () => {
  it('yields a failure, never a reading, and comes back by itself', async () => {
    const { device, signal, simulator } = await opened();
    unwrapped(await device.reader.read(signal));
    simulator.setFault('offline');
    const away = await device.reader.read(signal);
    expect(away.ok ? 'read' : away.error.kind).toBe('temporary');
    simulator.setFault('none');
    unwrapped(await device.reader.read(signal));
  });

  it('leaves no socket after close', async () => {
    const { device, signal, simulator } = await opened();
    unwrapped(await device.reader.read(signal));
    expect(simulator.connections()).toBe(1);
    await device.close();
    await expect.poll(() => simulator.connections()).toBe(0);
    const closed = await device.reader.read(signal);
    expect(closed.ok ? 'read' : closed.error.code).toBe('device.closed');
  });
});
