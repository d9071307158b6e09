import type { PlanBlock } from '../../../preload/contract/plan.ts';
import type { PlanPin } from '../../store/plans.ts';
import { alternativesOf } from './alternatives.ts';
import { batteryReason } from './battery-reasons.ts';
import { atOf, HOUR_MS, sum } from './grid-of-steps.ts';
import { loadReason } from './load-reasons.ts';
import { pinsOn } from './pins.ts';
import { BATTERY_ID } from './site-battery.ts';
import { kwText, pctText, type SiteWords, siteWords } from './site-words.ts';
import { type BatteryMode, batteryStretches, loadStretches, type Stretch } from './stretches.ts';
import type { AnsweredProblem, PlannedPart } from './types.ts';
import { lookAt, type PlanLook, range, weighted } from './views-of-step.ts';

const DOES: Readonly<Record<BatteryMode, PlanBlock['does']>> = {
  'charge-sun': 'charge',
  'charge-grid': 'charge',
  'discharge-house': 'discharge',
  'discharge-grid': 'discharge',
  'hold-charge': 'hold',
  'hold-room': 'hold',
};

interface Making {
  readonly answered: AnsweredProblem;
  readonly look: PlanLook;
  readonly words: SiteWords;
  readonly pins: readonly PlanPin[];
  readonly alternatives: ReturnType<typeof alternativesOf>;
}

const blockId = (laneId: string, from: number): string => `${laneId}@${from}`;

const batteryBlock = (making: Making, stretch: Stretch<BatteryMode>): PlanBlock => {
  const { answered, look, words } = making;
  const { problem, leansOn } = answered.site;
  const { from, to, mode } = stretch;
  const steps = range(from, to);
  const hours = problem.stepMs / HOUR_MS;
  const kwhOf = (step: number): number => {
    const { chargeKw = 0, dischargeKw = 0 } = look.steps[step] ?? {};
    return hours * (chargeKw + dischargeKw);
  };
  const charging = (step: number): number =>
    look.gridShare(step) * look.buys(step) + (1 - look.gridShare(step)) * look.sells(step);
  const giving = mode === 'discharge-grid' ? look.sells : look.buys;
  const startAt = atOf(problem, from);
  const end = pctText(look.steps[to - 1]?.socPct ?? 0);
  const label = { charge: `to ${end}`, discharge: `down to ${end}`, hold: `holds ${end}`, run: '' }[DOES[mode]];
  return {
    ...{
      id: blockId(BATTERY_ID, startAt),
      laneId: BATTERY_ID,
      from: startAt,
      to: atOf(problem, to),
      does: DOES[mode],
      label,
    },
    energyKwh: sum(steps.map(kwhOf)),
    meanPrice: weighted(steps, kwhOf, DOES[mode] === 'charge' ? charging : giving),
    ...batteryReason(stretch, look, words, leansOn),
    roomMs: null,
    alternatives: [...making.alternatives.ofBattery(stretch)],
    pinned: null,
  };
};

/** How much later a load could run and still be done in time, when what it has to do after this stretch follows at once. */
const roomOf = ({ look }: Making, { to, mode }: Stretch<PlannedPart>): number | null => {
  const { problem } = look;
  const load = [...problem.flexibleLoads, ...problem.modulatingLoads].find(({ id }) => id === mode.id);
  if (load === undefined || mode.deadlineAt === null) return null;
  const after = range(to, load.endStep).filter((step) => look.loadKwh(step, mode.id) > 0).length;
  return Math.max(0, load.endStep - to - after) * problem.stepMs;
};

const windowStepOf = ({ look }: Making, { mode }: Stretch<PlannedPart>): number | null => {
  const { flexibleLoads, modulatingLoads } = look.problem;
  const load = [...flexibleLoads, ...modulatingLoads].find(({ id }) => id === mode.id);
  return load === undefined || mode.windowAt === null ? null : load.firstStep;
};

const loadBlock = (making: Making, stretch: Stretch<PlannedPart>): PlanBlock => {
  const { answered, look, words, pins } = making;
  const { problem, leansOn } = answered.site;
  const { from, to, mode: part } = stretch;
  const { laneId } = part;
  const steps = range(from, to);
  const kwhOf = (step: number): number => look.loadKwh(step, part.id);
  const energyKwh = sum(steps.map(kwhOf));
  const [startAt, endAt] = [atOf(problem, from), atOf(problem, to)];
  const place = { id: blockId(laneId, startAt), laneId, from: startAt, to: endAt, does: 'run' } as const;
  const pin = part.kind === 'heat' ? null : (pinsOn(place, pins)[0] ?? null);
  return {
    ...place,
    label: kwText((energyKwh * HOUR_MS) / (endAt - startAt)),
    energyKwh,
    meanPrice: weighted(steps, kwhOf, look.loadPrice),
    ...loadReason(stretch, look, words, leansOn, pin),
    roomMs: roomOf(making, stretch),
    alternatives: [...making.alternatives.ofLoad(stretch, windowStepOf(making, stretch))],
    pinned: pin?.pin ?? null,
  };
};

/**
 * What a person skipped stays in sight, so that it can be taken back: the part of it that really rests. A load that runs
 * already and has to go on for its shortest time does so first.
 */
const skippedBlocks = ({ blockId: id, laneId, from, to, who }: PlanPin, running: readonly PlanBlock[]): PlanBlock[] => {
  const restsFrom = running.reduce((at, block) => (block.from <= at && block.to > at ? block.to : at), from);
  const restsTo = running.reduce((at, block) => (block.from > restsFrom ? Math.min(at, block.from) : at), to);
  if (restsFrom >= restsTo) return [];
  const block: PlanBlock = {
    ...{ id: restsFrom === from ? id : blockId(laneId, restsFrom), laneId, from: restsFrom, to: restsTo },
    ...{ does: 'hold', label: 'skipped', energyKwh: 0, meanPrice: null },
    code: 'SKIPPED',
    sentence: `Rests because ${who} skipped it.`,
    ...{ boundBy: null, roomMs: null, leansOn: null, alternatives: [], pinned: 'skip' },
  };
  return [block];
};

/** The plan in stretches, lane by lane, each with its reason and what else it could be. */
export const blocksOf = (answered: AnsweredProblem, pins: readonly PlanPin[]): readonly PlanBlock[] => {
  const { site, plan } = answered;
  const { problem, parts, lanes } = site;
  const alternatives = alternativesOf(problem, plan);
  const making: Making = { answered, look: lookAt(site, plan), words: siteWords(site), pins, alternatives };
  return lanes.flatMap((lane): readonly PlanBlock[] => {
    if (lane.id === BATTERY_ID)
      return batteryStretches(problem, plan.steps).map((stretch) => batteryBlock(making, stretch));
    const own = parts.filter(({ laneId }) => laneId === lane.id);
    const blocks = loadStretches(own, plan.steps).map((stretch) => loadBlock(making, stretch));
    const skips = pins.filter(({ laneId, pin }) => laneId === lane.id && pin === 'skip');
    const skipped = skips.flatMap((pin) => skippedBlocks(pin, blocks));
    return [...blocks, ...skipped].toSorted((one, other) => one.from - other.from);
  });
};
