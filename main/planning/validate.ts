import { DateTime } from 'luxon';
import type { FlexibleLoad, Plan, PlanStep, Problem } from './types.ts';

/**
 * The judge of plans. It shares no code with what makes them: it goes through a plan step by step as the house would, and
 * recomputes the energy, the limits and the money from the problem alone.
 */

/** kW and kWh that rounding may explain. */
const TOLERANCE = 1e-6;
/** Share of a sum of money that rounding may explain. */
const MONEY_TOLERANCE = 1e-6;
const HOUR_MS = 3_600_000;

type Complain = (sentence: string) => void;

const POWERS = ['importKw', 'exportKw', 'chargeKw', 'dischargeKw', 'curtailKw'] as const;

const checkNumbers = (problem: Problem, steps: readonly PlanStep[], complain: Complain): void => {
  if (steps.length !== problem.loadKw.length)
    complain(`The plan has ${steps.length} steps and the problem ${problem.loadKw.length}.`);
  steps.forEach((step, place) => {
    if (Date.parse(step.start) !== problem.startAt + place * problem.stepMs)
      complain(`Step ${place} begins at ${step.start}.`);
    for (const name of POWERS)
      if (!(step[name] >= 0 && step[name] < Number.POSITIVE_INFINITY))
        complain(`Step ${place}: ${name} is ${step[name]}.`);
    if (problem.batteries.length === 0 ? step.socPct !== null : !Number.isFinite(step.socPct))
      complain(`Step ${place}: socPct is ${step.socPct}.`);
    for (const { id } of problem.flexibleLoads)
      if (!Number.isFinite(Object.hasOwn(step.loads, id) ? step.loads[id] : Number.NaN))
        complain(`Step ${place}: the power of "${id}" is not said.`);
    for (const id of Object.keys(step.loads))
      if (!problem.flexibleLoads.some((load) => load.id === id)) complain(`Step ${place}: there is no load "${id}".`);
  });
};

const checkPower = (problem: Problem, steps: readonly PlanStep[], complain: Complain): void => {
  const { grid } = problem;
  const battery = problem.batteries[0] ?? null;
  steps.forEach((step, place) => {
    const wrong = (what: string): void => complain(`Step ${place}: ${what}.`);
    const pv = (problem.pvKw[place] ?? Number.NaN) - step.curtailKw;
    let used = (problem.loadKw[place] ?? Number.NaN) + step.chargeKw + step.exportKw;
    for (const kw of Object.values(step.loads)) used += kw;
    if (!(Math.abs(pv + step.importKw + step.dischargeKw - used) <= TOLERANCE)) wrong('the energy does not balance');
    if (step.curtailKw > (problem.pvKw[place] ?? 0) + TOLERANCE) wrong('more PV is held back than there is');
    if (step.importKw > grid.maxImportKw + TOLERANCE) wrong(`the import is ${step.importKw} kW`);
    if (step.exportKw > grid.maxExportKw + TOLERANCE) wrong(`the export is ${step.exportKw} kW`);
    if (Math.min(step.importKw, step.exportKw) > TOLERANCE) wrong('import and export at once');
    if (Math.min(step.chargeKw, step.dischargeKw) > TOLERANCE) wrong('charge and discharge at once');
    if (step.chargeKw > (battery?.maxChargeKw ?? 0) + TOLERANCE) wrong(`the charge is ${step.chargeKw} kW`);
    if (step.dischargeKw > (battery?.maxDischargeKw ?? 0) + TOLERANCE) wrong(`the discharge is ${step.dischargeKw} kW`);
  });
};

const checkBattery = (problem: Problem, steps: readonly PlanStep[], complain: Complain): number => {
  const battery = problem.batteries[0];
  if (battery === undefined) return 0;
  const hours = problem.stepMs / HOUR_MS;
  let stored = (battery.capacityKwh * battery.initialSocPct) / 100;
  steps.forEach((step, place) => {
    stored *= Math.exp(hours * Math.log1p(-battery.standingLossPerHour));
    stored += step.chargeKw * hours * battery.chargeEfficiency;
    stored -= (step.dischargeKw * hours) / battery.dischargeEfficiency;
    const said = (battery.capacityKwh * (step.socPct ?? Number.NaN)) / 100;
    if (!(Math.abs(stored - said) <= TOLERANCE))
      complain(`Step ${place}: ${stored} kWh are stored and ${said} are said.`);
    const soc = (100 * stored) / battery.capacityKwh;
    const slack = (100 * TOLERANCE) / battery.capacityKwh;
    if (!(soc >= battery.minSocPct - slack && soc <= battery.maxSocPct + slack))
      complain(`Step ${place}: the charge is ${soc} %.`);
    if (place === steps.length - 1 && battery.finalSocPct !== null && soc < battery.finalSocPct - slack)
      complain(`At the end the charge is ${soc} %, not ${battery.finalSocPct} %.`);
  });
  return stored;
};

