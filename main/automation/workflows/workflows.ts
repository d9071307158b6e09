import type { RuleAction } from '../../../preload/contract/rules.ts';
import type { Workflow, WorkflowRun } from '../../../preload/contract/workflows.ts';
import type { Clock } from '../../clock.ts';
import type { Commander } from '../../control/types.ts';
import type { EventBus } from '../../events.ts';
import { newId, type SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import type { StoredRun } from '../../store/workflows.ts';
import type { Acting } from '../acting.ts';
import { createTester } from '../rules/tests-of-rules.ts';
import type { RuleNames, RuleWorld } from '../rules/types.ts';
import { newRun, runWorkflow } from './run-workflow.ts';

export interface WorkflowsDeps {
  readonly store: Pick<Store, 'workflows' | 'stops' | 'events'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly commander: Pick<Commander, 'mode'>;
  readonly act: Acting;
  siteIds(): readonly SiteId[];
  world(siteId: SiteId): RuleWorld | null;
  names(siteId: SiteId): RuleNames;
  /** What is wrong with an action for this home, in one sentence; null where nothing is. */
  problemOf(siteId: SiteId, action: RuleAction): string | null;
}

export interface Workflows {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  list(siteId: SiteId): readonly Workflow[];
  runs(siteId: SiteId, limit: number): readonly WorkflowRun[];
  save(siteId: SiteId, workflow: Workflow): Result<void>;
  remove(siteId: SiteId, workflowId: string): Result<void>;
  run(siteId: SiteId, workflowId: string, who: string): Result<{ readonly runId: string }>;
  cancel(siteId: SiteId, runId: string, who: string): Result<void>;
  nameOf(siteId: SiteId, workflowId: string): string;
}

interface Running {
  readonly siteId: SiteId;
  readonly workflowId: string;
  readonly controller: AbortController;
  why: { readonly sentence: string; readonly undo: boolean };
  readonly done: Promise<unknown>;
}

const LEAVING = { sentence: 'CommandCenter ended.', undo: false };
const STOPPED = { sentence: 'The house was stopped.', undo: false };
const WATCHING = { sentence: 'The house went to Watch.', undo: false };

const unknown = () =>
  permanent('workflow.unknown', 'There is no such workflow in this home.', 'Look at the list again.');

/** Keeps workflows, runs them one step after the other, and takes up after a restart what may be taken up. */
export const createWorkflows = (deps: WorkflowsDeps): Workflows => {
  const { store, clock, bus } = deps;
  const log = deps.log.room('workflows');
  const running = new Map<string, Running>();
  let ends: (() => void)[] = [];
  let leaving = false;

  const tell = (siteId: SiteId): void => bus.emit('rules', { siteId, at: clock.now() });
  const notify = (siteId: SiteId, run: WorkflowRun): void => {
    const level = run.state === 'done' || run.state === 'cancelled' ? ('info' as const) : ('attention' as const);
    const notice = { id: newId('notice'), at: clock.now(), level, title: run.name, text: run.sentence };
    store.events.add(siteId, { ...notice, kind: 'workflow' });
    if (level !== 'info') bus.emit('notice', notice);
  };

  const begin = (siteId: SiteId, stored: StoredRun): void => {
    const controller = new AbortController();
    const { id, workflowId } = stored.run;
    const work = runWorkflow(
      {
        clock,
        act: deps.act,
        world: () => deps.world(siteId),
        holds: (condition, world) => createTester(world, {}, []).condition(condition, 'condition'),
        // While leaving, the run stays as it stands, so that the next start can take it up or end it.
        keep: (next) => {
          if (leaving) return;
          store.workflows.putRun(siteId, next);
          tell(siteId);
        },
        names: deps.names(siteId),
      },
      siteId,
      stored,
      controller.signal,
      () => running.get(id)?.why ?? LEAVING,
    );
    const done = work
      .then((run) => {
        if (!leaving) notify(siteId, run);
      })
      .catch((thrown: unknown) => {
        log.error('A workflow ended with a bug.', { workflow: stored.run.name, why: messageOf(thrown) });
        const sentence = 'It ended with a fault of the program; the log names it.';
        store.workflows.putRun(siteId, {
          ...stored,
          run: { ...stored.run, state: 'failed', sentence, finishedAt: clock.now() },
          waitsUntil: null,
        });
        tell(siteId);
      })
      .finally(() => running.delete(id));
    running.set(id, { siteId, workflowId, controller, why: LEAVING, done });
  };

  const breakOff = (which: (one: Running) => boolean, why: Running['why']): void => {
    for (const one of running.values()) {
      if (!which(one) || one.controller.signal.aborted) continue;
      one.why = why;
      one.controller.abort();
    }
  };

  /** A wait goes on where it stood; anything else may have been half done, so it is ended and told. */
  const takeUp = (siteId: SiteId): void => {
    for (const stored of store.workflows.unfinished(siteId)) {
      const { run, plan } = stored;
      const step = plan.steps[run.stepIndex];
      const waits = step?.step === 'wait' || step?.step === 'wait-until';
      const mayAct = store.stops.active(siteId) === undefined && deps.commander.mode(siteId) !== 'watch';
      if (plan.resumes && waits && mayAct) {
        begin(siteId, stored);
        continue;
      }
      const sentence = 'CommandCenter ended while it ran. Look at the devices; nothing was repeated.';
      const ended: WorkflowRun = { ...run, state: 'interrupted', sentence, finishedAt: clock.now() };
      store.workflows.putRun(siteId, { ...stored, run: ended, waitsUntil: null });
      notify(siteId, ended);
    }
  };

  const problemOf = (siteId: SiteId, { steps }: Workflow): string | null => {
    for (const [index, step] of steps.entries()) {
      if (step.step !== 'act') continue;
      for (const action of [step.action, ...(step.undo === null ? [] : [step.undo])]) {
        // One that runs itself, or another that runs this one, would never end.
        const problem = action.do === 'workflow' ? 'A workflow cannot run a workflow.' : deps.problemOf(siteId, action);
        if (problem !== null) return `Step ${index + 1}: ${problem}`;
      }
    }
    return null;
  };

  return {
    start: (signal) => {
      leaving = false;
      for (const siteId of deps.siteIds()) takeUp(siteId);
      const onAbort = (): void => breakOff(() => true, LEAVING);
      signal.addEventListener('abort', onAbort, { once: true });
      ends = [
        () => signal.removeEventListener('abort', onAbort),
        bus.on('mode', ({ siteId, mode }) => {
          // A stop goes to Watch too.
          const why = store.stops.active(siteId) === undefined ? WATCHING : STOPPED;
          if (mode === 'watch') breakOff((one) => one.siteId === siteId, why);
        }),
      ];
    },
    stop: async () => {
      leaving = true;
      for (const end of ends.splice(0)) end();
      const open = [...running.values()].map(({ done }) => done);
      breakOff(() => true, LEAVING);
      await Promise.all(open);
    },
    list: (siteId) => store.workflows.workflows(siteId),
    runs: (siteId, limit) => store.workflows.runs(siteId, limit),
    save: (siteId, workflow) => {
      const problem = problemOf(siteId, workflow);
      if (problem !== null) return permanent('workflow.wrong', problem, 'Correct the step. Nothing was changed.');
      store.workflows.saveWorkflow(siteId, workflow, clock.now());
      tell(siteId);
      return ok(undefined);
    },
    remove: (siteId, workflowId) => {
      if (!store.workflows.removeWorkflow(siteId, workflowId)) return unknown();
      tell(siteId);
      return ok(undefined);
    },
    run: (siteId, workflowId, who) => {
      const workflow = store.workflows.workflows(siteId).find(({ id }) => id === workflowId);
      if (!workflow) return unknown();
      if (!workflow.enabled) return permanent('workflow.off', `${workflow.name} is off.`, 'Switch it on first.');
      if (store.stops.active(siteId) !== undefined)
        return permanent('workflow.stopped', 'The house is stopped.', 'Release the stop first.');
      if (deps.commander.mode(siteId) === 'watch')
        return permanent('workflow.watch', 'The house is in Watch.', 'Choose Suggest or Automate first.');
      const again = [...running.values()].some((one) => one.siteId === siteId && one.workflowId === workflowId);
      if (again) return permanent('workflow.runs', `${workflow.name} runs already.`, 'Wait until it has ended.');
      const run = newRun(newId('run'), workflow, who, clock.now(), deps.names(siteId));
      const stored: StoredRun = { run, plan: workflow, waitsUntil: null };
      store.workflows.putRun(siteId, stored);
      begin(siteId, stored);
      tell(siteId);
      return ok({ runId: run.id });
    },
    cancel: (siteId, runId, who) => {
      const one = running.get(runId);
      if (one?.siteId !== siteId)
        return permanent('workflow.ended', 'This run has ended already.', 'Look at the list again.');
      breakOff((other) => other === one, { sentence: `${who} cancelled it.`, undo: true });
      return ok(undefined);
    },
    nameOf: (siteId, workflowId) =>
      store.workflows.workflows(siteId).find(({ id }) => id === workflowId)?.name ?? workflowId,
  };
};
