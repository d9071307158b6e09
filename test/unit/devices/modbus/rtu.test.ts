import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../../main/clock.ts';
import { createModbusClient, type ModbusClientOptions } from '../../../../main/devices/modbus/client.ts';
import { laneOf } from '../../../../main/devices/modbus/lane.ts';
import { createRegisterMap } from '../../../../main/devices/modbus/register-map.ts';
import { crc16, encodeRtu } from '../../../../main/devices/modbus/rtu.ts';
import { type ModbusServerOptions, startModbusServer } from '../../../../main/devices/modbus/server.ts';
import { fail } from '../../../../main/result.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { unwrapped } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const signal = () => AbortSignal.timeout(10_000);
const code = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) =>
  result.ok ? 'ok' : result.error?.code;

const clientAt = (port: number, changes: Partial<ModbusClientOptions> = {}) => {
  const client = createModbusClient({
    host: '127.0.0.1',
    port,
    clock: systemClock(),
    framing: 'rtu',
    timeoutMs: 200,
    ...changes,
  });
  closers.push(() => client.close());
  return client;
};

const pair = async (server: Partial<ModbusServerOptions> = {}) => {
  const kept = new Map(Array.from({ length: 60 }, (_, at): [number, number] => [at, at * 7]));
  const map = createRegisterMap(
    [...kept.keys()].map((address) => ({
      address,
      words: 1,
      read: () => [kept.get(address) ?? 0],
      write: ([word = 0]: readonly number[]) => {
        kept.set(address, word);
        return true;
      },
    })),
  );
  const started = await startModbusServer({
    label: 'test',
    clock: systemClock(),
    framing: 'rtu',
    bank: {
      read: (unit, at, count) => (unit === 1 ? map.read(at, count) : fail(11)),
      write: (unit, at, values) => (unit === 1 ? map.write(at, values) : fail(11)),
    },
    ...server,
  });
  closers.push(() => started.close());
  return { server: started, client: clientAt(started.port) };
};

/** A server that answers each request with these bytes. */
const answering = async (reply: (request: Buffer) => readonly Buffer[], changes: Partial<ModbusClientOptions> = {}) => {
  const server = await startRawServer((socket, chunk) => {
    socket.setNoDelay(true);
    for (const part of reply(chunk)) socket.write(part);
  });
  closers.push(() => server.close());
  return clientAt(server.port, changes);
};
const nine = encodeRtu(1, Buffer.from([3, 2, 0, 9]));
const changed = (at: number, value: number): Buffer => {
  const copy = Buffer.from(nine);
  copy[at] = value;
  return copy;
};

describe('frames of a serial line', () => {
  it('have the check sum of the standard', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
    // The example of every manual: ten registers from 0 of unit 1.
    expect(encodeRtu(1, Buffer.from([3, 0, 0, 0, 10])).toString('hex')).toBe('01030000000ac5cd');
  });

  it('read and write with all functions', async () => {
    const { client } = await pair();
    expect(unwrapped(await client.readHolding(1, 3, 2, signal()))).toEqual([21, 28]);
    expect(unwrapped(await client.readInput(1, 0, 20, signal()))).toHaveLength(20);
    unwrapped(await client.writeSingle(1, 5, 555, signal()));
    unwrapped(await client.writeMultiple(1, 6, [666, 777], signal()));
    expect(unwrapped(await client.readHolding(1, 5, 3, signal()))).toEqual([555, 666, 777]);
    const refused = await client.readHolding(1, 500, 1, signal());
    expect(refused.ok ? null : refused.error.exception).toBe(2);
    expect(client.counters()).toMatchObject({ connections: 1, malformed: 0, unmatched: 0 });
  });

  it('bring no answer from a unit that is not there', async () => {
    const { client } = await pair();
    expect(code(await client.readHolding(9, 0, 1, signal()))).toBe('device.timeout');
  });
});

