import { afterEach, describe, expect, it } from 'vitest';
import { minerBraiins } from '../../../../main/devices/miners/braiins-driver.ts';
import {
  type BraiinsSimulatorOptions,
  startBraiinsSimulator,
} from '../../../../main/devices/simulator/braiins-server.ts';
import { type Bench, openBench } from '../../../support/devices/bench.ts';
import { startRawServer } from '../../../support/raw-server.ts';

const never = new AbortController().signal;
const SECRET = 'braiins-secret';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bench of open.splice(0).reverse()) await bench.close();
});
const kept = <Value extends Bench>(bench: Value): Value => {
  open.push(bench);
  return bench;
};
const miner = async (options: Partial<BraiinsSimulatorOptions> = {}, secret: string | null = SECRET) =>
  kept(await openBench(minerBraiins, (stand) => startBraiinsSimulator({ ...stand, ...options }), { secret }));

describe('Braiins OS', () => {
  it('logs in once, reads its estimate and its target, and is found by its MAC', async () => {
    const { device, inTime, read, server } = await miner();
    expect(await inTime(device.reader.identify(never))).toMatchObject({
      ok: true,
      value: { serial: 'C82E18AABB01', model: 'Antminer S19j Pro', firmware: '24.09' },
    });
    expect(await read()).toMatchObject({
      'mining powerW': 1_200,
      'mining stateCode': 1,
      'power-target powerLimitW': 3_250,
    });
    expect(server.logins()).toBe(1);
    expect(device.present?.()).toEqual(['mining', 'power-target']);
    const readings = await inTime(device.reader.read(never));
    if (!readings.ok) throw new Error(readings.error.message);
    expect(readings.value.find(({ metric }) => metric === 'powerW')?.quality).toBe('estimated');
  });

  it('pauses with a reason, resumes through minutes of starting, and never calls starting a failure', async () => {
    const { clock, read, shown, write, house } = await miner({ startMs: 300_000 });
    await read();
    expect(await write('mining', false)).toBe('ok');
    expect(await shown('mining')).toBe(false);
    expect(await read()).toMatchObject({ 'mining stateCode': 2, 'mining powerW': 14 });
    expect(house.state().loads[0]?.powerW).toBe(0);
    expect(await write('mining', true)).toBe('ok');
    expect(await shown('mining')).toBe(true);
    expect(await read()).toMatchObject({ 'mining stateCode': 3 });
    await clock.advance(300_000);
    expect(await read()).toMatchObject({ 'mining stateCode': 1, 'mining powerW': 1_200 });
    const { effect } = minerBraiins.channels[0]?.control ?? {};
    expect(effect).toMatchObject({ kind: 'power-follows-switch', withinMs: 900_000 });
  });

  it.each(['missing', 'endless'] as const)('does without the detailed status where it is %s', async (detailed) => {
    const { read, shown, write } = await miner({ detailed });
    expect(await write('mining', false)).toBe('ok');
    expect(await shown('mining')).toBe(false);
    expect(await read()).toMatchObject({ 'mining stateCode': 2 });
  });

  it('starts the service where it was stopped as a whole, and says so of a power target', async () => {
    const { server, shown, write } = await miner();
    server.stopService();
    expect(await shown('mining')).toBe(false);
    expect(await write('power-target', 2_000)).toMatch(/^temporary device.not-running/);
    expect(await write('mining', false)).toBe('ok');
    expect(await write('mining', true)).toBe('ok');
    expect(await shown('mining')).toBe(true);
    expect(server.miner.phase()).toBe('mining');
  });

  it('sets a power target inside the miner’s own range only, refused before the wire outside', async () => {
    const { server, shown, write } = await miner();
    expect(await write('power-target', 2_400)).toBe('ok');
    expect(await shown('power-target')).toBe(2_400);
    expect(await write('power-target', 500)).toMatch(
      /^permanent device.value-refused: .* takes a power target from 944 to 4800 W, not 500 W/,
    );
    expect(server.miner.powerTargetW()).toBe(2_400);
  });

  it('renews a login that ended, once', async () => {
    const { read, server } = await miner();
    await read();
    server.endLogins();
    await read();
    expect(server.logins()).toBe(2);
  });

  it('says a wrong or missing password plainly, and does not try it again and again', async () => {
    const wrong = await miner({}, 'not-it-at-all');
    expect(await wrong.outcome(wrong.device.reader.read(never))).toMatch(/^permanent device.password-wrong/);
    const asked = wrong.device.reader.diagnostics?.().requests;
    expect(await wrong.outcome(wrong.device.reader.read(never))).toMatch(/^permanent device.password-wrong/);
    expect(wrong.device.reader.diagnostics?.().requests).toBe(asked);
    const none = await miner({}, null);
    expect(await none.outcome(none.device.reader.read(never))).toMatch(/^permanent device.password-needed/);
    expect([...wrong.lines, ...none.lines].join()).not.toContain('not-it-at-all');
  });

  it.each([
    ['an empty answer', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 'the answer is empty'],
    ['a web page', 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n<html>no</html>', 'it is a web page, not data'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{"token":', 'it broke off'],
  ])('%s is named and never a value', async (_, text, why) => {
    const bench = kept(
      await openBench(
        minerBraiins,
        async () => ({ host: '127.0.0.1', ...(await startRawServer((socket) => void socket.end(text))) }),
        { secret: SECRET },
      ),
    );
    expect(await bench.outcome(bench.device.reader.read(never))).toContain(why);
  });
});
