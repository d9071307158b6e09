import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { evcc } from '../../../main/devices/evcc/driver.ts';
import { startEvccSimulator } from '../../../main/devices/simulator/evcc-server.ts';
import type { OpenDevice } from '../../../main/devices/types.ts';
import { channelId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Reading } from '../../../main/reading.ts';
import type { Result } from '../../../main/result.ts';
import { MINER, smallHouse } from '../../support/devices/small-house.ts';

const START = Date.UTC(2026, 5, 1, 12);
const never = new AbortController().signal;
const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const setUp = async (options: { apiKey?: string; secret?: string; wrapped?: boolean } = {}) => {
  const clock = replayClock(START);
  const house = smallHouse(clock);
  const simulator = await startEvccSimulator({
    house,
    loadId: MINER.id,
    clock,
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    ...(options.wrapped === undefined ? {} : { wrapped: options.wrapped }),
  });
  ends.push(simulator.close);
  const sink = memorySink();
  const deps = createDriverDeps({ clock, log: createLog(sink, clock) });
  const device = evcc.open(
    { connection: { host: simulator.host, port: simulator.port }, secret: options.secret ?? null },
    deps,
  );
  ends.push(device.close);
  return { clock, house, simulator, device, deps, sink };
};

const valueIn = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);
const actuatorOf = (device: OpenDevice, id: string) => {
  const found = device.actuators.find((actuator) => actuator.channelId === channelId(id));
  if (!found) throw new Error(`no actuator ${id}`);
  return found;
};
const write = (device: OpenDevice, id: string, value: string | number | boolean, leaseMs: number | null = null) =>
  actuatorOf(device, id).write(value, { leaseMs, signal: never });
/** The next push that satisfies the condition. */
const pushed = (device: OpenDevice, wanted: (readings: readonly Reading[]) => boolean) =>
  new Promise<readonly Reading[]>((resolve) => {
    const end = device.reader.listen?.((readings) => {
      if (!wanted(readings)) return;
      end?.();
      resolve(readings);
    });
  });

