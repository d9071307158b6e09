import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import type { DriverDeps } from '../../../../main/devices/types.ts';
import { victronVrm } from '../../../../main/devices/victron/vrm-driver.ts';
import type { Result } from '../../../../main/result.ts';
import { startRawServer } from '../../../support/raw-server.ts';
import { hastyClock, quietLog } from '../../../support/simulated-house.ts';

const TOKEN = 'simulated-token';
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const failureOf = (result: Result<unknown>) => {
  if (result.ok) throw new Error('it did not fail');
  return result.error;
};

describe('what no honest server answers', () => {
  const readFrom = async (answer: string | null, deps?: DriverDeps) => {
    const server = await startRawServer((socket) => {
      if (answer !== null) socket.write(answer);
    });
    closers.push(server.close);
    const clock = hastyClock();
    const device = victronVrm.open(
      { connection: { host: '127.0.0.1', port: server.port, encryption: 'off' }, secret: TOKEN },
      deps ?? createDriverDeps({ clock, log: quietLog(clock) }),
    );
    closers.push(device.close);
    return { failure: failureOf(await device.reader.read(never)), counts: device.reader.diagnostics?.() };
  };
  const http = (body: string, status = '200 OK', headers = ''): string =>
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}Connection: close\r\n\r\n${body}`;

  it.each([
    ['a web page', http('<!DOCTYPE html><html>Maintenance</html>'), 'device.malformed', /web page/],
    ['200 with nothing', http(''), 'device.malformed', /empty/],
    ['half of an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"success":tr', 'device.timeout', /VRM/],
    ['no JSON', http('{"success":true,"user":{'), 'device.malformed', /no JSON/],
    ['another shape', http('{"success":true,"user":{"id":"x"}}'), 'device.malformed', /not as expected|another shape/],
    [
      'a success that is none',
      http('{"success":false,"errors":"Child \\"X\\" not found."}'),
      'device.refused',
      /Child "X" not found/,
    ],
    ['a fault of theirs', http('{}', '503 Service Unavailable', 'Retry-After: 30\r\n'), 'device.their-fault', /503/],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'device.unreachable', /VRM/],
    ['silence', null, 'device.timeout', /VRM/],
  ])('%s is said as such', async (_, answer, code, message) => {
    const { failure, counts } = await readFrom(answer);
    expect(failure.code).toBe(code);
    expect(failure.kind).toBe('temporary');
    expect(failure.message).toMatch(message);
    expect(counts).toMatchObject({ requests: 1, failures: 1, rejected: code === 'device.malformed' ? 1 : 0 });
  });

  it('an endless answer is dropped', async () => {
    const huge = `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'x'.repeat(5 * 1024 * 1024)}`;
    const clock = systemClock();
    const { failure } = await readFrom(huge, createDriverDeps({ clock, log: quietLog(clock) }));
    expect(failure.code).toBe('device.malformed');
    expect(failure.message).toMatch(/larger than/);
  });

  it('a trickle ends at the time limit', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
      const timer = setInterval(() => socket.write(' '), 5);
      socket.on('close', () => clearInterval(timer));
    });
    closers.push(server.close);
    const clock = hastyClock();
    const device = victronVrm.open(
      { connection: { host: '127.0.0.1', port: server.port, encryption: 'off' }, secret: TOKEN },
      createDriverDeps({ clock, log: quietLog(clock) }),
    );
    expect(failureOf(await device.reader.read(never)).code).toBe('device.timeout');
  });
});
