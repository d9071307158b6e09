import type { IntervalPrice } from '../../store/price-lookup.ts';
import { type HomeBattery, restingMove } from './self-consumption.ts';

const QUARTER_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A quarter of an hour that was measured, kWh at the meter of each; grid + is import, battery + is charging. */
export interface MeasuredQuarter {
  readonly at: number;
  /** Minutes of it that have data: all energies are of these. */
  readonly minutes: number;
  readonly pvKwh: number;
  readonly gridKwh: number;
  readonly batteryKwh: number;
  /** Mean charge, %; null where it is not measured. */
  readonly socPct: number | null;
  readonly price: IntervalPrice | null;
  readonly carbonG: number | null;
}

/** A local day of 23, 24 or 25 hours as it was measured. */
export interface MeasuredDay {
  readonly from: number;
  readonly to: number;
  /** In order, only where everything is measured that the home has. */
  readonly quarters: readonly MeasuredQuarter[];
  /** Charge at both midnights, %; null where it is not known or there is no battery. */
  readonly socStartPct: number | null;
  readonly socEndPct: number | null;
  /** Null where the home has none. */
  readonly battery: HomeBattery | null;
  /** What may be fed in; more would have been lost. */
  readonly maxExportKw: number;
}

/** What a day cost, and what it would have cost with the battery on self-consumption only. */
export interface DayAccount {
  readonly cost: number;
  readonly baselineCost: number;
  readonly saving: number;
  /** Null where carbon is not known all day. */
  readonly carbonSavedKg: number | null;
  /** Charged energy over capacity; null without a battery. */
  readonly batteryCycles: number | null;
}

export type NoNumber = 'nothing-measured' | 'little-measured' | 'no-price' | 'no-charge';

/** A day of which less was measured has no number, %. */
export const LEAST_COVERAGE_PCT = 80;

/** Share of the day in which everything was measured, %. */
export const dayCoveragePct = ({ from, to, quarters }: Pick<MeasuredDay, 'from' | 'to' | 'quarters'>): number => {
  const minutes = quarters.reduce((sum, quarter) => sum + quarter.minutes, 0);
  return Math.min(100, (100 * minutes * MINUTE_MS) / (to - from));
};

/** Money for energy through the meter in one interval. */
export const meterCost = (gridKwh: number, price: IntervalPrice): number =>
  gridKwh * (gridKwh > 0 ? price.importPerKwh : price.exportPerKwh);

/** Charge at the start and at the end of a quarter out of its mean, %: half of what moved in it lies on each side. */
const socAround = ({ socPct, batteryKwh }: MeasuredQuarter, battery: HomeBattery): readonly [number, number] | null => {
  if (socPct === null) return null;
  const { chargeEfficiency, dischargeEfficiency } = battery;
  const storedKwh = batteryKwh > 0 ? batteryKwh * chargeEfficiency : batteryKwh / dischargeEfficiency;
  const halfPct = (50 * storedKwh) / battery.capacityKwh;
  return [socPct - halfPct, socPct + halfPct];
};

/** The baseline's way through the day: what passes its meter in each measured quarter, and what it stores at midnight. */
const restingDay = (day: MeasuredDay, battery: HomeBattery, socStartPct: number, socEndPct: number) => {
  const kwhOfPct = battery.capacityKwh / 100;
  const gridKwh: number[] = [];
  let storedKwh = socStartPct * kwhOfPct;
  let movedKwh = 0;
  let doneAt = day.from;
  let socBefore: number | null = socStartPct;
  /** Of a gap nobody knows what was used: in it the baseline's charge moves as the measured one did. */
  const passGap = (at: number, socPct: number | null): void => {
    if (at <= doneAt || socBefore === null || socPct === null) return;
    storedKwh = Math.min(battery.capacityKwh, Math.max(0, storedKwh + (socPct - socBefore) * kwhOfPct));
  };
  for (const quarter of day.quarters) {
    const around = socAround(quarter, battery);
    passGap(quarter.at, around?.[0] ?? null);
    const lackKwh = quarter.gridKwh - quarter.batteryKwh;
    const hours = (quarter.minutes * MINUTE_MS) / HOUR_MS;
    const move = restingMove(battery, storedKwh, -lackKwh, hours);
    storedKwh = move.storedKwh;
    movedKwh += Math.abs(move.batteryKwh);
    // What may not be fed in would have been lost; more than was measured can only come from the battery being full.
    const most = Math.max(day.maxExportKw * hours, -quarter.gridKwh);
    gridKwh.push(Math.max(lackKwh + move.batteryKwh, -most));
    doneAt = quarter.at + QUARTER_MS;
    socBefore = around?.[1] ?? null;
  }
  passGap(day.to, socEndPct);
  return { gridKwh, storedKwh, movedKwh };
};

