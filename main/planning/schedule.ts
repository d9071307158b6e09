import { sharedOut } from './assignment.ts';
import { keptShare } from './battery-rows.ts';
import type { Formulation } from './formulation.ts';
import type { Term } from './linear-model.ts';
import type { HeatStore, Problem } from './types.ts';

const HOUR_MS = 3_600_000;
/** Power below this is the rounding of a solver, kW. */
export const NOTHING_KW = 1e-7;

/** kW of one battery by step, at the terminals. */
export interface BatteryPower {
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
}

/** What is done in each step, kW; everything else follows from it. All in the order of the problem. */
export interface Decisions {
  readonly batteries: readonly BatteryPower[];
  readonly curtailKw: readonly number[];
  /** On or off by step, for each flexible load. */
  readonly on: readonly (readonly boolean[])[];
  readonly modulatingKw: readonly (readonly number[])[];
  readonly heatKw: readonly (readonly number[])[];
}

/** A whole plan in numbers: the decisions and what follows from them. */
export interface Schedule extends Decisions {
  readonly importKw: readonly number[];
  readonly exportKw: readonly number[];
  /** kWh in each battery at the end of each step. */
  readonly energyKwh: readonly (readonly number[])[];
  /** °C of each heat store at the end of each step. */
  readonly temperatureC: readonly (readonly number[])[];
}

/** What all planned loads and heat stores draw in a step, kW. */
export const drawnKw = (problem: Problem, decisions: Omit<Decisions, 'curtailKw'>, step: number): number => {
  let sum = 0;
  for (const [place, load] of problem.flexibleLoads.entries()) sum += decisions.on[place]?.[step] ? load.powerKw : 0;
  for (const powers of decisions.modulatingKw) sum += powers[step] ?? 0;
  for (const powers of decisions.heatKw) sum += powers[step] ?? 0;
  return sum;
};

const energyOf = (problem: Problem, decisions: Decisions): Schedule['energyKwh'] => {
  const hours = problem.stepMs / HOUR_MS;
  return problem.batteries.map((battery, place) => {
    const kept = keptShare(battery, hours);
    const power = decisions.batteries[place];
    let stored = (battery.initialSocPct / 100) * battery.capacityKwh;
    return problem.loadKw.map((_, step) => {
      stored =
        kept * stored +
        hours * battery.chargeEfficiency * (power?.chargeKw[step] ?? 0) -
        (hours / battery.dischargeEfficiency) * (power?.dischargeKw[step] ?? 0);
      return stored;
    });
  });
};

/** The temperature at the end of a step that began with `beforeC`. */
export const warmedC = (store: HeatStore, beforeC: number, powerKw: number, step: number, hours: number): number => {
  const heatKw = (store.heatPerKwh[step] ?? 0) * powerKw + (store.gainKw[step] ?? 0);
  return (
    beforeC + (hours * (heatKw - store.lossKwPerK * (beforeC - (store.ambientC[step] ?? 0)))) / store.capacityKwhPerK
  );
};

/** The meter, the stored energy and the temperatures that follow from decisions. */
export const scheduleOf = (problem: Problem, decisions: Decisions): Schedule => {
  const hours = problem.stepMs / HOUR_MS;
  const net = problem.loadKw.map((load, step) => {
    const pv = (problem.pvKw[step] ?? 0) - (decisions.curtailKw[step] ?? 0);
    let flow = load + drawnKw(problem, decisions, step) - pv;
    for (const { chargeKw, dischargeKw } of decisions.batteries)
      flow += (chargeKw[step] ?? 0) - (dischargeKw[step] ?? 0);
    return Math.abs(flow) < NOTHING_KW ? 0 : flow;
  });
  return {
    ...decisions,
    importKw: net.map((flow) => Math.max(0, flow)),
    exportKw: net.map((flow) => Math.max(0, -flow)),
    energyKwh: energyOf(problem, decisions),
    temperatureC: problem.heatStores.map((store, place) => {
      let temperature = store.initialC;
      return problem.loadKw.map((_, step) => {
        temperature = warmedC(store, temperature, decisions.heatKw[place]?.[step] ?? 0, step, hours);
        return temperature;
      });
    }),
  };
};

const clamped = (value: number, most: number): number => (value < NOTHING_KW ? 0 : Math.min(value, most));

/** The decisions that a solution stands for, without the solver's rounding; null where equal loads could not be told apart. */
export const decisionsOf = (problem: Problem, formulation: Formulation, values: Float64Array): Decisions | null => {
  const { pvKw, batteries, heatStores, modulatingLoads } = problem;
  const of = (columns: readonly number[] | undefined, most: (step: number) => number): readonly number[] =>
    problem.loadKw.map((_, step) => clamped(values[columns?.[step] ?? -1] ?? 0, most(step)));
  const sumOf = (terms: readonly Term[]): number =>
    terms.reduce((sum, [column, factor]) => sum + factor * (values[column] ?? 0), 0);
  const onById = new Map<string, readonly boolean[]>();
  for (const group of formulation.groups) {
    const on = sharedOut(group, values);
    if (on === null) return null;
    for (const [place, load] of group.loads.entries()) onById.set(load.id, on[place] ?? []);
  }
  return {
    batteries: batteries.map((battery, place) => ({
      chargeKw: of(formulation.batteries[place]?.charge, () => battery.maxChargeKw),
      dischargeKw: of(formulation.batteries[place]?.discharge, () => battery.maxDischargeKw),
    })),
    curtailKw: of(formulation.curtail, (step) => pvKw[step] ?? 0),
    on: problem.flexibleLoads.map(({ id }) => onById.get(id) ?? []),
    modulatingKw: modulatingLoads.map(({ minKw, maxKw }, place) =>
      of(formulation.modulating[place], () => maxKw).map((kw) => (kw === 0 ? 0 : Math.max(kw, minKw))),
    ),
    heatKw: heatStores.map(({ powerKw, modulates }, place) =>
      (formulation.heat[place] ?? []).map((terms) => {
        const share = modulates ? sumOf(terms) : Math.round(sumOf(terms));
        return clamped(powerKw * share, powerKw);
      }),
    ),
  };
};