describe('bytes that do not belong', () => {
  it.each([
    ['come before the answer', [Buffer.from([0, 0xff, 1, 3, 7, 0x55]), nine]],
    ['look like the beginning of a long answer', [Buffer.from([1, 3, 40, 1, 2]), nine]],
    ['are the request itself, echoed by the converter', null],
    ['are an answer of another unit', [encodeRtu(2, Buffer.from([3, 2, 0, 4])), nine]],
    ['are a late answer of another length', [encodeRtu(1, Buffer.from([3, 4, 0, 4, 0, 5])), nine]],
    ['come one by one', [...nine].map((byte) => Buffer.from([byte]))],
    ['follow the answer', [Buffer.concat([nine, Buffer.from([7, 7, 7])])]],
  ] as const)('%s: the answer is found all the same', async (_, parts) => {
    const client = await answering((request) => parts ?? [request, nine]);
    expect(unwrapped(await client.readHolding(1, 0, 1, signal()))).toEqual([9]);
    expect(unwrapped(await client.readHolding(1, 0, 1, signal()))).toEqual([9]);
  });

  it.each([
    ['a wrong check sum', changed(6, 0), 'device.malformed', 'malformed'],
    ['a changed value', changed(4, 200), 'device.malformed', 'malformed'],
    ['text', Buffer.from('HTTP/1.1 400 Bad Request'), 'device.malformed', 'malformed'],
    ['a frame cut short', nine.subarray(0, 5), 'device.timeout', 'malformed'],
    ['another unit alone', encodeRtu(2, Buffer.from([3, 2, 0, 9])), 'device.timeout', 'unmatched'],
    ['another function', encodeRtu(1, Buffer.from([4, 2, 0, 9])), 'device.timeout', 'unmatched'],
    ['another length', encodeRtu(1, Buffer.from([3, 4, 0, 9, 0, 9])), 'device.timeout', 'unmatched'],
    ['Modbus TCP', Buffer.from([0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 9]), 'device.malformed', 'malformed'],
  ] as const)('%s is rejected and counted', async (_, reply, expected, counter) => {
    const client = await answering(() => [reply]);
    expect(code(await client.readHolding(1, 0, 1, signal()))).toBe(expected);
    expect(client.counters()[counter]).toBeGreaterThan(0);
  });

  it('that arrived while nobody asked are no answer', async () => {
    const server = await startRawServer((socket, chunk) => {
      // The right answer, and right after it one that nobody asked for and that would fit.
      socket.write(Buffer.concat([chunk[3] === 0 ? nine : encodeRtu(1, Buffer.from([3, 2, 0, 8])), nine]));
    });
    closers.push(() => server.close());
    const client = clientAt(server.port);
    expect(unwrapped(await client.readHolding(1, 0, 1, signal()))).toEqual([9]);
    expect(unwrapped(await client.readHolding(1, 1, 1, signal()))).toEqual([8]);
    expect(client.counters().unmatched).toBeGreaterThan(0);
  });

  it('end the connection when an answer is overdue, so that it cannot come late', async () => {
    const server = await startRawServer((socket, _, connection) => {
      if (connection > 1) socket.write(nine);
    });
    closers.push(() => server.close());
    const client = clientAt(server.port);
    expect(code(await client.readHolding(1, 0, 1, signal()))).toBe('device.timeout');
    expect(unwrapped(await client.readHolding(1, 0, 1, signal()))).toEqual([9]);
    expect(server.connections()).toBe(2);
  });
});

describe('two devices on one bus', () => {
  const twoOn = async (changes: Partial<ModbusClientOptions>) => {
    let open = 0;
    let most = 0;
    const server = await startRawServer((socket, chunk) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        socket.write(encodeRtu(chunk[0] ?? 0, Buffer.from([3, 2, 0, chunk[0] ?? 0])));
      }, 5);
    });
    closers.push(() => server.close());
    const clients = [clientAt(server.port, changes), clientAt(server.port, changes)];
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, turn) => clients[turn % 2]?.readHolding(1 + (turn % 2), 0, 1, signal())),
    );
    return { most, words: results.map((result) => (result?.ok ? result.value[0] : null)) };
  };

  it('never speak at once when they share its lane', async () => {
    const clock = systemClock();
    const { most, words } = await twoOn({ clock, lane: laneOf(clock, 'gateway') });
    expect(words).toEqual([1, 2, 1, 2, 1, 2]);
    expect(most).toBe(1);
  });

  it('would do so without it', async () => {
    expect((await twoOn({})).most).toBe(2);
  });

  it('share a lane by clock and bus, and by nothing else', () => {
    const [one, other] = [replayClock(0), replayClock(0)];
    expect(laneOf(one, 'a')).toBe(laneOf(one, 'a'));
    expect(laneOf(one, 'a')).not.toBe(laneOf(one, 'b'));
    expect(laneOf(one, 'a')).not.toBe(laneOf(other, 'a'));
  });

  it('let the one be closed while the other is asked', async () => {
    const clock = replayClock(0);
    const lane = laneOf(clock, 'gateway');
    const server = await startRawServer(() => undefined);
    closers.push(() => server.close());
    const slow = clientAt(server.port, { clock, lane, timeoutMs: 3_000 });
    const asked = slow.readHolding(1, 0, 1, signal());
    await expect.poll(() => server.connections()).toBe(1);
    const waiting = clientAt(server.port, { clock, lane });
    const second = waiting.readHolding(2, 0, 1, signal());
    await waiting.close();
    expect(code(await second)).toBe('device.closed');
    await slow.close();
    expect(code(await asked)).not.toBe('ok');
    expect(clock.pendingTimers()).toBe(0);
  });
});