/**
 * The account of a day that is over. The baseline has the same sun and the same loads at the same times, and the same charge at
 * midnight; from then on its battery is steered by nobody. What is left in one battery more than in the other at the end is
 * worth the day's mean import price for what can be drawn of it. Wear counts on both sides. The share of a charge by the month's
 * peak is on neither: one day does not tell it. Without a battery both are the same.
 */
export const accountOfDay = (day: MeasuredDay): DayAccount | NoNumber => {
  const { quarters, battery } = day;
  if (quarters.length === 0) return 'nothing-measured';
  if (dayCoveragePct(day) < LEAST_COVERAGE_PCT) return 'little-measured';
  const priced = quarters.flatMap((quarter) => (quarter.price === null ? [] : [{ ...quarter, price: quarter.price }]));
  if (priced.length < quarters.length) return 'no-price';

  const costOf = (gridKwh: readonly number[]): number =>
    priced.reduce((sum, { price }, index) => sum + meterCost(gridKwh[index] ?? 0, price), 0);
  const carbonOf = (gridKwh: readonly number[]): number | null =>
    quarters.reduce<number | null>(
      (sum, { carbonG }, index) =>
        sum === null || carbonG === null ? null : sum + Math.max(0, gridKwh[index] ?? 0) * carbonG,
      0,
    );
  const measured = quarters.map(({ gridKwh }) => gridKwh);
  const gridCost = costOf(measured);
  const gridCarbon = carbonOf(measured);
  if (battery === null)
    return {
      ...{ cost: gridCost, baselineCost: gridCost, saving: 0, batteryCycles: null },
      carbonSavedKg: gridCarbon === null ? null : 0,
    };
  if (day.socStartPct === null || day.socEndPct === null) return 'no-charge';

  const resting = restingDay(day, battery, day.socStartPct, day.socEndPct);
  const aheadKwh = ((day.socEndPct * battery.capacityKwh) / 100 - resting.storedKwh) * battery.dischargeEfficiency;
  const meanOf = (of: (quarter: (typeof priced)[number]) => number): number =>
    priced.reduce((sum, quarter) => sum + of(quarter), 0) / priced.length;
  const movedKwh = quarters.reduce((sum, { batteryKwh }) => sum + Math.abs(batteryKwh), 0);
  const cost = gridCost + movedKwh * battery.wearCostPerKwh;
  const baselineCost =
    costOf(resting.gridKwh) +
    resting.movedKwh * battery.wearCostPerKwh +
    aheadKwh * meanOf(({ price }) => price.importPerKwh);
  const restingCarbon = carbonOf(resting.gridKwh);
  const chargedKwh = quarters.reduce((sum, { batteryKwh }) => sum + Math.max(0, batteryKwh), 0);
  return {
    ...{ cost, baselineCost, saving: baselineCost - cost, batteryCycles: chargedKwh / battery.capacityKwh },
    carbonSavedKg:
      restingCarbon === null || gridCarbon === null
        ? null
        : (restingCarbon + aheadKwh * meanOf(({ carbonG }) => carbonG ?? 0) - gridCarbon) / 1000,
  };
};
