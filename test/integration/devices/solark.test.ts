import { afterEach, describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { type SolarkSimulatorOptions, startSolarkSimulator } from '../../../main/devices/simulator/solark-server.ts';
import type { SimulatorFault } from '../../../main/devices/simulator/types.ts';
import { solark } from '../../../main/devices/solark/driver.ts';
import { channelsOf } from '../../../main/devices/types.ts';
import type { Connection } from '../../../preload/contract/devices.ts';
import { byName, NOON, quietLog, testHouse, unwrapped } from '../../support/simulated-house.ts';

const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Time goes on while a device is waited for. */
const inTime = async <Value>(clock: ReplayClock, work: Promise<Value>): Promise<Value> => {
  const state = { done: false };
  const watched = work.finally(() => {
    state.done = true;
  });
  while (!state.done) {
    await clock.advance(50);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return watched;
};

const setUp = async (simulated: Partial<SolarkSimulatorOptions>, chosen: Readonly<Record<string, string>> = {}) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock, { startTotal: { importKwh: 7_654.3 }, gridVoltageV: 230, gridFrequencyHz: 50 });
  const simulator = await startSolarkSimulator({ house, clock, ...simulated });
  closers.push(() => simulator.close());
  const connection: Connection = solark.connectionSchema.parse({
    host: simulator.host,
    port: simulator.port,
    unitId: 1,
    options: { framing: simulated.framing ?? 'tcp', ...chosen },
  });
  const device = solark.open({ connection, secret: null }, createDriverDeps({ clock, log: quietLog(clock) }));
  closers.push(() => device.close());
  const read = () => inTime(clock, device.reader.read(never));
  const actuator = (channel: string) => {
    const found = device.actuators.find(({ channelId }) => channelId === channel);
    if (!found) throw new Error(`no ${channel}`);
    return found;
  };
  return { clock, house, simulator, connection, device, read, actuator };
};

describe('each family in each framing', () => {
  const FAMILIES = [
    [3, 'auto', 0.005],
    [5, 'auto', 0.005],
    [6, 'three-phase-hv', 0.01],
    [0x602, 'three-phase-hv', 0.01],
    [0x500, 'three-phase-lv', 0.005],
  ] as const;
  const cases = FAMILIES.flatMap(([deviceClass, family, tolerance]) =>
    (['tcp', 'rtu'] as const).map((framing) => ({ deviceClass, family, tolerance, framing })),
  );

  it.each(cases)(
    'class $deviceClass over $framing shows the house in the product’s signs, inside its bounds',
    async ({ deviceClass, family, tolerance, framing }) => {
      const { clock, house, connection, read } = await setUp({ deviceClass, framing }, { family });
      for (const setpointW of [300, -6_500]) {
        house.setGridSetpointW(setpointW);
        await clock.advance(5_000);
        const readings = unwrapped(await read());
        const seen = byName(readings);
        const state = house.state();
        const near = (name: string, value: number): void =>
          expect(Math.abs((seen[name] ?? Number.NaN) - value), name).toBeLessThanOrEqual(
            Math.abs(value) * tolerance + 12,
          );
        near('battery.powerW', state.batteryW);
        near('grid.powerW', setpointW);
        near('load.powerW', state.loadW);
        near('pv:1.powerW', state.pvString1W);
        near('pv:2.powerW', state.pvString2W);
        expect(seen['battery.socPct']).toBe(Math.round(state.socPct));
        expect(Math.sign(seen['battery.currentA'] ?? 0)).toBe(Math.sign(state.batteryW));
        const specs = channelsOf(solark, connection);
        for (const { channelId, metric, value } of readings) {
          const [least, most] = specs.find((spec) => spec.channelId === channelId)?.bounds[metric] ?? [1, 0];
          expect(value, `${channelId} ${metric}`).toBeGreaterThanOrEqual(least);
          expect(value, `${channelId} ${metric}`).toBeLessThanOrEqual(most);
        }
      }
    },
  );

  it('shows three phases whose sum is the whole, and no more than one on a single-phase house', async () => {
    const three = byName(unwrapped(await (await setUp({ deviceClass: 5 })).read()));
    const sum = [1, 2, 3].reduce((total, phase) => total + (three[`grid:${phase}.powerW`] ?? Number.NaN), 0);
    expect(Math.abs(sum - (three['grid.powerW'] ?? 0))).toBeLessThan(20);
    expect(three['grid:3.voltageV']).toBe(230);
    const single = byName(unwrapped(await (await setUp({ deviceClass: 3 })).read()));
    expect(single).toHaveProperty(['grid:1.powerW']);
    expect(single).not.toHaveProperty(['grid:2.powerW']);
  });

  it('reads exports of a model without high words as exports', async () => {
    const { house, clock, read } = await setUp({ deviceClass: 5, wide: false });
    house.setGridSetpointW(-3_000);
    await clock.advance(5_000);
    expect(byName(unwrapped(await read()))['grid.powerW']).toBeLessThan(-2_900);
  });

  it('keeps quiet about the table of a high-voltage model, and refuses to write it', async () => {
    const { device, clock, simulator, read, actuator } = await setUp({ deviceClass: 6 }, { family: 'three-phase-hv' });
    unwrapped(await read());
    expect(device.present?.()).not.toContain('time-of-use');
    expect(device.present?.()).toContain('max-charge-current');
    const table = actuator('time-of-use');
    const written = await inTime(
      clock,
      table.write(String(table.spec.defaultSafeState), { leaseMs: null, signal: never }),
    );
    expect(written.ok ? 'written' : written.error.code).toBe('solark.table-unknown');
    expect(simulator.writes).toEqual([]);
  });

  it('sets currents of a three-phase inverter at its own registers', async () => {
    const { clock, simulator, actuator } = await setUp({ deviceClass: 5, framing: 'rtu' });
    for (const [channel, amps] of [
      ['max-charge-current', 80],
      ['max-discharge-current', 70],
      ['grid-charge-current', 25],
    ] as const)
      unwrapped(await inTime(clock, actuator(channel).write(amps, { leaseMs: null, signal: never })));
    unwrapped(await inTime(clock, actuator('grid-charge').write(true, { leaseMs: null, signal: never })));
    expect(simulator.writes).toEqual([
      { start: 108, values: [80] },
      { start: 109, values: [70] },
      { start: 128, values: [25] },
      { start: 130, values: [1] },
    ]);
    expect(unwrapped(await inTime(clock, actuator('max-charge-current').readBack(never))).value).toBe(80);
  });

  it('refuses a family that the inverter is not', async () => {
    const { read } = await setUp({ deviceClass: 3 }, { family: 'three-phase-lv' });
    const result = await read();
    expect(result.ok ? 'read' : result.error.message).toContain('single or split phase');
  });
});

