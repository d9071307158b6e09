import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { channelId } from '../../../main/ids.ts';
import { ok, permanent } from '../../../main/result.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { AWAY, configOf, readingOf, SITE, scriptedDevice } from '../../support/telemetry/scripted-device.ts';

const START = Date.UTC(2026, 5, 1, 12);
const never = new AbortController().signal;
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const setUp = async () => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  const telemetry = house.start();
  ends.push(telemetry.stop);
  const states: string[] = [];
  house.bus.on('deviceState', ({ state }) => void states.push(state));
  const plug = scriptedDevice(clock, 'plug', [configOf('grid', 'grid')]);
  plug.state.values = { grid: { powerW: 700 } };
  const gridW = () => telemetry.live(SITE).gridW;
  const lines = (message: string) => house.sink.lines.filter((line) => line.includes(message)).length;
  return { clock, ...house, telemetry, states, plug, gridW, lines };
};

describe('polling', () => {
  it('reads within a second of being added and then once a period', async () => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    expect(gridW()).toMatchObject({ value: null, freshness: 'absent' });
    await clock.advance(1_000);
    expect(gridW()).toMatchObject({ value: 700, freshness: 'fresh', limitMs: 35_000 });
    await clock.advance(60_000);
    expect(plug.state.reads).toHaveLength(7);
    expect(telemetry.pollers(SITE)).toMatchObject([
      {
        name: 'plug',
        state: 'online',
        identity: { serial: 'serial-plug' },
        polls24h: 7,
        errors24h: 0,
        consecutiveFailures: 0,
      },
    ]);
  });

  it('never asks two devices of one bus at once, and devices of two buses freely', async () => {
    const { clock, telemetry } = await setUp();
    let running = 0;
    let most = 0;
    const slow = (name: string, bus: string) =>
      scriptedDevice(clock, name, [configOf(name, 'grid')], {
        bus,
        answer: async () => {
          running += 1;
          most = Math.max(most, running);
          await clock.sleep(2_000);
          running -= 1;
          return ok([]);
        },
      });
    const [one, two] = [slow('one', 'line'), slow('two', 'line')];
    telemetry.add(one.device);
    telemetry.add(two.device);
    await clock.advance(60_000);
    expect(most).toBe(1);
    expect(Math.min(one.state.reads.length, two.state.reads.length)).toBeGreaterThanOrEqual(4);
    telemetry.add(slow('three', 'other line').device);
    await clock.advance(60_000);
    expect(most).toBe(2);
  });

  it('asks a dead device less and less, for ever, and says once that it went and once that it is back', async () => {
    const { clock, lines, plug, store, telemetry, states, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(30_000);
    plug.state.away = true;
    const from = plug.state.reads.length;
    await clock.advance(7_200_000);
    const pauses = plug.state.reads.slice(from).map((at, index, all) => at - (all[index - 1] ?? at));
    expect(pauses.slice(1, 7)).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000]);
    expect(Math.max(...pauses)).toBe(300_000);
    expect(lines('A device is gone.')).toBe(1);
    expect(gridW()).toMatchObject({ value: 700, freshness: 'stale' });
    expect(telemetry.pollers(SITE)[0]).toMatchObject({ state: 'offline', problem: { message: 'It does not answer.' } });
    plug.state.away = false;
    await clock.advance(300_000);
    expect(lines('A device is back.')).toBe(1);
    expect(states).toEqual(['online', 'late', 'offline', 'online']);
    expect(gridW()).toMatchObject({ value: 700, freshness: 'fresh' });
    expect(store.events.list(SITE, 10)).toMatchObject([{ kind: 'gap' }]);
  });

  it('says once that a device was never there', async () => {
    const { clock, lines, plug, telemetry, states } = await setUp();
    plug.state.away = true;
    telemetry.add(plug.device);
    await clock.advance(3_600_000);
    expect(lines('A device is gone.')).toBe(1);
    expect(states).toEqual(['offline']);
  });

  it('waits long where only a person can help', async () => {
    const { clock, telemetry } = await setUp();
    const wrong = permanent('device.password-wrong', 'No.', 'Type it again.');
    const device = scriptedDevice(clock, 'locked', [configOf('grid', 'grid')], { answer: () => wrong });
    telemetry.add(device.device);
    await clock.advance(301_000);
    expect(device.state.reads).toHaveLength(2);
  });

  it('survives a driver that throws', async () => {
    const { clock, lines, telemetry } = await setUp();
    const device = scriptedDevice(clock, 'broken', [configOf('grid', 'grid')], {
      answer: () => Promise.reject(new Error('a bug')),
    });
    telemetry.add(device.device);
    await clock.advance(35_000);
    expect(device.state.reads.length).toBeGreaterThan(2);
    expect(telemetry.pollers(SITE)[0]).toMatchObject({ state: 'offline', problem: { message: /a bug/ } });
    expect(lines('A driver threw')).toBeGreaterThan(0);
  });

  it('ends a poll that never ends', async () => {
    const { clock, telemetry } = await setUp();
    let isAborted = false;
    const device = scriptedDevice(clock, 'hung', [configOf('grid', 'grid')], {});
    const hung = {
      ...device.device,
      reader: {
        ...device.device.reader,
        read: (signal: AbortSignal) =>
          new Promise<typeof AWAY>((resolve) => {
            signal.addEventListener('abort', () => {
              isAborted = true;
              resolve(AWAY);
            });
          }),
      },
    };
    telemetry.add(hung);
    await clock.advance(46_000);
    expect(isAborted).toBe(true);
    expect(telemetry.pollers(SITE)[0]?.errors24h).toBe(1);
  });
});

