import type { ModelData } from 'highs';
import { addBattery, addOrigins, type BatteryColumns } from './battery-rows.ts';
import { addDemandCharge } from './demand-rows.ts';
import { addHeatStore } from './heat-rows.ts';
import { createLinearModel, type LinearModel, type Term } from './linear-model.ts';
import { type Apart, addLoads, type LoadGroup } from './load-rows.ts';
import { localDaysOf } from './local-days.ts';
import { addModulating } from './modulating-rows.ts';
import { addPeakCharge } from './peak-rows.ts';
import { createSlacks, type Slack, type SlackPrices, type Slacks } from './slacks.ts';
import type { Problem } from './types.ts';

const HOUR_MS = 3_600_000;

export interface FormulationOptions {
  /** Steps in which charging and discharging at once is forbidden by a choice. */
  readonly oneWay: ReadonlySet<number>;
  /** Null: every limit is hard. Else each may be bent at its price, and with `alone` nothing but the bending costs. */
  readonly bend: { readonly prices: SlackPrices; readonly alone: boolean } | null;
  /** Equal loads with a run time in pieces one by one; null: as one. */
  readonly apart: Apart | null;
  /** When heat stores run, by their ids; left out where that is to be found. */
  readonly heat?: ReadonlyMap<string, readonly boolean[]>;
}

/** A problem as a mixed-integer linear program, and where its parts stand among the columns. */
export interface Formulation {
  readonly data: ModelData & { readonly integrality: Int32Array };
  /** In the order of the problem. */
  readonly batteries: readonly BatteryColumns[];
  /** −1 where there is no PV to hold back. */
  readonly curtail: readonly number[];
  readonly groups: readonly LoadGroup[];
  /** kW of each modulating load by step; −1 where it may not run. */
  readonly modulating: readonly (readonly number[])[];
  /** What each heat store draws by step, in parts of its power. */
  readonly heat: readonly (readonly (readonly Term[])[])[];
  readonly slacks: readonly Slack[];
  /** The balance of each step. */
  readonly meterRows: readonly number[];
  /** Rows that keep the mean peak of a month within its tier. */
  readonly tierRows: readonly number[];
}

/** What an imported kWh counts in the objective, in each step. */
export const importWorth = ({ weights, importPrice, carbonG }: Problem): readonly number[] =>
  importPrice.map(
    (price, step) => weights.cost * price + weights.imported + (weights.carbon * (carbonG?.[step] ?? 0)) / 1000,
  );

/** Everything that can be drawn beside the household in a step, kW, and the columns that say how much it is. */
interface Draws {
  readonly terms: readonly (readonly Term[])[];
  readonly mostKw: readonly number[];
}

const scaled = (terms: readonly Term[], by: number): readonly Term[] =>
  terms.map(([column, factor]): Term => [column, factor * by]);

const addDraws = (
  model: LinearModel,
  problem: Problem,
  frame: { readonly steps: number; readonly hours: number; readonly weight: number } & Pick<
    FormulationOptions,
    'apart' | 'heat'
  >,
  slacks: Slacks | null,
): Pick<Formulation, 'groups' | 'modulating' | 'heat'> & { readonly draws: Draws } => {
  const { flexibleLoads, modulatingLoads, heatStores } = problem;
  const groups = addLoads(model, flexibleLoads, { ...frame, cut: false }, slacks);
  for (const { loads, running } of groups) {
    const worth = frame.weight * (loads[0]?.valuePerKwh ?? 0) * (loads[0]?.powerKw ?? 0) * frame.hours;
    for (const terms of running) for (const [column, factor] of terms) model.addCost(column, -worth * factor);
  }
  const modulating = modulatingLoads.map((load) => addModulating(model, load, frame, slacks));
  const heat = heatStores.map((store) => addHeatStore(model, store, frame, slacks));
  const every = problem.loadKw.map((_, step) => step);
  const terms = every.map((step) => [
    ...groups.flatMap(({ loads, running }) => scaled(running[step] ?? [], loads[0]?.powerKw ?? 0)),
    ...modulating.flatMap((columns): readonly Term[] => {
      const column = columns[step] ?? -1;
      return column < 0 ? [] : [[column, 1]];
    }),
    ...heat.flatMap((each, place) => scaled(each[step] ?? [], heatStores[place]?.powerKw ?? 0)),
  ]);
  const mostKw = every.map((step) =>
    [
      ...groups.map(({ loads, running }) =>
        (running[step] ?? []).length === 0 ? 0 : loads.length * (loads[0]?.powerKw ?? 0),
      ),
      ...modulatingLoads.map(({ maxKw }, place) => ((modulating[place]?.[step] ?? -1) < 0 ? 0 : maxKw)),
      ...heatStores.map(({ powerKw }) => powerKw),
    ].reduce((sum, kw) => sum + kw, 0),
  );
  return { groups, modulating, heat, draws: { terms, mostKw } };
};

