import { parentPort } from 'node:worker_threads';
import { fail, messageOf, permanent, type Result, temporary } from '../result.ts';
import { answer, listen } from '../thread.ts';
import { loadSolver } from './highs.ts';
import { decidedWith } from './live/plan-maker.ts';
import { createWays } from './live/ways.ts';
import { answerWhatIf } from './live/what-if.ts';
import type { PlanAsks, PlanQuestion } from './plan-asks.ts';
import { pictureOf } from './site/plan-view.ts';
import { solveProblem } from './solve.ts';
import type { Plan, Problem } from './types.ts';
import { validatePlan } from './validate.ts';

/** Worker entry: one question, one answer. The thread is ended from outside, also while it solves. */
if (parentPort === null) throw new Error('The planning worker runs as a worker thread only.');
const port = parentPort;

const solved = async (problem: Problem): Promise<Result<Plan>> =>
  solveProblem(await loadSolver(), problem, () => performance.now());

/** Nobody sees a plan that the validator has not passed. */
const judged = async (problem: Problem): Promise<Result<Plan>> => {
  const plan = await solved(problem);
  const [wrong] = plan.ok ? validatePlan(problem, plan.value) : [];
  return wrong === undefined
    ? plan
    : permanent(
        'plan.invalid',
        `The plan was refused by the validator: ${wrong}`,
        'This is a bug: report the problem.',
      );
};

/** A solver that breaks is a way of planning that failed: others may still lead to a plan. */
const tried = async (problem: Problem): Promise<Result<Plan>> => {
  try {
    return await solved(problem);
  } catch (thrown) {
    return temporary('plan.failed', `The solver broke off: ${messageOf(thrown)}.`, 'Another way of planning is tried.');
  }
};

const answerOf = async ({ name, about }: PlanQuestion): Promise<PlanAsks[keyof PlanAsks]['answer']> => {
  switch (name) {
    case 'solve':
      return judged(about);
    case 'decide': {
      const { input, pins, solverFailed } = about;
      return decidedWith(createWays(solverFailed === null ? tried : () => fail(solverFailed)), input, pins);
    }
    case 'picture':
      return pictureOf(about.answered, about.pins);
    case 'what-if':
      return answerWhatIf(judged, about);
  }
};

listen(port, (question: PlanQuestion) =>
  answer(
    answerOf(question).then((found) => ({ answer: found })),
    (thrown) => ({ failed: messageOf(thrown) }),
    (reply) => port.postMessage(reply),
  ),
);