describe('evcc against the simulator', () => {
  it('says who it is and which channels this site has', async () => {
    const { device } = await setUp();
    expect(valueIn(await device.reader.identify(never))).toEqual({
      serial: 'evcc_Simulated_home',
      model: 'evcc',
      firmware: '0.312.0',
    });
    await device.reader.read(never);
    expect(device.present?.()).toEqual([
      ...['grid', 'pv', 'battery', 'home'],
      ...['loadpoint:1', 'loadpoint:1:limit-soc', 'loadpoint:1:min-current', 'loadpoint:1:max-current'],
    ]);
  });

  it('reads a release that wraps its answers', async () => {
    const { device } = await setUp({ wrapped: true });
    expect(valueIn(await device.reader.read(never)).length).toBeGreaterThan(8);
    expect(codeOf(await write(device, 'loadpoint:1', 'now'))).toBe('ok');
  });

  it('hears changes over the socket and keeps what they do not name', async () => {
    const { device, simulator } = await setUp();
    const whole = await pushed(device, (readings) => readings.length > 8);
    expect(whole.find(({ metric }) => metric === 'socPct')?.value).toBe(63);
    const next = pushed(device, (readings) => readings.some(({ value }) => value === 7_200));
    simulator.publish({ 'loadpoints.0.chargePower': 7_200 });
    expect((await next).map(({ channelId: id, value }) => [id, value])).toEqual([
      ['home', 7_600],
      ['loadpoint:1', 7_200],
    ]);
  });

  it('opens the socket again at the poll after it was lost', async () => {
    const { device, simulator } = await setUp();
    await pushed(device, () => true);
    device.reader.listen?.(() => undefined);
    simulator.setFault('offline');
    await expect.poll(() => simulator.listeners()).toBe(0);
    simulator.setFault('none');
    await expect
      .poll(async () => {
        await device.reader.read(never);
        return simulator.listeners();
      })
      .toBe(1);
  });

  it('counts a message that cannot be read and begins anew', async () => {
    const { device, simulator } = await setUp();
    await pushed(device, () => true);
    device.reader.listen?.(() => undefined);
    simulator.setFault('garbage');
    simulator.publish({ pvPower: 100 });
    await expect.poll(() => device.reader.diagnostics?.().rejected).toBe(1);
    await expect.poll(() => simulator.listeners()).toBe(0);
  });

  it.each([
    ['loadpoint:1', 'off', 'POST /api/loadpoints/1/mode/off'],
    ['loadpoint:1', 'minpv', 'POST /api/loadpoints/1/mode/minpv'],
    ['loadpoint:1:limit-soc', 65, 'POST /api/loadpoints/1/limitsoc/65'],
    ['loadpoint:1:min-current', 8, 'POST /api/loadpoints/1/mincurrent/8'],
    ['loadpoint:1:max-current', 13, 'POST /api/loadpoints/1/maxcurrent/13'],
  ])('sets %s to %s and reads it back', async (id, value, request) => {
    const { device, simulator } = await setUp();
    expect(codeOf(await write(device, id, value))).toBe('ok');
    expect(simulator.requests).toContain(request);
    expect(valueIn(await actuatorOf(device, id).readBack(never))).toMatchObject({ value, leaseEndsAt: null });
  });

  it('refuses what is no setting before anything is sent', async () => {
    const { device, simulator } = await setUp();
    for (const [id, value] of [
      ['loadpoint:1', 'fast/../../batterymode/charge'],
      ['loadpoint:1:max-current', 63],
      ['loadpoint:1:limit-soc', '80'],
      ['battery', 'holdcharge'],
    ] as const)
      expect(codeOf(await write(device, id, value))).toBe('permanent device.wrong-setpoint');
    expect(simulator.requests).toEqual([]);
  });

  it('has no second charger to set', async () => {
    const { device } = await setUp();
    expect(codeOf(await write(device, 'loadpoint:2', 'off'))).toBe('permanent device.not-found');
    expect(codeOf(await actuatorOf(device, 'loadpoint:2').readBack(never))).toBe('permanent device.no-channel');
  });
});

