import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { blockOf } from '../../../../main/devices/modbus/block.ts';
import { createModbusClient } from '../../../../main/devices/modbus/client.ts';
import { type GxSimulatorOptions, startGxSimulator } from '../../../../main/devices/simulator/gx-server.ts';
import { dischargeLimitW } from '../../../../main/devices/victron/decode.ts';
import { victronGx } from '../../../../main/devices/victron/driver.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import { byName, NOON, steady, testHouse, unwrapped } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const signal = new AbortController().signal;

const opened = async (changes: Partial<GxSimulatorOptions> = {}) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock, { profile: steady(5_200, 900) });
  const simulator = await startGxSimulator({ house, clock, ...changes });
  const real = systemClock();
  const sink = memorySink();
  const device = victronGx.open(
    { connection: { host: simulator.host, port: simulator.port }, secret: null },
    createDriverDeps({ clock: real, log: createLog(sink, real) }),
  );
  const other = createModbusClient({ host: simulator.host, port: simulator.port, clock: real });
  closers.push(simulator.close, device.close, other.close);
  const actuator = (name: string) => {
    const found = device.actuators.find(({ channelId }) => channelId === name);
    if (!found) throw new Error(`no actuator ${name}`);
    return {
      write: (value: number | boolean) => found.write(value, { leaseMs: null, signal }),
      readBack: async () => unwrapped(await found.readBack(signal)).value,
    };
  };
  const register = async (address: number): Promise<number> =>
    unwrapped(await other.readHolding(100, address, 1, signal))[0] ?? -1;
  const read = async () => byName(unwrapped(await device.reader.read(signal)));
  return { actuator, clock, device, house, other, read, register, simulator, sink };
};

describe('limits of a GX', () => {
  it('hold the charge current, and are no reading while there is none', async () => {
    const { actuator, clock, house, read } = await opened();
    const limit = actuator('charge-current-limit');
    expect(await limit.readBack()).toBe(-1);
    expect(await read()).not.toHaveProperty(['charge-current-limit.chargeLimitA']);
    unwrapped(await limit.write(15));
    await clock.advance(2_000);
    expect(house.state().batteryCurrentA).toBeLessThan(15.5);
    expect((await read())['charge-current-limit.chargeLimitA']).toBe(15);
    unwrapped(await limit.write(-1));
    await clock.advance(2_000);
    expect(house.state().batteryCurrentA).toBeGreaterThan(50);
  });

  it('hold the discharge power to the watt, and 0 stops it', async () => {
    const { actuator, clock, house, read } = await opened();
    house.setGridSetpointW(-9_000);
    const limit = actuator('discharge-power-limit');
    for (const value of [1_234, 0]) {
      unwrapped(await limit.write(value));
      expect(await limit.readBack()).toBe(value);
      await clock.advance(2_000);
      expect(house.state().batteryW).toBe(value === 0 ? 0 : -value);
      expect((await read())['discharge-power-limit.powerLimitW']).toBe(value);
    }
    unwrapped(await limit.write(-1));
    await clock.advance(2_000);
    expect(house.state().batteryW).toBeLessThan(-2_000);
  });

  it('go through 2704 in tens of watts where the firmware has no wide register', async () => {
    const { actuator, read, register } = await opened({ lacks: ['wide'] });
    const limit = actuator('discharge-power-limit');
    unwrapped(await limit.write(2_340));
    expect(await register(2704)).toBe(234);
    expect(await limit.readBack()).toBe(2_340);
    expect((await read())['discharge-power-limit.powerLimitW']).toBe(2_340);
    const odd = await limit.write(2_345);
    expect(odd.ok ? 'written' : odd.error.code).toBe('device.value-refused');
    unwrapped(await limit.write(-1));
    expect(await limit.readBack()).toBe(-1);
  });

  it('of 0 in tens of watts are no reading: "none" may look the same there', () => {
    const limits = (tens: number) => blockOf(2704, [tens, 0]);
    expect(dischargeLimitW({ limits: limits(0), wideDischargeLimit: null })).toBeNull();
    expect(dischargeLimitW({ limits: limits(0xffff), wideDischargeLimit: null })).toBeNull();
    expect(dischargeLimitW({ limits: limits(12), wideDischargeLimit: null })).toBe(120);
    expect(dischargeLimitW({ limits: null, wideDischargeLimit: blockOf(2720, [0, 0]) })).toBe(0);
  });

  it('in flash go to the log before the first change, and 2700 is never written', async () => {
    const { actuator, register, sink } = await opened();
    const stored = await register(2700);
    for (const value of [20, 30]) unwrapped(await actuator('charge-current-limit').write(value));
    unwrapped(await actuator('grid-setpoint').write(700));
    expect(sink.lines.filter((line) => line.includes('Charge current limit before the first change'))).toHaveLength(1);
    expect(await register(2700)).toBe(stored);
  });
});

describe('relays of a GX', () => {
  it('close and open, each for itself', async () => {
    const { actuator, read, register } = await opened();
    unwrapped(await actuator('relay:2').write(true));
    expect([await register(806), await register(807)]).toEqual([0, 1]);
    expect([await actuator('relay:1').readBack(), await actuator('relay:2').readBack()]).toEqual([false, true]);
    expect(await read()).toMatchObject({ 'relay:1.on': 0, 'relay:2.on': 1 });
    const wrong = await actuator('relay:1').write(1);
    expect(wrong.ok ? 'written' : wrong.error.code).toBe('device.wrong-setpoint');
  });
});

describe('the phases', () => {
  it('are the sums’ parts', async () => {
    const { house, read } = await opened();
    house.setGridSetpointW(3_000);
    const found = await read();
    const sum = (name: string) =>
      [1, 2, 3].reduce((total, phase) => total + (found[`${name}:l${phase}.powerW`] ?? Number.NaN), 0);
    expect(sum('grid')).toBe(found['grid.powerW']);
    expect(sum('load')).toBe(found['load.powerW']);
  });
});

describe('what this GX has', () => {
  it('is known after the first read: without 2716 there is no setpoint', async () => {
    const old = await opened({ lacks: ['wide'] });
    expect(old.device.present?.()).toContain('grid-setpoint');
    await old.read();
    expect(old.device.present?.()).not.toContain('grid-setpoint');
    expect(old.device.present?.()).toEqual(expect.arrayContaining(['minimum-soc', 'discharge-power-limit', 'relay:1']));
    const none = await opened({ lacks: ['battery'] });
    await none.read();
    expect(none.device.present?.()).not.toContain('battery');
  });
});