describe('refresh', () => {
  it('asks out of turn and answers with what was measured after it was called', async () => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(3_000);
    plug.state.values = { grid: { powerW: 900 } };
    const answer = await telemetry.refresh(plug.device.record.id, never);
    expect(answer).toMatchObject({ ok: true, value: [{ value: 900, measuredAt: START + 3_000 }] });
    expect(gridW().value).toBe(900);
  });

  it('does not take the answer of a poll that was on its way', async () => {
    const { clock, telemetry } = await setUp();
    let value = 1;
    const device = scriptedDevice(clock, 'slow', [configOf('grid', 'grid')], {
      answer: async () => {
        const measured = readingOf(clock, 'grid', 'powerW', value);
        await clock.sleep(5_000);
        return ok([measured]);
      },
    });
    telemetry.add(device.device);
    await clock.advance(1_000);
    expect(device.state.reads).toHaveLength(1);
    value = 2;
    const answer = telemetry.refresh(device.device.record.id, never);
    await clock.advance(11_000);
    expect(await answer).toMatchObject({ ok: true, value: [{ value: 2 }] });
  });

  it('lets a caller go without harm to the poll, and fails for a device that is not there', async () => {
    const { clock, plug, telemetry } = await setUp();
    telemetry.add(plug.device);
    const leaving = new AbortController();
    const left = telemetry.refresh(plug.device.record.id, leaving.signal);
    leaving.abort();
    expect(await left).toMatchObject({ ok: false, error: { code: 'device.cancelled' } });
    await telemetry.remove(plug.device.record.id);
    expect(await telemetry.refresh(plug.device.record.id, never)).toMatchObject({
      ok: false,
      error: { code: 'device.unknown' },
    });
    await clock.advance(60_000);
    expect(plug.state.reads.length).toBeLessThanOrEqual(1);
  });
});

describe('each way for a signal to be wrong leaves the state without a number to decide on', () => {
  const usable = (freshness: string) => freshness === 'fresh' || freshness === 'late';

  it.each([
    ['unavailable', {}, 'stale'],
    ['NaN', { grid: { powerW: Number.NaN } }, 'stale'],
    ['a 1000× spike', { grid: { powerW: 700_000 } }, 'stale'],
  ])('%s: the last good value ages away', async (_, values, freshness) => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(1_000);
    plug.state.values = values;
    await clock.advance(20_000);
    expect(gridW().value).toBe(700);
    await clock.advance(30_000);
    expect(gridW()).toMatchObject({ value: 700, freshness });
  });

  it('a spike is counted', async () => {
    const { clock, plug, telemetry } = await setUp();
    plug.state.values = { grid: { powerW: 700_000 } };
    telemetry.add(plug.device);
    await clock.advance(31_000);
    expect(telemetry.pollers(SITE)[0]?.rejected24h).toBe(4);
  });

  it('a 0-blip does not show', async () => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(1_000);
    plug.state.values = { grid: { powerW: 0 } };
    await clock.advance(10_000);
    expect(gridW().value).toBe(700);
    await clock.advance(10_000);
    expect(gridW().value).toBe(0);
  });

  it('frozen: half an hour of the same value is not current any more', async () => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(1_860_000);
    expect(usable(gridW().freshness)).toBe(false);
  });

  it('late: data that the device itself measured long ago is not fresh because it was fetched now', async () => {
    const { clock, telemetry, gridW } = await setUp();
    const old = scriptedDevice(clock, 'cloud', [configOf('grid', 'grid')], {
      answer: () => ok([readingOf(clock, 'grid', 'powerW', 700, { measuredAt: START })]),
    });
    telemetry.add(old.device);
    await clock.advance(36_000);
    expect(gridW()).toMatchObject({ measuredAt: START, freshness: 'stale' });
  });

  it('overtaken: a reading that was measured earlier does not turn time back', async () => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(10_000);
    plug.state.push([readingOf(clock, 'grid', 'powerW', 800)]);
    plug.state.push([readingOf(clock, 'grid', 'powerW', 600, { measuredAt: clock.now() - 1_000 })]);
    expect(gridW().value).toBe(800);
  });

  it('restart with none: unknown, not 0', async () => {
    const { clock, plug, telemetry } = await setUp();
    plug.state.away = true;
    telemetry.add(plug.device);
    await clock.advance(60_000);
    const state = telemetry.live(SITE);
    expect([state.gridW.value, state.loadW.value, state.householdW.value]).toEqual([null, null, null]);
    expect(telemetry.latest(plug.device.record.id, channelId('grid'), 'powerW')).toBeUndefined();
  });
});

