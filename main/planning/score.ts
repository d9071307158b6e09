import { ok, permanent, type Result } from '../result.ts';
import { accountsOf } from './accounts.ts';
import { bentOf } from './bent-sentences.ts';
import { followed } from './follow.ts';
import { checkedProblem } from './problem-check.ts';
import { scheduleOf } from './schedule.ts';
import type { Bent, Plan, Problem } from './types.ts';

/**
 * What an existing plan is worth on new data: its decisions for batteries and loads stay, and what follows from them is worked
 * out anew. It may be older than the problem or reach less far. Failures: `plan.problem`; `plan.bends` where limits are hard
 * and one of them would be bent.
 */
export const scorePlan = (
  problem: Problem,
  plan: Plan,
): Result<{ readonly objective: number; readonly bent: readonly Bent[] }> => {
  const checked = checkedProblem(problem);
  if (!checked.ok) return checked;
  const schedule = scheduleOf(problem, followed(problem, plan));
  const { objective, bends } = accountsOf(problem, schedule);
  const bent = bentOf(problem, schedule, bends);
  if (problem.soft === null && bent.length > 0)
    return permanent(
      'plan.bends',
      `The plan no longer keeps all limits. ${bent
        .slice(0, 3)
        .map(({ sentence }) => sentence)
        .join(' ')}`,
      'Make a new plan.',
    );
  return ok({ objective, bent });
};
