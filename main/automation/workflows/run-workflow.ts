import type { Workflow, WorkflowRun, WorkflowStep } from '../../../preload/contract/workflows.ts';
import type { Clock } from '../../clock.ts';
import type { SiteId } from '../../ids.ts';
import type { StoredRun } from '../../store/workflows.ts';
import type { Acted, Acting } from '../acting.ts';
import type { Truth } from '../rules/truth.ts';
import type { RuleNames, RuleWorld } from '../rules/types.ts';
import { stepSentence } from './words.ts';

/** What a workflow switches stays so for long after it ended, unless somebody else wants the channel. */
export const LEFT_MS = 7 * 86_400_000;
const RETRY_MS = 30_000;
/** A condition that is waited for is looked at so often; what changes in between is seen a little later. */
const LOOK_MS = 5_000;

export interface RunDeps {
  readonly clock: Clock;
  readonly act: Acting;
  /** The present as rules see it. */
  world(): RuleWorld | null;
  /** Whether a condition holds now; null where nobody knows. */
  holds(condition: Extract<WorkflowStep, { step: 'check' }>['condition'], world: RuleWorld): Truth;
  /** Called after each change, so that a restart finds it. */
  keep(stored: StoredRun): void;
  readonly names: RuleNames;
}

type StepOutcome =
  | { readonly how: 'done'; readonly sentence: string }
  /** The workflow ends well before its last step. */
  | { readonly how: 'end'; readonly sentence: string }
  | { readonly how: 'failed'; readonly sentence: string };

type StepState = WorkflowRun['steps'][number]['state'];

/** A run at its beginning: every step waits. */
export const newRun = (
  id: string,
  workflow: Workflow,
  begunBy: string,
  startedAt: number,
  names: RuleNames,
): WorkflowRun => ({
  id,
  workflowId: workflow.id,
  name: workflow.name,
  startedAt,
  finishedAt: null,
  begunBy,
  state: 'running',
  stepIndex: 0,
  steps: workflow.steps.map((step) => ({ sentence: stepSentence(step, names), state: 'waiting', at: null })),
  sentence: 'It begins.',
});

/**
 * Takes a run from the step where it stands to its end: one step after the other, each kept before it begins and after it
 * ended. When a step fails, what was done is undone, last first. Breaking off (`signal`) with `undo` puts back too; without,
 * everything stays as it is, since somebody stronger (STOP, Watch, leaving) puts the house where it belongs.
 */
