import type { PlanBlock } from '../../../preload/contract/plan.ts';
import type { Failure } from '../../result.ts';
import type { PlanInForce, PlannedStep, PlannerCondition } from './types.ts';

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

export const waitingSentence = ({ message, advice }: Failure): string => `${message} ${advice}`.trim();

const DOES: Readonly<Record<PlanBlock['does'], string>> = {
  charge: 'charges',
  discharge: 'gives',
  hold: 'holds',
  run: 'runs',
};

/** The beginnings of the plan's stretches in the next 24 h, as the overview says them. */
export const nextStepsOf = (
  { blocks, site }: Pick<PlanInForce, 'blocks' | 'site'>,
  now: number,
): readonly PlannedStep[] =>
  blocks
    .filter(({ from, does }) => from > now && from <= now + DAY_MS && does !== 'hold')
    .flatMap(({ from, does, laneId, label }) => {
      const lane = site.lanes.find(({ id }) => id === laneId);
      if (!lane) return [];
      const sentence = `${lane.name} ${DOES[does]}${label === '' ? '' : `: ${label}`}`;
      return [{ at: from, role: lane.role, sentence, expected: true }];
    })
    .sort((one, other) => one.at - other.at);

/** The sentences of what is under way now, the battery first. */
export const saysOf = ({ blocks }: Pick<PlanInForce, 'blocks'>, now: number) =>
  blocks
    .filter(({ from, to }) => from <= now && now < to)
    .toSorted((one, other) => Number(other.laneId === 'battery') - Number(one.laneId === 'battery'))
    .map(({ sentence, code }) => ({ sentence, code }));

const ago = (spanMs: number): string => {
  const minutes = Math.max(0, Math.round(spanMs / MINUTE_MS));
  return minutes === 0 ? 'a moment ago' : `${minutes} min ago`;
};

const WAY: Readonly<Record<PlanInForce['by'], string>> = {
  solver: '',
  ladder: ' The solver failed: dynamic programming stands in.',
  tiers: ' The solver failed: fixed tiers stand in.',
};

/** "Last plan 3 min ago, within 0.1 % of the best possible." */
export const conditionOf = (
  now: {
    readonly enabled: boolean;
    readonly plan: PlanInForce | null;
    readonly last: Pick<PlanInForce, 'madeAt'> | null;
    readonly trouble: string | null;
  },
  at: number,
): PlannerCondition => {
  if (!now.enabled) return { state: 'off', sentence: 'Planning is switched off.' };
  const { plan, last, trouble } = now;
  if (plan === null) {
    const sentence = trouble ?? 'The first plan is being made.';
    return { state: 'degraded', sentence: last ? `The last plan ran out. ${sentence}` : sentence };
  }
  const gapPct = plan.plan.gap * 100;
  const proof =
    plan.by === 'solver' && plan.state === 'ready' ? `, within ${gapPct.toFixed(1)} % of the best possible` : '';
  const kept = plan.state === 'kept' ? ', the plan before is kept' : '';
  const sentence = `Last plan ${ago(at - plan.madeAt)}${proof}${kept}.${WAY[plan.by]}`;
  return trouble === null
    ? { state: plan.by === 'solver' ? 'ok' : 'degraded', sentence }
    : { state: 'degraded', sentence: `${sentence} ${trouble}` };
};
