import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createBusQueue } from '../../../main/telemetry/bus-queue.ts';
import { createCounter } from '../../../main/telemetry/counter.ts';
import { createDayCounter } from '../../../main/telemetry/day-counter.ts';
import { createFreshnessLimit, freshnessOf } from '../../../main/telemetry/freshness.ts';
import { createLiveEvents } from '../../../main/telemetry/live-events.ts';
import { createTimeWatch } from '../../../main/telemetry/time-watch.ts';
import { SITE } from '../../support/telemetry/scripted-device.ts';

describe('bus queue', () => {
  const gate = () => Promise.withResolvers<void>();

  it('runs one at a time, in order, and lets the urgent go before those that wait', async () => {
    const queue = createBusQueue();
    const order: string[] = [];
    const first = gate();
    const job = (name: string, until?: Promise<void>) => async () => {
      order.push(`${name} begins`);
      await until;
      order.push(`${name} ends`);
    };
    const all = [
      queue.run(Symbol('a'), job('a', first.promise), false),
      queue.run(Symbol('b'), job('b'), false),
      queue.run(Symbol('c'), job('c'), true),
    ];
    expect(order).toEqual(['a begins']);
    first.resolve();
    await Promise.all(all);
    expect(order).toEqual(['a begins', 'a ends', 'c begins', 'c ends', 'b begins', 'b ends']);
  });

  it('joins a job that waits, never one that runs', async () => {
    const queue = createBusQueue();
    const key = Symbol('a');
    const first = gate();
    let runs = 0;
    const job = async () => {
      runs += 1;
      await first.promise;
      return runs;
    };
    const running = queue.run(key, job, false);
    const waits = queue.run(key, job, false);
    const joined = queue.run(key, job, true);
    first.resolve();
    expect([await running, await waits, await joined]).toEqual([1, 2, 2]);
  });
});

describe('energy counter', () => {
  const hours = (count: number) => count * 3_600_000;
  const follow = (values: readonly (readonly [kwh: number, atHour: number])[]) => {
    const counter = createCounter();
    return values.map(([kwh, hour]) => counter.next(kwh, hours(hour)));
  };

  it.each([
    [
      'goes forward',
      [
        [100, 0],
        [101, 1],
      ],
      [0, 1],
    ],
    [
      'resets to 0',
      [
        [100, 0],
        [0, 1],
        [0.5, 2],
      ],
      [0, 0, 0.5],
    ],
    [
      'steps back by rounding and is not counted twice',
      [
        [100, 0],
        [99.99, 1],
        [100, 2],
        [100.2, 3],
      ],
      [0, 0, 0, 0.2],
    ],
    [
      'was a month offline',
      [
        [100, 0],
        [400, 720],
        [401, 721],
      ],
      [0, 300, 1],
    ],
    [
      'is swapped for another that stands higher',
      [
        [100, 0],
        [90_000, 1],
        [90_000.5, 2],
      ],
      [0, 0, 0],
    ],
    [
      'shows one leap and comes back',
      [
        [100, 0],
        [90_000, 1],
        [101, 2],
      ],
      [0, 0, 1],
    ],
    [
      'turns negative',
      [
        [100, 0],
        [-5, 1],
        [101, 2],
      ],
      [0, 0, 1],
    ],
  ] as const)('%s', (_, values, deltas) => {
    for (const [index, { deltaKwh }] of follow(values).entries())
      expect(deltaKwh).toBeCloseTo(deltas[index] ?? Number.NaN, 9);
  });

  it('goes over the edge of a full register without losing or inventing energy', () => {
    for (const modulus of [65_536, 6_553.6, 655.36, 2 ** 32 / 1000])
      expect(
        follow([
          [modulus - 0.01, 0],
          [0.02, 5],
          [0.05, 10],
        ]).map(({ deltaKwh, kind }) => [kind, Math.round(deltaKwh * 1000) / 1000]),
      ).toEqual([
        ['first', 0],
        ['rollover', 0.03],
        ['forward', 0.03],
      ]);
    // A fall from anywhere else is a new start.
    expect(
      follow([
        [5_000, 0],
        [0.02, 5],
      ]).map(({ kind }) => kind),
    ).toEqual(['first', 'reset']);
  });

  it('takes a leap that stays for a new start', () => {
    expect(
      follow([
        [100, 0],
        [90_000, 1],
        [90_000.5, 2],
        [90_001, 3],
      ]).map(({ kind }) => kind),
    ).toEqual(['first', 'implausible', 'reset', 'forward']);
  });
});

describe('freshness', () => {
  it.each([
    [0, 'fresh'],
    [6_000, 'fresh'],
    [6_001, 'late'],
    [10_000, 'late'],
    [10_001, 'stale'],
    [-10_001, 'stale'],
  ] as const)('at an age of %i ms of 10 s is %s', (age, expected) => expect(freshnessOf(age, 10_000)).toBe(expected));

  it('follows a source that is slower than declared, and never goes below what is declared', () => {
    const slow = createFreshnessLimit(35_000);
    for (let at = 0; at <= 6; at += 1) slow.observe(1 + at * 300_000);
    expect(slow.limitMs()).toBe(1_050_000);
    const quick = createFreshnessLimit(35_000);
    for (let at = 0; at <= 40; at += 1) quick.observe(1 + at * 1_000);
    expect(quick.limitMs()).toBe(35_000);
  });

  it('learns nothing from outages and never waits more than half an hour', () => {
    const limit = createFreshnessLimit(35_000);
    for (let at = 0; at < 20; at += 1) {
      limit.interrupt();
      limit.observe(1 + at * 3_600_000);
    }
    expect(limit.limitMs()).toBe(35_000);
    for (let at = 20; at < 40; at += 1) limit.observe(1 + at * 3_600_000);
    expect(limit.limitMs()).toBe(1_800_000);
  });
});

describe('time', () => {
  it('notices sleep and a jump back, and lets small corrections pass', async () => {
    const clock = replayClock(1_000_000_000);
    const watch = createTimeWatch(clock);
    await clock.advance(60_000);
    clock.jump(900);
    expect(watch.check()).toBe(0);
    clock.jump(3_600_000);
    expect(watch.check()).toBe(3_600_900);
    expect(watch.check()).toBe(0);
    clock.jump(-7_200_000);
    expect(watch.check()).toBe(-7_200_000);
  });

  it('forgets what was counted a day ago', async () => {
    const clock = replayClock(0);
    const counter = createDayCounter(clock);
    counter.add(3);
    await clock.advance(23 * 3_600_000);
    counter.add();
    expect(counter.total()).toBe(4);
    await clock.advance(3_600_000);
    expect(counter.total()).toBe(1);
  });
});

describe('live events', () => {
  it('go out at once, then at most four a second, and the last one is never lost', async () => {
    const clock = replayClock(0);
    const at: number[] = [];
    const live = createLiveEvents(clock, () => void at.push(clock.monotonicMs()));
    for (let turn = 0; turn < 100; turn += 1) {
      live.mark(SITE);
      await clock.advance(10);
    }
    await clock.advance(1_000);
    expect(at).toEqual([0, 250, 500, 750, 1_000]);
    live.mark(SITE);
    live.mark(SITE);
    live.stop();
    expect(clock.pendingTimers()).toBe(0);
  });
});