describe("evcc's battery mode", () => {
  const hold = async (leaseMs: number | null) => {
    const home = await setUp();
    expect(codeOf(await write(home.device, 'battery', 'hold', leaseMs))).toBe('ok');
    const posts = () => home.simulator.requests.filter((request) => request === 'POST /api/batterymode/hold').length;
    /** Time goes on in steps; a request on its way has a timer of its own and is waited for. */
    const pass = async (spanMs: number): Promise<void> => {
      for (let passed = 0; passed < spanMs; passed += 1_000) {
        await home.clock.advance(1_000);
        while (home.clock.pendingTimers() > 2) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const shown = async () => valueIn(await actuatorOf(home.device, 'battery').readBack(never));
    return { ...home, posts, pass, shown };
  };

  it('is told again while the lease runs, because evcc lets it go after a minute', async () => {
    const { pass, posts, shown } = await hold(180_000);
    expect(await shown()).toEqual({ value: 'hold', leaseEndsAt: START + 180_000, measuredAt: START });
    await pass(120_000);
    expect((await shown()).value).toBe('hold');
    expect(posts()).toBeGreaterThanOrEqual(4);
    await pass(130_000);
    expect(await shown()).toMatchObject({ value: 'normal', leaseEndsAt: null });
  });

  it('ends by itself within a minute when we are gone', async () => {
    const { device, clock, simulator } = await hold(600_000);
    await device.close();
    expect(clock.pendingTimers()).toBe(1);
    await clock.advance(61_000);
    const state = await fetch(`http://${simulator.host}:${simulator.port}/api/state`);
    expect(await state.json()).toMatchObject({ batteryMode: 'normal' });
  });

  it('does not overwrite what somebody else chose meanwhile', async () => {
    const { pass, posts, shown, simulator } = await hold(null);
    await pass(30_000);
    await fetch(`http://${simulator.host}:${simulator.port}/api/batterymode/charge`, { method: 'POST' });
    await pass(50_000);
    expect(posts()).toBe(2);
    expect((await shown()).value).toBe('charge');
  });

  it('goes back to normal at once when told', async () => {
    const { device, pass, posts, shown, simulator } = await hold(600_000);
    expect(codeOf(await write(device, 'battery', 'normal'))).toBe('ok');
    expect(simulator.requests).toContain('DELETE /api/batterymode');
    expect((await shown()).value).toBe('normal');
    await pass(60_000);
    expect(posts()).toBe(1);
  });
});

describe('evcc that misbehaves', () => {
  it('refuses without its key, says what to do, and keeps the key out of every word', async () => {
    const { device, sink } = await setUp({ apiKey: 'evcc_right-key', secret: 'evcc_wrong-key' });
    const answer = await device.reader.read(never);
    expect(codeOf(answer)).toBe('permanent device.access');
    expect(JSON.stringify(answer) + sink.lines.join('')).not.toContain('wrong-key');
    const right = await setUp({ apiKey: 'evcc_right-key', secret: 'evcc_right-key' });
    expect(codeOf(await right.device.reader.read(never))).toBe('ok');
    await pushed(right.device, (readings) => readings.length > 8);
  });

  const deviceAt = (port: number): OpenDevice => {
    const clock = systemClock();
    const deps = createDriverDeps({ clock, log: createLog(memorySink(), clock) });
    const device = evcc.open({ connection: { host: '127.0.0.1', port }, secret: null }, deps);
    ends.push(device.close);
    return device;
  };
  const answering = async (listener: RequestListener): Promise<OpenDevice> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return deviceAt((server.address() as AddressInfo).port);
  };

  it.each([
    ['a web page', '<!doctype html><title>Router</title>', /web page/],
    ['nothing at all', '', /empty/],
    ['half of it', '{"loadpoints":[{"mode":"pv",', /cut short/],
    ['another program', '{"status":"ok"}', /does not speak as evcc/],
  ])('names the trouble when %s answers', async (_, body, words) => {
    const device = await answering((_request, response) => response.end(body));
    const answer = await device.reader.read(never);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'temporary', code: 'device.malformed' } });
    expect(answer.ok ? '' : answer.error.message).toMatch(words);
    expect(device.reader.diagnostics?.()).toEqual({ requests: 1, failures: 1, rejected: 1 });
  });

  it('drops an answer that is far too large', async () => {
    const device = await answering((_request, response) => response.end(`{"x":"${'x'.repeat(5 * 1024 * 1024)}"}`));
    expect(codeOf(await device.reader.read(never))).toBe('temporary device.malformed');
  });

  it('ends a request into silence when told to', async () => {
    const silent = createTcpServer((socket: Socket) => void socket.on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    ends.push(() => void silent.close());
    const device = deviceAt((silent.address() as AddressInfo).port);
    const ending = new AbortController();
    const reading = device.reader.read(ending.signal);
    ending.abort();
    expect(codeOf(await reading)).toBe('temporary device.cancelled');
  });

  it('answers the published calls as published', async () => {
    const { simulator } = await setUp();
    const calls: { method?: string; path?: string; response?: unknown }[] = JSON.parse(
      readFileSync(new URL('../../fixtures/evcc/rest_calls.json', import.meta.url), 'utf8'),
    );
    const ours = calls.filter(({ path = '' }) => /mode|maxcurrent/.test(path));
    expect(ours.length).toBe(4);
    for (const { method = 'GET', path, response } of ours) {
      const answer = await fetch(`http://${simulator.host}:${simulator.port}${path}`, { method });
      expect(await answer.json()).toEqual(response);
    }
  });
});
