import { localDaysOf, monthsOf } from './local-days.ts';
import type { Schedule } from './schedule.ts';
import type { PlanCosts, PlanStep, Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** A mean peak that lies so little above a tier, kW, is the rounding of a solver. */
const ROUNDING_KW = 1e-6;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const product = (powers: readonly number[], prices: readonly number[]): number =>
  powers.reduce((total, power, step) => total + power * (prices[step] ?? 0), 0);

/** The peak charge of all months for an import by step, kW. */
const peakCost = (problem: Problem, importKw: readonly number[]): number => {
  const tariff = problem.peakTariff;
  if (tariff === null) return 0;
  const months = monthsOf(localDaysOf({ ...problem, steps: importKw.length }));
  return sum(
    months.map((days) => {
      const peaks = days.map(({ from, to }) => Math.max(...importKw.slice(from, to))).sort((one, other) => other - one);
      const largest = peaks.slice(0, tariff.largestDailyPeaks);
      const mean = sum(largest) / largest.length;
      const tier = tariff.tiers.find(({ upToKw }) => mean <= upToKw + ROUNDING_KW) ?? tariff.tiers.at(-1);
      return tier?.cost ?? 0;
    }),
  );
};

/** What a schedule costs, and its objective: weights.cost × (total − earned − stored) + weights.carbon × kg of CO2. */
export const accountsOf = (problem: Problem, schedule: Schedule): { objective: number; costs: PlanCosts } => {
  const hours = problem.stepMs / HOUR_MS;
  const { weights, carbonG } = problem;
  const battery = problem.batteries[0] ?? null;
  const energy =
    hours * (product(schedule.importKw, problem.importPrice) - product(schedule.exportKw, problem.exportPrice));
  const peak = peakCost(problem, schedule.importKw);
  const wear = (battery?.wearCostPerKwh ?? 0) * hours * (sum(schedule.chargeKw) + sum(schedule.dischargeKw));
  const earned = sum(
    problem.flexibleLoads.map(
      (load, place) => load.valuePerKwh * load.powerKw * hours * (schedule.on[place] ?? []).filter(Boolean).length,
    ),
  );
  const stored = (battery?.finalValuePerKwh ?? 0) * (schedule.energyKwh.at(-1) ?? 0);
  const carbonKg = carbonG === null ? null : (hours * product(schedule.importKw, carbonG)) / 1000;
  const total = energy + peak + wear;
  return {
    objective: weights.cost * (total - earned - stored) + weights.carbon * (carbonKg ?? 0),
    costs: { energy, peak, wear, total, earned, stored, carbonKg },
  };
};

/** The schedule as a table, one row a step. */
export const stepsOf = (problem: Problem, schedule: Schedule): readonly PlanStep[] =>
  problem.loadKw.map((_, step) => ({
    start: new Date(problem.startAt + step * problem.stepMs).toISOString(),
    importKw: schedule.importKw[step] ?? 0,
    exportKw: schedule.exportKw[step] ?? 0,
    chargeKw: schedule.chargeKw[step] ?? 0,
    dischargeKw: schedule.dischargeKw[step] ?? 0,
    curtailKw: schedule.curtailKw[step] ?? 0,
    socPct:
      problem.batteries[0] === undefined
        ? null
        : (100 * (schedule.energyKwh[step] ?? 0)) / problem.batteries[0].capacityKwh,
    loads: Object.fromEntries(
      problem.flexibleLoads.map((load, place) => [load.id, schedule.on[place]?.[step] ? load.powerKw : 0]),
    ),
  }));
