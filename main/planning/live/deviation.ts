import type { LiveState } from '../../../preload/contract/site.ts';
import { stepAt } from './desired.ts';
import { houseNow } from './following.ts';
import type { PlanInForce } from './types.ts';

/** A charge so far from the plan asks for a new one, %. */
const SOC_PCT = 6;
/** So far from the planned load and sun, kW and share, for so long. */
const NET_KW = 1;
const NET_SHARE = 0.5;
const LASTS_MS = 3 * 60_000;

/** How long the house has not been as planned. */
export interface DeviationMemory {
  readonly netSinceMs: number | null;
}
export const AS_PLANNED: DeviationMemory = { netSinceMs: null };

/** Whether the house is so far from its plan that it should be planned anew, and why. Pure. */
export const deviates = (
  plan: Pick<PlanInForce, 'site' | 'plan'>,
  live: LiveState,
  before: DeviationMemory,
  nowMs: number,
): { readonly memory: DeviationMemory; readonly why: string | null } => {
  const house = houseNow(live);
  const place = stepAt(plan, live.at);
  const step = place === null ? undefined : plan.plan.steps[place];
  if (!house || place === null || !step) return { memory: AS_PLANNED, why: null };
  const { problem } = plan.site;
  // The charge now lies between the ends of the step before and of this one.
  const share = (live.at - problem.startAt - place * problem.stepMs) / problem.stepMs;
  const startPct = plan.plan.steps[place - 1]?.socPct ?? problem.batteries[0]?.initialSocPct ?? null;
  const expectedPct = startPct === null || step.socPct === null ? null : startPct + (step.socPct - startPct) * share;
  if (expectedPct !== null && Math.abs(house.socPct - expectedPct) > SOC_PCT)
    return { memory: AS_PLANNED, why: 'The battery is not where the plan has it.' };
  const plannedKw = step.importKw - step.exportKw - step.chargeKw + step.dischargeKw;
  const far = Math.abs(house.netKw - plannedKw) > Math.max(NET_KW, NET_SHARE * Math.abs(plannedKw));
  const netSinceMs = far ? (before.netSinceMs ?? nowMs) : null;
  if (netSinceMs === null || nowMs - netSinceMs < LASTS_MS) return { memory: { netSinceMs }, why: null };
  return { memory: AS_PLANNED, why: 'Load and sun are not as they were forecast.' };
};
