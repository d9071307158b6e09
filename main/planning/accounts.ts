import { type Bend, bendsOf } from './bends.ts';
import { demandCost } from './demand-money.ts';
import { type LocalDay, localDaysOf, monthsOf } from './local-days.ts';
import type { Schedule } from './schedule.ts';
import type { PlanCosts, PlanStep, Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** A mean peak that lies so little above a tier, kW, is the rounding of a solver. */
const ROUNDING_KW = 1e-6;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const product = (powers: readonly number[], prices: readonly number[]): number =>
  powers.reduce((total, power, step) => total + power * (prices[step] ?? 0), 0);

/** The peak charge of all months for an import by step, kW. */
const peakCost = (problem: Problem, days: readonly LocalDay[], importKw: readonly number[]): number => {
  const tariff = problem.peakTariff;
  if (tariff === null) return 0;
  return sum(
    monthsOf(days).map((month) => {
      const peaks = month
        .map(({ from, to }) => Math.max(...importKw.slice(from, to)))
        .sort((one, other) => other - one);
      const largest = peaks.slice(0, tariff.largestDailyPeaks);
      const mean = sum(largest) / largest.length;
      const tier = tariff.tiers.find(({ upToKw }) => mean <= upToKw + ROUNDING_KW) ?? tariff.tiers.at(-1);
      return tier?.cost ?? 0;
    }),
  );
};

/** How often something starts: on where it was off in the step before. */
const startsOf = (on: readonly boolean[], before: boolean): number =>
  on.filter((runs, step) => runs && !(step === 0 ? before : on[step - 1])).length;

/** The wear of batteries, and of machines at each start. */
const wearOf = (problem: Problem, schedule: Schedule): number => {
  const hours = problem.stepMs / HOUR_MS;
  const batteries = problem.batteries.map(({ wearCostPerKwh }, place) => {
    const power = schedule.batteries[place];
    return wearCostPerKwh * hours * (sum(power?.chargeKw ?? []) + sum(power?.dischargeKw ?? []));
  });
  const loads = problem.flexibleLoads.map(
    ({ startCost, before }, place) => startCost * startsOf(schedule.on[place] ?? [], before.on),
  );
  const heat = problem.heatStores.map(({ modulates, startCost, before }, place) =>
    modulates
      ? 0
      : startCost *
        startsOf(
          (schedule.heatKw[place] ?? []).map((kw) => kw > 0),
          before.on,
        ),
  );
  return sum([...batteries, ...loads, ...heat]);
};

const earnedOf = (problem: Problem, schedule: Schedule): number => {
  const hours = problem.stepMs / HOUR_MS;
  const onOff = problem.flexibleLoads.map(
    (load, place) => load.valuePerKwh * load.powerKw * hours * (schedule.on[place] ?? []).filter(Boolean).length,
  );
  const modulating = problem.modulatingLoads.map(
    (load, place) => load.valuePerKwh * hours * sum(schedule.modulatingKw[place] ?? []),
  );
  return sum([...onOff, ...modulating]);
};

/**
 * What a schedule costs, which limits it bends, and its objective: weights.cost × (total − earned − stored) + weights.carbon ×
 * kg of CO2 + weights.imported × kWh bought, and with soft limits the price of what is bent.
 */
export const accountsOf = (
  problem: Problem,
  schedule: Schedule,
): { objective: number; costs: PlanCosts; bends: readonly Bend[]; bentPrice: number } => {
  const hours = problem.stepMs / HOUR_MS;
  const { weights, carbonG } = problem;
  const days = localDaysOf({ ...problem, steps: problem.loadKw.length });
  const energy =
    hours * (product(schedule.importKw, problem.importPrice) - product(schedule.exportKw, problem.exportPrice));
  const peak =
    peakCost(problem, days, schedule.importKw) +
    sum(problem.demandCharges.map((charge) => demandCost(charge, days, schedule.importKw)));
  const wear = wearOf(problem, schedule);
  const earned = earnedOf(problem, schedule);
  const stored = sum(
    problem.batteries.map(({ finalValuePerKwh }, place) => finalValuePerKwh * (schedule.energyKwh[place]?.at(-1) ?? 0)),
  );
  const carbonKg = carbonG === null ? null : (hours * product(schedule.importKw, carbonG)) / 1000;
  const total = energy + peak + wear;
  const bends = bendsOf(problem, schedule);
  return {
    objective:
      weights.cost * (total - earned - stored) +
      weights.carbon * (carbonKg ?? 0) +
      weights.imported * hours * sum(schedule.importKw) +
      bends.price,
    costs: { energy, peak, wear, total, earned, stored, carbonKg },
    bends: bends.list,
    bentPrice: bends.price,
  };
};

/** The schedule as a table, one row a step. */
export const stepsOf = (problem: Problem, schedule: Schedule): readonly PlanStep[] => {
  const { batteries, flexibleLoads, modulatingLoads, heatStores } = problem;
  const capacity = sum(batteries.map(({ capacityKwh }) => capacityKwh));
  const at = (values: readonly number[] | undefined, step: number): number => values?.[step] ?? 0;
  return problem.loadKw.map((_, step) => ({
    start: new Date(problem.startAt + step * problem.stepMs).toISOString(),
    importKw: at(schedule.importKw, step),
    exportKw: at(schedule.exportKw, step),
    chargeKw: sum(schedule.batteries.map(({ chargeKw }) => at(chargeKw, step))),
    dischargeKw: sum(schedule.batteries.map(({ dischargeKw }) => at(dischargeKw, step))),
    curtailKw: at(schedule.curtailKw, step),
    socPct:
      batteries.length === 0 ? null : (100 * sum(schedule.energyKwh.map((energy) => at(energy, step)))) / capacity,
    loads: Object.fromEntries([
      ...flexibleLoads.map(({ id, powerKw }, place) => [id, schedule.on[place]?.[step] ? powerKw : 0] as const),
      ...modulatingLoads.map(({ id }, place) => [id, at(schedule.modulatingKw[place], step)] as const),
      ...heatStores.map(({ id }, place) => [id, at(schedule.heatKw[place], step)] as const),
    ]),
    ...(batteries.length < 2
      ? {}
      : {
          batteries: Object.fromEntries(
            batteries.map(({ id, capacityKwh }, place) => [
              id,
              {
                chargeKw: at(schedule.batteries[place]?.chargeKw, step),
                dischargeKw: at(schedule.batteries[place]?.dischargeKw, step),
                socPct: (100 * at(schedule.energyKwh[place], step)) / capacityKwh,
              },
            ]),
          ),
        }),
    ...(heatStores.length === 0
      ? {}
      : {
          temperatures: Object.fromEntries(
            heatStores.map(({ id }, place) => [id, at(schedule.temperatureC[place], step)]),
          ),
        }),
  }));
};
