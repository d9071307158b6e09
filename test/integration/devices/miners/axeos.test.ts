import { afterEach, describe, expect, it } from 'vitest';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { minerAxeos } from '../../../../main/devices/miners/axeos-driver.ts';
import {
  AXEOS_SECRETS,
  type AxeosSimulatorOptions,
  startAxeosSimulator,
} from '../../../../main/devices/simulator/axeos-server.ts';
import { type Bench, openBench } from '../../../support/devices/bench.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { quietLog } from '../../../support/simulated-house.ts';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bench of open.splice(0).reverse()) await bench.close();
});
const kept = <Value extends Bench>(bench: Value): Value => {
  open.push(bench);
  return bench;
};
const board = async (options: Partial<AxeosSimulatorOptions> = {}) =>
  kept(await openBench(minerAxeos, (stand) => startAxeosSimulator({ ...stand, ...options })));

describe('a Bitaxe', () => {
  it('is read, paused and resumed', async () => {
    const { read, shown, write } = await board();
    expect(await read()).toMatchObject({
      'mining powerW': 1_200,
      'mining voltageV': 53,
      'mining hashrateThs': 36,
      'mining stateCode': 1,
    });
    expect(await write('mining', false)).toBe('ok');
    expect(await shown('mining')).toBe(false);
    expect(await read()).toMatchObject({ 'mining stateCode': 2, 'mining powerW': 14 });
    expect(await write('mining', true)).toBe('ok');
    expect(await shown('mining')).toBe(true);
  });

  it('with a firmware that cannot pause is read only', async () => {
    const { device, read, shown, write } = await board({ canPause: false });
    expect(await read()).toMatchObject({ 'miner powerW': 1_200, 'miner stateCode': 1 });
    expect(device.present?.()).toEqual(['miner']);
    expect(await write('mining', false)).toMatch(/^permanent device.no-control/);
    expect(await shown('mining')).toBe('permanent device.no-control');
  });

  it('in a network with public addresses says why it is refused', async () => {
    const { device, outcome, write } = await board({ foreign: true });
    expect(await outcome(device.reader.read(never))).toMatch(/^permanent device.access: .*private networks/);
    expect(await write('mining', false)).toMatch(/^permanent device.access: .*private networks/);
  });

  it('lets nothing of its Wi-Fi and pool through: no reading, identity, failure or log line', async () => {
    const { device, inTime, lines, clock, server } = await board();
    const said = JSON.stringify([
      await inTime(device.reader.identify(never)),
      await inTime(device.reader.read(never)),
      lines,
      await inTime(
        minerAxeos.discovery?.recognise?.(
          { host: server.host, port: server.port, name: '', txt: {} },
          createDriverDeps({ clock, log: quietLog(clock) }),
          never,
        ) ?? Promise.resolve(null),
      ),
    ]);
    expect(said).toContain('F09E9E112233');
    for (const secret of Object.values(AXEOS_SECRETS)) expect(said).not.toContain(secret);
  });

  it.each([
    ['an empty answer', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 'the answer is empty'],
    ['the page of a router', 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n<html>no</html>', 'a web page'],
    [
      'a redirect',
      'HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\n\r\n',
      'points to another address (302)',
    ],
    ['JSON of something else', 'HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"hello":"x"}', 'another shape'],
  ])('%s is named', async (_, text, why) => {
    const bench = kept(
      await openBench(minerAxeos, async () => ({
        host: '127.0.0.1',
        ...(await startRawServer((socket) => void socket.end(text))),
      })),
    );
    expect(await bench.outcome(bench.device.reader.read(never))).toContain(why);
    expect(bench.device.reader.diagnostics?.().failures).toBe(1);
  });

  it('that never answers is given up after 5 s', async () => {
    const bench = kept(
      await openBench(minerAxeos, async () => ({
        host: '127.0.0.1',
        ...(await startRawServer(() => undefined)),
      })),
    );
    expect(await bench.outcome(bench.device.reader.read(never))).toMatch(/^temporary device.timeout/);
  });
});
