import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../../main/clock.ts';
import { createModbusClient, type ModbusClientOptions } from '../../../../main/devices/modbus/client.ts';
import { createRegisterMap } from '../../../../main/devices/modbus/register-map.ts';
import { type ModbusServerOptions, startModbusServer } from '../../../../main/devices/modbus/server.ts';
import { fail } from '../../../../main/result.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { unwrapped } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const words = new Map<number, number>(Array.from({ length: 200 }, (_, at) => [at, at * 7]));
const bank = () => {
  const kept = new Map(words);
  const map = createRegisterMap(
    [...kept.keys()]
      .filter((address) => address !== 150)
      .map((address) => ({
        address,
        words: 1,
        read: () => [kept.get(address) ?? 0],
        ...(address < 100
          ? {
              write: ([word = 0]: readonly number[]) => {
                kept.set(address, word);
                return word < 1_000;
              },
            }
          : {}),
      })),
  );
  return {
    read: (unit: number, at: number, count: number) => (unit === 1 ? map.read(at, count) : fail(11 as const)),
    write: (unit: number, at: number, values: readonly number[]) =>
      unit === 1 ? map.write(at, values) : fail(10 as const),
  };
};

const signal = () => AbortSignal.timeout(10_000);
const pair = async (server: Partial<ModbusServerOptions> = {}, client: Partial<ModbusClientOptions> = {}) => {
  const started = await startModbusServer({ label: 'test', clock: systemClock(), bank: bank(), ...server });
  const made = createModbusClient({ host: '127.0.0.1', port: started.port, clock: systemClock(), ...client });
  closers.push(
    () => started.close(),
    () => made.close(),
  );
  return { server: started, client: made };
};
const code = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) =>
  result.ok ? 'ok' : result.error?.code;
const exception = (result: { readonly ok: boolean; readonly error?: { readonly exception: number | null } }) =>
  result.ok ? 'ok' : result.error?.exception;

describe('client and server', () => {
  it('reads and writes with all four functions over one connection', async () => {
    const { server, client } = await pair();
    expect(unwrapped(await client.readHolding(1, 3, 2, signal()))).toEqual([21, 28]);
    expect(unwrapped(await client.readInput(1, 0, 125, signal()))).toHaveLength(125);
    unwrapped(await client.writeSingle(1, 5, 555, signal()));
    unwrapped(await client.writeMultiple(1, 6, [666, 777], signal()));
    expect(unwrapped(await client.readHolding(1, 5, 3, signal()))).toEqual([555, 666, 777]);
    expect(server.connections()).toBe(1);
    expect(client.counters()).toMatchObject({ requests: 5, connections: 1, failures: 0 });
  });

  it('gives each exception as a typed failure', async () => {
    const { client } = await pair({ functions: [3, 16] });
    expect(exception(await client.readInput(1, 0, 1, signal()))).toBe(1);
    expect(exception(await client.readHolding(1, 500, 1, signal()))).toBe(2);
    expect(exception(await client.readHolding(1, 149, 3, signal()))).toBe(2); // a gap inside the block
    expect(exception(await client.readHolding(1, 0, 126, signal()))).toBe(3);
    expect(exception(await client.writeMultiple(1, 5, [2_000], signal()))).toBe(3);
    expect(exception(await client.writeMultiple(1, 120, [1], signal()))).toBe(2);
    expect(exception(await client.writeMultiple(9, 5, [1], signal()))).toBe(10);
    const unit = await client.readHolding(9, 0, 1, signal());
    expect(unit.ok ? null : { ...unit.error }).toMatchObject({
      code: 'device.refused',
      kind: 'temporary',
      exception: 11,
    });
    expect(client.counters()).toMatchObject({ exceptions: 8, connections: 1 });
  });

  it('says what the vendor means by an exception', async () => {
    const meanings = { 2: { kind: 'permanent' as const, message: 'too old', advice: 'Update it.' } };
    const { client } = await pair({}, { meanings });
    const result = await client.readHolding(1, 500, 1, signal());
    expect(result.ok ? '' : result.error.message).toMatch(
      /^The device at 127\.0\.0\.1:\d+ refused to read 1 registers from 500: too old\.$/,
    );
  });

  it('never sends a second request before the first is answered', async () => {
    let open = 0;
    let most = 0;
    const server = await startRawServer((socket, chunk) => {
      open += chunk.length / 12;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        socket.write(Buffer.from([chunk[0] ?? 0, chunk[1] ?? 0, 0, 0, 0, 5, 1, 3, 2, 0, 9]));
      });
    });
    const client = createModbusClient({ host: '127.0.0.1', port: server.port, clock: systemClock() });
    closers.push(
      () => server.close(),
      () => client.close(),
    );
    const results = await Promise.all(Array.from({ length: 8 }, () => client.readHolding(1, 0, 1, signal())));
    expect(results.map((result) => result.ok)).not.toContain(false);
    expect(most).toBe(1);
  });

  it('keeps quiet for the pause after each answer', async () => {
    const clock = replayClock(0);
    const { client } = await pair({}, { clock, pauseMs: 50 });
    unwrapped(await client.readHolding(1, 0, 1, signal()));
    const second = client.readHolding(1, 0, 1, signal());
    await expect.poll(() => clock.pendingTimers()).toBe(1);
    expect(client.counters().requests).toBe(1);
    await clock.advance(50);
    unwrapped(await second);
  });
});

