import { afterEach, describe, expect, it } from 'vitest';
import { minerWhatsminer } from '../../../../main/devices/miners/whatsminer-driver.ts';
import { minerWhatsminerV3 } from '../../../../main/devices/miners/whatsminer-v3-driver.ts';
import {
  startWhatsminerSimulator,
  type WhatsminerSimulatorOptions,
} from '../../../../main/devices/simulator/whatsminer-server.ts';
import {
  startWhatsminerV3Simulator,
  type WhatsminerV3SimulatorOptions,
} from '../../../../main/devices/simulator/whatsminer-v3-server.ts';
import { type Bench, openBench } from '../../../support/devices/bench.ts';
import { startRawServer } from '../../../support/raw-server.ts';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bench of open.splice(0).reverse()) await bench.close();
});
const kept = <Value extends Bench>(bench: Value): Value => {
  open.push(bench);
  return bench;
};
const second = async (options: Partial<WhatsminerSimulatorOptions> = {}, secret: string | null = 'whats-secret') =>
  kept(await openBench(minerWhatsminer, (stand) => startWhatsminerSimulator({ ...stand, ...options }), { secret }));
const third = async (options: Partial<WhatsminerV3SimulatorOptions> = {}, secret: string | null = 'super-secret') =>
  kept(await openBench(minerWhatsminerV3, (stand) => startWhatsminerV3Simulator({ ...stand, ...options }), { secret }));

describe('the second interface', () => {
  it('reads power, limit, temperature and state without a password', async () => {
    const { device, inTime, read } = await second({}, null);
    expect(await inTime(device.reader.identify(never))).toMatchObject({ ok: true, value: { serial: 'C4082800AA01' } });
    expect(await read()).toMatchObject({
      'mining powerW': 1_200,
      'mining hashrateThs': 36,
      'mining tempC': 76,
      'mining stateCode': 1,
      'power-target powerLimitW': 3_400,
    });
  });

  it('switches off and on with one sealed login, and half a minute lies between off and on', async () => {
    const { clock, house, read, server, shown, write } = await second();
    expect(await write('mining', false)).toBe('ok');
    const offMs = clock.monotonicMs();
    expect(await shown('mining')).toBe(false);
    expect(await read()).toMatchObject({ 'mining stateCode': 2, 'mining powerW': 14 });
    expect(house.state().loads[0]?.powerW).toBe(0);
    expect(await write('mining', true)).toBe('ok');
    expect(clock.monotonicMs() - offMs).toBeGreaterThanOrEqual(30_000);
    expect(await shown('mining')).toBe(true);
    expect(server.tokens()).toBe(1);
  });

  it('sets the power limit as text of whole watts', async () => {
    const { server, shown, write } = await second();
    expect(await write('power-target', 2_750)).toBe('ok');
    expect(await shown('power-target')).toBe(2_750);
    expect(server.miner.powerTargetW()).toBe(2_750);
  });

  it('renews a login that ended', async () => {
    const { server, write, clock } = await second();
    expect(await write('mining', false)).toBe('ok');
    server.endLogins();
    expect(await write('mining', true)).toBe('ok');
    await clock.advance(1_600_000);
    expect(await write('mining', false)).toBe('ok');
    expect(server.tokens()).toBe(3);
  });

  it('says a wrong password plainly and stops trying; writing switched off is another matter', async () => {
    const wrong = await second({}, 'never-this');
    expect(await wrong.write('mining', false)).toMatch(/^permanent device.password-wrong/);
    expect(await wrong.write('mining', false)).toMatch(/^permanent device.password-wrong/);
    expect(wrong.server.tokens()).toBe(2);
    expect(wrong.server.miner.phase()).toBe('mining');
    expect(wrong.lines.join()).not.toContain('never-this');
    const closed = await second({ writable: false });
    expect(await closed.write('mining', false)).toMatch(/^permanent device.access: .*does not let anybody write/);
    const none = await second({}, null);
    expect(await none.write('mining', false)).toMatch(/^permanent device.password-needed/);
  });

  it('knows another miner’s answer for what it is', async () => {
    const text = '{"STATUS":[{"STATUS":"E","Code":24,"Msg":"Missing JSON \'command\'"}],"id":1}';
    const bench = kept(
      await openBench(minerWhatsminer, async () => ({
        host: '127.0.0.1',
        ...(await startRawServer((socket) => void socket.end(text))),
      })),
    );
    expect(await bench.outcome(bench.device.reader.identify(never))).toMatch(/^permanent device.not-recognised/);
  });
});

describe('the third interface', () => {
  it.each([false, true])('reads frames, whether the socket stays open (%s) or not', async (keepsOpen) => {
    const { device, inTime, read } = await third({ keepsOpen }, null);
    expect(await inTime(device.reader.identify(never))).toMatchObject({
      ok: true,
      value: { serial: 'C4082800BB02', model: 'Whatsminer M60S' },
    });
    expect(await read()).toMatchObject({ 'mining powerW': 1_200, 'mining stateCode': 1, 'mining tempC': 76 });
  });

  it('stops and starts the service, and says paused while its program rests', async () => {
    const { read, shown, write } = await third();
    expect(await write('mining', false)).toBe('ok');
    expect(await shown('mining')).toBe(false);
    const paused = await read();
    expect(paused).toMatchObject({ 'mining stateCode': 2, 'mining hashrateThs': 0 });
    expect(paused).not.toHaveProperty('mining powerW');
    expect(await write('mining', true)).toBe('ok');
    expect(await shown('mining')).toBe(true);
  });

  it('sets limit and share, each read back', async () => {
    const { shown, write } = await third();
    expect(await write('power-target', 3_000)).toBe('ok');
    expect(await shown('power-target')).toBe(3_000);
    expect(await write('power-percent', 60)).toBe('ok');
    expect(await shown('power-percent')).toBe(60);
    expect(await write('power-percent', 5)).toMatch(/^permanent device.value-refused/);
  });

  it('says a wrong password plainly', async () => {
    const { server, write } = await third({}, 'wrong-one');
    expect(await write('mining', false)).toMatch(/^permanent device.password-wrong/);
    expect(server.miner.phase()).toBe('mining');
  });

  it.each([
    ['a length that is too long', Buffer.from([0xff, 0xff, 0xff, 0x7f, 1])],
    ['swapped ends of the length', Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from('{"code":0}')])],
    ['a cut frame', Buffer.concat([Buffer.from([50, 0, 0, 0]), Buffer.from('{"code":0')])],
    ['a frame of something else', Buffer.concat([Buffer.from([13, 0, 0, 0]), Buffer.from('{"hello":"x"}')])],
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('%s is malformed and counted', async (_, bytes) => {
    const bench = kept(
      await openBench(minerWhatsminerV3, async () => ({
        host: '127.0.0.1',
        ...(await startRawServer((socket) => void socket.end(bytes))),
      })),
    );
    expect(await bench.outcome(bench.device.reader.read(never))).toMatch(/^temporary device.malformed/);
    expect(bench.device.reader.diagnostics?.().rejected).toBe(1);
  });
});