describe('pushes and events', () => {
  it('takes what a device pushes, and tells the window within a second and at most four times a second', async () => {
    const { bus, clock, plug, telemetry, gridW } = await setUp();
    const at: number[] = [];
    bus.on('live', () => void at.push(clock.now()));
    telemetry.add(plug.device);
    await clock.advance(2_000);
    at.length = 0;
    for (let turn = 0; turn < 30; turn += 1) {
      plug.state.push([readingOf(clock, 'grid', 'powerW', 701 + turn)]);
      await clock.advance(100);
    }
    expect(at.length).toBeLessThanOrEqual(13);
    expect(gridW().value).toBe(730);
    const pushedAt = clock.now();
    plug.state.push([readingOf(clock, 'grid', 'powerW', 5)]);
    await clock.advance(1_000);
    expect(at.at(-1)).toBeGreaterThanOrEqual(pushedAt);
  });

  it('follows changed names and roles without asking anew', async () => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(1_000);
    telemetry.configure({ ...plug.device.record, name: 'renamed', channels: [configOf('grid', 'pv')] });
    expect(gridW().freshness).toBe('absent');
    expect(telemetry.live(SITE).pvW.value).toBe(700);
    expect(telemetry.pollers(SITE)[0]?.name).toBe('renamed');
    expect(telemetry.channels(SITE)).toMatchObject([{ config: { role: 'pv' } }]);
  });
});

describe('time', () => {
  it('distrusts everything after sleep, says so, and asks all anew', async () => {
    const { bus, clock, plug, telemetry, gridW } = await setUp();
    const jumps: number[] = [];
    bus.on('timeJump', ({ spanMs }) => void jumps.push(spanMs));
    telemetry.add(plug.device);
    await clock.advance(3_000);
    const asked = plug.state.reads.length;
    clock.jump(8 * 3_600_000);
    expect(gridW()).toMatchObject({ value: null, freshness: 'absent' });
    expect(jumps).toEqual([8 * 3_600_000]);
    await clock.advance(100);
    expect(plug.state.reads.length).toBe(asked + 1);
    expect(gridW()).toMatchObject({ value: 700, freshness: 'fresh', measuredAt: START + 3_000 + 8 * 3_600_000 });
  });

  it.each([
    ['before', true],
    ['only by the answer itself', false],
  ])('throws away what was asked before the jump and answered after it, noticed %s', async (_, isNoticed) => {
    const { clock, telemetry, gridW } = await setUp();
    let value = 1;
    const device = scriptedDevice(clock, 'slow', [configOf('grid', 'grid')], {
      answer: async () => {
        const measured = readingOf(clock, 'grid', 'powerW', value);
        await clock.sleep(3_000);
        return ok([measured]);
      },
    });
    telemetry.add(device.device);
    await clock.advance(1_000);
    clock.jump(600_000);
    if (isNoticed) expect(gridW().freshness).toBe('absent');
    value = 2;
    await clock.advance(2_600);
    expect(gridW().freshness).toBe('absent');
    await clock.advance(3_000);
    expect(gridW()).toMatchObject({ value: 2, freshness: 'fresh' });
  });

  it('takes a clock that was set back for what it is', async () => {
    const { clock, plug, telemetry, gridW } = await setUp();
    telemetry.add(plug.device);
    await clock.advance(3_000);
    clock.jump(-3_600_000);
    expect(gridW().freshness).toBe('absent');
    await clock.advance(20_000);
    expect(gridW().freshness).toBe('fresh');
  });
});

it('leaves no timer and no listener after stop, even in the middle of a poll', async () => {
  const { bus, clock, plug, telemetry } = await setUp();
  const slow = scriptedDevice(clock, 'slow', [configOf('pv', 'pv')], {
    answer: async () => {
      await Promise.resolve();
      return AWAY;
    },
  });
  telemetry.add(plug.device);
  telemetry.add(slow.device);
  await clock.advance(12_345);
  plug.state.push([readingOf(clock, 'grid', 'powerW', 3)]);
  const refreshing = telemetry.refresh(slow.device.record.id, never);
  await telemetry.stop();
  await refreshing;
  expect(clock.pendingTimers()).toBe(0);
  expect(plug.state.listeners).toBe(0);
  expect(bus.listenerCount()).toBe(1); // The one of this test.
  const reads = plug.state.reads.length;
  await clock.advance(60_000);
  expect(plug.state.reads.length).toBe(reads);
});

it('stops when its signal ends', async () => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  const telemetry = house.start();
  ends.push(telemetry.stop);
  const life = new AbortController();
  await telemetry.stop();
  telemetry.start(life.signal);
  expect(clock.pendingTimers()).toBe(1);
  life.abort();
  await clock.advance(0);
  expect(clock.pendingTimers()).toBe(0);
});