describe('a connection that breaks', () => {
  it('is made again by the next request, for ever', async () => {
    const { server, client } = await pair();
    for (let round = 0; round < 5; round += 1) {
      server.setFault('offline');
      expect(code(await client.readHolding(1, 0, 1, signal()))).toBe('device.unreachable');
      server.setFault('none');
      unwrapped(await client.readHolding(1, 0, 1, signal()));
    }
  });

  it('answers a read on a new connection when the old one died while idle, but never repeats a write', async () => {
    let writes = 0;
    const server = await startRawServer((socket, chunk, connection) => {
      if (chunk[7] === 6) writes += 1;
      const answered = connection > 1 || chunk[9] === 0;
      if (!answered || chunk[7] === 6) socket.destroy();
      else socket.write(Buffer.from([chunk[0] ?? 0, chunk[1] ?? 0, 0, 0, 0, 5, 1, 3, 2, 0, 9]));
    });
    const client = createModbusClient({ host: '127.0.0.1', port: server.port, clock: systemClock() });
    closers.push(
      () => server.close(),
      () => client.close(),
    );
    unwrapped(await client.readHolding(1, 0, 1, signal()));
    unwrapped(await client.readHolding(1, 7, 1, signal())); // dropped once, answered on the second connection
    expect(server.connections()).toBe(2);
    expect(code(await client.writeSingle(1, 0, 1, signal()))).toBe('device.unreachable');
    expect(writes).toBe(1);
  });

  it('is given up when the answer is overdue: a half-open socket looks exactly so', async () => {
    const clock = replayClock(0);
    const server = await startRawServer(() => undefined);
    const client = createModbusClient({ host: '127.0.0.1', port: server.port, clock, timeoutMs: 3_000 });
    closers.push(
      () => server.close(),
      () => client.close(),
    );
    const asked = client.readHolding(1, 0, 1, signal());
    await expect.poll(() => server.connections()).toBe(1);
    await expect.poll(() => clock.pendingTimers()).toBe(1);
    await clock.advance(3_000);
    expect(code(await asked)).toBe('device.timeout');
    expect(clock.pendingTimers()).toBe(0);
    const again = client.readHolding(1, 0, 1, signal());
    await expect.poll(() => server.connections()).toBe(2);
    await expect.poll(() => clock.pendingTimers()).toBe(1);
    await clock.advance(3_000);
    expect(code(await again)).toBe('device.timeout');
  });

  it('says that nobody listens', async () => {
    const { server, client } = await pair();
    await server.close();
    const result = await client.readHolding(1, 0, 1, signal());
    expect(result.ok ? '' : `${result.error.kind} ${result.error.code}`).toBe('temporary device.unreachable');
  });
});

