import { DateTime } from 'luxon';
import { type Complain, HOUR_MS } from './judge.ts';
import type { DemandCharge, Plan, PlanStep, Problem } from './types.ts';

/** Share of a sum of money, and kW of a mean peak, that rounding may explain. */
const TOLERANCE = 1e-6;

interface Peak {
  readonly month: string;
  readonly day: string;
  readonly kw: number;
}

/** Every step's import, weighted, with its local day and month; the weight of zero is no peak. */
const peaksOf = (problem: Problem, steps: readonly PlanStep[], weight: (place: number) => number): readonly Peak[] =>
  steps.flatMap((step, place) => {
    if (weight(place) <= 0) return [];
    const day = DateTime.fromISO(step.start, { zone: problem.zone }).toISODate() ?? '';
    return [{ month: day.slice(0, 7), day, kw: weight(place) * step.importKw }];
  });

/** The mean of the highest peaks of each month, with those that the first step's month has already. */
const meansOf = (
  peaks: readonly Peak[],
  count: number,
  apart: boolean,
  before: { readonly month: string; readonly kw: readonly number[] },
): readonly number[] => {
  const months = new Map<string, Map<string, number>>();
  if (before.kw.length > 0) months.set(before.month, new Map());
  peaks.forEach(({ month, day, kw }, place) => {
    const groups = months.get(month) ?? new Map<string, number>();
    const group = apart ? day : String(place);
    groups.set(group, Math.max(groups.get(group) ?? 0, kw));
    months.set(month, groups);
  });
  return [...months].map(([month, groups]) => {
    const all = [...groups.values(), ...(month === before.month ? before.kw : [])];
    const highest = all.sort((one, other) => other - one).slice(0, count);
    return highest.reduce((sum, kw) => sum + kw, 0) / highest.length;
  });
};

const demandPrice = ({ price, floorKw }: DemandCharge, meanKw: number): number => {
  const basis = Math.max(meanKw, floorKw);
  let cost = 0;
  if (price.kind === 'steps') {
    for (const { fromKw, amount } of price.steps) if (basis > fromKw - TOLERANCE) cost = amount;
    return cost;
  }
  price.tiers.forEach(({ fromKw, perKw }, place) => {
    const upTo = price.tiers[place + 1]?.fromKw ?? basis;
    if (basis > fromKw) cost += perKw * (Math.min(basis, upTo) - fromKw);
  });
  return cost;
};

/** The charges for power of all months, by local dates. */
const peakMoney = (problem: Problem, steps: readonly PlanStep[]): number => {
  const first = steps[0];
  const month =
    first === undefined ? '' : (DateTime.fromISO(first.start, { zone: problem.zone }).toISODate() ?? '').slice(0, 7);
  const { peakTariff } = problem;
  let cost = 0;
  if (peakTariff !== null)
    for (const mean of meansOf(
      peaksOf(problem, steps, () => 1),
      peakTariff.largestDailyPeaks,
      true,
      { month, kw: [] },
    )) {
      let tier = 0;
      while (tier < peakTariff.tiers.length - 1 && mean > (peakTariff.tiers[tier]?.upToKw ?? 0) + TOLERANCE) tier += 1;
      cost += peakTariff.tiers[tier]?.cost ?? 0;
    }
  for (const charge of problem.demandCharges) {
    const peaks = peaksOf(problem, steps, (place) => charge.weight[place] ?? 0);
    const before = { month, kw: charge.measuredKw };
    for (const mean of meansOf(peaks, charge.peaks, charge.apart === 'day', before)) cost += demandPrice(charge, mean);
  }
  return cost;
};

/** Recomputes every sum of money from the steps. `startCost` and `bentPrice` are what starts and bent limits cost. */
export const judgeMoney = (
  problem: Problem,
  plan: Plan,
  found: { readonly storedKwh: readonly number[]; readonly startCost: number; readonly bentPrice: number },
  complain: Complain,
): void => {
  const { costs, steps } = plan;
  const { batteries, weights, carbonG } = problem;
  const hours = problem.stepMs / HOUR_MS;
  let [energy, wear, earned, carbonKg, bought] = [0, found.startCost, 0, 0, 0];
  steps.forEach((step, place) => {
    energy += hours * step.importKw * (problem.importPrice[place] ?? Number.NaN);
    energy -= hours * step.exportKw * (problem.exportPrice[place] ?? Number.NaN);
    bought += hours * step.importKw;
    carbonKg += (hours * step.importKw * (carbonG?.[place] ?? 0)) / 1000;
    for (const { id, wearCostPerKwh } of batteries) {
      const { chargeKw, dischargeKw } = batteries.length === 1 ? step : (step.batteries?.[id] ?? step);
      wear += hours * (chargeKw + dischargeKw) * wearCostPerKwh;
    }
    for (const { id, valuePerKwh } of [...problem.flexibleLoads, ...problem.modulatingLoads])
      earned += hours * (step.loads[id] ?? Number.NaN) * valuePerKwh;
  });
  const peak = peakMoney(problem, steps);
  const stored = batteries.reduce(
    (sum, { finalValuePerKwh }, place) => sum + finalValuePerKwh * (found.storedKwh[place] ?? Number.NaN),
    0,
  );
  const compare = (name: string, said: number, is: number): void => {
    if (!(Math.abs(said - is) <= TOLERANCE * Math.max(1, Math.abs(is))))
      complain(`${name} is ${is}, and ${said} is said.`);
  };
  compare('The cost of energy', costs.energy, energy);
  compare('The peak charge', costs.peak, peak);
  compare('The cost of wear', costs.wear, wear);
  compare('The total cost', costs.total, energy + peak + wear);
  compare('What loads earn', costs.earned, earned);
  compare('What is stored', costs.stored, stored);
  if (carbonG !== null) compare('The carbon', costs.carbonKg ?? Number.NaN, carbonKg);
  const money = weights.cost * (energy + peak + wear - earned - stored);
  const objective = money + weights.carbon * carbonKg + weights.imported * bought + found.bentPrice;
  compare('The objective', plan.objective, objective);
  if (!(plan.bound <= plan.objective + TOLERANCE * Math.max(1, Math.abs(objective))))
    complain(`The bound ${plan.bound} lies above the objective ${plan.objective}.`);
};
