import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { replayClock, systemClock } from '../../../main/clock.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import { type Counterpart, jsonAnswer } from '../../../main/http/json-answer.ts';
import type { HttpRequest } from '../../../main/http/types.ts';
import type { Result } from '../../../main/result.ts';
import { startHttp, startTcp, type TestServer } from '../../support/tls/servers.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const NOW = Date.UTC(2026, 5, 1, 12);
const never = new AbortController().signal;
const BOX: Counterpart = { room: 'device', name: 'The box', what: 'its state', accessAdvice: 'Enter the key.' };
const STATE = z.object({ power: z.number() });

const kept = async (server: Promise<TestServer>): Promise<TestServer> => {
  const running = await server;
  ends.push(running.close);
  return running;
};
const send = (url: string, more: Partial<HttpRequest> = {}) =>
  createHttpClient({ clock: systemClock() }).send({ url, signal: never, ...more });
const ask = async (url: string, more: Partial<HttpRequest> = {}): Promise<Result<{ power: number }>> =>
  jsonAnswer(await send(url, more), STATE, BOX, NOW);
const errorOf = <Value>(result: Result<Value>) => {
  if (result.ok) throw new Error('It should have failed.');
  return result.error;
};
const causeOf = async (asked: ReturnType<typeof send>) => {
  const answer = await asked;
  if (answer.ok) throw new Error('It should have failed.');
  return answer.error;
};

describe('an answer', () => {
  it('is read, plain and packed, with its status and headers', async () => {
    const { url } = await kept(
      startHttp((request, response) => {
        const packed = request.url === '/packed';
        response.writeHead(200, packed ? { 'content-encoding': 'GZip', 'X-Two': ['a', 'b'] } : {});
        response.end(packed ? gzipSync('{"power":7}') : '\uFEFF{"power":5}');
      }),
    );
    expect(await ask(url)).toEqual({ ok: true, value: { power: 5 } });
    expect(await ask(`${url}/packed`)).toEqual({ ok: true, value: { power: 7 } });
    const answer = await send(`${url}/packed`);
    expect(answer).toMatchObject({ ok: true, value: { status: 200, headers: { 'x-two': 'a, b' } } });
  });

  it('carries method, headers and body there', async () => {
    const { url } = await kept(
      startHttp((request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', () =>
          response.end(
            JSON.stringify([request.method, request.url, request.headers['x-key'], request.headers.host, body]),
          ),
        );
      }),
    );
    const answer = await send(`${url}/a?b=%20c`, { method: 'PUT', headers: { 'x-key': 'k' }, body: 'grüß' });
    const host = new URL(url).host;
    expect(answer.ok && JSON.parse(answer.value.body)).toEqual(['PUT', '/a?b=%20c', 'k', host, 'grüß']);
  });

  it.each([
    ['a web page', '<!DOCTYPE html><html>Login</html>', /a web page, not data/],
    ['a web page in lower case', ' \n<html>', /a web page, not data/],
    ['nothing', '', /empty/],
    ['spaces', '  \n', /empty/],
    ['half of it', '{"power":', /cut short/],
    ['another shape', '{"power":"much"}', /"power" is not as expected/],
    ['a list', '[]', /another shape/],
  ])('that is %s is refused by name', async (_, body, words) => {
    const { url } = await kept(startHttp((_request, response) => response.end(body)));
    const error = errorOf(await ask(url));
    expect(error).toMatchObject({ kind: 'temporary', code: 'device.malformed' });
    expect(error.message).toMatch(/^What The box sent for its state cannot be used: /);
    expect(error.message).toMatch(words);
  });

  it.each([
    [401, 'permanent', 'device.access', /refuses access/],
    [403, 'permanent', 'device.access', /refuses access/],
    [404, 'permanent', 'device.not-found', /has no its state/],
    [400, 'permanent', 'device.refused', /refused its state/],
    [429, 'temporary', 'device.too-often', /too often/],
    [500, 'temporary', 'device.their-fault', /cannot give its state now/],
    [503, 'temporary', 'device.their-fault', /cannot give its state now/],
  ])('with status %i is a failure, whatever it holds', async (status, kind, code, words) => {
    const { url } = await kept(startHttp((_request, response) => response.writeHead(status).end('{"power":1}')));
    const error = errorOf(await ask(url));
    expect(error).toMatchObject({ kind, code });
    expect(error.message).toMatch(words);
  });

  it.each([
    ['17', 17_000],
    ['0', 0],
    ['Mon, 01 Jun 2026 12:01:30 GMT', 90_000],
    ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
    ['99999999999999999999', 86_400_000],
    ['Mon, 01 Jun 2099 12:00:00 GMT', 86_400_000],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
  ])('that asks to wait "%s" is waited for', async (header, waitMs) => {
    const { url } = await kept(
      startHttp((_request, response) => response.writeHead(429, { 'retry-after': header }).end()),
    );
    expect(errorOf(await ask(url)).retryAfterMs).toBe(waitMs);
  });

  it('that points elsewhere is not followed: no key goes to a stranger', async () => {
    const stranger = await kept(startHttp((_request, response) => response.end('{"power":1}')));
    const { url } = await kept(
      startHttp((_request, response) => response.writeHead(302, { location: stranger.url }).end()),
    );
    const error = errorOf(await ask(url, { headers: { authorization: 'Bearer secret-key' } }));
    expect(error).toMatchObject({ kind: 'permanent', code: 'device.moved' });
    expect(error.message).toMatch(/points to another address \(302\)/);
    expect(stranger.connections()).toBe(0);
    expect(JSON.stringify(error)).not.toContain('secret-key');
  });
});

