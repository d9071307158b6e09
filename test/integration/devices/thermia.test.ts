import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { startGxSimulator } from '../../../main/devices/simulator/gx-server.ts';
import { startThermiaSimulator, type ThermiaSimulatorOptions } from '../../../main/devices/simulator/thermia-server.ts';
import { thermiaGenesis } from '../../../main/devices/thermia/driver.ts';
import { type Bench, openBench } from '../../support/devices/bench.ts';
import { mbpollMissing, mbpollRead } from '../../support/modbus/third-party.ts';
import { quietLog } from '../../support/simulated-house.ts';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bench of open.splice(0).reverse()) await bench.close();
});
const kept = <Value extends Bench>(bench: Value): Value => {
  open.push(bench);
  return bench;
};
const pump = async (options: Partial<ThermiaSimulatorOptions> = {}) =>
  kept(await openBench(thermiaGenesis, (stand) => startThermiaSimulator({ ...stand, ...options })));

describe('a Thermia', () => {
  it('of the inverter family: power, energy, temperatures, settings', async () => {
    const { device, inTime, read } = await pump();
    expect(await inTime(device.reader.identify(never))).toMatchObject({
      ok: true,
      value: { model: 'Thermia Genesis inverter', firmware: '9.1.17' },
    });
    expect(await read()).toEqual({
      'heat-pump powerW': 1_431,
      'heat-pump energyKwh': 70_123,
      'heat-pump stateCode': 4,
      'heat-pump on': 1,
      'heat-pump faultCode': 0,
      'room tempC': 21.4,
      'room targetTempC': 21,
      'hot-water tempC': 48.7,
      'hot-water targetTempC': 54,
      'hot-water-start targetTempC': 44,
      'allow-hot-water on': 1,
      'allow-heating on': 1,
      'outdoor tempC': 5.4,
      'supply tempC': 34.7,
    });
  });

  it('of the mega family has no electric meter, and a sensor that is not connected is left out', async () => {
    const { device, inTime, read } = await pump({ model: 'mega', absent: [121, 13] });
    const readings = await read();
    for (const gone of ['heat-pump powerW', 'heat-pump energyKwh', 'room tempC', 'outdoor tempC'])
      expect(readings).not.toHaveProperty(gone);
    expect(readings).toMatchObject({ 'heat-pump stateCode': 4, 'room targetTempC': 21 });
    expect(device.present?.()).toEqual(expect.arrayContaining(['heat-pump', 'room', 'supply']));
    expect(device.present?.()).not.toContain('outdoor');
    expect(await inTime(device.reader.identify(never))).toMatchObject({ value: { model: 'Thermia Genesis mega' } });
  });

  it('takes the comfort wheel in half degrees, and hot water only the right way round', async () => {
    const { server, shown, write } = await pump();
    expect(await write('room', 22.5)).toBe('ok');
    expect([await shown('room'), server.holding(5)]).toEqual([22.5, 2_250]);
    expect(await write('room', 45)).toMatch(/^permanent device.value-refused/);
    expect(await write('hot-water', 58)).toBe('ok');
    expect(await shown('hot-water')).toBe(58);
    expect(await write('hot-water', 43)).toMatch(/would start at 44 °C and stop at 43 °C/);
    expect(await write('hot-water-start', 57.5)).toMatch(/would start at 57.5 °C and stop at 58 °C/);
    expect(await write('hot-water-start', 50)).toBe('ok');
    expect([server.holding(22), server.holding(23)]).toEqual([5_000, 5_800]);
  });

  it('takes leave to heat and to make hot water, each by its own coil and no other', async () => {
    const { server, shown, write } = await pump();
    expect(await write('allow-heating', false)).toBe('ok');
    expect(await shown('allow-heating')).toBe(false);
    expect([server.coil(8), server.coil(9), server.coil(25)]).toEqual([true, false, false]);
    expect(await write('allow-hot-water', false)).toBe('ok');
    expect(await write('allow-heating', true)).toBe('ok');
    expect([server.coil(8), server.coil(9), server.holding(0)]).toEqual([false, true, 3]);
  });

  it('is given a tenth of a second between requests', async () => {
    const { clock, device, inTime, server } = await pump();
    const startMs = clock.monotonicMs();
    await inTime(device.reader.read(never));
    expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual((server.requests() - 1) * 100);
  });

  it('is not found in a Victron GX that answers on the same port', async () => {
    const bench = kept(await openBench(thermiaGenesis, ({ clock, house }) => startGxSimulator({ clock, house })));
    const deps = createDriverDeps({ clock: bench.clock, log: quietLog(bench.clock) });
    const sighting = { host: bench.server.host, port: bench.server.port, name: '', txt: {} };
    const recognise = thermiaGenesis.discovery?.recognise;
    if (!recognise) throw new Error('no discovery');
    expect(await bench.inTime(recognise(sighting, deps, never))).toBeNull();
    expect(await bench.outcome(bench.device.reader.read(never))).toMatch(/device.not-recognised|device.refused/);
    const real = await pump();
    const there = { ...sighting, port: real.server.port };
    expect(
      await real.inTime(recognise(there, createDriverDeps({ clock: real.clock, log: quietLog(real.clock) }), never)),
    ).toEqual({
      identity: null,
      model: 'Thermia Genesis',
      unitId: 1,
    });
  });
});

describe.skipIf(mbpollMissing !== null)(`the simulated Thermia against mbpoll ${mbpollMissing ?? ''}`, () => {
  const run = promisify(execFile);
  const values = (stdout: string): readonly number[] =>
    [...stdout.matchAll(/^\[\d+\]:\s+(-?\d+)/gm)].map(([, value]) => Number(value));
  const bits = async (port: number, type: '0' | '1', address: number, count: number) => {
    const args = [
      '-m',
      'tcp',
      '-p',
      `${port}`,
      '-a',
      '1',
      '-r',
      `${address}`,
      '-0',
      '-1',
      '-c',
      `${count}`,
      '-t',
      type,
    ];
    return values((await run('mbpoll', [...args, '127.0.0.1'], { timeout: 20_000 })).stdout);
  };

  it('shows coils, discrete inputs and holding registers as the driver set them', async () => {
    const { server, write } = await pump();
    const { port } = server;
    expect(await write('allow-heating', false)).toBe('ok');
    expect(await write('room', 19.5)).toBe('ok');
    expect(await bits(port, '0', 8, 3)).toEqual([1, 0, 0]);
    expect(await bits(port, '1', 199, 1)).toEqual([1]);
    expect(await mbpollRead(port, 1, 5, 1)).toEqual([1_950]);
  });

  it('takes a coil from mbpoll as from the driver', async () => {
    const { server, shown } = await pump();
    const args = ['-m', 'tcp', '-p', `${server.port}`, '-a', '1', '-r', '9', '-0', '-t', '0', '127.0.0.1', '0'];
    await run('mbpoll', args, { timeout: 20_000 });
    expect(server.coil(9)).toBe(false);
    expect(await shown('allow-heating')).toBe(false);
  });
});
