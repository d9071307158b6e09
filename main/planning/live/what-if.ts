import type { WhatIf, WhatIfChanges } from '../../../preload/contract/plan.ts';
import type { Clock } from '../../clock.ts';
import type { SiteId } from '../../ids.ts';
import { ok, type Result } from '../../result.ts';
import type { SiteProblem } from '../site/types.ts';
import type { Ways } from './decide.ts';
import { SOLVER, withPatience } from './patience.ts';
import type { PlanInForce, SiteRoom } from './types.ts';

/** The plan as it is beside the plan under other assumptions. It moves nothing and keeps nothing. */
export const askWhatIf = async (
  deps: { readonly clock: Clock; readonly ways: Pick<Ways, 'solve'>; readonly site: SiteRoom },
  current: PlanInForce | null,
  asked: { readonly siteId: SiteId; readonly changes: WhatIfChanges; readonly life: AbortSignal | undefined },
): Promise<Result<WhatIf>> => {
  const { clock, ways, site } = deps;
  const made = current ? ok(current.site) : site.problem(asked.siteId, clock.now());
  if (!made.ok) return made;
  const patience = withPatience(clock, asked.life);
  const solved = ({ problem }: SiteProblem) => ways.solve({ ...problem, solver: SOLVER }, patience.signal);
  try {
    const asPlanned = current ? ok(current.plan) : await solved(made.value);
    if (!asPlanned.ok) return asPlanned;
    const changed = site.whatIf(made.value, asked.changes);
    const other = await solved(changed);
    if (!other.ok) return other;
    return ok(site.whatIfView({ site: made.value, plan: asPlanned.value }, { site: changed, plan: other.value }));
  } finally {
    patience.end();
  }
};
