import { afterEach, describe, expect, it } from 'vitest';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { minerCgminer } from '../../../../main/devices/miners/cgminer-driver.ts';
import {
  type CgminerSimulatorOptions,
  startCgminerSimulator,
} from '../../../../main/devices/simulator/cgminer-server.ts';
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

const miner = async (options: Partial<CgminerSimulatorOptions>) =>
  kept(await openBench(minerCgminer, (stand) => startCgminerSimulator({ ...stand, ...options })));

/** A server that answers each connection with the same bytes, whatever is asked. */
const answering = async (text: string | Buffer, keepsOpen = false) =>
  kept(
    await openBench(minerCgminer, async () => ({
      host: '127.0.0.1',
      ...(await startRawServer((socket) => {
        if (keepsOpen) socket.write(text);
        else socket.end(text);
      })),
    })),
  );

describe('miners of each firmware', () => {
  it.each([
    ['luxos', 'A84CDE010203', 'Antminer S19j Pro'],
    ['avalon', 'A1B2C3D4E5F6', 'AvalonMiner 15-194'],
  ] as const)('%s says who it is', async (firmware, serial, model) => {
    const { device, inTime } = await miner({ firmware });
    expect(await inTime(device.reader.identify(never))).toMatchObject({ ok: true, value: { serial, model } });
  });

  it.each(['luxos', 'avalon', 'braiins'] as const)(
    '%s is paused and resumed, and its power follows',
    async (firmware) => {
      const { clock, house, read, server, shown, write } = await miner({ firmware });
      const before = await read();
      expect(before).toMatchObject({ 'mining stateCode': 1, 'mining hashrateThs': 36 });
      if (firmware !== 'braiins') expect(before['mining powerW']).toBe(1_200);
      expect(await write('mining', false)).toBe('ok');
      await clock.advance(6_000);
      expect(await shown('mining')).toBe(false);
      expect(await read()).toMatchObject({ 'mining stateCode': 2, 'mining hashrateThs': 0 });
      expect(house.state().loads[0]?.powerW).toBe(0);
      expect(await write('mining', true)).toBe('ok');
      await clock.advance(6_000);
      expect(await shown('mining')).toBe(true);
      expect(await read()).toMatchObject({ 'mining stateCode': 1 });
      expect(server.miner.phase()).toBe('mining');
    },
  );

  it('LuxOS: one login at a time, freed after each command, also after a refused one', async () => {
    const { server, write, shown } = await miner({ firmware: 'luxos' });
    expect(await write('mining', false)).toBe('ok');
    expect(server.commands.slice(-3)).toEqual(['logon', 'curtail lux1,sleep', 'logoff lux1']);
    expect(server.sessionIsFree()).toBe(true);
    server.occupySession();
    expect(await write('mining', true)).toMatch(/^temporary device.busy: Somebody else is logged on/);
    expect(await shown('mining')).toBe(false);
  });

  it('Avalon: soft off carries the moment at which it shall happen, a few seconds ahead', async () => {
    const { clock, server, shown, write } = await miner({ firmware: 'avalon' });
    expect(await write('mining', false)).toBe('ok');
    const atS = Number(server.commands.at(-1)?.split(':')[1]);
    expect(server.commands.at(-1)).toMatch(/^ascset 0,softoff,1:\d+$/);
    expect(atS).toBeGreaterThan(Date.UTC(2026, 5, 1, 12) / 1000);
    await clock.advance(6_000);
    expect(await shown('mining')).toBe(false);
  });

  it('stock firmware cannot pause: the control is left out, and a write says so before the wire', async () => {
    const { device, read, server, shown, write } = await miner({ firmware: 'stock' });
    expect(await read()).toMatchObject({ 'miner powerW': 1_200, 'miner stateCode': 1 });
    expect(device.present?.()).toEqual(['miner']);
    const asked = server.commands.length;
    expect(await write('mining', false)).toMatch(/^permanent device.no-control/);
    expect(await shown('mining')).toBe('permanent device.no-control');
    expect(server.commands).toHaveLength(asked);
    expect(server.miner.phase()).toBe('mining');
  });

  it('reads a firmware that never closes the connection', async () => {
    const { read, server } = await miner({ firmware: 'luxos', keepsOpen: true });
    expect(await read()).toMatchObject({ 'mining powerW': 1_200 });
    expect(server.connections()).toBeGreaterThanOrEqual(5);
  });

  it('is one request a connection and one connection at a time', async () => {
    const { device, inTime, server } = await miner({ firmware: 'luxos' });
    const both = await inTime(Promise.all([device.reader.read(never), device.reader.read(never)]));
    expect(both.every(({ ok }) => ok)).toBe(true);
    expect(server.connections()).toBe(server.commands.length);
  });
});

