import type { PlanBlock, PlanView } from '../../../preload/contract/plan.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { PlanPin } from '../../store/plans.ts';
import type { FlexibleLoad, ModulatingLoad } from '../types.ts';
import { STEP_HOURS, STEP_MS, type Steps } from './grid-of-steps.ts';

/** Steps in which a load must run and must rest. */
export type Freedom = Pick<FlexibleLoad, 'mustRun' | 'mustRest'>;

interface Span {
  readonly firstStep: number;
  readonly endStep: number;
}

const spanOf = (steps: Steps, from: number, to: number): Span => ({
  firstStep: Math.round((from - steps.startAt) / STEP_MS),
  endStep: Math.round((to - steps.startAt) / STEP_MS),
});

const within = (span: Span, place: Span): readonly number[] => {
  const first = Math.max(span.firstStep, place.firstStep);
  const end = Math.min(span.endStep, place.endStep);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
};

const targetOf = (steps: Steps, { pin, from, to, toAt }: PlanPin): Span =>
  pin === 'move' && toAt !== null ? spanOf(steps, toAt, toAt + to - from) : spanOf(steps, from, to);

/**
 * What pins leave an on/off load: a kept or moved block must run, as far as the wish asks for so
 * much; a skipped one rests. Of two pins on the same steps the newer counts.
 */
export const freedomOf = (pins: readonly PlanPin[], steps: Steps, place: Span, runSteps: number | null): Freedom => {
  const mustRun = new Set<number>();
  const mustRest = new Set<number>();
  for (const pin of pins.toSorted((one, other) => one.at - other.at)) {
    const own = within(spanOf(steps, pin.from, pin.to), place);
    if (pin.pin !== 'keep') for (const step of own) mustRun.delete(step);
    if (pin.pin === 'skip' || (pin.pin === 'move' && runSteps === null)) for (const step of own) mustRest.add(step);
    if (pin.pin === 'skip') continue;
    for (const step of within(targetOf(steps, pin), place)) {
      mustRun.add(step);
      mustRest.delete(step);
    }
  }
  const ordered = [...mustRun].toSorted((one, other) => one - other);
  return {
    mustRun: runSteps === null ? ordered : ordered.slice(0, runSteps),
    mustRest: [...mustRest].toSorted((one, other) => one - other),
  };
};

interface Piece extends Span {
  readonly id: string;
  readonly energyKwh: number;
}

const larger = (place: Span, cut: Span): Span => {
  const before = {
    firstStep: place.firstStep,
    endStep: Math.max(place.firstStep, Math.min(place.endStep, cut.firstStep)),
  };
  const after = { firstStep: Math.min(place.endStep, Math.max(place.firstStep, cut.endStep)), endStep: place.endStep };
  return before.endStep - before.firstStep > after.endStep - after.firstStep ? before : after;
};

/**
 * What pins make of a load with a power that can be chosen: a kept or moved block is a piece of its own that takes what fits
 * into it, the rest goes into the larger side; of a skipped block's sides the larger one is left. The newest pin counts.
 */
export const splitByPins = (
  pins: readonly PlanPin[],
  steps: Steps,
  place: Piece & { readonly maxKw: number },
): readonly Pick<ModulatingLoad, 'id' | 'firstStep' | 'endStep' | 'energyKwh'>[] => {
  const { id, firstStep, endStep, energyKwh, maxKw } = place;
  const whole = [{ id, firstStep, endStep, energyKwh }];
  const pin = pins.toSorted((one, other) => other.at - one.at)[0];
  if (pin === undefined) return whole;
  const wanted = targetOf(steps, pin);
  const inside = within(wanted, place);
  const [first] = inside;
  if (first === undefined) return whole;
  const block = { firstStep: first, endStep: first + inside.length };
  const side = larger(place, block);
  const fits = (span: Span): number => (span.endStep - span.firstStep) * STEP_HOURS * maxKw;
  if (pin.pin === 'skip') return fits(side) <= 0 ? [] : [{ id, ...side, energyKwh: Math.min(energyKwh, fits(side)) }];
  const kept = Math.min(energyKwh, fits(block));
  const rest = Math.min(energyKwh - kept, fits(side));
  const pieces = [{ id, ...block, energyKwh: kept }];
  return rest > 0.01 ? [...pieces, { id: `${id}+`, ...side, energyKwh: rest }] : pieces;
};