describe('what a person chooses', () => {
  it.each([
    [{ framing: 'ascii' }, false],
    [{ family: 'micro' }, false],
    [{ strings: '7' }, false],
    [{ framing: 'rtu', family: 'three-phase-hv', strings: '3' }, true],
    [{}, true],
  ])('%o: %s', (options, expected) => {
    expect(solark.connectionSchema.safeParse({ host: 'h', port: 502, options }).success).toBe(expected);
  });

  it('how many strings there are counts at night too', async () => {
    const dark = await setUp({}, { strings: '3' });
    const seen = byName(unwrapped(await dark.read()));
    expect(seen['pv:3.powerW']).toBe(0);
    expect(seen).not.toHaveProperty(['pv:4.powerW']);
  });
});

describe('faults of a raw serial gateway', () => {
  it.each(['garbage', 'offline', 'slow'] satisfies SimulatorFault[])(
    '%s: a temporary failure each time, no reading, and good again after',
    async (fault) => {
      const { simulator, read, device } = await setUp({ framing: 'rtu' });
      unwrapped(await read());
      simulator.setFault(fault);
      for (let attempt = 0; attempt < 6; attempt += 1) {
        const result = await read();
        expect(result.ok ? 'read' : result.error.kind).toBe('temporary');
      }
      if (fault === 'garbage') expect(device.reader.diagnostics?.().rejected).toBeGreaterThanOrEqual(5);
      simulator.setFault('none');
      unwrapped(await read());
    },
  );

  it('the other framing is no device, and says so', async () => {
    for (const [spoken, chosen] of [
      ['tcp', 'rtu'],
      ['rtu', 'tcp'],
    ] as const) {
      const { read } = await setUp({ framing: spoken }, { framing: chosen });
      const result = await read();
      expect(result.ok ? 'read' : result.error.kind).toBe('temporary');
      expect(result.ok ? '' : result.error.advice).toContain('Modbus TCP or raw RTU');
    }
  });

  it('a wrong unit id is silence there, and the advice names it', async () => {
    const { read } = await setUp({ framing: 'rtu', unitId: 7 });
    const result = await read();
    expect(result.ok ? 'read' : result.error.code).toBe('device.timeout');
    expect(result.ok ? '' : result.error.advice).toContain('Modbus SN');
  });
});
