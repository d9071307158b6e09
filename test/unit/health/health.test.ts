import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { createEventLoopMeter } from '../../../main/health/event-loop.ts';
import { createHealth, type HealthDeps } from '../../../main/health/health.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { QualityDay } from '../../../main/store/types.ts';
import type { PollerState } from '../../../main/telemetry/types.ts';
import type { Mode } from '../../../preload/contract/base.ts';
import { DEFAULT_SETTINGS, healthViewSchema, type Notice } from '../../../preload/contract/house.ts';
import { poller } from '../../support/pollers.ts';

const HOME = siteId('home');
const NOW = Date.UTC(2026, 5, 17, 12);
const MINUTE_MS = 60_000;

const house = () => {
  const clock = replayClock(NOW);
  const bus = createEventBus((_, thrown) => {
    throw thrown;
  });
  const sink = memorySink();
  const stored: (Notice & { readonly kind: string })[] = [];
  const pushed: Notice[] = [];
  bus.on('notice', (notice) => pushed.push(notice));
  const world = {
    pollers: [poller('A')] as readonly PollerState[],
    mode: 'watch' as Mode,
    settings: DEFAULT_SETTINGS,
    sizesFail: false,
    sizeReads: 0,
    qualityDays: [] as readonly QualityDay[],
  };
  const deps: HealthDeps = {
    clock,
    bus,
    log: createLog(sink, clock),
    siteIds: () => [HOME],
    mode: () => world.mode,
    lostLogLines: () => 0,
    holdsController: () => true,
    missing: () => ['No tray here.'],
    telemetry: { pollers: () => world.pollers },
    flows: { list: () => [] },
    extra: { gateway: () => ({ state: 'ok', sentence: 'The page is served.' }) },
    store: {
      events: {
        add: (_, event) => void stored.push(event),
        list: () => stored,
        countSince: (_, kind, since) => stored.filter((each) => each.kind === kind && each.at >= since).length,
      },
      settings: { get: () => world.settings } as unknown as HealthDeps['store']['settings'],
      sizes: () => {
        world.sizeReads += 1;
        if (world.sizesFail) throw new Error('disk gone');
        return { path: '/d/c.sqlite', bytes: 10, readings: 5, schemaVersion: 1, oldestReadingAt: NOW - 1 };
      },
      backups: { list: () => [{ file: 'b', at: NOW - 1, bytes: 1, ok: true, reason: 'daily' }], add: () => undefined },
      forecasts: { latest: () => undefined } as unknown as HealthDeps['store']['forecasts'],
      actions: { list: () => [] } as unknown as HealthDeps['store']['actions'],
      stops: { active: () => undefined } as unknown as HealthDeps['store']['stops'],
      sites: { get: () => undefined } as unknown as HealthDeps['store']['sites'],
      devices: { list: () => [{ id: 'plug', name: 'Plug' }] } as unknown as HealthDeps['store']['devices'],
      dataQuality: {
        since: () => world.qualityDays,
        rejected: () => [],
      } as unknown as HealthDeps['store']['dataQuality'],
    },
  };
  const health = createHealth(deps);
  health.start(new AbortController().signal);
  return { health, clock, world, stored, pushed, bus, deps, sink };
};

describe('data quality', () => {
  it('scores each source by what came and was believed, today and over seven days', () => {
    const { health, world } = house();
    world.qualityDays = [
      { source: 'device/plug', day: '1970-01-01', good: 0, suspect: 0, rejected: 0, missing: 100 },
      {
        source: 'device/plug',
        day: new Date(NOW).toISOString().slice(0, 10),
        good: 96,
        suspect: 1,
        rejected: 1,
        missing: 2,
      },
      {
        source: 'device/gone',
        day: new Date(NOW).toISOString().slice(0, 10),
        good: 1,
        suspect: 0,
        rejected: 0,
        missing: 0,
      },
    ];
    const { quality } = health.view(HOME);
    // Of a device that was removed there is nothing to mend.
    expect(quality).toEqual([
      {
        source: 'device/plug',
        name: 'Plug',
        kind: 'device',
        todayPct: 96,
        weekPct: 48,
        good: 96,
        suspect: 1,
        rejected: 1,
        missing: 2,
      },
    ]);
  });
});

