import type { Setpoint } from '../../../preload/contract/base.ts';
import type { PlanBlock } from '../../../preload/contract/plan.ts';
import type { ChannelSnapshot } from '../../control/types.ts';
import type { PlanInForce } from './types.ts';

/** Less than this is off, kW. */
const OFF_KW = 0.01;
const MAINS_V = 230;

/** The step of a plan at a time; null outside of it. */
export const stepAt = ({ site }: Pick<PlanInForce, 'site'>, at: number): number | null => {
  const { startAt, stepMs, loadKw } = site.problem;
  const step = Math.floor((at - startAt) / stepMs);
  return step >= 0 && step < loadKw.length ? step : null;
};

/** When the next step begins. */
export const nextBoundary = ({ site }: Pick<PlanInForce, 'site'>, at: number): number => {
  const { startAt, stepMs } = site.problem;
  return startAt + (Math.floor((at - startAt) / stepMs) + 1) * stepMs;
};

/** What the plan wants of a lane in a step, kW: a load with several windows is several parts of the problem. */
export const laneKw = (
  { site, plan }: Pick<PlanInForce, 'site' | 'plan'>,
  laneId: string,
  step: number,
): number | null => {
  const parts = site.parts.filter((part) => part.laneId === laneId);
  const loads = plan.steps[step]?.loads;
  if (parts.length === 0 || !loads) return null;
  return parts.reduce((sum, { id }) => sum + (Object.hasOwn(loads, id) ? (loads[id] ?? 0) : 0), 0);
};

/** A power as the channel takes it; null where it takes none. */
export const setpointOf = ({ control, config }: ChannelSnapshot, kw: number): Setpoint | null => {
  if (control.kind === 'switch') return kw > OFF_KW;
  if (control.kind !== 'number') return null;
  const { unit, minimum, maximum, step } = control;
  // Amperes of a charger: what it draws at its most says on how many phases.
  const wattsPerAmpere = config.ratedPowerW !== null && maximum > 0 ? config.ratedPowerW / maximum : MAINS_V;
  const each = unit === 'W' ? 1 : unit === 'kW' ? 1000 : unit === 'A' ? wattsPerAmpere : null;
  if (each === null) return null;
  if (kw <= OFF_KW) return Math.max(0, minimum);
  const value = Math.min(maximum, Math.max(minimum, (kw * 1000) / each));
  return Number((minimum + Math.round((value - minimum) / step) * step).toFixed(6));
};

/** The stretch of the plan that stands on a lane at a time; undefined where the lane rests. */
export const blockAt = (blocks: readonly PlanBlock[], laneId: string, at: number): PlanBlock | undefined =>
  blocks.find((block) => block.laneId === laneId && block.from <= at && at < block.to);

/** Why, as the plan says it: the sentence of its block, and what the alternative would be. */
export const wordsOf = (block: PlanBlock | undefined, name: string, currency: string) => {
  const [other] = block?.alternatives ?? [];
  return {
    reason: block?.sentence ?? `The plan lets ${name} rest now.`,
    reasonCode: block?.code ?? 'PLAN_RESTS',
    ifIgnored: other
      ? `${other.label}: ${other.costMore.toFixed(2)} ${currency} more.`
      : 'The rest of the plan is made anew.',
  };
};