/**
 * Pins that hold a block where it is, or that were put on it: what goes when the person takes that back. A skip holds the
 * rest that is left of what was skipped, not the running before it.
 */
export const pinsOn = (
  block: Pick<PlanBlock, 'id' | 'laneId' | 'from' | 'to' | 'does'>,
  pins: readonly PlanPin[],
): readonly PlanPin[] =>
  pins.filter(({ blockId, laneId, pin, from, to, toAt }) => {
    if (laneId !== block.laneId) return false;
    if (pin === 'skip') return block.does === 'hold' && from < block.to && to > block.from;
    if (blockId === block.id) return true;
    const start = pin === 'move' && toAt !== null ? toAt : from;
    return start < block.to && start + to - from > block.from;
  });

/** The pins to take out when a person takes back what was said of a block, by the blocks that they were put on. */
export const pinsToTakeBack = (
  { blocks }: Pick<PlanView, 'blocks'>,
  blockId: string,
  pins: readonly PlanPin[],
): readonly string[] => {
  const block = blocks.find(({ id }) => id === blockId);
  if (block === undefined) return [blockId];
  return pinsOn(block, pins).map((pin) => pin.blockId);
};

const refusal = (message: string, advice: string) => permanent('plan.pin', message, advice);

/**
 * What a person wants of a block, as it is kept; null takes an earlier wish back. Refused where it has no meaning: the
 * battery and heat follow from everything else, what is past cannot be changed, and a move needs a time to come.
 */
export const pinOf = (
  view: Pick<PlanView, 'siteId'> & { readonly [Part in 'blocks' | 'lanes']: readonly PlanView[Part][number][] },
  wish: {
    readonly blockId: string;
    readonly pin: 'keep' | 'move' | 'skip' | 'none';
    readonly toAt?: number | undefined;
    readonly who: string;
  },
  now: number,
): Result<PlanPin | null> => {
  if (wish.pin === 'none') return ok(null);
  const block: PlanBlock | undefined = view.blocks.find(({ id }) => id === wish.blockId);
  if (block === undefined)
    return refusal('This block is not in the plan any more.', 'Look at the new plan and choose again.');
  const lane = view.lanes.find(({ id }) => id === block.laneId);
  if (lane === undefined || lane.role === 'battery')
    return refusal('The battery follows what everything else needs.', 'Change the reserve instead.');
  if (block.code.startsWith('HEAT_'))
    return refusal('Heat follows the temperatures that are wished.', 'Change those instead.');
  if (block.does !== 'run') return refusal('Only a load can be kept, moved or skipped.', 'Choose a block of a load.');
  if (block.to <= now) return refusal('This block is over.', 'Choose one that is still to come.');
  if (wish.pin === 'move' && (wish.toAt === undefined || wish.toAt < now - STEP_MS))
    return refusal('A block can only be moved to a time to come.', 'Choose a later time.');
  const toAt = wish.pin === 'move' ? Math.floor((wish.toAt ?? now) / STEP_MS) * STEP_MS : null;
  const { laneId, from } = block;
  // What runs on before an earlier skip begins is skipped together with it: the new pin takes the place of the old one.
  const after = view.blocks.find((each) => each.pinned === 'skip' && each.laneId === laneId && each.from === block.to);
  const to = wish.pin === 'skip' ? (after?.to ?? block.to) : block.to;
  return ok({ siteId: view.siteId, blockId: block.id, laneId, pin: wish.pin, from, to, toAt, who: wish.who, at: now });
};
