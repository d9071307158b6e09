import type { WhatIf, WhatIfChanges } from '../../../preload/contract/plan.ts';
import { ok, type Result } from '../../result.ts';
import type { SiteProblem } from '../site/types.ts';
import { whatIf, whatIfView } from '../site/what-if.ts';
import type { Plan, Problem } from '../types.ts';
import { SOLVER } from './patience.ts';

/** A home as it is, with the plan in force where there is one, and what is to be otherwise. */
export interface WhatIfQuestion {
  readonly site: SiteProblem;
  readonly plan: Plan | null;
  readonly changes: WhatIfChanges;
}

/** The plan as it is beside the plan under other assumptions. It moves nothing and keeps nothing. */
export const answerWhatIf = async (
  solve: (problem: Problem) => Promise<Result<Plan>> | Result<Plan>,
  { site, plan, changes }: WhatIfQuestion,
): Promise<Result<WhatIf>> => {
  const solved = ({ problem }: SiteProblem) => solve({ ...problem, solver: SOLVER });
  const asPlanned = plan === null ? await solved(site) : ok(plan);
  if (!asPlanned.ok) return asPlanned;
  const changed = whatIf(site, changes);
  const other = await solved(changed);
  if (!other.ok) return other;
  return ok(whatIfView({ site, plan: asPlanned.value }, { site: changed, plan: other.value }));
};
