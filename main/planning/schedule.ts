import { keptShare } from './battery-rows.ts';
import { type Formulation, importWorth } from './formulation.ts';
import type { LoadGroup } from './load-rows.ts';
import type { Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** Power below this is the rounding of a solver, kW. */
const NOTHING_KW = 1e-7;

/** What is done in each step, kW; everything else follows from it. */
export interface Decisions {
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
  readonly curtailKw: readonly number[];
  /** On or off by step, for each flexible load in the order of the problem. */
  readonly on: readonly (readonly boolean[])[];
}

/** A whole plan in numbers: the decisions and what follows from them. */
export interface Schedule extends Decisions {
  readonly importKw: readonly number[];
  readonly exportKw: readonly number[];
  /** At the end of each step; empty without a battery. */
  readonly energyKwh: readonly number[];
}

/** The meter and the stored energy that follow from decisions. */
export const scheduleOf = (problem: Problem, decisions: Decisions): Schedule => {
  const { loadKw, pvKw, flexibleLoads } = problem;
  const battery = problem.batteries[0] ?? null;
  const hours = problem.stepMs / HOUR_MS;
  const net = loadKw.map((load, step) => {
    const flexible = flexibleLoads.reduce(
      (sum, each, place) => sum + (decisions.on[place]?.[step] ? each.powerKw : 0),
      0,
    );
    const pv = (pvKw[step] ?? 0) - (decisions.curtailKw[step] ?? 0);
    const flow = load + flexible + (decisions.chargeKw[step] ?? 0) - (decisions.dischargeKw[step] ?? 0) - pv;
    return Math.abs(flow) < NOTHING_KW ? 0 : flow;
  });
  const energyKwh: number[] = [];
  if (battery !== null) {
    const kept = keptShare(battery, hours);
    let stored = (battery.initialSocPct / 100) * battery.capacityKwh;
    for (let step = 0; step < loadKw.length; step += 1) {
      stored =
        kept * stored +
        hours * battery.chargeEfficiency * (decisions.chargeKw[step] ?? 0) -
        (hours / battery.dischargeEfficiency) * (decisions.dischargeKw[step] ?? 0);
      energyKwh.push(stored);
    }
  }
  return {
    ...decisions,
    importKw: net.map((flow) => Math.max(0, flow)),
    exportKw: net.map((flow) => Math.max(0, -flow)),
    energyKwh,
  };
};

/** Which of merged loads run: the one that ran longest stops first, the one that paused longest starts first. */
const apart = (group: LoadGroup, values: Float64Array): readonly (readonly boolean[])[] => {
  const on = group.loads.map((): boolean[] => []);
  const running: number[] = [];
  const paused = group.loads.map((_, place) => place);
  for (const terms of group.running) {
    const count = Math.round(terms.reduce((sum, [column, factor]) => sum + factor * (values[column] ?? 0), 0));
    while (running.length > count) paused.push(...running.splice(0, 1));
    while (running.length < count && paused.length > 0) running.push(...paused.splice(0, 1));
    for (const [place, steps] of on.entries()) steps.push(running.includes(place));
  }
  return on;
};

const clamped = (value: number, most: number): number => (value < NOTHING_KW ? 0 : Math.min(value, most));

/** The decisions that a solution stands for, without the solver's rounding. */
export const decisionsOf = (problem: Problem, formulation: Formulation, values: Float64Array): Decisions => {
  const { pvKw } = problem;
  const battery = problem.batteries[0] ?? null;
  const of = (columns: readonly number[] | undefined, most: (step: number) => number): readonly number[] =>
    problem.loadKw.map((_, step) => clamped(values[columns?.[step] ?? -1] ?? 0, most(step)));
  const onById = new Map(
    formulation.groups.flatMap((group) => {
      const on = apart(group, values);
      return group.loads.map((load, place) => [load.id, on[place] ?? []] as const);
    }),
  );
  return {
    chargeKw: of(formulation.battery?.charge, () => battery?.maxChargeKw ?? 0),
    dischargeKw: of(formulation.battery?.discharge, () => battery?.maxDischargeKw ?? 0),
    curtailKw: of(formulation.curtail, (step) => pvKw[step] ?? 0),
    on: problem.flexibleLoads.map(({ id }) => onById.get(id) ?? []),
  };
};

/**
 * Charging and discharging at once, where it gains nothing, as the one of them that stores the same; what that saves is bought
 * less, held back, or sold. Answers the steps where it does gain something: there it has to be forbidden.
 */
export const oneWayOnly = (
  problem: Problem,
  decisions: Decisions,
): { readonly decisions: Decisions; readonly gaining: readonly number[] } => {
  const { pvKw, exportPrice, grid } = problem;
  const battery = problem.batteries[0] ?? null;
  if (battery === null) return { decisions, gaining: [] };
  const worth = importWorth(problem);
  const { importKw, exportKw } = scheduleOf(problem, decisions);
  const chargeKw = [...decisions.chargeKw];
  const dischargeKw = [...decisions.dischargeKw];
  const curtailKw = [...decisions.curtailKw];
  const gaining: number[] = [];
  for (let step = 0; step < chargeKw.length; step += 1) {
    const into = chargeKw[step] ?? 0;
    const out = dischargeKw[step] ?? 0;
    if (into === 0 || out === 0) continue;
    const stored = into * battery.chargeEfficiency - out / battery.dischargeEfficiency;
    const lessInto = stored > 0 ? stored / battery.chargeEfficiency : 0;
    const lessOut = stored > 0 ? 0 : -stored * battery.dischargeEfficiency;
    const saved = into - out - (lessInto - lessOut);
    const bought = (worth[step] ?? 0) >= 0 ? (importKw[step] ?? 0) : 0;
    const held = (pvKw[step] ?? 0) - (curtailKw[step] ?? 0);
    const sold = (exportPrice[step] ?? 0) >= 0 ? grid.maxExportKw - (exportKw[step] ?? 0) : 0;
    if (saved > NOTHING_KW && saved > bought + held + sold) {
      gaining.push(step);
      continue;
    }
    chargeKw[step] = lessInto;
    dischargeKw[step] = lessOut;
    curtailKw[step] = (curtailKw[step] ?? 0) + Math.min(held, Math.max(0, saved - bought - sold));
  }
  return { decisions: { ...decisions, chargeKw, dischargeKw, curtailKw }, gaining };
};