describe('ending', () => {
  it('stops at once when the caller gives up', async () => {
    const clock = replayClock(0);
    const { client, server } = await pair({ fault: 'slow', clock }, {});
    const caller = new AbortController();
    const asked = client.readHolding(1, 0, 1, caller.signal);
    await expect.poll(() => server.requests()).toBe(1);
    caller.abort();
    expect(code(await asked)).toBe('device.cancelled');
    expect(code(await client.readHolding(1, 0, 1, caller.signal))).toBe('device.cancelled');
  });

  it('leaves neither timer nor socket after close, in the middle of a request', async () => {
    const clock = replayClock(0);
    const { client, server } = await pair({ fault: 'slow', clock }, { clock });
    const asked = client.readHolding(1, 0, 1, signal());
    const waiting = client.readHolding(1, 1, 1, signal());
    await expect.poll(() => server.requests()).toBe(1);
    await client.close();
    expect(code(await asked)).not.toBe('ok');
    expect(code(await waiting)).toBe('device.closed');
    await expect.poll(() => server.connections()).toBe(0);
    await server.close();
    expect(clock.pendingTimers()).toBe(0);
  });
});

describe('replies that are wrong', () => {
  const answering = async (reply: (chunk: Buffer) => Buffer) => {
    const server = await startRawServer((socket, chunk) => socket.write(reply(chunk)));
    const client = createModbusClient({ host: '127.0.0.1', port: server.port, clock: systemClock(), timeoutMs: 200 });
    closers.push(
      () => server.close(),
      () => client.close(),
    );
    return client;
  };
  const good = (chunk: Buffer) => Buffer.from([chunk[0] ?? 0, chunk[1] ?? 0, 0, 0, 0, 5, 1, 3, 2, 0, 9]);
  const changed = (at: number, value: number) => (chunk: Buffer) => {
    const copy = good(chunk);
    copy[at] = value;
    return copy;
  };

  it.each([
    ['another transaction', changed(1, 0xee), 'device.timeout', 'unmatched'],
    ['another unit', changed(6, 2), 'device.timeout', 'unmatched'],
    ['another protocol', changed(2, 0x48), 'device.malformed', 'malformed'],
    ['another function', changed(7, 4), 'device.malformed', 'malformed'],
    ['a wrong byte count', changed(8, 4), 'device.malformed', 'malformed'],
    ['a frame cut short', (chunk: Buffer) => good(chunk).subarray(0, 9), 'device.timeout', 'malformed'],
    ['a length of 0', changed(5, 0), 'device.malformed', 'malformed'],
    ['text', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'device.malformed', 'malformed'],
  ] as const)('%s is rejected and counted', async (_, reply, expected, counter) => {
    const client = await answering(reply);
    expect(code(await client.readHolding(1, 0, 1, signal()))).toBe(expected);
    expect(client.counters()[counter]).toBe(1);
  });

  it('takes its own answer out of merged frames and drops the stale one', async () => {
    const client = await answering((chunk) => Buffer.concat([changed(1, 0x77)(chunk), good(chunk)]));
    expect(unwrapped(await client.readHolding(1, 0, 1, signal()))).toEqual([9]);
    expect(client.counters().unmatched).toBe(1);
  });

  it('puts a frame together that comes byte by byte', async () => {
    const server = await startRawServer((socket, chunk) => {
      socket.setNoDelay(true);
      for (const byte of good(chunk)) socket.write(Buffer.from([byte]));
    });
    const client = createModbusClient({ host: '127.0.0.1', port: server.port, clock: systemClock() });
    closers.push(
      () => server.close(),
      () => client.close(),
    );
    expect(unwrapped(await client.readHolding(1, 0, 1, signal()))).toEqual([9]);
  });

  it('refuses the echo of another write', async () => {
    const client = await answering((chunk) => {
      const copy = Buffer.from(chunk);
      copy[11] = 99;
      return copy;
    });
    expect(code(await client.writeSingle(1, 5, 1, signal()))).toBe('device.malformed');
  });
});
