import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../main/clock.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import { type Counterpart, jsonAnswer } from '../../../main/http/json-answer.ts';
import { connectTls } from '../../../main/http/tls.ts';
import type { HttpRequest } from '../../../main/http/types.ts';
import { ONE, OTHER, type TestPair } from '../../support/tls/pairs.ts';
import { startHttp, startHttps, startTcp, type TestServer } from '../../support/tls/servers.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const BOX: Counterpart = { room: 'device', name: 'The box', what: 'its state', accessAdvice: 'Enter the key.' };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const kept = async (server: Promise<TestServer>): Promise<TestServer> => {
  const running = await server;
  ends.push(running.close);
  return running;
};
/** A server that counts the requests that got through to it. */
const secured = async (pair: TestPair, host = '127.0.0.1') => {
  const requests: string[] = [];
  const server = await kept(
    startHttps(
      pair,
      (request, response) => {
        requests.push(`${request.headers.authorization ?? ''} ${request.headers.host}`);
        response.end('{"power":5}');
      },
      host,
    ),
  );
  return { server, requests };
};
const send = (url: string, more: Partial<HttpRequest> = {}) =>
  createHttpClient({ clock: systemClock() }).send({ url, signal: never, ...more });

describe('an encrypted connection', () => {
  it('to a certificate that nobody vouches for is refused, with its fingerprint, before a byte is sent', async () => {
    const { server, requests } = await secured(ONE);
    const answer = await send(server.url, { headers: { authorization: 'Bearer secret-key' } });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'untrusted', fingerprint: ONE.fingerprint } });
    expect(requests).toEqual([]);
    const failure = jsonAnswer(answer, z.unknown(), BOX, 0);
    expect(failure).toMatchObject({
      ok: false,
      error: { kind: 'permanent', code: 'device.untrusted', fingerprint: ONE.fingerprint },
    });
    expect(failure.ok ? '' : failure.error.advice).toMatch(/Compare the fingerprint/);
    await expect.poll(() => server.open()).toBe(0);
  });

  it.each([
    ['as it is shown', (text: string) => text],
    ['in small letters without colons', (text: string) => text.toLowerCase().replaceAll(':', '')],
  ])('to the certificate that a person agreed to goes through: %s', async (_, written) => {
    const { server, requests } = await secured(ONE);
    const answer = await send(server.url, { fingerprint: written(ONE.fingerprint) });
    expect(answer).toMatchObject({ ok: true, value: { status: 200, body: '{"power":5}' } });
    expect(requests).toEqual([` 127.0.0.1:${server.port}`]);
    await expect.poll(() => server.open()).toBe(0);
  });

  it('to another certificate than the agreed one is refused, and says which one it is', async () => {
    const { server, requests } = await secured(OTHER);
    const answer = await send(server.url, { fingerprint: ONE.fingerprint });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'untrusted', fingerprint: OTHER.fingerprint } });
    expect(answer.ok ? '' : answer.error.cause).toMatch(/another certificate than the one that was agreed to/);
    expect(requests).toEqual([]);
  });

  it.each(['', ':', 'AA', ONE.fingerprint.slice(0, -3), `${ONE.fingerprint}:00`])(
    'is not taken for agreed by "%s"',
    async (fingerprint) => {
      const { server, requests } = await secured(ONE);
      expect(await send(server.url, { fingerprint })).toMatchObject({ ok: false, error: { kind: 'untrusted' } });
      expect(requests).toEqual([]);
    },
  );

  it('that an authority of this computer vouches for goes through, and only for the names in it', async () => {
    const { server } = await secured(ONE);
    const { server: elsewhere } = await secured(ONE, '127.0.0.2');
    const { server: unknown } = await secured(OTHER);
    const client = fileURLToPath(new URL('../../../main/http/http-client.ts', import.meta.url));
    const clock = fileURLToPath(new URL('../../../main/clock.ts', import.meta.url));
    const urls = [server.url, `https://localhost:${server.port}`, elsewhere.url, unknown.url];
    const script = `
      import { createHttpClient } from ${JSON.stringify(client)};
      import { systemClock } from ${JSON.stringify(clock)};
      const http = createHttpClient({ clock: systemClock() });
      const { signal } = new AbortController();
      const said = [];
      for (const url of ${JSON.stringify(urls)}) {
        const answer = await http.send({ url, signal });
        said.push(answer.ok ? answer.value.status : answer.error.kind);
      }
      process.stdout.write(JSON.stringify(said));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: ONE.certPath, NODE_NO_WARNINGS: '1' },
    });
    expect(JSON.parse(stdout)).toEqual([200, 200, 'untrusted', 'untrusted']);
  });

  it('is not made with a server that does not encrypt, nor the other way round, and both are said plainly', async () => {
    const plain = await kept(startHttp((_request, response) => response.end('{}')));
    const answer = await send(`https://127.0.0.1:${plain.port}`);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    expect(answer.ok ? '' : answer.error.cause).toBe('it does not encrypt at this port');
    const { server } = await secured(ONE);
    const other = await send(`http://127.0.0.1:${server.port}`);
    expect(other.ok).toBe(false);
    expect(other.ok ? '' : other.error.cause).not.toMatch(/[A-Z]{4}|routines|0x/);
  });

  it('that hangs in the greeting ends with the time given', async () => {
    const server = await kept(startTcp((socket) => void socket.on('data', () => undefined), 'https'));
    expect(await send(server.url, { timeoutMs: 200 })).toMatchObject({ ok: false, error: { kind: 'timed-out' } });
    const ending = new AbortController();
    const connecting = connectTls({ host: '127.0.0.1', port: server.port, signal: ending.signal });
    ending.abort();
    expect(await connecting).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    await expect.poll(() => server.open()).toBe(0);
  });

  it('that breaks off in the greeting is an error and no crash', async () => {
    const server = await kept(startTcp((socket) => void socket.once('data', () => socket.destroy()), 'https'));
    const answer = await send(server.url);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    expect(answer.ok ? '' : answer.error.cause).toBe('it broke the connection off');
  });
});
