import { batteryKwFor, type Intent } from '../live/intent.ts';
import type { PlanStep, Problem } from '../types.ts';
import { HOUR_MS, sum } from './grid-of-steps.ts';

/** kW of each planned load in a step, by its id in the problem. */
export type LoadsKw = PlanStep['loads'];

/** The battery does nothing, whatever the house needs. */
export const AT_REST: Intent = { does: 'hold', targetKw: 0, leastKw: 0, mostKw: 0, capKw: Number.POSITIVE_INFINITY };

/** Instants of a problem's steps as text: the same for every course of it, and the dearest part of one. */
const startsKept = new WeakMap<Problem, readonly string[]>();
const startsOf = (problem: Problem): readonly string[] => {
  const kept = startsKept.get(problem);
  if (kept !== undefined) return kept;
  const { startAt, stepMs } = problem;
  const made = problem.loadKw.map((_, step) => new Date(startAt + step * stepMs).toISOString());
  startsKept.set(problem, made);
  return made;
};

/** What the house is made to do, step by step. */
interface Course {
  readonly intents: readonly Intent[];
  readonly loads: readonly LoadsKw[];
  /** What load and sun come to. */
  readonly loadKw: readonly number[];
  readonly pvKw: readonly number[];
}

/**
 * What becomes of the house when load and sun come as given and the battery holds the intents, within what is in it: the same
 * rule by which the house is run between plans. What nobody takes is exported where that costs nothing, else curtailed.
 */
export const follow = (problem: Problem, course: Course): readonly PlanStep[] => {
  const hours = problem.stepMs / HOUR_MS;
  const starts = startsOf(problem);
  const battery = problem.batteries[0];
  const keeps = battery === undefined ? 1 : (1 - battery.standingLossPerHour) ** hours;
  let storedKwh = battery === undefined ? 0 : (battery.initialSocPct / 100) * battery.capacityKwh;
  return problem.loadKw.map((_, step) => {
    const loads = course.loads[step] ?? {};
    const pvKw = course.pvKw[step] ?? 0;
    const netKw = (course.loadKw[step] ?? 0) + sum(Object.values(loads)) - pvKw;
    let batteryKw = 0;
    if (battery !== undefined) {
      storedKwh *= keeps;
      const { capacityKwh, minSocPct, maxSocPct, chargeEfficiency, dischargeEfficiency } = battery;
      const roomKwh = Math.max(0, (maxSocPct / 100) * capacityKwh - storedKwh);
      const usableKwh = Math.max(0, storedKwh - (minSocPct / 100) * capacityKwh);
      const fitsKw = Math.min(battery.maxChargeKw, roomKwh / chargeEfficiency / hours);
      const givesKw = Math.min(battery.maxDischargeKw, (usableKwh * dischargeEfficiency) / hours);
      const wantedKw = batteryKwFor(course.intents[step] ?? AT_REST, {
        netKw,
        socPct: (100 * storedKwh) / capacityKwh,
        floorPct: minSocPct,
        maxChargeKw: fitsKw,
        maxDischargeKw: givesKw,
        maxExportKw: problem.grid.maxExportKw,
      });
      const surplusKw = Math.max(0, -netKw);
      const needKw = Math.max(0, netKw);
      const chargeKw = battery.fromGrid ? Math.max(0, wantedKw) : Math.min(Math.max(0, wantedKw), surplusKw);
      const dischargeKw = battery.toGrid ? Math.max(0, -wantedKw) : Math.min(Math.max(0, -wantedKw), needKw);
      batteryKw = chargeKw - dischargeKw;
      storedKwh += chargeKw * hours * chargeEfficiency - (dischargeKw * hours) / dischargeEfficiency;
    }
    const gridKw = netKw + batteryKw;
    const spareKw = Math.max(0, -gridKw);
    const worthless = (problem.exportPrice[step] ?? 0) < 0;
    const exportKw = Math.max(
      worthless ? spareKw - pvKw : 0,
      Math.min(spareKw, worthless ? 0 : problem.grid.maxExportKw),
    );
    return {
      start: starts[step] ?? '',
      importKw: Math.max(0, gridKw),
      exportKw,
      chargeKw: Math.max(0, batteryKw),
      dischargeKw: Math.max(0, -batteryKw),
      curtailKw: spareKw - exportKw,
      socPct: battery === undefined ? null : (100 * storedKwh) / battery.capacityKwh,
      loads,
    };
  });
};