describe('an answer that does not come whole', () => {
  const HUGE = 300_000;

  it.each([
    ['announced as too large', (port: number) => `http://127.0.0.1:${port}/announced`],
    ['too large in pieces', (port: number) => `http://127.0.0.1:${port}/pieces`],
    ['small and unpacking to something huge', (port: number) => `http://127.0.0.1:${port}/bomb`],
  ])('is dropped: %s', async (_, urlOf) => {
    const server = await kept(
      startHttp((request, response) => {
        if (request.url === '/bomb') {
          const bomb = gzipSync('x'.repeat(50_000_000));
          expect(bomb.length).toBeLessThan(HUGE);
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
        } else if (request.url === '/announced') {
          response.writeHead(200, { 'content-length': 2 * HUGE }).end('x'.repeat(2 * HUGE));
        } else for (let piece = 0; piece < 20; piece += 1) response.write('x'.repeat(HUGE / 10));
      }),
    );
    const trouble = await causeOf(send(urlOf(server.port), { maxBytes: HUGE }));
    expect(trouble.kind).toBe('too-large');
    await expect.poll(() => server.open()).toBe(0);
  });

  it.each([
    ['cut in the middle of its length', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"power":'],
    ['cut in the middle of a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"pow'],
    ['cut between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"p\r\n'],
    [
      'packed and cut',
      Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'),
        gzipSync('{"power":1}').subarray(0, 15),
      ]),
    ],
    ['called packed and is not', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{"power":1}'],
  ])('is refused: %s', async (_, bytes) => {
    const { url } = await kept(startTcp((socket) => void socket.once('data', () => socket.end(bytes))));
    expect((await causeOf(send(url))).kind).toBe('cut-short');
    expect(errorOf(await ask(url))).toMatchObject({ kind: 'temporary', code: 'device.malformed' });
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['headers without an end', `HTTP/1.1 200 OK\r\n${'X-Long: y\r\n'.repeat(4_000)}`],
    ['nothing', ''],
  ])('is refused in plain words: %s', async (_, bytes) => {
    const { url } = await kept(startTcp((socket) => void socket.once('data', () => socket.end(bytes))));
    const error = errorOf(await ask(url));
    expect(error).toMatchObject({ kind: 'temporary', code: 'device.unreachable' });
    expect(error.message).toMatch(
      /^The box does not answer: (it does not speak HTTP there|it broke the connection off)\.$/,
    );
  });

  it('keeps nobody waiting for ever: a trickle of a byte at a time, in headers and in the body', async () => {
    const trickle = (start: string) =>
      kept(
        startTcp((socket) => {
          socket.once('data', () => socket.write(start));
          const timer = setInterval(() => socket.write('x'), 20);
          socket.on('close', () => clearInterval(timer));
        }),
      );
    for (const start of ['HTTP/1.1 200 OK\r\nX-', 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n']) {
      const server = await trickle(start);
      const trouble = await causeOf(send(server.url, { timeoutMs: 300 }));
      expect(trouble.kind).toBe('timed-out');
      await expect.poll(() => server.open()).toBe(0);
    }
  });

  it('ends with the time that was given, whatever the clock, and leaves nothing behind', async () => {
    const clock = replayClock(NOW);
    const server = await kept(startTcp((socket) => void socket.on('data', () => undefined)));
    const sending = createHttpClient({ clock }).send({ url: server.url, signal: never, timeoutMs: 15_000 });
    await expect.poll(() => server.connections()).toBe(1);
    await clock.advance(14_999);
    expect(clock.pendingTimers()).toBe(1);
    await clock.advance(1);
    expect(await sending).toMatchObject({
      ok: false,
      error: { kind: 'timed-out', cause: expect.stringMatching(/15 s/) },
    });
    expect(clock.pendingTimers()).toBe(0);
    await expect.poll(() => server.open()).toBe(0);
  });

  it('is given up when nobody wants it any more', async () => {
    const server = await kept(startTcp((socket) => void socket.resume()));
    const ending = new AbortController();
    const sending = send(server.url, { signal: ending.signal });
    await expect.poll(() => server.connections()).toBe(1);
    ending.abort();
    expect((await causeOf(sending)).kind).toBe('cancelled');
    expect((await causeOf(send(server.url, { signal: ending.signal }))).kind).toBe('cancelled');
    await expect.poll(() => server.open()).toBe(0);
  });
});

describe('a request that cannot be sent', () => {
  it('to nobody says so in plain words', async () => {
    const gone = await startTcp(() => undefined);
    await gone.close();
    const error = errorOf(await ask(gone.url));
    expect(error.message).toBe('The box does not answer: nothing listens at this port.');
  });

  it.each([
    ['no address', 'box?token=secret-key'],
    ['another way', 'ftp://127.0.0.1/secret-key'],
    ['a broken host', 'http://a b/secret-key'],
  ])('is refused and its secrets stay out of the words: %s', async (_, url) => {
    const trouble = await causeOf(send(url));
    expect(trouble.kind).toBe('unreachable');
    expect(trouble.cause).not.toContain('secret-key');
  });

  it('is no bug: a key with a line break in it is said', async () => {
    const server = await kept(startHttp((_request, response) => response.end('{}')));
    const trouble = await causeOf(send(server.url, { headers: { authorization: 'Bearer secret\nkey' } }));
    expect(trouble).toMatchObject({ kind: 'unreachable' });
    expect(trouble.cause).toMatch(/sign that cannot be sent/);
    expect(trouble.cause).not.toMatch(/secret/);
    expect(server.connections()).toBe(0);
  });
});
