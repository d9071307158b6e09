import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { createModbusClient } from '../../../../main/devices/modbus/client.ts';
import { i16, i32HighFirst, u32HighFirst } from '../../../../main/devices/modbus/words.ts';
import { startGxSimulator } from '../../../../main/devices/simulator/gx-server.ts';
import { startSolarkSimulator } from '../../../../main/devices/simulator/solark-server.ts';
import type { SimulatorFault } from '../../../../main/devices/simulator/types.ts';
import { solark } from '../../../../main/devices/solark/driver.ts';
import { victronGx } from '../../../../main/devices/victron/driver.ts';
import { HOUR_MS, hastyClock, NOON, quietLog, testHouse, unwrapped } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const home = async () => {
  const clock = replayClock(NOON);
  const house = testHouse(clock);
  const gx = await startGxSimulator({ house, clock });
  const inverter = await startSolarkSimulator({ house, clock });
  const client = (port: number) => createModbusClient({ host: '127.0.0.1', port, clock: systemClock() });
  const [gxClient, inverterClient] = [client(gx.port), client(inverter.port)];
  closers.push(
    () => gx.close(),
    () => inverter.close(),
    () => gxClient.close(),
    () => inverterClient.close(),
  );
  const signal = AbortSignal.timeout(20_000);
  return {
    clock,
    house,
    gx,
    inverter,
    gxClient,
    signal,
    onGx: async (address: number, count = 1, unitId = 100) =>
      unwrapped(await gxClient.readHolding(unitId, address, count, signal)),
    onInverter: async (address: number, count = 1) =>
      unwrapped(await inverterClient.readHolding(1, address, count, signal)),
  };
};
const near = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(Math.abs(b) * 0.006 + 2);

describe('the two simulated devices of one house', () => {
  it('show the same flows, each in its own signs, at any time of day', async () => {
    const { clock, house, onGx, onInverter } = await home();
    for (const setpointW of [0, 2_000, -3_000]) {
      house.setGridSetpointW(setpointW);
      await clock.advance(HOUR_MS / 4);
      const state = house.state();
      const grid = await onGx(908, 6);
      const gridW = [0, 2, 4].reduce((sum, at) => sum + i32HighFirst(grid[at] ?? 0, grid[at + 1] ?? 0), 0);
      const load = await onGx(902, 6);
      const loadW = [0, 2, 4].reduce((sum, at) => sum + u32HighFirst(load[at] ?? 0, load[at + 1] ?? 0), 0);
      const [gxBattery = 0] = await onGx(842);
      const [dcPv = 0] = await onGx(850);
      const [ct = 0] = await onInverter(172);
      const [discharge = 0] = await onInverter(190);
      const [string1 = 0, string2 = 0] = await onInverter(186, 2);
      near(gridW, state.gridW);
      near(i16(ct), state.gridW);
      near(i16(gxBattery), state.batteryW);
      near(-i16(discharge), state.batteryW);
      near(loadW, state.loadW);
      near(dcPv + string1 + string2, state.pvW);
      near(dcPv, state.pvChargerW);
    }
  });

  it('count energy as the house does', async () => {
    const { clock, house, onInverter, onGx } = await home();
    await clock.advance(3 * HOUR_MS);
    const { today, total } = house.state();
    const [charge = 0, discharge = 0] = await onInverter(70, 2);
    expect(charge).toBe(Math.round(today.chargeKwh * 10));
    expect(discharge).toBe(Math.round(today.dischargeKwh * 10));
    expect(await onInverter(96, 2)).toEqual([Math.round(total.pvKwh * 10), 0]);
    expect(await onGx(301, 2, 225)).toEqual([Math.round(total.dischargeKwh * 10), Math.round(total.chargeKwh * 10)]);
  });
});

describe('the simulated GX', () => {
  it('answers with the exceptions of the vendor’s server', async () => {
    const { gxClient, signal, onGx } = await home();
    const exceptionOf = async (unitId: number, address: number, count = 1) => {
      const result = await gxClient.readHolding(unitId, address, count, signal);
      return result.ok ? 0 : result.error.exception;
    };
    expect(await exceptionOf(100, 840, 12)).toBe(2); // 847 is a gap
    expect(await exceptionOf(100, 4_000)).toBe(2);
    expect(await exceptionOf(100, 259)).toBe(10); // a battery register at the system's unit
    expect(await exceptionOf(225, 840)).toBe(10);
    expect(await exceptionOf(30, 840)).toBe(10);
    expect(await exceptionOf(250, 840)).toBe(11);
    expect(await exceptionOf(100, 840, 126)).toBe(3);
    expect(await exceptionOf(0, 840)).toBe(0); // 0 is the same as 100
    const readOnly = await gxClient.writeSingle(100, 843, 50, signal);
    expect(readOnly.ok ? 0 : readOnly.error.exception).toBe(2);
    const tooHigh = await gxClient.writeSingle(100, 2_901, 1_001, signal);
    expect(tooHigh.ok ? 0 : tooHigh.error.exception).toBe(3);
    expect(await onGx(827, 3)).toEqual([0xffff, 0xffff, 0xffff]);
  });

  it('follows the stored setpoint while the volatile one is 0, in watts and in hundreds', async () => {
    const { clock, house, gxClient, signal, onGx } = await home();
    unwrapped(await gxClient.writeSingle(100, 2_700, 700, signal));
    expect(await onGx(2_703)).toEqual([7]);
    await clock.advance(1_000);
    expect(house.state().gridW).toBe(700);
    unwrapped(await gxClient.writeMultiple(100, 2_716, [0xffff, 0xff38], signal));
    await clock.advance(1_000);
    expect(house.state().gridW).toBe(-200);
    unwrapped(await gxClient.writeMultiple(100, 2_716, [0, 0], signal));
    expect(house.state().gridW).toBe(700);
  });

  it('takes a charge current limit, −1 for none', async () => {
    const { clock, house, gxClient, signal } = await home();
    unwrapped(await gxClient.writeSingle(100, 2_705, 10, signal));
    await clock.advance(1_000);
    expect(house.state().batteryW).toBeLessThan(540);
    unwrapped(await gxClient.writeSingle(100, 2_705, 0xffff, signal));
    expect(house.state().batteryW).toBeGreaterThan(3_000);
  });
});

describe('faults, switched while the server runs', () => {
  const faulty = async (kind: 'gx' | 'inverter') => {
    const house = await home();
    const simulator = house[kind];
    const clock = hastyClock();
    const driver = kind === 'gx' ? victronGx : solark;
    const connection = { host: simulator.host, port: simulator.port };
    const device = driver.open({ connection, secret: null }, createDriverDeps({ clock, log: quietLog(clock) }));
    closers.push(() => device.close());
    return { simulator, device, signal: AbortSignal.timeout(20_000) };
  };
  const cases = (['gx', 'inverter'] as const).flatMap((kind) =>
    (['slow', 'offline', 'garbage'] as const).map((fault): [typeof kind, SimulatorFault] => [kind, fault]),
  );

  it.each(cases)('%s, %s: a temporary failure each time, no reading, and good again after', async (kind, fault) => {
    const { simulator, device, signal } = await faulty(kind);
    unwrapped(await device.reader.read(signal));
    simulator.setFault(fault);
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const result = await device.reader.read(signal);
      expect(result.ok ? 'read' : result.error.kind).toBe('temporary');
    }
    expect(device.reader.diagnostics?.().failures).toBe(7);
    if (fault === 'garbage') expect(device.reader.diagnostics?.().rejected).toBeGreaterThanOrEqual(6);
    simulator.setFault('none');
    unwrapped(await device.reader.read(signal));
  });
});
