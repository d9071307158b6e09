import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { CHECK_MS, createDeadMan } from '../../../main/health/dead-man.ts';
import { deviceHeartbeat, flowHeartbeat, ruleHeartbeat } from '../../../main/health/heartbeats.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { FlowView, Notice } from '../../../preload/contract/house.ts';
import { poller } from '../../support/pollers.ts';

const HOME = siteId('home');
const NOW = Date.UTC(2026, 5, 17, 12);
const MINUTE_MS = 60_000;
const RULES_MS = 5 * MINUTE_MS;

const flow = (nextAt: number, startedAt: number): FlowView => ({
  name: 'forecast',
  label: 'Forecast',
  description: '',
  schedule: 'every 15 min',
  nextAt,
  running: null,
  last: {
    ...{ id: 'run', flow: 'forecast', siteId: HOME, trigger: 'schedule', state: 'succeeded', startedAt },
    ...{ finishedAt: startedAt, attempts: 1, report: [] },
  } as unknown as FlowView['last'],
});

/** A house where everything works until something is stopped. */
const house = () => {
  const clock = replayClock(NOW);
  const notices: Notice[] = [];
  const bus = createEventBus((_, thrown) => {
    throw thrown;
  });
  bus.on('notice', (notice) => notices.push(notice));
  const world = {
    mode: 'automate' as 'automate' | 'watch',
    stopped: false,
    works: new Set(['rules', 'devices', 'flows']),
  };
  const last = new Map<string, number>();
  const at = (name: string, periodMs: number): number => {
    const beat = Math.floor(clock.now() / periodMs) * periodMs;
    if (world.works.has(name) || !last.has(name)) last.set(name, beat);
    return last.get(name) ?? beat;
  };
  let storeFails = false;
  const make = () =>
    createDeadMan({
      store: {
        events: {
          add: () => {
            if (storeFails) throw new Error('disk gone');
          },
          list: () => [],
          countSince: () => 0,
        },
      },
      bus,
      clock,
      log: createLog(memorySink(), clock),
      siteIds: () => [HOME],
      limitMs: () => 15 * MINUTE_MS,
      heartbeats: [
        ruleHeartbeat({
          mode: () => world.mode,
          store: { stops: { active: () => (world.stopped ? ({} as never) : undefined) } as never },
          lastAutomationRunAt: () => at('rules', RULES_MS),
        }),
        deviceHeartbeat({ pollers: () => [poller('A', { lastOkAt: at('devices', 10_000) })] }),
        flowHeartbeat({
          list: () => {
            const ran = at('flows', 15 * MINUTE_MS);
            return [flow(ran + 15 * MINUTE_MS, ran)];
          },
        }),
      ],
    });
  const watch = make();
  const life = new AbortController();
  watch.start(life.signal);
  return { clock, notices, world, watch, life, bus, breakStore: () => (storeFails = true) };
};

