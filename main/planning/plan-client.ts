import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.ts';
import { messageOf, ok, type Result, temporary } from '../result.ts';
import { endThread } from '../thread.ts';
import type { PlanAsks, PlanReply } from './plan-asks.ts';
import type { Plan, Problem } from './types.ts';

export interface PlanClient {
  /**
   * Asks a thread of its own. Failures: `plan.cancelled`, `plan.timeout`, `plan.failed` (the thread broke: another way of
   * planning may help). `limitMs` is what the work itself may take.
   */
  ask<Name extends keyof PlanAsks>(
    name: Name,
    about: PlanAsks[Name]['about'],
    limits: { readonly limitMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Result<PlanAsks[Name]['answer']>>;
  /** A plan that the validator has passed. Failures: those of `ask` and of `solveProblem`, and `plan.invalid`. */
  solve(problem: Problem, signal?: AbortSignal): Promise<Result<Plan>>;
}

/** What the thread may take beyond that before it is ended: loading, building and the last piece of work. */
const GRACE_MS = 20_000;

const FALL_BACK = 'Try again, or plan a shorter horizon.';

/** A fresh thread for each question: the same problem gives the same plan, and a solver that breaks takes nothing along. */
export const createPlanClient = (deps: { readonly workerUrl: URL; readonly clock: Clock }): PlanClient => {
  const ask = <Name extends keyof PlanAsks>(
    name: Name,
    about: PlanAsks[Name]['about'],
    { limitMs, signal }: { readonly limitMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Result<PlanAsks[Name]['answer']>> => {
    type Answer = PlanAsks[Name]['answer'];
    const cancelled = temporary('plan.cancelled', 'The planning was cancelled.', 'Start it again.');
    if (signal?.aborted) return Promise.resolve(cancelled);
    return new Promise((resolve, reject) => {
      const worker = new Worker(deps.workerUrl);
      let settled = false;
      const settle = (result: Result<Answer>): void => {
        if (settled) return;
        settled = true;
        cancelTimer();
        signal?.removeEventListener('abort', abort);
        endThread(worker).then(() => resolve(result), reject);
      };
      const abort = (): void => settle(cancelled);
      const broken = (why: string): void =>
        settle(temporary('plan.failed', `The solver broke off: ${why}.`, FALL_BACK));
      const waitMs = limitMs + GRACE_MS;
      const cancelTimer = deps.clock.after(waitMs, () =>
        settle(
          temporary('plan.timeout', `The solver did not answer within ${Math.round(waitMs / 1000)} s.`, FALL_BACK),
        ),
      );
      signal?.addEventListener('abort', abort, { once: true });
      worker.on('message', (reply: PlanReply<Name>) => {
        if ('failed' in reply) broken(reply.failed);
        else settle(ok(reply.answer));
      });
      worker.on('error', (thrown) => broken(messageOf(thrown)));
      worker.on('exit', (code) => broken(`exit code ${code}`));
      worker.postMessage({ name, about });
    });
  };
  return {
    ask,
    solve: async (problem, signal) => {
      const answered = await ask('solve', problem, { limitMs: problem.solver.timeLimitSeconds * 1000, signal });
      return answered.ok ? answered.value : answered;
    },
  };
};