/** The meter in one step: what comes in and goes out, and the balance. */
const addMeter = (
  model: LinearModel,
  at: {
    readonly step: number;
    readonly flow: readonly Term[];
    readonly netKw: number;
    readonly mostIn: number;
    readonly mostOut: number;
    readonly bought: number;
    readonly sold: number;
  },
  problem: Problem,
  slacks: Slacks | null,
): { readonly into: number; readonly row: number } => {
  const { maxImportKw, maxExportKw } = problem.grid;
  const upper = slacks === null ? Math.min(maxImportKw, at.mostIn) : at.mostIn;
  const upperOut = slacks === null ? Math.min(maxExportKw, at.mostOut) : at.mostOut;
  const into = model.column({ cost: at.bought, upper });
  const out = model.column({ cost: -at.sold, upper: upperOut });
  const bendable = (column: number, limit: 'import' | 'export', most: number, possible: number): void => {
    if (slacks === null || possible <= most) return;
    model.row(Number.NEGATIVE_INFINITY, most, [
      [column, 1],
      [slacks.add(limit, at.step), -1],
    ]);
  };
  bendable(into, 'import', maxImportKw, at.mostIn);
  bendable(out, 'export', maxExportKw, at.mostOut);
  if (at.bought < at.sold) {
    const importing = model.column({ upper: 1, integer: true });
    model.row(Number.NEGATIVE_INFINITY, 0, [
      [into, 1],
      [importing, -upper],
    ]);
    model.row(Number.NEGATIVE_INFINITY, upperOut, [
      [out, 1],
      [importing, upperOut],
    ]);
  }
  return { into, row: model.row(at.netKw, at.netKw, [[into, 1], [out, -1], ...at.flow]) };
};

export const formulate = (problem: Problem, options: FormulationOptions): Formulation => {
  const { loadKw, pvKw, exportPrice, batteries, peakTariff } = problem;
  const steps = loadKw.length;
  const hours = problem.stepMs / HOUR_MS;
  const counts = options.bend?.alone === true ? 0 : 1;
  const weight = counts * problem.weights.cost;
  const model = createLinearModel();
  const slacks = options.bend === null ? null : createSlacks(model, options.bend.prices);
  const frame = {
    steps,
    hours,
    weight,
    oneWay: options.oneWay,
    apart: options.apart,
    ...(options.heat === undefined ? {} : { heat: options.heat }),
  };
  const reserve = problem.soft !== null && counts > 0;
  const stores = batteries.map((battery) => ({
    battery,
    columns: addBattery(model, battery, { ...frame, reserve }, slacks),
  }));
  const { groups, modulating, heat, draws } = addDraws(model, problem, frame, slacks);

  const worth = importWorth(problem);
  const mostCharge = batteries.reduce((sum, { maxChargeKw }) => sum + maxChargeKw, 0);
  const mostDischarge = batteries.reduce((sum, { maxDischargeKw }) => sum + maxDischargeKw, 0);
  const imports: Term[][] = [];
  const mostImport: number[] = [];
  const curtail: number[] = [];
  const meterRows: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const load = loadKw[step] ?? 0;
    const pv = pvKw[step] ?? 0;
    const held = pv > 0 ? model.column({ upper: pv }) : -1;
    const drawn = draws.terms[step] ?? [];
    // More than everything that could be used, or than everything there is to give, never crosses the meter one way.
    const mostIn = load + (draws.mostKw[step] ?? 0) + mostCharge;
    const { into, row } = addMeter(
      model,
      {
        step,
        netKw: load - pv,
        mostIn,
        mostOut: pv + mostDischarge,
        bought: counts * (worth[step] ?? 0) * hours,
        sold: weight * (exportPrice[step] ?? 0) * hours,
        flow: [
          ...(held < 0 ? [] : [[held, -1] as const]),
          ...stores.flatMap(({ columns }): readonly Term[] => [
            [columns.charge[step] ?? 0, -1],
            [columns.discharge[step] ?? 0, 1],
          ]),
          ...scaled(drawn, -1),
        ],
      },
      problem,
      slacks,
    );
    addOrigins(model, stores, { step, pvKw: pv, held, loadKw: load, draws: drawn });
    imports.push([[into, 1]]);
    meterRows.push(row);
    mostImport.push(slacks === null ? Math.min(problem.grid.maxImportKw, mostIn) : mostIn);
    curtail.push(held);
  }
  const days = localDaysOf({ ...problem, steps });
  const metered = { terms: imports, mostKw: mostImport, weight };
  const tiers = peakTariff === null || counts === 0 ? [] : addPeakCharge(model, peakTariff, days, metered);
  if (counts > 0) for (const charge of problem.demandCharges) addDemandCharge(model, charge, days, metered);
  return {
    data: model.data(),
    batteries: stores.map(({ columns }) => columns),
    curtail,
    groups,
    modulating,
    heat,
    slacks: slacks?.list ?? [],
    meterRows,
    tierRows: tiers.map(({ row }) => row),
  };
};
