import { getEventListeners } from 'node:events';
import { scheduledJobs } from 'node-schedule';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Clock, type ReplayClock, replayClock, systemClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { type CronScheduler, cronAt } from '../../../main/flows/cron.ts';
import { AFTER_START_MS, createFlowRunner } from '../../../main/flows/flow-runner.ts';
import type { FlowDefinition } from '../../../main/flows/types.ts';
import { type SiteId, siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { ok, permanent, type Result } from '../../../main/result.ts';
import type { Store } from '../../../main/store/types.ts';
import type { FlowRun, Notice } from '../../../preload/contract/house.ts';
import { runOf } from '../../support/store/records.ts';
import { failureOf, good, HOME, homeSite, NOW, tempStore } from '../../support/store/temp-store.ts';

const OTHER = siteId('other');

const flowOf = (more: Partial<FlowDefinition> = {}): FlowDefinition => ({
  name: 'work',
  label: 'Work',
  description: 'Works.',
  cron: '*/5 * * * *',
  timeoutMs: 60_000,
  attempts: 1,
  backoffMs: 1_000,
  atStart: false,
  steps: [{ name: 'a', run: async () => ok('1 row.') }],
  ...more,
});

/** A schedule whose times come when the test says so. */
const handSchedule = () => {
  const jobs: { cron: string; zone: string; next: number | null; fire: (dueAt: number) => void }[] = [];
  const scheduler: CronScheduler = (cron, zone, fire) => {
    const job = { cron, zone, next: null as number | null, fire };
    jobs.push(job);
    return { nextAt: () => job.next, cancel: () => void jobs.splice(jobs.indexOf(job), 1) };
  };
  return { scheduler, jobs };
};

const house = async (
  options: {
    readonly flows?: readonly FlowDefinition[];
    readonly clock?: Clock;
    readonly sites?: () => readonly SiteId[];
    readonly prepare?: (store: Store) => void;
    readonly realSchedule?: boolean;
  } = {},
) => {
  const clock = options.clock ?? replayClock(NOW);
  const { store } = await tempStore({ clock });
  options.prepare?.(store);
  const bus = createEventBus((name, thrown) => {
    throw new Error(`${name}: ${String(thrown)}`);
  });
  const seen: FlowRun[] = [];
  const notices: Notice[] = [];
  bus.on('flow', (run) => void seen.push(run));
  bus.on('notice', (notice) => void notices.push(notice));
  const listeners = bus.listenerCount();
  const { scheduler, jobs } = handSchedule();
  const life = new AbortController();
  const runner = createFlowRunner({
    store,
    clock,
    log: createLog(memorySink(), clock),
    bus,
    zoneOf: (id) => store.sites.get(id)?.timeZone ?? 'UTC',
    rhythmOf: (id) => store.settings.get(id),
    sitesToRun: options.sites ?? (() => [HOME]),
    flows: options.flows ?? [flowOf()],
    random: () => 0.5,
    ...(options.realSchedule ? {} : { scheduler }),
  });
  onTestFinished(() => runner.stop());
  runner.start(life.signal);
  return { store, clock, bus, runner, jobs, seen, notices, life, ownListeners: () => bus.listenerCount() - listeners };
};

const replay = () => replayClock(NOW);

/** Runs until the test lets it. */
const gated = () => {
  let open: (result: Result<string>) => void = () => undefined;
  const gate = new Promise<Result<string>>((resolve) => {
    open = resolve;
  });
  return { open, flow: flowOf({ steps: [{ name: 'a', run: () => gate }] }) };
};

afterEach(() => void vi.useRealTimers());

describe('running by hand', () => {
  it('keeps the run on record and tells the bus', async () => {
    const { runner, store, seen } = await house();
    const { runId, done } = good(runner.run(HOME, 'work', 'hand'));
    expect(store.flowRuns.get(runId)).toMatchObject({ state: 'running', trigger: 'hand' });
    const run = await done;
    expect(run).toMatchObject({ state: 'succeeded', flow: 'work' });
    expect(store.flowRuns.get(runId)).toEqual(run);
    expect(runner.runs(HOME, 5)).toEqual([run]);
    expect(seen.at(-1)).toEqual(run);
    expect(runner.list(HOME)).toMatchObject([{ name: 'work', schedule: 'every 5 min', running: null, last: run }]);
  });

  it('never runs a flow twice at once in one home; other homes are free', async () => {
    const { open, flow } = gated();
    const { runner } = await house({ flows: [flow], sites: () => [HOME, OTHER] });
    const first = good(runner.run(HOME, 'work', 'hand'));
    expect(failureOf(runner.run(HOME, 'work', 'schedule')).code).toBe('flow.running');
    expect(runner.list(HOME)[0]?.running?.id).toBe(first.runId);
    const other = good(runner.run(OTHER, 'work', 'hand'));
    open(ok('x'));
    await Promise.all([first.done, other.done]);
    await good(runner.run(HOME, 'work', 'hand')).done;
    expect(failureOf(runner.run(HOME, 'nothing', 'hand')).code).toBe('flow.unknown');
  });

  it('cancels a run once', async () => {
    const { flow } = gated();
    const clock = replay();
    const { runner, notices } = await house({ clock, flows: [flow] });
    const { runId, done } = good(runner.run(HOME, 'work', 'hand'));
    await clock.advance(1);
    good(runner.cancel(runId));
    expect((await done).state).toBe('cancelled');
    expect(failureOf(runner.cancel(runId)).code).toBe('flow.not-running');
    expect(notices).toEqual([]);
    // The step has not come back: a second run would work beside it.
    expect(failureOf(runner.run(HOME, 'work', 'hand')).code).toBe('flow.running');
  });

  it('says in an event why a flow failed', async () => {
    const failing = flowOf({ steps: [{ name: 'a', run: async () => permanent('x', 'No sun.', 'Wait.') }] });
    const { runner, store, notices } = await house({ flows: [failing] });
    expect((await good(runner.run(HOME, 'work', 'hand')).done).state).toBe('failed');
    expect(store.events.list(HOME, 5)).toMatchObject([
      { kind: 'flow-failed', level: 'attention', text: 'No sun. Wait.' },
    ]);
    expect(notices).toMatchObject([{ title: 'Work did not work', text: 'No sun. Wait.' }]);
  });
});

describe('starting and stopping', () => {
  it('marks what a crash left as interrupted, and does not replay it', async () => {
    const { store } = await house({ prepare: (prepared) => prepared.flowRuns.put(runOf({ flow: 'work' })) });
    expect(store.flowRuns.list(HOME, 9)).toEqual([
      runOf({
        flow: 'work',
        state: 'interrupted',
        finishedAt: NOW,
        report: [{ step: 'roll', state: 'failed', sentence: 'Interrupted: the application ended.', tookMs: null }],
      }),
    ]);
    expect(store.flowRuns.running()).toEqual([]);
  });

  it('runs at start what asks for it, a little later', async () => {
    const clock = replay();
    const flows = [flowOf({ atStart: true }), flowOf({ name: 'quiet' })];
    const { runner } = await house({ clock, flows });
    await clock.advance(AFTER_START_MS - 1);
    expect(runner.runs(HOME, 9)).toEqual([]);
    await clock.advance(1);
    expect(runner.runs(HOME, 9)).toMatchObject([{ flow: 'work', trigger: 'start', state: 'succeeded' }]);
  });

  it('leaves no timer, job, listener or run behind, whichever way it ends', async () => {
    for (const way of ['stop', 'abort'] as const) {
      const clock: ReplayClock = replay();
      const { flow } = gated();
      const { runner, life, jobs, store, ownListeners } = await house({ clock, flows: [flow] });
      const { runId, done } = good(runner.run(HOME, 'work', 'hand'));
      expect([jobs.length, ownListeners() > 0, clock.pendingTimers() > 0]).toEqual([1, true, true]);
      if (way === 'stop') await runner.stop();
      else life.abort();
      expect((await done).state).toBe('interrupted');
      expect(store.flowRuns.get(runId)?.state).toBe('interrupted');
      expect([jobs.length, ownListeners(), clock.pendingTimers()]).toEqual([0, 0, 0]);
      expect(getEventListeners(life.signal, 'abort')).toEqual([]);
      expect(failureOf(runner.run(HOME, 'work', 'hand')).code).toBe('flow.stopped');
    }
  });

  it('follows the homes: new ones get their times in their zone, those left lose them', async () => {
    let sites: readonly SiteId[] = [HOME];
    const { store, runner, jobs, bus } = await house({ sites: () => sites });
    store.sites.add(homeSite({ id: OTHER, timeZone: 'Australia/Lord_Howe' }), NOW);
    expect(jobs.map((job) => job.zone)).toEqual(['Europe/Berlin']);
    sites = [OTHER];
    const stale = jobs[0];
    stale?.fire(NOW);
    expect(runner.runs(HOME, 9)).toEqual([]);
    expect(jobs.map((job) => job.zone)).toEqual(['Australia/Lord_Howe']);
    sites = [HOME, OTHER];
    bus.emit('status', {
      version: '1',
      host: 'test',
      now: NOW,
      startedAt: NOW,
      activeSiteId: HOME,
      sites: [],
      mode: 'watch',
      testMode: false,
      stop: null,
      pendingProposals: 0,
    });
    expect(jobs).toHaveLength(2);
  });

  it('follows the settings at once, and makes up for nothing', async () => {
    const clock = replay();
    const training = flowOf({ cron: ({ trainingAt }) => cronAt(trainingAt) });
    const { store, runner, jobs, bus, notices } = await house({ clock, flows: [training, flowOf({ name: 'other' })] });
    expect(jobs.map((job) => job.cron)).toEqual(['0 2 * * *', '*/5 * * * *']);
    const [stale, other] = [...jobs];
    store.settings.set(HOME, { trainingAt: '04:30' }, 'Ada', NOW);
    bus.emit('settings', { siteId: HOME });
    expect(jobs.map((job) => job.cron).sort()).toEqual(['*/5 * * * *', '30 4 * * *']);
    expect(jobs).toContain(other);
    expect(runner.list(HOME)[0]?.schedule).toBe('daily at 04:30');
    stale?.fire(NOW);
    await clock.advance(2_000);
    expect(runner.runs(HOME, 9)).toEqual([]);
    expect(notices).toEqual([]);
  });
});

describe('firings that come too late', () => {
  it('up to a minute are run, later ones are told and not run', async () => {
    const clock = replay();
    const { runner, jobs, store, notices } = await house({ clock });
    jobs[0]?.fire(NOW - 60_000);
    await clock.advance(0);
    expect(runner.runs(HOME, 9)).toMatchObject([{ trigger: 'schedule', state: 'succeeded' }]);
    jobs[0]?.fire(NOW - 60_001);
    await clock.advance(1_000);
    expect(runner.runs(HOME, 9)).toHaveLength(1);
    expect(notices).toHaveLength(1);
    expect(store.events.list(HOME, 9)).toMatchObject([{ kind: 'flow-missed', level: 'info' }]);
  });

  it('are told in one sentence after a clock jump, and every appointment is made anew', async () => {
    const clock = replay();
    const flows = [
      flowOf(),
      flowOf({ name: 'backup', label: 'Backup', cron: '30 3 * * *' }),
      flowOf({ name: 'later' }),
    ];
    const { runner, jobs, bus, notices } = await house({ clock, flows });
    const before = [...jobs];
    for (const [index, minutes] of [5, 60, 600].entries()) {
      const job = before[index];
      if (job) job.next = NOW + minutes * 60_000;
    }
    clock.jump(8 * 3_600_000);
    bus.emit('timeJump', { spanMs: 8 * 3_600_000 });
    expect(jobs).toHaveLength(3);
    expect(jobs.some((job) => before.includes(job))).toBe(false);
    await clock.advance(1_000);
    expect(notices.map((notice) => notice.text)).toEqual([
      'Not run, because the machine slept or its clock jumped: Work (10:05), Backup (11:00). Each runs again at its next time.',
    ]);
    expect(runner.runs(HOME, 9)).toEqual([]);
  });

  it('in the real schedule: one word of it after eight hours of sleep, and then the usual times', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: NOW });
    const { runner, notices, store } = await house({ clock: systemClock(), realSchedule: true });
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(runner.runs(HOME, 9)).toMatchObject([{ startedAt: NOW + 300_000, state: 'succeeded' }]);
    // The wall clock goes on while every timer stands still.
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    await vi.advanceTimersByTimeAsync(5 * 60_000 - 1_000);
    expect(notices).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(notices.map((notice) => notice.text)).toEqual([expect.stringContaining('Work (10:10)')]);
    expect(store.events.list(HOME, 99)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(runner.runs(HOME, 9)).toHaveLength(2);
    expect(runner.list(HOME)[0]?.nextAt).toBe(NOW + 8 * 3_600_000 + 20 * 60_000);
    await runner.stop();
    expect(Object.keys(scheduledJobs)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
