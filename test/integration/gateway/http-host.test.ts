import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { createGateway } from '../../../main/gateway/gateway.ts';
import { type HttpHost, startHttpHost } from '../../../main/gateway/http-host.ts';
import { createHttpSessions } from '../../../main/gateway/http-session.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { CONTENT_SECURITY_POLICY } from '../../../main/page-files.ts';
import { ok } from '../../../main/result.ts';
import { handlersWith, memoryIdempotency } from '../../support/gateway/stub-rooms.ts';

const clock = systemClock();
const bus = createEventBus(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'http-host-'));
let host: HttpHost;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** A plain client that sends exactly the path and headers that it is given. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });

const signIn = async (): Promise<string> => {
  const url = new URL(host.address());
  const { headers } = await ask(url.pathname + url.search);
  const [cookie] = headers['set-cookie'] as string[];
  return (cookie ?? '').split(';')[0] ?? '';
};

const upgrade = (headers: Record<string, string>, path = '/bridge'): Promise<WebSocket | number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', (error) => (socket.readyState === socket.CONNECTING ? undefined : reject(error)));
  });

beforeAll(async () => {
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'secret.txt'), 'not yours');
  const state = new Map<string, string>();
  const started = await startHttpHost({
    gateway: createGateway({
      ...handlersWith({ 'devices.drivers': () => ok([]) }),
      idempotency: memoryIdempotency(),
      clock,
      log: createLog(memorySink(), clock),
    }),
    bus,
    clock,
    log: createLog(memorySink(), clock),
    sessions: createHttpSessions(
      { get: (name) => state.get(name), set: (name, value) => void state.set(name, value) },
      clock,
    ),
    pageFolder: join(folder, 'page'),
    port: 0,
  });
  if (!started.ok) throw new Error(started.error.message);
  host = started.value;
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

describe('page host', () => {
  it('shows nothing without a session and says what to do', async () => {
    const { status, body } = await ask('/');
    expect(status).toBe(401);
    expect(body).toContain('npm run cli -- link');
  });

  it('takes a token once, for a strict cookie', async () => {
    const url = new URL(host.address());
    const first = await ask(url.pathname + url.search);
    expect(first.status).toBe(303);
    expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask(url.pathname + url.search)).status).toBe(401);
  });

  it('serves the page with the strict policy', async () => {
    const { status, headers, body } = await ask('/', { cookie: await signIn() });
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    expect(body).toContain('<title>page</title>');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%5c..%5csecret.txt',
    '/index.html%00.txt',
    '/%',
    '/.env',
  ])('does not climb out with %s', async (path) => {
    const { status, body } = await ask(path, { cookie: await signIn() });
    expect(status).toBe(404);
    expect(body).not.toContain('not yours');
  });

  it('refuses a foreign Host, which a rebound name would send', async () => {
    const { status } = await ask('/', { cookie: await signIn(), host: `evil.example:${host.port}` });
    expect(status).toBe(421);
  });

  it('takes requests only from its own page', async () => {
    const cookie = await signIn();
    const body = JSON.stringify({ kind: 'query', name: 'devices.drivers', input: {} });
    const own = { cookie, host: `127.0.0.1:${host.port}`, origin: `http://127.0.0.1:${host.port}` };
    expect((await ask('/request', own, 'POST', body)).body).toBe('{"ok":true,"value":[]}');
    expect((await ask('/request', { ...own, origin: 'http://evil.example' }, 'POST', body)).status).toBe(403);
    expect((await ask('/request', { cookie, host: own.host }, 'POST', body)).status).toBe(403);
    expect((await ask('/request', own, 'POST', 'x'.repeat(300_000))).status).toBe(413);
    expect(JSON.parse((await ask('/request', own, 'POST', '{')).body)).toMatchObject({
      ok: false,
      problem: { code: 'request.malformed' },
    });
  });

  it('opens the bridge only for its own page with a session', async () => {
    const cookie = await signIn();
    const origin = `http://127.0.0.1:${host.port}`;
    expect(await upgrade({ origin })).toBe(403);
    expect(await upgrade({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await upgrade({ cookie, origin }, '/other')).toBe(403);
    const socket = await upgrade({ cookie, origin });
    expect(socket).toBeInstanceOf(WebSocket);
    if (socket instanceof WebSocket) socket.close();
  });

  it('answers requests and pushes events over the bridge', async () => {
    const socket = await upgrade({ cookie: await signIn(), origin: `http://127.0.0.1:${host.port}` });
    if (!(socket instanceof WebSocket)) throw new Error('The bridge did not open.');
    const next = (): Promise<unknown> =>
      new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
    const reply = next();
    socket.send(JSON.stringify({ id: 7, request: { kind: 'query', name: 'devices.drivers', input: {} } }));
    expect(await reply).toEqual({ id: 7, reply: { ok: true, value: [] } });
    const event = next();
    bus.emit('mode', { siteId: siteId('home'), mode: 'watch' });
    expect(await event).toEqual({ event: { name: 'mode', payload: { siteId: 'home', mode: 'watch' } } });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
    await expect.poll(() => bus.listenerCount()).toBe(0);
  });
});
