import { type LocalDay, monthsOf } from './local-days.ts';
import type { DemandCharge } from './types.ts';

/** A mean that lies so little below a step's begin, kW, is the rounding of a solver. */
const ROUNDING_KW = 1e-6;

/** What a month costs whose peaks have this mean, kW; the floor counts. A mean right at a step's begin belongs to that step. */
export const demandAmount = (charge: DemandCharge, meanKw: number): number => {
  const basisKw = Math.max(meanKw, charge.floorKw);
  const { price } = charge;
  if (price.kind === 'steps') {
    const reached = price.steps.filter(({ fromKw }) => basisKw >= fromKw - ROUNDING_KW);
    return reached.at(-1)?.amount ?? 0;
  }
  return price.tiers.reduce((sum, { fromKw, perKw }, place) => {
    const toKw = price.tiers[place + 1]?.fromKw ?? Number.POSITIVE_INFINITY;
    return sum + perKw * Math.max(0, Math.min(basisKw, toKw) - fromKw);
  }, 0);
};

/** What of a month may become a peak: steps, alone or those of a day together, and the peaks that are measured already. */
export interface DemandMonth {
  readonly groups: readonly (readonly number[])[];
  readonly measuredKw: readonly number[];
  /** The mean is of so many. */
  readonly count: number;
}

/** The months of the horizon in which a charge asks for anything. */
export const demandMonthsOf = (charge: DemandCharge, days: readonly LocalDay[]): readonly DemandMonth[] =>
  monthsOf(days).flatMap((month, place): DemandMonth[] => {
    const byDay = month.map(({ from, to }) =>
      Array.from({ length: to - from }, (_, at) => from + at).filter((step) => (charge.weight[step] ?? 0) > 0),
    );
    const groups =
      charge.apart === 'day' ? byDay.filter((steps) => steps.length > 0) : byDay.flat().map((step) => [step]);
    const measuredKw = place === 0 ? charge.measuredKw : [];
    const count = Math.min(charge.peaks, groups.length + measuredKw.length);
    return count === 0 ? [] : [{ groups, measuredKw, count }];
  });

/** What a charge costs over all months of the horizon for an import by step, kW. */
export const demandCost = (charge: DemandCharge, days: readonly LocalDay[], importKw: readonly number[]): number =>
  demandMonthsOf(charge, days).reduce((sum, { groups, measuredKw, count }) => {
    const peaks = groups.map((steps) =>
      steps.reduce((most, step) => Math.max(most, (charge.weight[step] ?? 0) * (importKw[step] ?? 0)), 0),
    );
    const highest = [...peaks, ...measuredKw].sort((one, other) => other - one).slice(0, count);
    return sum + demandAmount(charge, highest.reduce((total, peak) => total + peak, 0) / count);
  }, 0);
