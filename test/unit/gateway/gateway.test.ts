import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createGateway } from '../../../main/gateway/gateway.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { ok, temporary } from '../../../main/result.ts';
import { handlersWith, memoryIdempotency } from '../../support/gateway/stub-rooms.ts';

const clock = replayClock(1_700_000_000_000);
const sink = memorySink();
const log = createLog(sink, clock);
const context = { surface: 'window' } as const;
const stopInput = { siteId: 'home', who: 'Mara', surface: 'window' };

const gatewayWith = (some: Parameters<typeof handlersWith>[0], idempotency = memoryIdempotency()) =>
  createGateway({ ...handlersWith(some), idempotency, clock, log });

describe('gateway', () => {
  it.each([
    ['nothing', undefined, 'request.malformed'],
    ['text', 'center.status', 'request.malformed'],
    ['an unknown kind', { kind: 'delete', name: 'center.status', input: {} }, 'request.malformed'],
    ['extra keys', { kind: 'query', name: 'center.status', input: {}, admin: true }, 'request.malformed'],
    ['a command without a key', { kind: 'command', name: 'stop.activate', input: stopInput }, 'request.malformed'],
    ['an unknown query', { kind: 'query', name: 'center.secrets', input: {} }, 'request.unknown'],
    ['a name of Object', { kind: 'query', name: 'constructor', input: {} }, 'request.unknown'],
    ['a command asked as a query', { kind: 'query', name: 'stop.activate', input: stopInput }, 'request.unknown'],
    ['extra input', { kind: 'query', name: 'center.status', input: { all: true } }, 'input.invalid'],
    ['a missing field', { kind: 'query', name: 'site.live', input: {} }, 'input.invalid'],
  ])('refuses %s with a sentence, and counts it', async (_what, request, code) => {
    const gateway = gatewayWith({});
    const reply = await gateway.handle(request, context);
    expect(reply).toMatchObject({ ok: false, problem: { code } });
    if (!reply.ok) expect(reply.problem.advice.length).toBeGreaterThan(10);
    expect(gateway.refused()[code]).toBe(1);
  });

  it('names each wrong field of a form', async () => {
    const reply = await gatewayWith({}).handle(
      {
        kind: 'command',
        name: 'settings.set',
        key: 'key-00000001',
        input: { siteId: 'home', who: '', changes: { criticalSocPct: 200 } },
      },
      context,
    );
    expect(reply).toMatchObject({
      ok: false,
      problem: { fields: { who: expect.any(String), 'changes.criticalSocPct': expect.any(String) } },
    });
  });

  it('runs a command once for one key, at the same time and after a restart', async () => {
    let runs = 0;
    const idempotency = memoryIdempotency();
    const handler = {
      'mode.set': async () => {
        runs += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return ok({});
      },
    };
    const request = { kind: 'command', name: 'mode.set', key: 'key-00000002', input: { ...stopInput, mode: 'watch' } };
    const gateway = gatewayWith(handler, idempotency);
    const twice = await Promise.all([gateway.handle(request, context), gateway.handle(request, context)]);
    expect(twice).toEqual([
      { ok: true, value: {} },
      { ok: true, value: {} },
    ]);
    expect(await gatewayWith(handler, idempotency).handle(request, context)).toEqual({ ok: true, value: {} });
    expect(runs).toBe(1);
  });

  it('passes a handler’s failure on as a problem, and a bug as a sentence without its stack', async () => {
    const gateway = gatewayWith({
      'center.status': () => temporary('store.busy', 'The database is busy.', 'Try again.'),
      'devices.drivers': () => {
        throw new Error('boom');
      },
    });
    expect(await gateway.handle({ kind: 'query', name: 'center.status', input: {} }, context)).toMatchObject({
      ok: false,
      problem: { code: 'store.busy', kind: 'temporary' },
    });
    expect(await gateway.handle({ kind: 'query', name: 'devices.drivers', input: {} }, context)).toMatchObject({
      ok: false,
      problem: { code: 'center.bug' },
    });
    expect(sink.lines.some((line) => line.includes('boom'))).toBe(true);
  });

  it('still answers a command when its key cannot be remembered', async () => {
    const full = {
      ...memoryIdempotency(),
      put: () => {
        throw new Error('database or disk is full');
      },
    };
    const gateway = gatewayWith({ 'mode.set': () => ok({}) }, full);
    const request = { kind: 'command', name: 'mode.set', key: 'key-00000003', input: { ...stopInput, mode: 'watch' } };
    expect(await gateway.handle(request, context)).toEqual({ ok: true, value: {} });
  });
});
