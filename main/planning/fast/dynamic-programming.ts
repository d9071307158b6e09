import { ok, permanent, type Result } from '../../result.ts';
import { planOf } from '../solve.ts';
import type { Battery, Plan, Problem } from '../types.ts';
import { type Course, courseOf, outlookOf } from './course.ts';
import { reaches, valueAt } from './curve.ts';
import { peakRulesOf } from './peak-rules.ts';
import { searchPeaks } from './peak-search.ts';
import { decisionsOf, taskOf } from './task.ts';

/** The best course and what no course can cost less than; null where nothing keeps all limits. */
const exactCourse = (
  problem: Problem,
  battery: Battery,
): { readonly course: Course; readonly bound: number } | null => {
  const task = taskOf(problem, battery);
  const outlook = outlookOf(task);
  const start = (battery.initialSocPct / 100) * battery.capacityKwh;
  if ('stuck' in outlook || !reaches(outlook.start, start)) return null;
  return { course: courseOf(task, outlook, start), bound: valueAt(outlook.start, start) };
};

/**
 * The best plan of one battery without a solver, so it serves where that fails: the value of stored energy as the straight pieces
 * that it has, step by step from the end, with prices of any sign, soft limits and a reserve. A peak charge is met by a search for
 * the caps on the import that pay; such a plan is near the best and not proven, so its bound is −∞. Loads and heat stores are not
 * planned here. Failures: `plan.not-one-battery`, `plan.infeasible`.
 */
export const planByDynamicProgramming = (problem: Problem, nowMs: () => number): Result<Plan> => {
  const [battery, ...others] = problem.batteries;
  const loads = problem.flexibleLoads.length + problem.modulatingLoads.length + problem.heatStores.length;
  if (battery === undefined || others.length > 0 || loads > 0)
    return permanent(
      'plan.not-one-battery',
      'Dynamic programming plans one battery and no loads.',
      'Plan this problem with the solver.',
    );
  const startedMs = nowMs();
  const rules = peakRulesOf(problem);
  const course = rules.length > 0 ? searchPeaks(problem, battery, rules) : null;
  const best = rules.length > 0 ? course && { course, bound: Number.NEGATIVE_INFINITY } : exactCourse(problem, battery);
  if (best === null)
    return permanent(
      'plan.infeasible',
      'No plan keeps all limits of the battery and the grid.',
      'Plan this problem with the solver: it names the limits that conflict.',
    );
  const seconds = (nowMs() - startedMs) / 1000;
  return ok(planOf(problem, decisionsOf(best.course), { bound: best.bound, seconds, timedOut: true }));
};
