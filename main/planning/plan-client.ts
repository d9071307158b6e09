import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.ts';
import { messageOf, ok, permanent, type Result, temporary } from '../result.ts';
import { endThread } from '../thread.ts';
import type { Plan, Problem } from './types.ts';
import { validatePlan } from './validate.ts';

/** What the planning worker answers. */
export type PlanReply = { readonly result: Result<Plan> } | { readonly failed: string };

export interface PlanClient {
  /**
   * Solves in a thread of its own and lets the validator judge the plan. Failures: those of `solveProblem`, `plan.cancelled`,
   * `plan.timeout`, `plan.failed` (the solver broke: another way of planning may help), `plan.invalid`.
   */
  solve(problem: Problem, signal?: AbortSignal): Promise<Result<Plan>>;
}

/** What the solver may take beyond its time limit before its thread is ended: loading, building and the last piece of work. */
const GRACE_MS = 20_000;

const FALL_BACK = 'Try again, or plan a shorter horizon.';

const judged = (problem: Problem, plan: Plan): Result<Plan> => {
  const [first] = validatePlan(problem, plan);
  return first === undefined
    ? ok(plan)
    : permanent(
        'plan.invalid',
        `The plan was refused by the validator: ${first}`,
        'This is a bug: report the problem.',
      );
};

/** A fresh thread for each problem: the same problem gives the same plan, and a solver that breaks takes nothing along. */
export const createPlanClient = (deps: { readonly workerUrl: URL; readonly clock: Clock }): PlanClient => ({
  solve: (problem, signal) => {
    const cancelled = temporary('plan.cancelled', 'The planning was cancelled.', 'Start it again.');
    if (signal?.aborted) return Promise.resolve(cancelled);
    return new Promise((resolve, reject) => {
      const worker = new Worker(deps.workerUrl);
      let settled = false;
      const settle = (result: Result<Plan>): void => {
        if (settled) return;
        settled = true;
        cancelTimer();
        signal?.removeEventListener('abort', abort);
        endThread(worker).then(() => resolve(result), reject);
      };
      const abort = (): void => settle(cancelled);
      const broken = (why: string): void =>
        settle(temporary('plan.failed', `The solver broke off: ${why}.`, FALL_BACK));
      const limitMs = problem.solver.timeLimitSeconds * 1000 + GRACE_MS;
      const cancelTimer = deps.clock.after(limitMs, () =>
        settle(
          temporary('plan.timeout', `The solver did not answer within ${Math.round(limitMs / 1000)} s.`, FALL_BACK),
        ),
      );
      signal?.addEventListener('abort', abort, { once: true });
      worker.on('message', (reply: PlanReply) => {
        if ('failed' in reply) broken(reply.failed);
        else settle(reply.result.ok ? judged(problem, reply.result.value) : reply.result);
      });
      worker.on('error', (thrown) => broken(messageOf(thrown)));
      worker.on('exit', (code) => broken(`exit code ${code}`));
      worker.postMessage(problem);
    });
  },
});
