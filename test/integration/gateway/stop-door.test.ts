import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createControlClient } from '../../../main/cli/control-client.ts';
import { type ReplayClock, replayClock, systemClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { controlSocketPath } from '../../../main/gateway/control-path.ts';
import { type ControlSocket, startControlSocket } from '../../../main/gateway/control-socket.ts';
import { type HttpHost, startHttpHost } from '../../../main/gateway/http-host.ts';
import { createHttpSessions } from '../../../main/gateway/http-session.ts';
import { createStopDoor } from '../../../main/gateway/stop-door.ts';
import { createStopTokens, newStopToken, type StopTokens } from '../../../main/gateway/stop-tokens.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Reply } from '../../../preload/contract.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: { readonly stopped?: boolean; readonly sentence?: string };
}

let folder: string;
let clock: ReplayClock;
let state: Map<string, string>;
let tokens: StopTokens;
let stops: unknown[];
let host: HttpHost;
let socket: ControlSocket;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stop-door-'));
  clock = replayClock(Date.UTC(2026, 5, 10));
  state = new Map();
  stops = [];
  const kept = {
    get: (name: string) => state.get(name),
    set: (name: string, value: string) => void state.set(name, value),
  };
  tokens = createStopTokens(kept, clock);
  const log = createLog(memorySink(), systemClock());
  const gateway = {
    handle: async (request: unknown, context: unknown): Promise<Reply<unknown>> => {
      stops.push([request, context]);
      return { ok: true, value: {} };
    },
    refused: () => ({}),
  };
  const stopDoor = createStopDoor({ gateway, tokens, clock, log, siteId: () => siteId('home') });
  const started = await startHttpHost({
    gateway,
    bus: createEventBus(() => undefined),
    clock: systemClock(),
    log,
    sessions: createHttpSessions(kept, clock),
    stopDoor,
    pageFolder: folder,
    port: 0,
  });
  if (!started.ok) throw new Error(started.error.message);
  host = started.value;
  const listening = await startControlSocket({ folder, handle: gateway.handle, stopDoor, log });
  if (!listening.ok) throw new Error(listening.error.message);
  socket = listening.value;
});
afterEach(async () => {
  await host.close();
  await socket.close();
  rmSync(folder, { recursive: true });
});

const ask = (where: RequestOptions, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ path: '/stop', method: 'POST', ...where }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const body = text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {};
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
const places = {
  'the loopback address': (): RequestOptions => ({ host: '127.0.0.1', port: host.port }),
  'the control socket': (): RequestOptions => ({ socketPath: controlSocketPath(folder) }),
} as const;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const made = (name = 'Wall panel'): string => {
  const { token, hash } = newStopToken();
  tokens.keep(name, hash);
  return token;
};

describe.each(Object.keys(places) as (keyof typeof places)[])('POST /stop over %s', (place) => {
  it('stops the house with the name of the token, also with a body', async () => {
    const token = made();
    const answer = await ask({ ...places[place](), headers: bearer(token) }, 'x'.repeat(100_000));
    expect(answer).toMatchObject({ status: 200, body: { stopped: true } });
    expect(stops).toMatchObject([
      [
        { kind: 'command', name: 'stop.activate', input: { siteId: 'home', who: 'Wall panel', surface: 'http' } },
        { surface: 'http' },
      ],
    ]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('never by %s', async (method) => {
    const answer = await ask({ ...places[place](), method, headers: bearer(made()) });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
    expect(stops).toEqual([]);
  });

  it('not without a token, with one in the address, from a web page, or after it was taken back', async () => {
    const token = made();
    expect((await ask(places[place]())).status).toBe(401);
    expect((await ask({ ...places[place](), path: `/stop?token=${token}` })).status).toBe(401);
    const fromPage = { ...bearer(token), origin: 'http://127.0.0.1' };
    expect((await ask({ ...places[place](), headers: fromPage })).status).toBe(403);
    tokens.revoke('Wall panel');
    expect((await ask({ ...places[place](), headers: bearer(token) })).status).toBe(401);
    expect(stops).toEqual([]);
  });

  it('holds up whoever guesses, never a right token, and forgets after a minute', async () => {
    const token = made();
    const guess = async () => (await ask({ ...places[place](), headers: bearer('stop-guess') })).status;
    for (let turn = 0; turn < 5; turn += 1) expect(await guess()).toBe(401);
    const held = await ask({ ...places[place](), headers: bearer('stop-guess') });
    expect(held.status).toBe(429);
    expect(Number(held.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask({ ...places[place](), headers: bearer(token) })).status).toBe(200);
    await clock.advance(61_000);
    expect(await guess()).toBe(401);
  });
});

describe('the tokens', () => {
  it('are kept as a hash only, one under a name, and taken back one by one or all at once', () => {
    const one = made('A');
    const two = made('B');
    expect([...state.values()].join()).not.toContain(one);
    expect([tokens.nameOf(one), tokens.nameOf(two)]).toEqual(['A', 'B']);
    const again = made('A');
    expect([tokens.nameOf(one), tokens.nameOf(again)]).toEqual([null, 'A']);
    tokens.revoke('A');
    expect(tokens.names()).toEqual(['B']);
    tokens.revoke(null);
    expect(tokens.nameOf(two)).toBeNull();
  });
});

describe('the control socket beside it', () => {
  it('still takes the lines of the command line, and nothing else over HTTP', async () => {
    expect(await createControlClient(folder).query('center.link', {})).toMatchObject({ ok: false });
    expect(stops).toHaveLength(1);
    expect((await ask({ socketPath: controlSocketPath(folder), path: '/request' })).status).toBe(404);
  });
});