describe('the dead-man watch', () => {
  it('is quiet for days while all works', async () => {
    const { clock, notices } = house();
    await clock.advance(48 * 60 * MINUTE_MS);
    expect(notices).toEqual([]);
  });

  it.each(['rules', 'devices'])(
    'tells once, as critical, within 15 minutes that the %s are silent, and once that all works',
    async (part) => {
      const { clock, notices, world } = house();
      await clock.advance(63 * MINUTE_MS + 7_000);
      world.works.delete(part);
      await clock.advance(15 * MINUTE_MS);
      expect(notices).toMatchObject([{ level: 'critical', subject: 'dead-man' }]);
      await clock.advance(6 * 60 * MINUTE_MS);
      expect(notices).toHaveLength(1);
      world.works.add(part);
      await clock.advance(10 * MINUTE_MS);
      expect(notices).toMatchObject([{}, { level: 'info', subject: 'dead-man', recovered: true }]);
    },
  );

  it('tells once that planned work is overdue, 15 minutes after it was due', async () => {
    const { clock, notices, world } = house();
    await clock.advance(MINUTE_MS);
    world.works.delete('flows');
    await clock.advance(13 * MINUTE_MS);
    expect(notices).toEqual([]);
    await clock.advance(17 * MINUTE_MS);
    expect(notices).toMatchObject([{ level: 'critical', title: expect.stringContaining('Planned work') }]);
  });

  it('tells one message when all is silent at once, even where the store is broken', async () => {
    const { clock, notices, world, breakStore } = house();
    breakStore();
    await clock.advance(MINUTE_MS);
    world.works.clear();
    await clock.advance(5 * 60 * MINUTE_MS);
    expect(notices.map(({ title }) => title)).toEqual(['The rules have not run for 15 minutes']);
  });

  it('expects no rules where nobody asked for them, and gives a full span after', async () => {
    const { clock, notices, world } = house();
    world.mode = 'watch';
    world.works.delete('rules');
    await clock.advance(60 * MINUTE_MS);
    world.mode = 'automate';
    await clock.advance(14 * MINUTE_MS);
    expect(notices).toEqual([]);
    world.stopped = true;
    await clock.advance(60 * MINUTE_MS);
    expect(notices).toEqual([]);
    world.stopped = false;
    await clock.advance(15 * MINUTE_MS);
    expect(notices).toHaveLength(1);
  });

  it('takes sleep and clock jumps for no silence', async () => {
    const { clock, notices, bus } = house();
    await clock.advance(10 * MINUTE_MS);
    clock.jump(8 * 60 * MINUTE_MS);
    bus.emit('timeJump', { spanMs: 8 * 60 * MINUTE_MS });
    await clock.advance(60 * MINUTE_MS);
    expect(notices).toEqual([]);
  });

  it('leaves neither timer nor listener', async () => {
    const { clock, watch, life, bus } = house();
    await clock.advance(CHECK_MS);
    const listeners = bus.listenerCount();
    watch.stop();
    life.abort();
    expect(clock.pendingTimers()).toBe(0);
    expect(bus.listenerCount()).toBe(listeners - 1);
  });
});

describe('a process that stood still', () => {
  /** A clock whose timers stand behind something for a while. */
  const stalled = (lateMs: number) => {
    const clock = replayClock(NOW);
    let extraMs = 0;
    const notices: Notice[] = [];
    const bus = createEventBus(() => undefined);
    bus.on('notice', (notice) => notices.push(notice));
    const watch = createDeadMan({
      store: { events: { add: () => undefined, list: () => [], countSince: () => 0 } },
      bus,
      clock: { ...clock, monotonicMs: () => clock.monotonicMs() + extraMs },
      log: createLog(memorySink(), clock),
      siteIds: () => [HOME],
      limitMs: () => 15 * MINUTE_MS,
      heartbeats: [deviceHeartbeat({ pollers: () => [poller('A', { lastOkAt: NOW })] })],
    });
    watch.start(new AbortController().signal);
    return {
      notices,
      bus,
      run: async () => {
        await clock.advance(CHECK_MS);
        extraMs += lateMs;
        await clock.advance(CHECK_MS);
      },
      next: () => clock.advance(CHECK_MS),
    };
  };

  it('says so when it is back', async () => {
    const { notices, run, next } = stalled(4 * MINUTE_MS);
    await run();
    await next();
    expect(notices).toMatchObject([{ level: 'attention', title: 'CommandCenter stood still for 4 minutes' }]);
  });

  it('is told as critical, once, when it took too long', async () => {
    const { notices, run, next } = stalled(40 * MINUTE_MS);
    await run();
    await next();
    await next();
    expect(notices).toMatchObject([{ level: 'critical', title: 'CommandCenter stood still for 40 minutes' }]);
  });

  it('is not told of a machine that slept, where its clock went on meanwhile', async () => {
    const { notices, run, next, bus } = stalled(8 * 60 * MINUTE_MS);
    await run();
    bus.emit('timeJump', { spanMs: 0 });
    await next();
    await next();
    expect(notices).toEqual([]);
  });
});
