import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { startGxSimulator } from '../../../main/devices/simulator/gx-server.ts';
import { startSolarkSimulator } from '../../../main/devices/simulator/solark-server.ts';
import { solark } from '../../../main/devices/solark/driver.ts';
import type { Driver } from '../../../main/devices/types.ts';
import { victronGx } from '../../../main/devices/victron/driver.ts';
import {
  mbpollMissing,
  mbpollRead,
  mbpollWrite,
  pymodbusMissing,
  startPymodbus,
} from '../../support/modbus/third-party.ts';
import { byName, HOUR_MS, NOON, quietLog, testHouse, unwrapped } from '../../support/simulated-house.ts';

/**
 * A driver and a simulator by the same hand can share one misunderstanding. Here each of them is held against a program
 * of somebody else: the simulators against mbpoll, the drivers against a pymodbus server that encodes by the vendors'
 * tables on its own.
 */
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const open = (driver: Driver, port: number, unitId?: number, options: Record<string, string> = {}) => {
  const clock = systemClock();
  const connection = { host: '127.0.0.1', port, options, ...(unitId === undefined ? {} : { unitId }) };
  const device = driver.open({ connection, secret: null }, createDriverDeps({ clock, log: quietLog(clock) }));
  closers.push(() => device.close());
  const signal = AbortSignal.timeout(20_000);
  const [first] = device.actuators;
  const gridCharge = device.actuators.find(({ channelId }) => channelId === 'grid-charge-current');
  if (!first) throw new Error('no actuator');
  return {
    device,
    signal,
    first: gridCharge ?? first,
    actuator: (name: string) => {
      const found = device.actuators.find(({ channelId }) => channelId === name);
      if (!found) throw new Error(`no actuator ${name}`);
      return found;
    },
    identify: async () => unwrapped(await device.reader.identify(signal)),
    read: async () => byName(unwrapped(await device.reader.read(signal))),
  };
};

/** A house at one frozen instant with export and a charging battery: what anybody reads there must agree. */
const frozen = async () => {
  const clock = replayClock(NOON);
  const house = testHouse(clock, { startTotal: { importKwh: 9_876.5 } });
  return { clock, house };
};

