import type { PlanBlock, PlanLane, PlanView } from '../../../preload/contract/plan.ts';
import { currencySign } from '../../format/money.ts';
import { decimal, kilowattHours, spoken } from '../../format/numbers.ts';
import { soon } from '../../format/time.ts';

const DAY = 86_400_000;

export type BlockState = 'done' | 'running' | 'planned';

export const blockState = ({ from, to }: PlanBlock, now: number): BlockState =>
  to <= now ? 'done' : from <= now ? 'running' : 'planned';

const RUNS: Partial<Record<PlanLane['role'], string>> = { ev: 'charges', 'water-heater': 'heats' };
const DOES: Readonly<Record<Exclude<PlanBlock['does'], 'run'>, string>> = {
  charge: 'charges',
  discharge: 'discharges',
  hold: 'holds',
};

/** "EV charges", "Miner A runs". */
export const blockTitle = ({ does }: PlanBlock, { name, role }: PlanLane): string =>
  `${name} ${does === 'run' ? (RUNS[role] ?? 'runs') : DOES[does]}`;

export const blockTimes = ({ from, to }: PlanBlock, now: number, zone: string): string =>
  `${soon(from, now, zone)} to ${soon(to, from, zone)}`;

const STATE_WORDS: Readonly<Record<BlockState, string>> = { done: 'over', running: 'runs now', planned: 'planned' };

/** A block as a screen reader says it. */
export const blockSpoken = (block: PlanBlock, lane: PlanLane, now: number, zone: string): string =>
  [
    blockTitle(block, lane),
    ...(block.label === '' ? [] : [block.label]),
    blockTimes(block, now, zone),
    STATE_WORDS[blockState(block, now)],
  ].join(', ');

/** Money more or less than as planned: "+4.52 €". */
export const moneyMore = (amount: number, currency: string): string =>
  `${amount > 0.004 ? '+' : ''}${spoken({ text: decimal(amount, 2), unit: currencySign(currency) })}`;

export const carbonMore = (kg: number): string =>
  `${kg > 0.04 ? '+' : ''}${spoken({ text: decimal(kg, 1), unit: 'kg' })}`;

/** "24.1 kWh at 0.206 € on average". */
export const energyWords = ({ energyKwh, meanPrice }: PlanBlock, currency: string): string =>
  meanPrice === null
    ? spoken(kilowattHours(energyKwh))
    : `${spoken(kilowattHours(energyKwh))} at ${spoken({ text: decimal(meanPrice, 3), unit: currencySign(currency) })} on average`;

const stakeOf = ({ alternatives }: PlanBlock): number => Math.max(0, ...alternatives.map(({ costMore }) => costMore));

/** The block that a person wants to see first: the one ahead at which most money hangs, of those alike the next. */
export const firstBlock = ({ blocks, lanes }: Pick<PlanView, 'blocks' | 'lanes'>, now: number): PlanBlock | null =>
  blocks
    .filter((block) => block.to > now && block.from < now + DAY && lanes.some(({ id }) => id === block.laneId))
    .sort((a, b) => stakeOf(b) - stakeOf(a) || a.from - b.from)[0] ?? null;

/** The chosen block in a new plan: itself, or the one of its lane at the same time. */
export const sameBlock = (blocks: readonly PlanBlock[], wanted: PlanBlock): PlanBlock | null =>
  blocks.find(({ id }) => id === wanted.id) ??
  blocks.find(
    ({ laneId, does, from, to }) =>
      laneId === wanted.laneId && does === wanted.does && from < wanted.to && to > wanted.from,
  ) ??
  null;

/** Blocks in reading order: lane by lane, each by time. */
export const inReadingOrder = ({ blocks, lanes }: Pick<PlanView, 'blocks' | 'lanes'>): PlanBlock[] =>
  lanes.flatMap(({ id }) => blocks.filter(({ laneId }) => laneId === id).sort((a, b) => a.from - b.from));

/** The block that an arrow key leads to; null stays where it is. */
export const neighbour = (plan: Pick<PlanView, 'blocks' | 'lanes'>, from: PlanBlock, key: string): PlanBlock | null => {
  const ofLane = (laneId: string): PlanBlock[] =>
    plan.blocks.filter((block) => block.laneId === laneId).sort((a, b) => a.from - b.from);
  const own = ofLane(from.laneId);
  const place = own.findIndex(({ id }) => id === from.id);
  if (key === 'ArrowRight') return own[place + 1] ?? null;
  if (key === 'ArrowLeft') return own[place - 1] ?? null;
  if (key === 'Home') return own[0] ?? null;
  if (key === 'End') return own.at(-1) ?? null;
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return null;
  const middle = (from.from + from.to) / 2;
  const lane = plan.lanes.findIndex(({ id }) => id === from.laneId);
  for (let next = lane + step; next >= 0 && next < plan.lanes.length; next += step) {
    const found = ofLane(plan.lanes[next]?.id ?? '');
    const nearest = found.sort(
      (a, b) => Math.abs((a.from + a.to) / 2 - middle) - Math.abs((b.from + b.to) / 2 - middle),
    )[0];
    if (nearest) return nearest;
  }
  return null;
};

/** Who does it where the plan may not: the battery goes by itself, a load waits for a hand. */
export const notSteered = ({
  controllable,
  role,
}: PlanLane): { readonly icon: 'eye' | 'hand'; readonly text: string } | null =>
  controllable ? null : role === 'battery' ? { icon: 'eye', text: 'only shown' } : { icon: 'hand', text: 'by hand' };
