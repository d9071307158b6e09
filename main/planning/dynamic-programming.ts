import { ok, permanent, type Result } from '../result.ts';
import { keptShare } from './battery-rows.ts';
import { importWorth } from './formulation.ts';
import type { Decisions } from './schedule.ts';
import { planOf } from './solve.ts';
import type { Battery, Plan, Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** Levels of stored energy between the least and the most. */
const LEVELS = 401;

interface Action {
  readonly cost: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly curtailKw: number;
}

/** What a step costs that ends with `change` kWh more in the store than standing losses alone leave; null: it cannot. */
const createStep = (problem: Problem, battery: Battery) => {
  const hours = problem.stepMs / HOUR_MS;
  const worth = importWorth(problem);
  const { weights, grid, loadKw, pvKw, exportPrice } = problem;
  return (step: number, change: number): Action | null => {
    const chargeKw = change > 0 ? change / (battery.chargeEfficiency * hours) : 0;
    const dischargeKw = change < 0 ? (-change * battery.dischargeEfficiency) / hours : 0;
    if (chargeKw > battery.maxChargeKw + 1e-9 || dischargeKw > battery.maxDischargeKw + 1e-9) return null;
    const pv = pvKw[step] ?? 0;
    const net = (loadKw[step] ?? 0) + chargeKw - dischargeKw - pv;
    const least = Math.max(0, -net - grid.maxExportKw);
    if (least > pv + 1e-9 || net > grid.maxImportKw + 1e-9) return null;
    const sold = weights.cost * (exportPrice[step] ?? 0);
    const bought = worth[step] ?? 0;
    const moneyWith = (held: number): number => (net + held > 0 ? bought : sold) * (net + held);
    // The cost bends where the meter stands still, so the best is there or at an end: nothing held back, or all that may be.
    const most = Math.min(pv, grid.maxImportKw - net);
    const curtailKw = [Math.min(Math.max(least, -net), most), most].reduce(
      (best, held) => (moneyWith(held) < moneyWith(best) ? held : best),
      Math.min(least, pv),
    );
    const money = moneyWith(curtailKw);
    const wear = weights.cost * battery.wearCostPerKwh * (chargeKw + dischargeKw);
    return { cost: hours * (money + wear), chargeKw, dischargeKw, curtailKw };
  };
};

/**
 * The best plan on a fine ladder of levels of stored energy: needs no solver, so it serves where that fails. For one battery without flexible loads and without a peak charge. It proves nothing, so its bound is −∞. Failures:
 * `plan.not-for-ladder` for other problems, `plan.infeasible`.
 */
export const planByDynamicProgramming = (problem: Problem, nowMs: () => number): Result<Plan> => {
  const [battery] = problem.batteries;
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
  const steps = problem.loadKw.length;
  const hours = problem.stepMs / HOUR_MS;
  const kept = keptShare(battery, hours);
  const kwh = (pct: number): number => (pct / 100) * battery.capacityKwh;
  const least = kwh(battery.minSocPct);
  const most = kwh(battery.maxSocPct);
  const rung = (most - least) / (LEVELS - 1);
  const energyOf = (level: number): number => least + level * rung;
  const cost = createStep(problem, battery);
  const up = battery.maxChargeKw * battery.chargeEfficiency * hours;
  const down = (battery.maxDischargeKw * hours) / battery.dischargeEfficiency;
  const needed = battery.finalSocPct === null ? least : kwh(battery.finalSocPct);

  let ahead: Float64Array = Float64Array.from({ length: LEVELS }, (_, level) =>
    energyOf(level) < needed - 1e-9
      ? Number.POSITIVE_INFINITY
      : -problem.weights.cost * battery.finalValuePerKwh * energyOf(level),
  );
  /** What is ahead of a stored energy, between two levels in proportion; infinite beside a level from which nothing leads on. */
  const aheadOf = (stored: number): number => {
    const place = rung === 0 ? 0 : Math.min(LEVELS - 1, Math.max(0, (stored - least) / rung));
    const below = Math.floor(place);
    const share = place - below;
    const low = ahead[below] ?? Number.POSITIVE_INFINITY;
    return share < 1e-9 ? low : low * (1 - share) + share * (ahead[below + 1] ?? Number.POSITIVE_INFINITY);
  };
  /** The cheapest stored energy to end a step with, and what it costs from there to the end. */
  const cheapest = (step: number, stored: number): { after: number; total: number } => {
    const left = kept * stored;
    const lowest = Math.max(least, left - down);
    const highest = Math.min(most, left + up);
    let best = { after: Number.NaN, total: Number.POSITIVE_INFINITY };
    const consider = (after: number, value: number): void => {
      if (value >= Number.POSITIVE_INFINITY) return;
      const action = cost(step, after - left);
      if (action !== null && action.cost + value < best.total) best = { after, total: action.cost + value };
    };
    // The best end lies on a level or where the cost bends: at rest, at full power, or where the meter stands still.
    const surplus = ((problem.pvKw[step] ?? 0) - (problem.loadKw[step] ?? 0)) * hours;
    const still = surplus > 0 ? surplus * battery.chargeEfficiency : surplus / battery.dischargeEfficiency;
    for (const after of [left, lowest, highest, left + still])
      if (after >= lowest && after <= highest) consider(after, aheadOf(after));
    const from = rung === 0 ? 0 : Math.max(0, Math.ceil((lowest - least) / rung));
    const to = rung === 0 ? 0 : Math.min(LEVELS - 1, Math.floor((highest - least) / rung));
    for (let level = from; level <= to; level += 1) {
      const after = energyOf(level);
      if (after >= lowest && after <= highest) consider(after, ahead[level] ?? Number.POSITIVE_INFINITY);
    }
    return best;
  };
  const tables: Float64Array[] = [];
  for (let step = steps - 1; step >= 0; step -= 1) {
    tables[step] = ahead;
    const now = new Float64Array(LEVELS);
    for (let level = 0; level < LEVELS; level += 1) now[level] = cheapest(step, energyOf(level)).total;
    ahead = now;
  }
  const chargeKw: number[] = [];
  const dischargeKw: number[] = [];
  const curtailKw: number[] = [];
  let stored = kwh(battery.initialSocPct);
  for (let step = 0; step < steps; step += 1) {
    ahead = tables[step] ?? ahead;
    const { after } = cheapest(step, stored);
    const action = Number.isNaN(after) ? null : cost(step, after - kept * stored);
    if (action === null)
      return permanent(
        'plan.infeasible',
        `No plan on the ladder of levels keeps all limits in step ${step}.`,
        'Plan this problem with the solver: it names the limits that conflict.',
      );
    chargeKw.push(action.chargeKw);
    dischargeKw.push(action.dischargeKw);
    curtailKw.push(action.curtailKw);
    stored = after;
  }
  const decisions: Decisions = { chargeKw, dischargeKw, curtailKw, on: [] };
  const seconds = (nowMs() - startedMs) / 1000;
  return ok(planOf(problem, decisions, { bound: Number.NEGATIVE_INFINITY, seconds, timedOut: true }));
};