describe.skipIf(mbpollMissing !== null)(`simulators against mbpoll ${mbpollMissing ?? ''}`, () => {
  it('a GX: the driver reads what mbpoll reads', async () => {
    const { clock, house } = await frozen();
    const simulator = await startGxSimulator({ house, clock });
    closers.push(() => simulator.close());
    house.setGridSetpointW(-1_400);
    await clock.advance(60_000);
    const { port } = simulator;
    const read = await open(victronGx, port).read();
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const [voltage, current, power, soc] = await mbpollRead(port, 100, 840, 4);
    expect(read['battery.voltageV']).toBe((voltage ?? 0) / 10);
    expect(read['battery.currentA']).toBe((current ?? 0) / 10);
    expect(read['battery.powerW']).toBe(power);
    expect(Math.round(read['battery.socPct'] ?? -1)).toBe(soc);
    expect(read['grid.powerW']).toBe(sum(await mbpollRead(port, 100, 908, 3, 'i32-high-first')));
    expect(read['grid.powerW']).toBe(sum(await mbpollRead(port, 100, 820, 3)));
    expect(read['grid.powerW']).toBeLessThan(-1_300);
    expect(read['load.powerW']).toBe(sum(await mbpollRead(port, 100, 902, 3, 'i32-high-first')));
    expect([read['pv.powerW']]).toEqual(await mbpollRead(port, 100, 850, 1));
    const [tempTenths] = await mbpollRead(port, 225, 262, 1);
    expect(read['battery.tempC']).toBe((tempTenths ?? 0) / 10);
  });

  it('a GX: a setpoint that mbpoll writes is what the driver reads back, and the other way round', async () => {
    const { clock, house } = await frozen();
    const simulator = await startGxSimulator({ house, clock });
    closers.push(() => simulator.close());
    const { first: setpoint, signal } = open(victronGx, simulator.port);
    expect(await mbpollWrite(simulator.port, 100, 2716, [-70_000], 'i32-high-first')).toMatchObject({ ok: true });
    expect(unwrapped(await setpoint.readBack(signal)).value).toBe(-70_000);
    unwrapped(await setpoint.write(-2_510, { leaseMs: null, signal }));
    expect(await mbpollRead(simulator.port, 100, 2716, 1, 'i32-high-first')).toEqual([-2_510]);
  });

  it('a GX: refuses a gap, a foreign unit and a read-only register as the vendor’s server does', async () => {
    const { clock, house } = await frozen();
    const simulator = await startGxSimulator({ house, clock });
    closers.push(() => simulator.close());
    await expect(mbpollRead(simulator.port, 100, 840, 12)).rejects.toThrow(/Illegal data address/);
    await expect(mbpollRead(simulator.port, 100, 259, 1)).rejects.toThrow(/Gateway path unavailable/);
    await expect(mbpollRead(simulator.port, 250, 840, 1)).rejects.toThrow(/Target device failed to respond/);
    expect((await mbpollWrite(simulator.port, 100, 843, [50])).said).toMatch(/Illegal data address/);
    expect(await mbpollRead(simulator.port, 225, 310, 2)).toEqual([-1, -1]); // reserved: 65535
  });

  it('an inverter: the driver reads what mbpoll reads, in the product’s signs', async () => {
    const { clock, house } = await frozen();
    const simulator = await startSolarkSimulator({ house, clock });
    closers.push(() => simulator.close());
    house.setGridSetpointW(-1_400);
    await clock.advance(HOUR_MS);
    const { port } = simulator;
    const read = await open(solark, port, 1).read();
    const [power, current] = await mbpollRead(port, 1, 190, 2);
    expect(read['battery.powerW']).toBe(-(power ?? 0));
    expect(read['battery.currentA']).toBe(-(current ?? 0) / 100);
    expect([read['grid.powerW']]).toEqual(await mbpollRead(port, 1, 172, 1));
    expect(read['grid.powerW']).toBeLessThan(-1_300);
    expect([read['pv:1.powerW'], read['pv:2.powerW']]).toEqual(await mbpollRead(port, 1, 186, 2));
    const [tempRaw] = await mbpollRead(port, 1, 182, 1);
    expect(read['battery.tempC']).toBeCloseTo((tempRaw ?? 0) * 0.1 - 100, 6);
    expect(await mbpollRead(port, 1, 81, 1, 'i32-low-first')).toEqual([
      Math.round((read['grid.energyExportKwh'] ?? 0) * 10),
    ]);
    const [low, hertz, high] = (await mbpollRead(port, 1, 78, 3)).map((word) => word & 0xffff);
    expect(read['grid.energyImportKwh']).toBe(((high ?? 0) * 65_536 + (low ?? 0)) / 10);
    expect(read['grid.frequencyHz']).toBe((hertz ?? 0) / 100);
  });

  it('an inverter: refuses function 6 and takes function 16', async () => {
    const { clock, house } = await frozen();
    const simulator = await startSolarkSimulator({ house, clock });
    closers.push(() => simulator.close());
    const { first: gridCharge, signal } = open(solark, simulator.port, 1);
    expect((await mbpollWrite(simulator.port, 1, 230, [12])).said).toMatch(/Illegal function/);
    expect(unwrapped(await gridCharge.readBack(signal)).value).toBe(40);
    unwrapped(await gridCharge.write(12, { leaseMs: null, signal }));
    expect(await mbpollRead(simulator.port, 1, 230, 1)).toEqual([12]);
  });
});

