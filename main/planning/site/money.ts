import { demandCost } from '../demand-money.ts';
import { type LocalDay, localDaysOf } from '../local-days.ts';
import type { PlanStep, Problem } from '../types.ts';
import { HOUR_MS, sum } from './grid-of-steps.ts';

/** What a course of the house costs. */
export interface Money {
  /** Energy, peak charges and wear, less what loads earn. */
  readonly cost: number;
  /** What is left in the battery at the end. */
  readonly stored: number;
  readonly carbonKg: number | null;
}

const startsCost = (problem: Problem, steps: readonly PlanStep[]): number =>
  sum(
    [...problem.flexibleLoads, ...problem.heatStores.filter(({ modulates }) => !modulates)].map(
      ({ id, startCost, before }) =>
        startCost *
        steps.filter((step, place) => {
          const ranBefore = place === 0 ? before.on : (steps[place - 1]?.loads[id] ?? 0) > 0;
          return (step.loads[id] ?? 0) > 0 && !ranBefore;
        }).length,
    ),
  );

/** Local days are the same for every course of a problem, and the dearest part of its money. */
const daysKept = new WeakMap<Problem, readonly LocalDay[]>();
const daysOf = (problem: Problem): readonly LocalDay[] => {
  const kept = daysKept.get(problem);
  if (kept !== undefined) return kept;
  const made = localDaysOf({ ...problem, steps: problem.loadKw.length });
  daysKept.set(problem, made);
  return made;
};

const peakCost = (problem: Problem, imports: readonly number[]): number => {
  if (problem.demandCharges.length === 0) return 0;
  const days = daysOf(problem);
  return sum(problem.demandCharges.map((charge) => demandCost(charge, days, imports)));
};

/** The money of any course of the house in the steps of a problem, whether a solver made it or not. */
export const moneyOf = (problem: Problem, steps: readonly PlanStep[]): Money => {
  const hours = problem.stepMs / HOUR_MS;
  const battery = problem.batteries[0];
  const energy = sum(
    steps.map(
      ({ importKw, exportKw }, step) =>
        hours * (importKw * (problem.importPrice[step] ?? 0) - exportKw * (problem.exportPrice[step] ?? 0)),
    ),
  );
  const imports = steps.map(({ importKw }) => importKw);
  const peak = peakCost(problem, imports);
  const throughput = hours * sum(steps.map(({ chargeKw, dischargeKw }) => chargeKw + dischargeKw));
  const earned = sum(
    [...problem.flexibleLoads, ...problem.modulatingLoads].map(
      ({ id, valuePerKwh }) => valuePerKwh * hours * sum(steps.map(({ loads }) => loads[id] ?? 0)),
    ),
  );
  const leftKwh = battery === undefined ? 0 : ((steps.at(-1)?.socPct ?? 0) / 100) * battery.capacityKwh;
  return {
    cost: energy + peak + throughput * (battery?.wearCostPerKwh ?? 0) + startsCost(problem, steps) - earned,
    stored: leftKwh * (battery?.finalValuePerKwh ?? 0),
    carbonKg:
      problem.carbonG === null
        ? null
        : (hours * sum(imports.map((kw, step) => kw * (problem.carbonG?.[step] ?? 0)))) / 1000,
  };
};
