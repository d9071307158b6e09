import type { ModelData } from 'highs';
import { addBattery, type BatteryColumns } from './battery-rows.ts';
import { createLinearModel, type Term } from './linear-model.ts';
import { addLoads, type LoadGroup } from './load-rows.ts';
import { localDaysOf } from './local-days.ts';
import { addPeakCharge } from './peak-rows.ts';
import { createSlacks, type Slack } from './slacks.ts';
import type { Problem } from './types.ts';

const HOUR_MS = 3_600_000;

export interface FormulationOptions {
  /** Steps in which charging and discharging at once is forbidden by a choice. */
  readonly oneWay: ReadonlySet<number>;
  /** Null: every limit is hard. Else each may be bent at a price, and with `alone` nothing but the bending costs. */
  readonly soft: { readonly price: number; readonly alone: boolean } | null;
}

/** A problem as a mixed-integer linear program, and where its parts stand among the columns. */
export interface Formulation {
  readonly data: ModelData & { readonly integrality: Int32Array };
  readonly battery: BatteryColumns | null;
  /** −1 where there is no PV to hold back. */
  readonly curtail: readonly number[];
  readonly groups: readonly LoadGroup[];
  readonly slacks: readonly Slack[];
  /** Rows that keep the mean peak of a month within its tier. */
  readonly tierRows: readonly number[];
}

/** What an imported kWh counts in the objective, in each step. */
export const importWorth = ({ weights, importPrice, carbonG }: Problem): readonly number[] =>
  importPrice.map((price, step) => weights.cost * price + (weights.carbon * (carbonG?.[step] ?? 0)) / 1000);

export const formulate = (problem: Problem, options: FormulationOptions): Formulation => {
  const { grid, loadKw, pvKw, exportPrice, peakTariff, flexibleLoads } = problem;
  const battery = problem.batteries[0] ?? null;
  const steps = loadKw.length;
  const hours = problem.stepMs / HOUR_MS;
  const counts = options.soft?.alone === true ? 0 : 1;
  const weight = counts * problem.weights.cost;
  const model = createLinearModel();
  const slacks = options.soft === null ? null : createSlacks(model, options.soft.price);

  const columns =
    battery === null ? null : addBattery(model, battery, { steps, hours, oneWay: options.oneWay, weight }, slacks);
  const groups = addLoads(model, flexibleLoads, steps, slacks);
  for (const { loads, running } of groups) {
    const worth = weight * (loads[0]?.valuePerKwh ?? 0) * (loads[0]?.powerKw ?? 0) * hours;
    for (const terms of running) for (const [column, factor] of terms) model.addCost(column, -worth * factor);
  }

  const worth = importWorth(problem);
  const imports: Term[][] = [];
  const mostImport: number[] = [];
  const curtail: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const load = loadKw[step] ?? 0;
    const pv = pvKw[step] ?? 0;
    const flexible = flexibleLoads.reduce(
      (sum, each) => sum + (step >= each.firstStep && step < each.endStep ? each.powerKw : 0),
      0,
    );
    // More than everything that could be used, or than everything there is to give, never crosses the meter one way.
    const upper = Math.min(grid.maxImportKw, load + flexible + (battery?.maxChargeKw ?? 0));
    const upperOut = Math.min(grid.maxExportKw, pv + (battery?.maxDischargeKw ?? 0));
    const bought = counts * (worth[step] ?? 0);
    const sold = weight * (exportPrice[step] ?? 0);
    const into = model.column({ cost: bought * hours, upper });
    const out = model.column({ cost: -sold * hours, upper: upperOut });
    const over = slacks === null ? [] : [[slacks.add('import', step), 1] as const];
    const overOut = slacks === null ? [] : [[slacks.add('export', step), -1] as const];
    const held = pv > 0 ? model.column({ upper: pv }) : -1;
    if (bought < sold) {
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
    const charge = columns?.charge[step];
    const discharge = columns?.discharge[step];
    model.row(load - pv, load - pv, [
      [into, 1],
      [out, -1],
      ...over,
      ...overOut,
      ...(held < 0 ? [] : [[held, -1] as const]),
      ...(charge === undefined ? [] : [[charge, -1] as const]),
      ...(discharge === undefined ? [] : [[discharge, 1] as const]),
      ...groups.flatMap(({ loads, running }) =>
        (running[step] ?? []).map(([column, factor]): Term => [column, -factor * (loads[0]?.powerKw ?? 0)]),
      ),
    ]);
    imports.push([[into, 1], ...over]);
    mostImport.push(slacks === null ? upper : load + flexible + (battery?.maxChargeKw ?? 0));
    curtail.push(held);
  }
  const tiers =
    peakTariff === null || counts === 0
      ? []
      : addPeakCharge(model, peakTariff, localDaysOf({ ...problem, steps }), {
          terms: imports,
          mostKw: mostImport,
          weight,
        });
  return {
    data: model.data(),
    battery: columns,
    curtail,
    groups,
    slacks: slacks?.list ?? [],
    tierRows: tiers.map(({ row }) => row),
  };
};