const checkLoad = (load: FlexibleLoad, powers: readonly number[], complain: Complain): void => {
  const wrong = (what: string): void => complain(`"${load.id}" ${what}.`);
  let running = 0;
  let paused = Number.POSITIVE_INFINITY;
  let starts = 0;
  let total = 0;
  powers.forEach((kw, step) => {
    const on = Math.abs(kw - load.powerKw) <= TOLERANCE;
    if (!on && Math.abs(kw) > TOLERANCE) wrong(`takes ${kw} kW in step ${step}`);
    if (on && (step < load.firstStep || step >= load.endStep)) wrong(`runs outside its window in step ${step}`);
    if (on) {
      if (running === 0) {
        starts += 1;
        if (paused < load.minPauseSteps) wrong(`pauses only ${paused} steps before step ${step}`);
      }
      running += 1;
      total += 1;
      paused = 0;
    }
    const ends = running > 0 && (!on || step === powers.length - 1);
    if (ends && running < load.minRunSteps) wrong(`runs only ${running} steps until step ${step}`);
    if (!on) {
      running = 0;
      paused += 1;
    }
  });
  if (load.runSteps !== null && total !== load.runSteps) wrong(`runs ${total} steps, not ${load.runSteps}`);
  if (load.maxStarts !== null && starts > load.maxStarts) wrong(`starts ${starts} times`);
};

/** The peak charge, by local dates. */
const peakCharge = (problem: Problem, steps: readonly PlanStep[]): number => {
  const tariff = problem.peakTariff;
  if (tariff === null) return 0;
  const months = new Map<string, Map<string, number>>();
  for (const step of steps) {
    const day = DateTime.fromISO(step.start, { zone: problem.zone }).toISODate() ?? '';
    const peaks = months.get(day.slice(0, 7)) ?? new Map<string, number>();
    peaks.set(day, Math.max(peaks.get(day) ?? 0, step.importKw));
    months.set(day.slice(0, 7), peaks);
  }
  let cost = 0;
  for (const peaks of months.values()) {
    const highest = [...peaks.values()].sort((one, other) => other - one).slice(0, tariff.largestDailyPeaks);
    const mean = highest.reduce((sum, peak) => sum + peak, 0) / highest.length;
    let tier = 0;
    while (tier < tariff.tiers.length - 1 && mean > (tariff.tiers[tier]?.upToKw ?? 0) + TOLERANCE) tier += 1;
    cost += tariff.tiers[tier]?.cost ?? 0;
  }
  return cost;
};

const checkMoney = (problem: Problem, plan: Plan, storedKwh: number, complain: Complain): void => {
  const { costs, steps } = plan;
  const { weights, carbonG } = problem;
  const battery = problem.batteries[0] ?? null;
  const hours = problem.stepMs / HOUR_MS;
  let energy = 0;
  let wear = 0;
  let earned = 0;
  let carbonKg = 0;
  steps.forEach((step, place) => {
    energy += hours * step.importKw * (problem.importPrice[place] ?? Number.NaN);
    energy -= hours * step.exportKw * (problem.exportPrice[place] ?? Number.NaN);
    wear += hours * (step.chargeKw + step.dischargeKw) * (battery?.wearCostPerKwh ?? 0);
    carbonKg += (hours * step.importKw * (carbonG?.[place] ?? 0)) / 1000;
    for (const load of problem.flexibleLoads) earned += hours * (step.loads[load.id] ?? 0) * load.valuePerKwh;
  });
  const peak = peakCharge(problem, steps);
  const stored = storedKwh * (battery?.finalValuePerKwh ?? 0);
  const compare = (name: string, said: number, is: number): void => {
    if (!(Math.abs(said - is) <= MONEY_TOLERANCE * Math.max(1, Math.abs(is))))
      complain(`${name} is ${is}, and ${said} is said.`);
  };
  compare('The cost of energy', costs.energy, energy);
  compare('The peak charge', costs.peak, peak);
  compare('The cost of wear', costs.wear, wear);
  compare('The total cost', costs.total, energy + peak + wear);
  compare('What loads earn', costs.earned, earned);
  compare('What is stored', costs.stored, stored);
  if (carbonG !== null) compare('The carbon', costs.carbonKg ?? Number.NaN, carbonKg);
  const objective = weights.cost * (energy + peak + wear - earned - stored) + weights.carbon * carbonKg;
  compare('The objective', plan.objective, objective);
  if (!(plan.bound <= plan.objective + MONEY_TOLERANCE * Math.max(1, Math.abs(objective))))
    complain(`The bound ${plan.bound} lies above the objective ${plan.objective}.`);
};

/** What is wrong with a plan for a problem, a sentence each; none means that the plan can be carried out as it says. */
export const validatePlan = (problem: Problem, plan: Plan): readonly string[] => {
  const violations: string[] = [];
  const complain: Complain = (sentence) => void violations.push(sentence);
  checkNumbers(problem, plan.steps, complain);
  if (violations.length > 0) return violations;
  checkPower(problem, plan.steps, complain);
  const stored = checkBattery(problem, plan.steps, complain);
  for (const load of problem.flexibleLoads)
    checkLoad(
      load,
      plan.steps.map((step) => step.loads[load.id] ?? Number.NaN),
      complain,
    );
  checkMoney(problem, plan, stored, complain);
  return violations;
};
