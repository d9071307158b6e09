import type { Plan, PlanStep, Problem } from '../types.ts';
import { HOUR_MS, mean, sum } from './grid-of-steps.ts';
import type { SiteProblem } from './types.ts';

/** Questions about the steps of a plan that its reasons are made of. Money is per kWh. */
export interface PlanLook {
  readonly problem: Problem;
  readonly steps: readonly PlanStep[];
  readonly priceKnown: readonly boolean[];
  buys(step: number): number;
  sells(step: number): number;
  /** Share of the planned loads of a step that the sun covers, before any battery: 0 to 1. */
  sunShare(step: number): number;
  /** What the next kWh of a planned load is worth in a step: sun at what selling it would bring, else the grid's price. */
  loadPrice(step: number): number;
  /** kWh of a load in a step. */
  loadKwh(step: number, id: string): number;
  /** Share of the charge of a step that comes from the grid. */
  gridShare(step: number): number;
  /** The highest import that the plan pays for anyway, kW; Infinity without a charge for power. */
  readonly peakKw: number;
  countsForPeak(step: number): boolean;
}

export const lookAt = (site: SiteProblem, plan: Pick<Plan, 'steps'>): PlanLook => {
  const { problem, priceKnown } = site;
  const { steps } = plan;
  const hours = problem.stepMs / HOUR_MS;
  const buys = (step: number): number => problem.importPrice[step] ?? 0;
  const sells = (step: number): number => problem.exportPrice[step] ?? 0;
  const sunShare = (step: number): number => {
    const drawn = sum(Object.values(steps[step]?.loads ?? {}));
    const sparePv = Math.max(0, (problem.pvKw[step] ?? 0) - (problem.loadKw[step] ?? 0));
    return drawn <= 0 ? 0 : Math.min(1, sparePv / drawn);
  };
  const countsForPeak = (step: number): boolean => problem.demandCharges.some(({ weight }) => (weight[step] ?? 0) > 0);
  const counted = steps.flatMap(({ importKw }, step) => (countsForPeak(step) ? [importKw] : []));
  const measured = problem.demandCharges.map(({ measuredKw, floorKw }) => Math.max(floorKw, mean(measuredKw)));
  return {
    ...{ problem, steps, priceKnown, buys, sells, sunShare, countsForPeak },
    loadPrice: (step) => {
      const share = sunShare(step);
      return share * sells(step) + (1 - share) * buys(step);
    },
    loadKwh: (step, id) => (steps[step]?.loads[id] ?? 0) * hours,
    gridShare: (step) => {
      const { importKw = 0, chargeKw = 0 } = steps[step] ?? {};
      return chargeKw <= 0 ? 0 : Math.min(1, importKw / chargeKw);
    },
    peakKw: counted.length === 0 ? Number.POSITIVE_INFINITY : Math.max(0, ...counted, ...measured),
  };
};

export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** The mean of a value by step, weighted with the energy of each; null where there is no energy. */
export const weighted = (
  steps: readonly number[],
  weightOf: (step: number) => number,
  of: (step: number) => number,
): number | null => {
  const weight = sum(steps.map(weightOf));
  return weight <= 0 ? null : sum(steps.map((step) => weightOf(step) * of(step))) / weight;
};