describe('answers that are none', () => {
  it.each([
    ['plain text', 'Socket connect failed: Connection refused\n', 'it is no answer of a miner'],
    ['a web page', '<html><body>router</body></html>', 'it is no answer of a miner'],
    ['a cut answer', '{"STATUS":[{"STATUS":"S","When":1', 'it is cut short'],
    ['JSON of something else', '{"hello":"world"}', 'it is no answer of a miner'],
    ['a number', '42', 'it is no answer of a miner'],
  ])('%s: temporary, named, counted', async (_, text, why) => {
    const { device, outcome } = await answering(text);
    expect(await outcome(device.reader.read(never))).toContain(`cannot be used: ${why}`);
    expect(device.reader.diagnostics?.()).toMatchObject({ rejected: 1, failures: 1 });
  });

  it('nothing at all: closed without a word, silent, and gone', async () => {
    const closing = await answering('');
    expect(await closing.outcome(closing.device.reader.read(never))).toMatch(/closed the connection without an answer/);
    const silent = kept(
      await openBench(minerCgminer, async () => ({ host: '127.0.0.1', ...(await startRawServer(() => undefined)) })),
    );
    expect(await silent.outcome(silent.device.reader.read(never))).toMatch(/^temporary device.timeout/);
  });

  it('a whole answer without end is taken; a cut one is given up after 5 s of silence', async () => {
    const endless = await answering('{"STATUS":[{"STATUS":"S"}],"VERSION":[{"CGMiner":"4.9","API":"3.7"', true);
    expect(await endless.outcome(endless.device.reader.read(never))).toContain('it is cut short');
  });

  it('a trickle does not keep it alive, and a flood is dropped', async () => {
    const trickle = kept(
      await openBench(minerCgminer, async ({ clock }) => {
        const raw = await startRawServer((socket) => {
          const drip = (): void => {
            if (socket.destroyed) return;
            socket.write('{');
            clock.after(2_000, drip);
          };
          drip();
        });
        return { host: '127.0.0.1', ...raw };
      }),
    );
    expect(await trickle.outcome(trickle.device.reader.read(never))).toMatch(/no whole answer came within 12 s/);
    const flood = await answering(Buffer.alloc(1_200_000, 0x20), true);
    expect(await flood.outcome(flood.device.reader.read(never))).toMatch(/larger than 1048576 bytes/);
  });

  it('a refusal names the command and what to change', async () => {
    const text = '{"STATUS":[{"STATUS":"E","When":1,"Code":45,"Msg":"Access denied to \'version\' command"}],"id":1}';
    const { device, outcome } = await answering(text);
    expect(await outcome(device.reader.identify(never))).toMatch(/^permanent device.access: .*refused version: Access/);
  });

  it('an answer of another program with the same interface is no miner', async () => {
    const { device, outcome } = await answering('{"STATUS":[{"STATUS":"S"}],"VERSION":[{"Foo":"1"}],"id":1}');
    expect(await outcome(device.reader.identify(never))).toMatch(/^permanent device.not-recognised/);
  });
});

describe('finding one', () => {
  it('asks once who is there', async () => {
    const { clock, inTime, server } = await miner({ firmware: 'avalon' });
    const deps = createDriverDeps({ clock, log: quietLog(clock) });
    const sighting = { host: server.host, port: server.port, name: '', txt: {} };
    expect(await inTime(minerCgminer.discovery?.recognise?.(sighting, deps, never) ?? Promise.resolve(null))).toEqual({
      identity: null,
      model: 'AvalonMiner 15-194',
    });
    expect(server.commands).toEqual(['version']);
  });
});
