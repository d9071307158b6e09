import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { solarkCloud } from '../../../main/devices/solark/cloud/driver.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Result } from '../../../main/result.ts';
import { NOON } from '../../support/simulated-house.ts';

const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Time goes on while a cloud is waited for: limiter and time limits need it. */
const inTime = async <Value>(clock: ReplayClock, work: Promise<Value>): Promise<Value> => {
  const state = { done: false };
  const watched = work.finally(() => {
    state.done = true;
  });
  while (!state.done) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return watched;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);
const saidBy = (result: Result<unknown>): string =>
  result.ok ? 'ok' : `${result.error.message} ${result.error.advice}`;

describe('a cloud that misbehaves', () => {
  /** A server that gives each request this answer. */
  const answering = async (
    reply: (respond: {
      send(status: number, body: string, headers?: Record<string, string>): void;
      trickle(): void;
    }) => void,
  ) => {
    const sockets = new Set<{ destroy(): void }>();
    const timers = new Set<NodeJS.Timeout>();
    const server = createServer((request, response) => {
      request.resume();
      reply({
        send: (status, body, headers = {}) => {
          response.writeHead(status, headers);
          response.end(body);
        },
        trickle: () => {
          response.writeHead(200);
          timers.add(setInterval(() => response.write(' '), 5));
        },
      });
    });
    server.on('connection', (socket) => void sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const clock = replayClock(NOON);
    const device = solarkCloud.open(
      {
        connection: {
          host: '127.0.0.1',
          port: (server.address() as AddressInfo).port,
          encryption: 'off',
          options: { service: 'solarkcloud', account: 'ada' },
        },
        secret: 'secret',
      },
      createDriverDeps({ clock, log: createLog(memorySink(), clock) }),
    );
    closers.push(() => device.close());
    return { device, result: await inTime(clock, device.reader.read(never)) };
  };

  it.each([
    ['a web page', 200, '<!doctype html><html></html>', 'temporary device.malformed'],
    ['nothing', 200, '', 'temporary device.malformed'],
    ['half a JSON', 200, '{"code":0,"data":{"acc', 'temporary device.malformed'],
    ['another shape', 200, '[1,2]', 'temporary device.malformed'],
    ['a list of tokens', 200, '{"code":0,"success":true,"data":[]}', 'temporary device.refused'],
    ['a huge answer', 200, ' '.repeat(2_000_000), 'temporary device.malformed'],
    ['an error of its own', 503, 'Service Unavailable', 'temporary device.their-fault'],
    ['"busy" with status 200', 200, '{"code":9,"success":false,"msg":"System busy"}', 'temporary device.refused'],
    ['403', 403, '', 'permanent device.access'],
  ])('%s: a failure in words, no reading', async (_, status, body, expected) => {
    const { result, device } = await answering(({ send }) => send(status, body));
    expect(codeOf(result)).toBe(expected);
    expect(saidBy(result)).toContain('127.0.0.1');
    expect(device.reader.diagnostics?.().failures).toBeGreaterThan(0);
  });

  it('too many requests: says how long it wants to be left alone', async () => {
    const { result } = await answering(({ send }) => send(429, '', { 'retry-after': '90' }));
    expect(result.ok ? null : result.error).toMatchObject({ code: 'device.too-often', retryAfterMs: 90_000 });
  });

  it('a trickle does not keep it alive', async () => {
    const { result } = await answering(({ trickle }) => trickle());
    expect(codeOf(result)).toBe('temporary device.timeout');
  });
});
