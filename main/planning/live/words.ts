import type { PlanBlock } from '../../../preload/contract/plan.ts';
import type { Failure } from '../../result.ts';
import type { PlanInForce, PlannedStep, PlannerCondition } from './types.ts';

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

export const waitingSentence = ({ message, advice }: Failure): string => `${message} ${advice}`.trim();

/** "Battery charges to 97 %", "Battery holds 45 %", "Miner A runs: 1.3 kW". */
const beginning = (name: string, { does, label }: Pick<PlanBlock, 'does' | 'label'>): string => {
  if (does === 'run') return label === '' ? `${name} runs` : `${name} runs: ${label}`;
  if (does === 'hold') return label.startsWith('holds') ? `${name} ${label}` : `${name} holds its charge`;
  return `${name} ${does}s ${label}`.trim();
};

/** The beginnings of the plan's stretches in the next 24 h, as the overview says them. */
export const nextStepsOf = (
  { blocks, site }: Pick<PlanInForce, 'blocks' | 'site'>,
  now: number,
): readonly PlannedStep[] =>
  blocks
    .filter(({ from }) => from > now && from <= now + DAY_MS)
    .flatMap((block) => {
      const lane = site.lanes.find(({ id }) => id === block.laneId);
      return lane ? [{ at: block.from, role: lane.role, sentence: beginning(lane.name, block), expected: true }] : [];
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
  const near =
    gapPct < 0.001 ? ', the best possible' : `, within ${Number(gapPct.toPrecision(1))} % of the best possible`;
  const proof = plan.by === 'solver' && Number.isFinite(gapPct) ? near : '';
  const kept = plan.state === 'kept' ? ', the plan before is kept' : '';
  const sentence = `Last plan ${ago(at - plan.madeAt)}${proof}${kept}.${WAY[plan.by]}`;
  return trouble === null
    ? { state: plan.by === 'solver' ? 'ok' : 'degraded', sentence }
    : { state: 'degraded', sentence: `${sentence} ${trouble}` };
};
