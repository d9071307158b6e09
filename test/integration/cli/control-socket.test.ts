import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createControlClient } from '../../../main/cli/control-client.ts';
import { systemClock } from '../../../main/clock.ts';
import { controlSocketPath } from '../../../main/gateway/control-path.ts';
import { type ControlSocket, LONGEST_REQUEST, startControlSocket } from '../../../main/gateway/control-socket.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Reply } from '../../../preload/contract.ts';

const log = createLog(memorySink(), systemClock());
const link: Reply<unknown> = { ok: true, value: { address: 'http://127.0.0.1:1/x' } };
let folder: string;
let sockets: ControlSocket[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-socket-'));
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) await socket.close();
  rmSync(folder, { recursive: true });
});

type Handle = Parameters<typeof startControlSocket>[0]['handle'];
const listen = async (handle: Handle, where = folder): Promise<ControlSocket> => {
  const started = await startControlSocket({ folder: where, handle, log });
  if (!started.ok) throw new Error(started.error.message);
  sockets.push(started.value);
  return started.value;
};

/** Sends raw bytes and answers everything that comes back until the end. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(controlSocketPath(folder));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(text);
  });

describe('the control socket', () => {
  it('hands the request on as the command line and brings the reply back', async () => {
    const seen: unknown[] = [];
    await listen(async (request, context) => {
      seen.push(request, context);
      return link;
    });
    const answer = await createControlClient(folder).query('center.link', {});
    expect(answer).toEqual({ ok: true, value: { address: 'http://127.0.0.1:1/x' } });
    expect(seen).toEqual([{ kind: 'query', name: 'center.link', input: {} }, { surface: 'cli' }]);
  });

  it('gives each command its own key', async () => {
    const keys = new Set<unknown>();
    await listen(async (request) => {
      keys.add((request as { key: string }).key);
      return { ok: true, value: {} };
    });
    const client = createControlClient(folder);
    const input = { siteId: 'home', mode: 'watch', who: 'Mara', surface: 'cli' } as unknown as Parameters<
      typeof client.command<'mode.set'>
    >[1];
    await client.command('mode.set', input);
    await client.command('mode.set', input);
    expect(keys.size).toBe(2);
  });

  it('only this user may speak to it', async () => {
    const socket = await listen(async () => link);
    expect(statSync(socket.path).mode & 0o777).toBe(0o600);
  });

  it('passes problems on with their advice', async () => {
    const problem = { code: 'x.y', kind: 'permanent', message: 'No.', advice: 'Do.' } as const;
    await listen(async () => ({ ok: false, problem }));
    expect(await createControlClient(folder).query('center.link', {})).toEqual({ ok: false, error: problem });
  });

  it.each([
    ['no JSON', 'hello\n', 'not a request'],
    ['no request', '{"reply":1}\n', 'not a request'],
    ['a list', '[1]\n', 'not a request'],
    ['too long', `${'x'.repeat(LONGEST_REQUEST + 2)}`, 'too long'],
    ['too long a line', `${'x'.repeat(LONGEST_REQUEST + 2)}\n`, 'too long'],
  ])('refuses %s and goes on', async (_, text, words) => {
    await listen(async () => link);
    expect(await raw(text)).toContain(words);
    expect((await createControlClient(folder).query('center.link', {})).ok).toBe(true);
  });

  it('reads a request that comes in pieces, and answers only once', async () => {
    let count = 0;
    await listen(async () => {
      count += 1;
      return link;
    });
    const line = `${JSON.stringify({ request: 1 })}\n`;
    expect((await raw(line + line)).trim().split('\n')).toHaveLength(1);
    expect(count).toBe(1);
  });

  it('a handler that throws is answered, not fatal', async () => {
    await listen(async () => {
      throw new Error('boom');
    });
    const answer = await createControlClient(folder).query('center.link', {});
    expect(answer).toMatchObject({ ok: false, error: { message: 'The request failed inside: boom.' } });
  });

  it('takes over from a dead process, and from nobody else', async () => {
    const path = controlSocketPath(folder);
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(path, resolve));
    // A killed process leaves its socket file: closing here would remove it.
    dead.unref();
    await listen(async () => link);
    expect((await createControlClient(folder).query('center.link', {})).ok).toBe(true);
  });

  it('does not take the place of an ordinary file', async () => {
    writeFileSync(controlSocketPath(folder), 'mine');
    const started = await startControlSocket({ folder, handle: async () => link, log });
    expect(started).toMatchObject({ ok: false, error: { code: 'control.socket' } });
  });

  it('leaves no file and no connection behind', async () => {
    const socket = await listen(async () => link);
    const waiting = connect(socket.path);
    await new Promise((resolve) => waiting.once('connect', resolve));
    waiting.on('error', () => undefined);
    const closed = new Promise((resolve) => waiting.once('close', resolve));
    await socket.close();
    await closed;
    sockets = [];
    expect(existsSync(socket.path)).toBe(false);
  });

  it('a path too long for the kernel finds a short place, the same for both sides', async () => {
    const deep = join(folder, 'd'.repeat(120));
    mkdirSync(deep);
    await listen(async () => link, deep);
    expect(controlSocketPath(deep).startsWith(tmpdir())).toBe(true);
    expect((await createControlClient(deep).query('center.link', {})).ok).toBe(true);
  });

  it('is a named pipe on Windows', () => {
    expect(controlSocketPath('/data', 'win32')).toMatch(/^\\\\\.\\pipe\\commandcenter-[0-9a-f]{16}$/);
  });
});

describe('the client', () => {
  it('says that nobody listens', async () => {
    expect(await createControlClient(folder).query('center.link', {})).toMatchObject({
      ok: false,
      error: { code: 'cli.no-center' },
    });
  });

  it('does not wait for ever', async () => {
    await listen(() => new Promise(() => undefined));
    expect(await createControlClient(folder, 50).query('center.link', {})).toMatchObject({
      ok: false,
      error: { code: 'cli.timeout' },
    });
  });

  it.each([
    ['another shape', { ok: true, value: { address: 5 } } as Reply<unknown>],
    ['no reply', undefined as unknown as Reply<unknown>],
  ])('does not trust %s', async (_, reply) => {
    await listen(async () => reply);
    expect(await createControlClient(folder).query('center.link', {})).toMatchObject({
      ok: false,
      error: { code: 'cli.unreadable' },
    });
  });
});
