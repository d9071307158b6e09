import { type Complain, createBending } from './judge.ts';
import { judgeLoads } from './judge-loads.ts';
import { judgeMoney } from './judge-money.ts';
import { judgePower } from './judge-power.ts';
import type { Plan, PlanStep, Problem } from './types.ts';

/**
 * The judge of plans. It shares no code with what makes them: it goes through a plan step by step as the house would, and
 * recomputes the energy, the temperatures, the limits and the money from the problem alone.
 */

const POWERS = ['importKw', 'exportKw', 'chargeKw', 'dischargeKw', 'curtailKw'] as const;

const checkNumbers = (problem: Problem, steps: readonly PlanStep[], complain: Complain): void => {
  const ids = [...problem.flexibleLoads, ...problem.modulatingLoads, ...problem.heatStores].map(({ id }) => id);
  const known = new Set(ids);
  if (steps.length !== problem.loadKw.length)
    complain(`The plan has ${steps.length} steps and the problem ${problem.loadKw.length}.`);
  steps.forEach((step, place) => {
    if (Date.parse(step.start) !== problem.startAt + place * problem.stepMs)
      complain(`Step ${place} begins at ${step.start}.`);
    for (const name of POWERS)
      if (!(step[name] >= 0 && step[name] < Number.POSITIVE_INFINITY))
        complain(`Step ${place}: ${name} is ${step[name]}.`);
    if (problem.batteries.length === 0 ? step.socPct !== null : !Number.isFinite(step.socPct))
      complain(`Step ${place}: socPct is ${step.socPct}.`);
    for (const id of ids)
      if (!Number.isFinite(Object.hasOwn(step.loads, id) ? step.loads[id] : Number.NaN))
        complain(`Step ${place}: the power of "${id}" is not said.`);
    for (const id of Object.keys(step.loads)) if (!known.has(id)) complain(`Step ${place}: there is no load "${id}".`);
  });
};

/** What is wrong with a plan for a problem, a sentence each; none means that the plan can be carried out as it says. */
export const validatePlan = (problem: Problem, plan: Plan): readonly string[] => {
  const violations: string[] = [];
  const complain: Complain = (sentence) => void violations.push(sentence);
  checkNumbers(problem, plan.steps, complain);
  if (violations.length > 0) return violations;
  const bending = createBending(problem, plan, complain);
  const storedKwh = judgePower(problem, plan.steps, bending, complain);
  const startCost = judgeLoads(problem, plan.steps, bending, complain);
  judgeMoney(problem, plan, { storedKwh, startCost, bentPrice: bending.close() }, complain);
  return violations;
};