describe('the health service', () => {
  it('builds a view that the contract accepts', async () => {
    const { health, clock } = house();
    await clock.advance(5 * MINUTE_MS);
    const view = health.view(HOME);
    expect(healthViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({ uptimeMs: 5 * MINUTE_MS, errors24h: 0, missing: ['No tray here.'] });
    expect(view.components.map((each) => each.name)).toEqual([
      'database',
      'telemetry',
      'learning',
      'flows',
      'control',
      'single controller',
      'main thread',
      'log',
      'gateway',
    ]);
    await health.stop();
  });

  it('a silent device gives one notice after 10 minutes and one when it is back', async () => {
    const { health, clock, world, stored, pushed } = house();
    world.pollers = [
      poller('A', {
        state: 'offline',
        consecutiveFailures: 9,
        problem: { message: 'No answer from 10.0.0.4.', advice: 'Check its power.', since: NOW },
      }),
    ];
    await clock.advance(10 * MINUTE_MS);
    expect(stored).toEqual([]);
    await clock.advance(60 * MINUTE_MS);
    expect(stored).toMatchObject([
      {
        kind: 'poller-failing',
        level: 'attention',
        title: 'A does not answer',
        text: 'For 10 minutes now. No answer from 10.0.0.4. Check its power.',
      },
    ]);
    world.pollers = [poller('A')];
    await clock.advance(60 * MINUTE_MS);
    expect(stored.map((each) => each.kind)).toEqual(['poller-failing', 'poller-back']);
    expect(pushed.map((each) => each.id)).toEqual(stored.map((each) => each.id));
    expect(health.view(HOME).errors24h).toBe(1);
    await health.stop();
  });

  it('says it after as long as the settings ask', async () => {
    const { health, clock, world, stored } = house();
    world.settings = { ...DEFAULT_SETTINGS, pollerAlertAfterMs: 2 * MINUTE_MS };
    world.pollers = [poller('A', { consecutiveFailures: 5, state: 'offline' })];
    await clock.advance(2 * MINUTE_MS);
    expect(stored).toEqual([]);
    await clock.advance(MINUTE_MS);
    expect(stored).toMatchObject([{ kind: 'poller-failing', text: expect.stringContaining('For 2 minutes now.') }]);
    await health.stop();
  });

  it('two lost polls are ordinary', async () => {
    const { health, clock, world, stored } = house();
    world.pollers = [poller('A', { consecutiveFailures: 2, state: 'late' })];
    await clock.advance(60 * MINUTE_MS);
    expect(stored).toEqual([]);
    await health.stop();
  });

  it('keeps the time since when a component is as it is', async () => {
    const { health, clock, world } = house();
    await clock.advance(2 * MINUTE_MS);
    world.pollers = [poller('A', { state: 'late' })];
    await clock.advance(5 * MINUTE_MS);
    const telemetry = health.view(HOME).components.find((each) => each.name === 'telemetry');
    expect(telemetry).toMatchObject({ state: 'degraded', since: NOW + 3 * MINUTE_MS });
    await health.stop();
  });

  it('says so when the database does not answer, and asks its size once a minute at most', async () => {
    const { health, world } = house();
    world.sizesFail = true;
    expect(health.view(HOME).components[0]).toMatchObject({ name: 'database', state: 'failed' });
    health.view(HOME);
    expect(world.sizeReads).toBe(1);
    await health.stop();
  });

  it('leaves no timer behind', async () => {
    const { health, clock, deps } = house();
    await health.stop();
    expect(clock.pendingTimers()).toBe(0);
    const abort = new AbortController();
    const second = createHealth(deps);
    second.start(abort.signal);
    abort.abort();
    expect(clock.pendingTimers()).toBe(0);
  });
});

describe('the event-loop meter', () => {
  it('sees a main thread that was held up', async () => {
    const meter = createEventLoopMeter();
    meter.start();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const until = performance.now() + 150;
    while (performance.now() < until) Math.sqrt(until);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(meter.read().maxMs).toBeGreaterThan(90);
    meter.turn();
    expect(meter.read().maxMs).toBeGreaterThan(90);
    meter.turn();
    expect(meter.read().windowMs).toBe(60_000);
    meter.stop();
  });
});
