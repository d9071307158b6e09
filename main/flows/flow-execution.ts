import type { FlowRun } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import type { SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { type Failure, messageOf, permanent, type Result } from '../result.ts';
import type { FlowDefinition, FlowStep } from './types.ts';

/** What can end a run from outside. */
export type EndedBy = 'cancelled' | 'timed-out' | 'interrupted';

/** A run under way. */
export interface FlowExecution {
  readonly runId: string;
  readonly done: Promise<FlowRun>;
  /** Calls back when the run is over and also steps that did not heed the signal have come back: now it may run again. */
  whenIdle(callback: () => void): void;
  current(): FlowRun;
  end(by: EndedBy): void;
}

type Line = FlowRun['report'][number];

const PROGRESS_MS = 500;

const SENTENCES: Record<EndedBy, string> = {
  cancelled: 'Cancelled.',
  'timed-out': 'Stopped: it took too long.',
  interrupted: 'Interrupted: the application ended.',
};

/**
 * Runs the steps of a flow in order. A step that fails does not keep the others from running, only those that need it.
 * Temporary failures are tried again, after a pause that doubles and varies by half either way, and only the steps that
 * are not done; permanent ones are not. The time limit is for the run with all its attempts.
 */
export const executeFlow = (deps: {
  readonly flow: FlowDefinition;
  readonly runId: string;
  readonly siteId: SiteId;
  readonly trigger: FlowRun['trigger'];
  readonly clock: Clock;
  readonly log: Log;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Hears of every change; `keep` asks for it to be written down. */
  readonly onChange: (run: FlowRun, keep: boolean) => void;
}): FlowExecution => {
  const { flow, clock, log, siteId } = deps;
  const controller = new AbortController();
  const { signal } = controller;
  const lines = new Map<string, Line>();
  const failures = new Map<string, Failure>();
  let openSteps = 0;
  let onIdle: (() => void) | undefined;
  let endedBy: EndedBy | undefined;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let run: FlowRun = {
    id: deps.runId,
    siteId,
    flow: flow.name,
    startedAt: clock.now(),
    finishedAt: null,
    trigger: deps.trigger,
    state: 'running',
    attempt: 1,
    report: [],
  };

  const change = (more: Partial<FlowRun>, keep = true): void => {
    run = { ...run, ...more, report: [...lines.values()] };
    deps.onChange(run, keep);
  };
  const say = (step: FlowStep, line: Omit<Line, 'step'>): void => {
    lines.set(step.name, { step: step.name, ...line });
    change({});
  };
  const isDone = (name: string): boolean => lines.get(name)?.state === 'done';
  const ended = new Promise<'ended'>((resolve) => {
    signal.addEventListener('abort', () => resolve('ended'), { once: true });
  });
  const end = (by: EndedBy): void => {
    if (endedBy !== undefined || run.finishedAt !== null) return;
    endedBy = by;
    controller.abort(new Error(SENTENCES[by]));
  };

  const tellIdle = (): void => {
    if (openSteps > 0 || run.finishedAt === null) return;
    onIdle?.();
    onIdle = undefined;
  };

  const progress = (step: FlowStep, sentence: string): void => {
    if (lines.get(step.name)?.state !== 'running') return;
    lines.set(step.name, { step: step.name, state: 'running', sentence, tookMs: null });
    if (clock.monotonicMs() - shownAtMs < PROGRESS_MS) return;
    shownAtMs = clock.monotonicMs();
    change({}, false);
  };

  const attemptStep = async (step: FlowStep): Promise<Result<string>> => {
    openSteps += 1;
    try {
      return await step.run({ siteId, signal, progress: (sentence) => progress(step, sentence) });
    } catch (thrown) {
      log.error('A step of a flow broke.', { flow: flow.name, step: step.name, why: messageOf(thrown) });
      return permanent('flow.bug', `It broke: ${messageOf(thrown)}.`, 'This is a fault of the application: report it.');
    } finally {
      openSteps -= 1;
      tellIdle();
    }
  };

  const runStep = async (step: FlowStep): Promise<void> => {
    const missing = (step.needs ?? []).filter((name) => !isDone(name));
    if (missing.length > 0)
      return say(step, { state: 'skipped', sentence: `Skipped: it needs ${missing.join(' and ')}.`, tookMs: null });
    const beganMs = clock.monotonicMs();
    say(step, { state: 'running', sentence: '', tookMs: null });
    const answer = await Promise.race([attemptStep(step), ended]);
    const tookMs = Math.round(clock.monotonicMs() - beganMs);
    if (answer === 'ended') return say(step, { state: 'failed', sentence: SENTENCES[endedBy ?? 'cancelled'], tookMs });
    if (answer.ok) {
      failures.delete(step.name);
      return say(step, { state: 'done', sentence: answer.value, tookMs });
    }
    failures.set(step.name, answer.error);
    say(step, { state: 'failed', sentence: `${answer.error.message} ${answer.error.advice}`, tookMs });
  };

  const attempts = async (): Promise<void> => {
    for (let attempt = 1; attempt <= flow.attempts; attempt += 1) {
      run = { ...run, attempt };
      for (const step of flow.steps) {
        if (signal.aborted) return;
        if (!isDone(step.name) && failures.get(step.name)?.kind !== 'permanent') await runStep(step);
      }
      if (![...failures.values()].some((failure) => failure.kind === 'temporary')) return;
      if (attempt === flow.attempts || signal.aborted) return;
      await clock.sleep(flow.backoffMs * 2 ** (attempt - 1) * (0.5 + deps.random()), signal);
    }
  };

  const work = async (): Promise<FlowRun> => {
    const cancelTimer = clock.after(flow.timeoutMs, () => end('timed-out'));
    change({});
    await Promise.resolve(); // The caller has its run in hand before the first step can look at it.
    await attempts();
    cancelTimer();
    for (const step of flow.steps)
      if (!lines.has(step.name))
        lines.set(step.name, { step: step.name, state: 'skipped', sentence: 'Not reached.', tookMs: null });
    const allDone = flow.steps.every((step) => isDone(step.name));
    change({ state: allDone ? 'succeeded' : (endedBy ?? 'failed'), finishedAt: clock.now() });
    tellIdle();
    return run;
  };

  const done = work();
  return {
    runId: deps.runId,
    done,
    whenIdle: (callback) => {
      onIdle = callback;
      tellIdle();
    },
    current: () => run,
    end,
  };
};