export const runWorkflow = async (
  deps: RunDeps,
  siteId: SiteId,
  stored: StoredRun,
  signal: AbortSignal,
  brokenOff: () => { readonly sentence: string; readonly undo: boolean },
): Promise<WorkflowRun> => {
  const { clock, act } = deps;
  const { plan } = stored;
  let { run } = stored;
  let waitsUntil = stored.waitsUntil;
  const keep = (): void => deps.keep({ run, plan, waitsUntil });
  const mark = (index: number, state: StepState, sentence?: string): void => {
    const steps = run.steps.map((step, place) =>
      place === index ? { state, at: clock.now(), sentence: sentence ?? step.sentence } : step,
    );
    run = { ...run, steps, sentence: sentence ?? run.sentence };
  };
  const wantingOf = (reason: string) => ({
    // A name that no rule has: a name owns what it borrowed.
    who: `Workflow: ${plan.name}`,
    reason,
    reasonCode: 'WORKFLOW',
    leaseMs: LEFT_MS,
  });

  const doAct = async (step: Extract<WorkflowStep, { step: 'act' }>, sentence: string): Promise<StepOutcome> => {
    let acted: Acted = { done: false, sentence: 'It was not tried.' };
    for (let attempt = 0; attempt <= step.retries && !signal.aborted; attempt += 1) {
      if (attempt > 0) await clock.sleep(RETRY_MS, signal);
      if (signal.aborted) break;
      acted = await act(siteId, step.action, wantingOf(`${plan.name}: ${sentence}`.slice(0, 200)), signal);
      if (acted.done) return { how: 'done', sentence: acted.sentence };
      if (acted.declined) break;
    }
    return { how: 'failed', sentence: acted.sentence };
  };

  const doWait = async (untilAt: number): Promise<StepOutcome> => {
    await clock.sleep(Math.max(0, untilAt - clock.now()), signal);
    return { how: 'done', sentence: 'The wait is over.' };
  };

  const doWaitUntil = async (
    step: Extract<WorkflowStep, { step: 'wait-until' }>,
    untilAt: number,
  ): Promise<StepOutcome> => {
    while (!signal.aborted) {
      const world = deps.world();
      if (world && deps.holds(step.condition, world) === true) return { how: 'done', sentence: 'It holds now.' };
      const leftMs = untilAt - clock.now();
      if (leftMs <= 0) break;
      await clock.sleep(Math.min(LOOK_MS, leftMs), signal);
    }
    return step.onLimit === 'go-on'
      ? { how: 'done', sentence: 'It did not come to hold in time; it goes on.' }
      : { how: 'failed', sentence: 'It did not come to hold in time.' };
  };

  const doCheck = (step: Extract<WorkflowStep, { step: 'check' }>): StepOutcome => {
    const world = deps.world();
    const truth = world ? deps.holds(step.condition, world) : null;
    if (truth === true) return { how: 'done', sentence: 'It holds.' };
    const sentence = truth === null ? 'Nobody knows whether it holds.' : 'It does not hold.';
    return { how: step.otherwise === 'end' ? 'end' : 'failed', sentence };
  };

  const doStep = (step: WorkflowStep, sentence: string): Promise<StepOutcome> | StepOutcome => {
    if (step.step === 'act') return doAct(step, sentence);
    if (step.step === 'check') return doCheck(step);
    // A run that was taken up again waits for what is left.
    waitsUntil ??= clock.now() + (step.step === 'wait' ? step.ms : step.limitMs);
    keep();
    return step.step === 'wait' ? doWait(waitsUntil) : doWaitUntil(step, waitsUntil);
  };

  /** Puts back what was done before the step that failed, last first; answers whether all of it worked. */
  const undo = async (failedAt: number): Promise<boolean> => {
    let all = true;
    // What broke the run off must not break off its undoing.
    const own = new AbortController().signal;
    for (let index = failedAt; index >= 0; index -= 1) {
      const step = plan.steps[index];
      const state = run.steps[index]?.state;
      if (step?.step !== 'act' || step.undo === null || (state !== 'done' && state !== 'failed')) continue;
      const acted = await act(siteId, step.undo, wantingOf(`${plan.name}: put back.`), own);
      all &&= acted.done;
      mark(index, acted.done ? 'undone' : state, acted.done ? 'Put back.' : `Not put back: ${acted.sentence}`);
      keep();
    }
    return all;
  };

  const finish = (state: WorkflowRun['state'], sentence: string): WorkflowRun => {
    const steps = run.steps.map((step) => (step.state === 'waiting' ? { ...step, state: 'skipped' as const } : step));
    run = { ...run, state, sentence, steps, finishedAt: clock.now() };
    waitsUntil = null;
    keep();
    return run;
  };

  const fail = async (index: number, sentence: string): Promise<WorkflowRun> => {
    const undoable = plan.steps.slice(0, index + 1).some((step) => step.step === 'act' && step.undo !== null);
    if (!undoable) return finish('failed', `Step ${index + 1} failed: ${sentence}`);
    const all = await undo(index);
    const back = all ? 'What was done is put back.' : 'Not all could be put back; look at the steps.';
    return finish(all ? 'undone' : 'failed', `Step ${index + 1} failed: ${sentence} ${back}`);
  };

  for (let index = run.stepIndex; index < plan.steps.length; index += 1) {
    const step = plan.steps[index];
    const sentence = run.steps[index]?.sentence ?? '';
    if (!step) break;
    run = { ...run, stepIndex: index };
    mark(index, 'running', sentence);
    keep();
    const outcome = await doStep(step, sentence);
    waitsUntil = null;
    if (signal.aborted) {
      const why = brokenOff();
      mark(index, 'failed', why.sentence);
      if (why.undo) await undo(index);
      return finish('cancelled', why.sentence);
    }
    mark(index, outcome.how === 'failed' ? 'failed' : 'done', `${sentence} ${outcome.sentence}`);
    keep();
    if (outcome.how === 'failed') return fail(index, outcome.sentence);
    if (outcome.how === 'end') return finish('done', `It ended at step ${index + 1}: ${outcome.sentence}`);
  }
  return finish('done', 'All steps are done.');
};
