import type { LoadWish } from '../../../preload/contract/plan-settings.ts';
import { createWallClock } from '../../feeds/tariff/wall-clock.ts';
import type { HeatStore } from '../types.ts';
import { perStep } from './grid-of-steps.ts';
import { beforeOf, type LoadInput, type LoadParts, laneOf, NO_PARTS, partOf, rulesOf } from './load-parts.ts';
import type { ThermalModel } from './thermal-fit.ts';

/** Heat capacity of a litre of water, kWh per K: 4.186 kJ. */
export const KWH_PER_LITRE_K = 4.186 / 3600;
/** Where a tank stands, °C. */
export const CELLAR_C = 20;
/** Hot water is drawn in the morning and in the evening: hours of the local day, with their share of the day's heat. */
const MORNING = { from: 6, to: 9, share: 0.4 } as const;
const EVENING = { from: 18, to: 22, share: 0.6 } as const;

/**
 * Standing loss of a tank, kW per K: the bound of class C of the energy label for hot water tanks (EU 812/2013, annex II),
 * 16.66 + 8.33 × V^0.4 watts at 45 K above the room.
 */
export const tankLossKwPerK = (litres: number): number => (16.66 + 8.33 * litres ** 0.4) / 45 / 1000;

/** What the home draws from a tank at an hour of the local day, kW. */
export const drawKw = (hour: number, drawKwhPerDay: number): number => {
  for (const { from, to, share } of [MORNING, EVENING])
    if (hour >= from && hour < to) return (drawKwhPerDay * share) / (to - from);
  return 0;
};

/** What heat needs beside the load itself. */
export interface HeatInput extends LoadInput {
  /** Measured in the tank or zone, °C; null where it is not measured or too old. */
  readonly measuredC: number | null;
  /** Outside at each step, °C. */
  readonly outsideC: readonly number[];
  readonly thermal: ThermalModel;
}

type Heat = Extract<LoadWish, { kind: 'tank' | 'comfort' }>;

const storeOf = (input: HeatInput, wish: Heat): Omit<HeatStore, keyof ReturnType<typeof commonOf>> => {
  const { steps, zone } = input;
  const all = (value: number): readonly number[] => perStep(steps, () => value);
  const clock = createWallClock(zone);
  if (wish.kind === 'tank')
    return {
      heatPerKwh: all(wish.heatPerKwh),
      capacityKwhPerK: wish.litres * KWH_PER_LITRE_K,
      lossKwPerK: tankLossKwPerK(wish.litres),
      ambientC: all(CELLAR_C),
      gainKw: perStep(steps, (at) => -drawKw(clock(at).minute / 60, wish.drawKwhPerDay)),
    };
  const { thermal } = input;
  return {
    heatPerKwh: all(wish.direction === 'cool' ? -wish.heatPerKwh : wish.heatPerKwh),
    capacityKwhPerK: thermal.capacityKwhPerK,
    lossKwPerK: thermal.lossKwPerK,
    ambientC: input.outsideC,
    gainKw: all(thermal.gainKw),
  };
};

const commonOf = (input: HeatInput, wish: Heat) => {
  const { state, steps, load } = input;
  const { minRunSteps, minPauseSteps } = rulesOf(input);
  return {
    id: `${laneOf(load)}#0`,
    powerKw: state.ratedKw,
    modulates: state.control?.kind === 'number' && (state.control.unit === 'W' || state.control.unit === 'kW'),
    initialC: input.measuredC ?? (wish.minC + wish.maxC) / 2,
    minC: perStep(steps, () => wish.minC),
    maxC: perStep(steps, () => wish.maxC),
    minRunSteps,
    minPauseSteps,
    startCost: load.startCost,
    before: beforeOf(input),
  };
};

/** A tank or a zone as a store of heat. */
export const heatParts = (input: HeatInput, wish: Heat): LoadParts => {
  const common = commonOf(input, wish);
  const place = { id: common.id, firstStep: 0, endStep: input.steps.count, window: null };
  const name = input.state.config.name;
  const unmeasured =
    input.measuredC === null ? [`Nothing measures ${name} now: the middle of its band is assumed.`] : [];
  const untaught =
    wish.kind === 'comfort' && !input.thermal.learnt
      ? [`How ${name} answers to heat is not learnt yet: an ordinary zone is assumed.`]
      : [];
  return {
    ...NO_PARTS,
    heat: [{ ...common, ...storeOf(input, wish) }],
    parts: [partOf(input, place, 'heat', common.powerKw)],
    notes: [...unmeasured, ...untaught],
  };
};
