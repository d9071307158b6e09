import { afterEach, describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock, systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { createModbusClient } from '../../../../main/devices/modbus/client.ts';
import { type SolarkSimulatorOptions, startSolarkSimulator } from '../../../../main/devices/simulator/solark-server.ts';
import { solark } from '../../../../main/devices/solark/driver.ts';
import type { ChannelActuator } from '../../../../main/devices/types.ts';
import { byName, HOUR_MS, NOON, quietLog, testHouse, unwrapped } from '../../../support/simulated-house.ts';

const never = new AbortController().signal;
/** Time goes on while a device is waited for: its pauses between requests need it. */
const inTime = async <Value>(clock: ReplayClock, work: Promise<Value>): Promise<Value> => {
  const state = { done: false };
  const watched = work.finally(() => {
    state.done = true;
  });
  while (!state.done) {
    await clock.advance(25);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return watched;
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const opened = async (changes: Partial<SolarkSimulatorOptions> = {}, unitId = 1) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock, { startTotal: { importKwh: 7_654.3, exportKwh: 12_000 } });
  const simulator = await startSolarkSimulator({ house, clock, ...changes });
  const real = systemClock();
  const device = solark.open(
    { connection: { host: simulator.host, port: simulator.port, unitId }, secret: null },
    createDriverDeps({ clock: real, log: quietLog(real) }),
  );
  const raw = createModbusClient({ host: simulator.host, port: simulator.port, clock: real });
  closers.push(
    () => simulator.close(),
    () => device.close(),
    () => raw.close(),
  );
  const actuator = (channelId: string): ChannelActuator => {
    const found = device.actuators.find((one) => one.channelId === channelId);
    if (!found) throw new Error(`no actuator ${channelId}`);
    return found;
  };
  const gridCharge = actuator('grid-charge-current');
  return {
    actuator,
    clock,
    house,
    simulator,
    device,
    raw,
    gridCharge,
    signal: AbortSignal.timeout(20_000),
  };
};

describe('an inverter that is read', () => {
  it('tells who it is', async () => {
    const { device, signal } = await opened();
    expect(unwrapped(await device.reader.identify(signal))).toEqual({
      serial: '2302154829',
      model: 'Hybrid inverter, 12 kW',
      firmware: null,
    });
  });

  it('shows the house within the meters’ half percent, with the product’s signs', async () => {
    const { device, house, clock, signal } = await opened();
    house.setGridSetpointW(300);
    await clock.advance(30_000);
    const state = house.state();
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(state.batteryW).toBeGreaterThan(4_000); // charging
    expect(Math.abs((read['battery.powerW'] ?? 0) / state.batteryW - 1)).toBeLessThan(0.005);
    expect(Math.abs((read['battery.currentA'] ?? 0) / state.batteryCurrentA - 1)).toBeLessThan(0.01);
    expect(Math.abs((read['battery.voltageV'] ?? 0) / state.batteryVoltageV - 1)).toBeLessThan(0.005);
    expect(read['battery.tempC']).toBeCloseTo(state.batteryTempC, 0);
    expect(read['battery.socPct']).toBe(Math.round(state.socPct));
    expect(Math.abs((read['grid.powerW'] ?? 0) - 300)).toBeLessThan(3);
    expect(Math.abs((read['pv:1.powerW'] ?? 0) / state.pvString1W - 1)).toBeLessThan(0.005);
    expect(Math.abs((read['pv:2.powerW'] ?? 0) / state.pvString2W - 1)).toBeLessThan(0.005);
    expect(Math.abs((read['load.powerW'] ?? 0) / state.loadW - 1)).toBeLessThan(0.005);
    expect((read['pv:1.voltageV'] ?? 0) * (read['pv:1.currentA'] ?? 0)).toBeCloseTo(state.pvString1W, -2);
    expect(read).toMatchObject({ 'inverter.faultCode': 0, 'inverter.stateCode': 2, 'grid-charge-current.limitA': 40 });
    expect(read['inverter.tempC']).toBeGreaterThan(20);
  });

  it('shows discharge as negative', async () => {
    const { device, house, clock, signal } = await opened();
    house.setGridSetpointW(-6_500);
    await clock.advance(5_000);
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(read['battery.powerW']).toBeLessThan(-2_000);
    expect(read['battery.currentA']).toBeLessThan(-40);
    expect(read['grid.powerW']).toBeLessThan(-6_400);
  });

  it('joins words that are not neighbours, low word first', async () => {
    const { device, signal } = await opened();
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(read['grid.energyImportKwh']).toBe(7_654.3); // 76,543 tenths: more than one word holds
    expect(read['grid.energyExportKwh']).toBe(12_000);
    expect(read['grid.frequencyHz']).toBeCloseTo(60, 1);
  });

  it('counts energies of the day beside the lifetime ones', async () => {
    const { device, clock, house, signal } = await opened();
    await clock.advance(HOUR_MS);
    const read = byName(unwrapped(await device.reader.read(signal)));
    expect(read['today:pv.energyKwh']).toBeCloseTo(5.2, 1);
    expect(read['today:load.energyKwh']).toBeCloseTo(0.9, 1);
    expect(read['today:battery.energyImportKwh']).toBeCloseTo(house.state().today.chargeKwh, 1);
  });

  it('asks for the fast block at each poll, for the rest once a minute, and for 20 registers at most', async () => {
    const clock = replayClock(NOON);
    const simulator = await startSolarkSimulator({ house: testHouse(clock), clock });
    const device = solark.open(
      { connection: { host: simulator.host, port: simulator.port }, secret: null },
      createDriverDeps({ clock, log: quietLog(clock) }),
    );
    closers.push(
      () => simulator.close(),
      () => device.close(),
    );
    const counts: number[] = [];
    for (let poll = 0; poll < 13; poll += 1) {
      const before = simulator.requests();
      const names = Object.keys(byName(unwrapped(await inTime(clock, device.reader.read(never)))));
      expect(names).toContain('battery.powerW');
      expect(names.includes('grid.energyImportKwh')).toBe(simulator.requests() - before > 4);
      counts.push(simulator.requests() - before);
      await clock.advance(5_000);
    }
    expect(counts.slice(0, 3)).toEqual([12, 3, 3]);
    expect(counts.filter((count) => count > 4)).toHaveLength(2);
  });
});

describe('an inverter of another kind', () => {
  it.each([
    [6, 'solark.family-needed'],
    [0x500, 'solark.family-needed'],
    [0x601, 'solark.family-needed'],
    [0x200, 'solark.unknown-class'],
    [2, 'solark.unknown-class'],
    [77, 'solark.unknown-class'],
  ])('class %i is refused for good, for reading and for writing', async (deviceClass, code) => {
    const { device, gridCharge, raw, signal } = await opened({ deviceClass });
    for (const result of [
      await device.reader.identify(signal),
      await device.reader.read(signal),
      await gridCharge.write(10, { leaseMs: null, signal }),
    ]) {
      expect(result.ok ? 'accepted' : `${result.error.kind} ${result.error.code}`).toBe(`permanent ${code}`);
    }
    expect(
      unwrapped(
        await raw.readHolding(1, deviceClass > 4 && deviceClass !== 77 && deviceClass !== 0x200 ? 128 : 230, 1, signal),
      ),
    ).toEqual([40]);
  });

  it('refuses what names no serial number', async () => {
    const { device, signal } = await opened({ serial: '' });
    const result = await device.reader.identify(signal);
    expect(result.ok ? 'accepted' : result.error.code).toBe('device.not-recognised');
  });

  it('says what to check when the unit id is wrong', async () => {
    const { device, signal } = await opened({}, 4);
    const result = await device.reader.read(signal);
    expect(result.ok ? 'read' : result.error.advice).toContain('RS-485');
  });

  it('refuses unit id 0 in the form', () => {
    expect(solark.connectionSchema.safeParse({ host: 'a', port: 502, unitId: 0 }).success).toBe(false);
    expect(solark.connectionSchema.safeParse({ host: 'a', port: 502, unitId: 1 }).success).toBe(true);
  });
});

describe('an inverter that is written', () => {
  it('takes the charge current from the grid and reads it back', async () => {
    const { gridCharge, signal } = await opened();
    unwrapped(await gridCharge.write(25, { leaseMs: null, signal }));
    expect(unwrapped(await gridCharge.readBack(signal)).value).toBe(25);
    for (const value of [true, -1, 186]) {
      const result = await gridCharge.write(value, { leaseMs: null, signal });
      expect(result.ok ? 'accepted' : result.error.code).toBe('device.value-refused');
    }
    expect(unwrapped(await gridCharge.readBack(signal)).value).toBe(25);
  });

  it('is caught lying by its read-back', async () => {
    const { gridCharge, signal } = await opened({ fault: 'lie' });
    unwrapped(await gridCharge.write(25, { leaseMs: null, signal }));
    expect(unwrapped(await gridCharge.readBack(signal)).value).toBe(40);
  });
});

describe('the simulated inverter', () => {
  it('answers with the exceptions of the real one', async () => {
    const { raw, signal } = await opened();
    const codeOf = (result: Awaited<ReturnType<typeof raw.readHolding>>) => (result.ok ? 0 : result.error.exception);
    expect(codeOf(await raw.readInput(1, 150, 1, signal))).toBe(1);
    expect(codeOf(await raw.readHolding(1, 400, 1, signal))).toBe(2);
    expect(codeOf(await raw.readHolding(1, 150, 21, signal))).toBe(11);
    expect(codeOf(await raw.readHolding(2, 150, 1, signal))).toBe(11);
    const single = await raw.writeSingle(1, 230, 5, signal);
    expect(single.ok ? 0 : single.error.exception).toBe(1);
    const readOnly = await raw.writeMultiple(1, 184, [50], signal);
    expect(readOnly.ok ? 0 : readOnly.error.exception).toBe(2);
    const tooHigh = await raw.writeMultiple(1, 230, [900], signal);
    expect(tooHigh.ok ? 0 : tooHigh.error.exception).toBe(3);
  });
});
