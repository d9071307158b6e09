import type { FlowRun } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import { newId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf, ok, permanent, temporary } from '../result.ts';
import type { Store } from '../store/types.ts';
import { type CronScheduler, cronInWords, cronOf, nodeSchedule } from './cron.ts';
import { executeFlow, type FlowExecution } from './flow-execution.ts';
import { createFlowNotices } from './flow-notices.ts';
import { createFlowSchedule } from './flow-schedule.ts';
import type { FlowDefinition, FlowRhythm, FlowRunner } from './types.ts';

/** Flows that also run at start wait this long, so that the house is up and has read its devices once. */
export const AFTER_START_MS = 10_000;

export interface FlowRunnerOptions {
  readonly store: Pick<Store, 'flowRuns' | 'events'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly zoneOf: (siteId: SiteId) => string;
  /** The times that a home's settings ask for; asked again when they change. */
  readonly rhythmOf: (siteId: SiteId) => FlowRhythm;
  /** The homes whose flows run; asked again at each firing and whenever the center's status changes. */
  readonly sitesToRun: () => readonly SiteId[];
  readonly flows: readonly FlowDefinition[];
  /** The real schedule where none is given. */
  readonly scheduler?: CronScheduler;
  /** Between 0 and 1; varies the pauses between attempts. */
  readonly random?: () => number;
}

/**
 * Runs flows by schedule, by hand and at start: one run of a flow in a home at a time, every run on record from its first
 * moment, nothing replayed. Runs that a crash left are marked interrupted at start.
 */
export const createFlowRunner = (options: FlowRunnerOptions): FlowRunner => {
  const { store, clock, bus, flows, scheduler = nodeSchedule, random = Math.random } = options;
  const log = options.log.room('flows');
  const notices = createFlowNotices({ store, clock, log, bus, zoneOf: options.zoneOf });
  const executions = new Map<string, FlowExecution>();
  let endings: (() => void)[] = [];
  let stopped = false;

  const nameOf = (siteId: SiteId, flow: string): string => `${siteId}\n${flow}`;

  /** A row that cannot be written must not keep the work from being done. */
  const keep = (run: FlowRun): void => {
    try {
      store.flowRuns.put(run);
    } catch (thrown) {
      log.error('A run could not be written down.', { flow: run.flow, state: run.state, why: messageOf(thrown) });
    }
  };

  const run: FlowRunner['run'] = (siteId, name, trigger) => {
    const flow = flows.find((each) => each.name === name);
    if (!flow) return permanent('flow.unknown', `There is no flow ${name}.`, 'Choose one from the list of flows.');
    if (stopped) return temporary('flow.stopped', 'The application is ending.', 'Run it after the next start.');
    if (executions.has(nameOf(siteId, name)))
      return temporary('flow.running', `${flow.label} is already running.`, 'Wait until it has ended, or cancel it.');
    const runId = newId('run');
    const execution = executeFlow({
      flow,
      runId,
      siteId,
      trigger,
      clock,
      log,
      random,
      onChange: (changed, isKept) => {
        if (isKept) keep(changed);
        bus.emit('flow', changed);
      },
    });
    executions.set(nameOf(siteId, name), execution);
    const done = execution.done.then((ended) => {
      const { state } = ended;
      log.info('A flow ended.', { flow: name, state, tookMs: (ended.finishedAt ?? ended.startedAt) - ended.startedAt });
      if (state === 'failed' || state === 'timed-out') notices.failed(flow, ended);
      if (state === 'succeeded') notices.worked(flow, ended);
      return ended;
    });
    execution.whenIdle(() => void executions.delete(nameOf(siteId, name)));
    return ok({ runId, done });
  };

  const schedule = createFlowSchedule({
    clock,
    log,
    scheduler,
    flows,
    zoneOf: options.zoneOf,
    rhythmOf: options.rhythmOf,
    sitesToRun: options.sitesToRun,
    onMissed: notices.missed,
    onDue: (siteId, flow) => {
      const answer = run(siteId, flow.name, 'schedule');
      if (!answer.ok) log.warn('A scheduled flow did not begin.', { flow: flow.name, why: answer.error.message });
    },
  });

  const interruptLeftovers = (): void => {
    for (const left of store.flowRuns.running()) {
      const report = left.report.map((line) =>
        line.state === 'running'
          ? { ...line, state: 'failed' as const, sentence: 'Interrupted: the application ended.' }
          : line,
      );
      keep({ ...left, report, state: 'interrupted', finishedAt: clock.now() });
    }
  };

  const runAtStart = (): void => {
    for (const siteId of options.sitesToRun())
      for (const flow of flows.filter((each) => each.atStart)) run(siteId, flow.name, 'start');
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    for (const end of endings) end();
    endings = [];
    schedule.clear();
    notices.flush();
    const running = [...executions.values()];
    for (const execution of running) execution.end('interrupted');
    await Promise.all(running.map((execution) => execution.done));
  };

  return {
    start: (signal) => {
      interruptLeftovers();
      schedule.sync();
      const onAbort = (): void => {
        stop().catch((thrown: unknown) => log.error('Flows did not end cleanly.', { why: messageOf(thrown) }));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      endings = [
        clock.after(AFTER_START_MS, runAtStart),
        bus.on('timeJump', schedule.renew),
        bus.on('status', schedule.sync),
        bus.on('settings', schedule.sync),
        () => signal.removeEventListener('abort', onAbort),
      ];
    },
    stop,
    list: (siteId) => {
      const rhythm = options.rhythmOf(siteId);
      return flows.map((flow) => {
        const last = store.flowRuns.list(siteId, 2, flow.name).find((each) => each.state !== 'running');
        const execution = executions.get(nameOf(siteId, flow.name))?.current();
        return {
          name: flow.name,
          label: flow.label,
          description: flow.description,
          schedule: cronInWords(cronOf(flow, rhythm)),
          nextAt: schedule.nextAt(siteId, flow.name),
          running: execution?.state === 'running' ? execution : null,
          last: last ?? null,
        };
      });
    },
    runs: (siteId, limit, flow) => store.flowRuns.list(siteId, limit, flow),
    run,
    cancel: (runId) => {
      const execution = [...executions.values()].find((each) => each.runId === runId);
      if (execution?.current().state !== 'running')
        return permanent('flow.not-running', 'This run has already ended.', 'There is nothing to cancel.');
      execution.end('cancelled');
      return ok(undefined);
    },
  };
};
