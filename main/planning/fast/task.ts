import { importWorth } from '../formulation.ts';
import type { Decisions } from '../schedule.ts';
import { pricesOf } from '../slacks.ts';
import type { Battery, Problem } from '../types.ts';
import { type Bounds, type Course, endOf, keptIn, storedBounds, type Task } from './course.ts';
import { plusBeyond } from './curve.ts';
import { cappedMeter, meterOf } from './meter.ts';
import { costOf, type Stage, type Wish } from './step-cost.ts';

const HOUR_MS = 3_600_000;
/** Worths of a kWh that differ by less are rounding. */
const SAME_WORTH = 1e-9;

/**
 * What the battery may hold before the first step and at the end of each. With soft limits it may lie outside its bounds where it
 * begins there or standing losses take it there.
 */
const boundsOf = (problem: Problem, battery: Battery, hours: number): readonly Bounds[] => {
  const { least, most } = storedBounds(battery);
  const kept = keptIn(battery, hours);
  const start = (battery.initialSocPct / 100) * battery.capacityKwh;
  let lowest = Math.min(least, start);
  let highest = Math.max(most, start);
  const bounds = [{ least: lowest, most: highest }];
  for (let step = 0; step < problem.loadKw.length; step += 1) {
    lowest = problem.soft === null ? least : lowest * kept;
    highest = Math.max(most, problem.soft === null ? most : highest * kept);
    bounds.push({ least: lowest, most: highest });
  }
  return bounds;
};

/** What soft limits and the reserve ask of the stored energy at the end of a step. */
const wishesOf = (problem: Problem, battery: Battery, step: number): readonly Wish[] => {
  const { soft } = problem;
  if (soft === null) return [];
  const hours = problem.stepMs / HOUR_MS;
  const steps = problem.loadKw.length;
  const prices = pricesOf(soft, { hours, steps });
  const kwh = (pct: number): number => (pct / 100) * battery.capacityKwh;
  const reserve = battery.reserveSocPct?.[step] ?? 0;
  return [
    { side: 'below', kwh: kwh(battery.minSocPct), price: prices['least charge'] },
    { side: 'above', kwh: kwh(battery.maxSocPct), price: prices['most charge'] },
    ...(reserve > battery.minSocPct && battery.reservePricePerKwh > 0
      ? [{ side: 'below', kwh: kwh(reserve), price: battery.reservePricePerKwh * hours } as const]
      : []),
  ];
};

/** A problem with one battery as a task: without its peak charges. */
export const taskOf = (problem: Problem, battery: Battery): Task => {
  const { weights, grid, soft } = problem;
  const hours = problem.stepMs / HOUR_MS;
  const worth = importWorth(problem);
  const softPrice = soft === null ? null : pricesOf(soft, { hours: 1, steps: 1 }).import;
  const stages = problem.loadKw.map((load, step): Stage => {
    const pvKw = problem.pvKw[step] ?? 0;
    return {
      netKw: load - pvKw,
      pvKw,
      meter: meterOf({
        bought: worth[step] ?? 0,
        sold: weights.cost * (problem.exportPrice[step] ?? 0),
        ...grid,
        soft: softPrice,
      }),
      mostChargeKw: battery.fromGrid ? battery.maxChargeKw : Math.min(battery.maxChargeKw, pvKw),
      mostDischargeKw: battery.toGrid ? battery.maxDischargeKw : Math.min(battery.maxDischargeKw, load),
      sunOnly: !battery.fromGrid,
      wishes: wishesOf(problem, battery, step),
    };
  });
  const bounds = boundsOf(problem, battery, hours);
  const last = bounds.at(-1) ?? storedBounds(battery);
  const needed = ((battery.finalSocPct ?? 0) / 100) * battery.capacityKwh;
  const value = weights.cost * battery.finalValuePerKwh;
  const wear = weights.cost * battery.wearCostPerKwh;
  return {
    stages,
    costs: stages.map((stage) => costOf(stage, battery, hours, wear)),
    battery,
    hours,
    wear,
    bounds,
    end:
      soft === null
        ? endOf(last, needed, value)
        : plusBeyond(endOf(last, last.least, value), needed, 'below', soft.perKwh),
    same: SAME_WORTH,
  };
};

/** The task with an import that each step is better kept below, kW; each kWh above it costs `price` more. */
export const cappedTask = (task: Task, capsKw: readonly number[], price: number): Task => {
  // All PV may be held back where import pays.
  const bound = task.stages.map(
    ({ netKw, pvKw, mostChargeKw }, step) => (capsKw[step] ?? 0) < netKw + pvKw + mostChargeKw,
  );
  const stages = task.stages.map((stage, step) =>
    bound[step] ? { ...stage, meter: cappedMeter(stage.meter, capsKw[step] ?? 0, price) } : stage,
  );
  const costs = stages.map((stage, step) =>
    bound[step] ? costOf(stage, task.battery, task.hours, task.wear) : (task.costs[step] ?? null),
  );
  return { ...task, stages, costs };
};

/** What one battery does as the decisions of a plan. */
export const decisionsOf = (course: Course): Decisions => ({
  batteries: [
    {
      chargeKw: course.batteryKw.map((kw) => Math.max(0, kw)),
      dischargeKw: course.batteryKw.map((kw) => Math.max(0, -kw)),
    },
  ],
  curtailKw: course.curtailKw,
  on: [],
  modulatingKw: [],
  heatKw: [],
});
