import { ok, permanent, type Result } from '../../result.ts';
import { importWorth } from '../formulation.ts';
import type { Decisions } from '../schedule.ts';
import { planOf } from '../solve.ts';
import type { Battery, Plan, Problem } from '../types.ts';
import { type Course, courseOf, endOf, outlookOf, type Task } from './course.ts';
import { type Curve, lengthOf } from './curve.ts';
import { meterOf } from './meter.ts';
import { costOf } from './step-cost.ts';

const HOUR_MS = 3_600_000;
const EXACT = 1e-9;

const taskOf = (problem: Problem, battery: Battery): Task => {
  const { weights, grid } = problem;
  const hours = problem.stepMs / HOUR_MS;
  const worth = importWorth(problem);
  const stages = problem.loadKw.map((load, step) => {
    const pvKw = problem.pvKw[step] ?? 0;
    const meter = meterOf({
      bought: worth[step] ?? 0,
      sold: weights.cost * (problem.exportPrice[step] ?? 0),
      ...grid,
      soft: null,
      cap: null,
    });
    return { netKw: load - pvKw, pvKw, meter, reserve: null };
  });
  const needed = ((battery.finalSocPct ?? 0) / 100) * battery.capacityKwh;
  const wear = weights.cost * battery.wearCostPerKwh;
  return {
    stages,
    costs: stages.map((stage) => costOf(stage, battery, hours, wear)),
    battery,
    hours,
    same: EXACT,
    end: endOf(battery, needed, weights.cost * battery.finalValuePerKwh),
  };
};

export const planByDynamicProgramming = (problem: Problem, nowMs: () => number): Result<Plan> => {
  const battery = problem.batteries[0];
  if (
    battery === undefined ||
    problem.batteries.length > 1 ||
    problem.flexibleLoads.length > 0 ||
    problem.peakTariff !== null
  )
    return permanent(
      'plan.not-for-ladder',
      'Dynamic programming plans one battery without flexible loads and without a peak charge.',
      'Plan this problem with the solver.',
    );
  const startedMs = nowMs();
  const task = taskOf(problem, battery);
  const outlook = outlookOf(task);
  if ('stuck' in outlook) return infeasible(outlook.stuck);
  const start = (battery.initialSocPct / 100) * battery.capacityKwh;
  if (!reaches(outlook.start, start)) return infeasible(0);
  const course = courseOf(task, outlook, start);
  const seconds = (nowMs() - startedMs) / 1000;
  return ok(planOf(problem, decisionsOf(course), { bound: Number.NEGATIVE_INFINITY, seconds, timedOut: true }));
};
const infeasible = (step: number) =>
  permanent(
    'plan.infeasible',
    `No plan keeps all limits in step ${step}.`,
    'Plan this problem with the solver: it names the limits that conflict.',
  );
const decisionsOf = (course: Course): Decisions => ({
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
const reaches = (curve: Curve, x: number): boolean => x > curve.from - 1e-8 && x < curve.from + lengthOf(curve) + 1e-8;