describe.skipIf(pymodbusMissing !== null)(`drivers against pymodbus ${pymodbusMissing ?? ''}`, () => {
  const GX = {
    'system/Serial': '48e7da8912ab',
    'system/Dc/Battery/Voltage': 52.7,
    'system/Dc/Battery/Current': -23.4,
    'system/Dc/Battery/Power': -1_233,
    'system/Dc/Battery/Soc': 64,
    'system/Ac/Grid/L1/Power': -2_400,
    'system/Ac/Grid/L2/Power': 310,
    'system/Ac/Grid/L3/Power': -90,
    'system/Ac/Consumption/L1/Power': 1_500,
    'system/Ac/Consumption/L2/Power': 480,
    'system/Ac/Consumption/L3/Power': 7,
    'system/Ac/PvOnOutput/L1/Power': 1_000,
    'system/Ac/PvOnGrid/L2/Power': 300,
    'system/Dc/Pv/Power': 2_345,
    'system/Ac/ActiveIn/Source': 1,
    'settings/Settings/CGwacs/BatteryLife/MinimumSocLimit': 35,
    'settings/Settings/SystemSetup/MaxChargeCurrent': 150,
    'settings/Settings/CGwacs/MaxDischargePower': 4_200,
    'system/Relay/0/State': 1,
    'hub4/Overrides/Setpoint': -1_750,
  };
  const BATTERY = {
    'battery/Dc/0/Voltage': 52.71,
    'battery/Dc/0/Temperature': -3.5,
    'battery/Soc': 63.8,
    'battery/Soh': 97,
    'battery/Capacity': 280,
    'battery/Info/MaxChargeVoltage': 56,
    'battery/Info/MaxChargeCurrent': 120,
    'battery/Info/MaxDischargeCurrent': 180,
  };

  it('reads a GX that was encoded by the vendor’s table', async () => {
    const server = await startPymodbus('gx', { '100': GX, '225': BATTERY });
    closers.push(() => server.close());
    const device = open(victronGx, server.port);
    expect(await device.identify()).toEqual({ serial: '48e7da8912ab', model: 'Victron GX', firmware: null });
    expect(await device.read()).toEqual({
      'battery.voltageV': 52.7,
      'battery.currentA': -23.4,
      'battery.powerW': -1_233,
      'battery.socPct': 63.8,
      'battery.tempC': -3.5,
      'battery.sohPct': 97,
      'battery.capacityKwh': expect.closeTo(14.336, 6),
      'battery.chargeLimitA': 120,
      'battery.dischargeLimitA': 180,
      'grid.powerW': -2_180,
      'grid:l1.powerW': -2_400,
      'grid:l2.powerW': 310,
      'grid:l3.powerW': -90,
      'load.powerW': 1_987,
      'load:l1.powerW': 1_500,
      'load:l2.powerW': 480,
      'load:l3.powerW': 7,
      'pv.powerW': 3_645,
      'grid-setpoint.setpointW': -1_750,
      'minimum-soc.minSocPct': 35,
      'charge-current-limit.chargeLimitA': 150,
      'discharge-power-limit.powerLimitW': 4_200,
      'relay:1.on': 1,
      'relay:2.on': 0,
    });
  });

  it('writes limits and relays that mbpoll reads', async () => {
    const server = await startPymodbus('gx', { '100': GX });
    closers.push(() => server.close());
    const { actuator, signal } = open(victronGx, server.port);
    for (const [name, value, register, kept] of [
      ['charge-current-limit', 35, 2705, 35],
      ['charge-current-limit', -1, 2705, -1],
      ['relay:2', true, 807, 1],
      ['relay:1', false, 806, 0],
      ['minimum-soc', 42, 2901, 420],
    ] as const) {
      unwrapped(await actuator(name).write(value, { leaseMs: null, signal }));
      expect(unwrapped(await actuator(name).readBack(signal)).value).toBe(value);
      if (!mbpollMissing) expect(await mbpollRead(server.port, 100, register, 1)).toEqual([kept]);
    }
    unwrapped(await actuator('discharge-power-limit').write(2_345, { leaseMs: null, signal }));
    expect(unwrapped(await actuator('discharge-power-limit').readBack(signal)).value).toBe(2_345);
    if (!mbpollMissing) expect(await mbpollRead(server.port, 100, 2720, 1, 'i32-high-first')).toEqual([2_345]);
  });

  it('writes a setpoint that pymodbus keeps and mbpoll reads', async () => {
    const server = await startPymodbus('gx', { '100': GX });
    closers.push(() => server.close());
    const { first: setpoint, signal } = open(victronGx, server.port);
    unwrapped(await setpoint.write(-12_340, { leaseMs: null, signal }));
    expect(unwrapped(await setpoint.readBack(signal)).value).toBe(-12_340);
    if (!mbpollMissing) {
      expect(await mbpollRead(server.port, 100, 2716, 1, 'i32-high-first')).toEqual([-12_340]);
    }
  });

  it('reads an inverter that was encoded by the community’s table', async () => {
    const server = await startPymodbus('solark', {
      '1': {
        'device type': 3,
        'serial number': '2207019876',
        'rated power': 12_000,
        'overall state': 2,
        'day battery charge': 6.1,
        'day battery discharge': 3.2,
        'total battery charge': 7_000.4,
        'total battery discharge': 6_543.2,
        'day grid import': 1.5,
        'day grid export': 22.7,
        'total grid import': 8_765.4,
        'grid frequency': 59.98,
        'total grid export': 23_456.7,
        'day load': 14.3,
        'total load': 34_567.8,
        'radiator / AC heatsink temperature': 41.3,
        'day PV': 41.9,
        'PV1 voltage': 351.2,
        'PV1 current': 7.9,
        'PV1 power': 2_774,
        'PV2 voltage': 340,
        'PV2 current': 5.5,
        'PV2 power': 1_870,
        'grid L1-N voltage': 121.3,
        'grid-terminal power total': -55,
        'external CT power total': -2_450,
        'inverter power total': 4_400,
        'load power total': 1_950,
        'battery temperature': -4.5,
        'battery voltage': 53.28,
        'battery SOC': 88,
        'battery power': -244,
        'battery current': -4.58,
        'grid charge current': 40,
        'grid charge enable': 0x10,
        'max battery charge current': 120,
        'max battery discharge current': 150,
        'time-of-use enable': 0x81,
        'BMS charge current limit': 100,
        'BMS discharge current limit': 140,
        'external CT power L1': -1_300,
        'external CT power L2': -1_150,
        'grid L2-N voltage': 119.9,
        'load power L1': 1_000,
        'load power L2': 950,
        'AUX port use': 2,
        'total PV': 45_678.9,
      },
    });
    closers.push(() => server.close());
    const device = open(solark, server.port, 1);
    expect(await device.identify()).toEqual({
      serial: '2207019876',
      model: 'Hybrid inverter, 12 kW',
      firmware: null,
    });
    expect(await device.read()).toEqual({
      'pv:1.powerW': 2_774,
      'pv:1.voltageV': 351.2,
      'pv:1.currentA': 7.9,
      'pv:2.powerW': 1_870,
      'pv:2.voltageV': 340,
      'pv:2.currentA': 5.5,
      'battery.powerW': 244,
      'battery.currentA': 4.58,
      'battery.voltageV': 53.28,
      'battery.socPct': 88,
      'battery.tempC': -4.5,
      'battery.energyImportKwh': 7_000.4,
      'battery.energyExportKwh': 6_543.2,
      'grid.powerW': -2_450,
      'grid.voltageV': 121.3,
      'grid.frequencyHz': 59.98,
      'grid.energyImportKwh': 8_765.4,
      'grid.energyExportKwh': 23_456.7,
      'load.powerW': 1_950,
      'load.energyKwh': 34_567.8,
      'inverter.powerW': 4_400,
      'inverter.tempC': 41.3,
      'inverter.stateCode': 2,
      'inverter.faultCode': 0,
      'grid-charge-current.limitA': 40,
      'grid-charge.on': 0,
      'max-charge-current.limitA': 120,
      'max-discharge-current.limitA': 150,
      'time-of-use.on': 1,
      'battery.chargeLimitA': 100,
      'battery.dischargeLimitA': 140,
      'grid:1.powerW': -1_300,
      'grid:1.voltageV': 121.3,
      'grid:2.powerW': -1_150,
      'grid:2.voltageV': 119.9,
      'load:1.powerW': 1_000,
      'load:2.powerW': 950,
      'generator.powerW': 0,
      'pv.energyKwh': 45_678.9,
      'today:pv.energyKwh': 41.9,
      'today:load.energyKwh': 14.3,
      'today:grid.energyImportKwh': 1.5,
      'today:grid.energyExportKwh': 22.7,
      'today:battery.energyImportKwh': 6.1,
      'today:battery.energyExportKwh': 3.2,
    });
  });

  it.each(['tcp', 'rtu'] as const)('writes the charge current with function 16, framed as %s', async (framing) => {
    const values = { 'device type': 3, 'serial number': '2207019876' };
    const server = await startPymodbus('solark', { '1': values }, framing);
    closers.push(() => server.close());
    const { first: gridCharge, signal } = open(solark, server.port, 1, { framing });
    unwrapped(await gridCharge.write(35, { leaseMs: null, signal }));
    expect(unwrapped(await gridCharge.readBack(signal)).value).toBe(35);
  });

  const THREE_PHASE = {
    'device type': 5,
    'serial number': '2207019876',
    'rated power': 12_000,
    'overall state': 2,
    'day battery charge': 6.1,
    'total grid import': 8_765.4,
    'total PV': 45_678.9,
    'day PV': 41.9,
    temperature: -4.5,
    voltage: 53.28,
    SOC: 88,
    power: -244,
    current: -4.58,
    'L1 voltage': 231.4,
    'L2 voltage': 229.8,
    'L3 voltage': 230.1,
    frequency: 50.02,
    'grid L1 power': -1_300,
    'grid L2 power': 200,
    'grid L3 power': -50,
    'grid total power': -1_150,
    'inverter total power': 3_000,
    'load total power': 1_850,
    'load L1 power': 600,
    'PV1 power': 2_774,
    'PV2 power': 1_870,
    'PV3 power': 450,
    'max battery charge current': 120,
    'grid charge current': 40,
    'BMS charge current limit': 100,
    'time-of-use enable and days': 0xff,
  };

  it.each(['tcp', 'rtu'] as const)(
    'reads a three-phase inverter by the community’s table, framed as %s',
    async (framing) => {
      const server = await startPymodbus('solark-three-phase', { '1': THREE_PHASE }, framing);
      closers.push(() => server.close());
      const device = open(solark, server.port, 1, { framing });
      expect(await device.identify()).toMatchObject({
        serial: '2207019876',
        model: 'Hybrid inverter three-phase with a low-voltage battery, 12 kW',
      });
      expect(await device.read()).toMatchObject({
        'pv:1.powerW': 2_774,
        'pv:2.powerW': 1_870,
        'pv:3.powerW': 450,
        'battery.powerW': 244,
        'battery.currentA': 4.58,
        'battery.voltageV': 53.28,
        'battery.socPct': 88,
        'battery.tempC': -4.5,
        'battery.chargeLimitA': 100,
        'grid.powerW': -1_150,
        'grid:1.powerW': -1_300,
        'grid:2.powerW': 200,
        'grid:3.powerW': -50,
        'grid:3.voltageV': 230.1,
        'grid.frequencyHz': 50.02,
        'grid.energyImportKwh': 8_765.4,
        'load.powerW': 1_850,
        'load:1.powerW': 600,
        'inverter.powerW': 3_000,
        'inverter.faultCode': 0,
        'pv.energyKwh': 45_678.9,
        'max-charge-current.limitA': 120,
        'grid-charge-current.limitA': 40,
        'time-of-use.on': 1,
        'today:pv.energyKwh': 41.9,
        'today:battery.energyImportKwh': 6.1,
      });
    },
  );

  it.each([
    ['solark', 3, { 'slot 2 battery voltage': 49.5, 'slot 1 flags': 12, 'rated power': 12_000 }],
    ['solark-three-phase', 5, { 'slot 2 battery voltage': 49.5, 'rated power': 12_000 }],
  ] as const)('keeps a whole table that was written to %s over raw RTU', async (kind, deviceClass, more) => {
    const values = { 'device type': deviceClass, 'serial number': '2207019876', ...more };
    const server = await startPymodbus(kind, { '1': values }, 'rtu');
    closers.push(() => server.close());
    const { device, signal } = open(solark, server.port, 1, { framing: 'rtu' });
    const table = device.actuators.find(({ channelId }) => channelId === 'time-of-use');
    if (!table) throw new Error('no table');
    const text = [0, 3, 6, 12, 16, 22]
      .map((hour) => `${String(hour).padStart(2, '0')}:15 4000W 4${hour % 10}%`)
      .join('; ');
    const wished = text.replace('03:15 4000W 43%', '03:15 4000W 43% grid generator sell');
    unwrapped(await table.write(wished, { leaseMs: null, signal }));
    expect(unwrapped(await table.readBack(signal)).value).toBe(wished);
  });
});
