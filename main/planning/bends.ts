import type { Schedule } from './schedule.ts';
import { pricesOf } from './slacks.ts';
import type { Battery, Bent, FlexibleLoad, HeatStore, Problem, SoftLimits } from './types.ts';

const HOUR_MS = 3_600_000;
/** kW, kWh and K that rounding may explain. */
const ROUNDING = 1e-6;

/** A limit that is bent in the steps `from` to before `to`; `by` in the unit of `Bent`. */
export interface Bend {
  readonly limit: Bent['limit'];
  readonly id: string | null;
  readonly from: number;
  readonly to: number;
  readonly by: number;
  /** Below the limit where it is a lower one, above where it is an upper one. */
  readonly side: 'below' | 'above';
}

/** How far limits are bent and what that costs in the objective. */
interface Bends {
  readonly list: readonly Bend[];
  readonly price: number;
}

type Mark = (bend: Omit<Bend, 'from' | 'to' | 'by'>, amounts: readonly number[], unit?: number) => void;

const beyond = (amount: number): number => (amount > ROUNDING ? amount : 0);
const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

const batteryPrice = (
  battery: Battery,
  energy: readonly number[],
  soft: SoftLimits,
  hours: number,
  mark: Mark,
): number => {
  const { capacityKwh, id } = battery;
  const kwh = (pct: number): number => (pct / 100) * capacityKwh;
  const prices = pricesOf(soft, { hours, steps: energy.length });
  const asPct = 100 / capacityKwh;
  let price = 0;
  for (const side of ['below', 'above'] as const) {
    const outside = (stored: number): number =>
      beyond(side === 'below' ? kwh(battery.minSocPct) - stored : stored - kwh(battery.maxSocPct));
    const amounts = energy.map(outside);
    price += prices['least charge'] * total(amounts);
    mark({ limit: 'soc', id, side }, amounts, asPct);
  }
  const lacks = beyond(battery.finalSocPct === null ? 0 : kwh(battery.finalSocPct) - (energy.at(-1) ?? 0));
  price += prices['charge at the end'] * lacks;
  mark(
    { limit: 'final-soc', id, side: 'below' },
    energy.map((_, step) => (step === energy.length - 1 ? lacks : 0)),
    asPct,
  );
  // Without soft limits there is no reserve.
  if (soft.perKwh > 0 && battery.reserveSocPct !== null && battery.reservePricePerKwh > 0) {
    const missing = energy.map((stored, step) => {
      const pct = battery.reserveSocPct?.[step] ?? 0;
      return pct > battery.minSocPct ? beyond(kwh(pct) - stored) : 0;
    });
    price += battery.reservePricePerKwh * hours * total(missing);
    mark({ limit: 'reserve', id, side: 'below' }, missing, asPct);
  }
  return price;
};

const loadPrice = (load: FlexibleLoad, on: readonly boolean[], soft: SoftLimits, hours: number, mark: Mark): number => {
  const runs = on.filter(Boolean).length;
  const missed = new Set(load.mustRun.filter((step) => step < on.length && on[step] !== true));
  const unwanted = new Set(load.mustRest.filter((step) => on[step] === true));
  const amounts = (steps: ReadonlySet<number>): readonly number[] => on.map((_, step) => (steps.has(step) ? hours : 0));
  const markPinned = (steps: ReadonlySet<number>, side: Bend['side']): void =>
    mark({ limit: 'run-time', id: load.id, side }, amounts(steps));
  markPinned(missed, 'below');
  markPinned(unwanted, 'above');
  const apart = load.runSteps === null ? 0 : runs - load.runSteps;
  if (apart !== 0) {
    const from = Math.max(0, Math.min(load.firstStep, on.length - 1));
    const to = Math.min(on.length, Math.max(load.endStep, from + 1));
    mark(
      { limit: 'run-time', id: load.id, side: apart < 0 ? 'below' : 'above' },
      on.map((_, step) => (step >= from && step < to ? Math.abs(apart) * hours : 0)),
    );
  }
  return soft.perRunHour * hours * (Math.abs(apart) + missed.size + unwanted.size);
};

const heatPrice = (
  store: HeatStore,
  temperatures: readonly number[],
  soft: SoftLimits,
  hours: number,
  mark: Mark,
): number => {
  const cold = temperatures.map((temperature, step) => beyond((store.minC[step] ?? 0) - temperature));
  const hot = temperatures.map((temperature, step) => beyond(temperature - (store.maxC[step] ?? 0)));
  mark({ limit: 'temperature', id: store.id, side: 'below' }, cold);
  mark({ limit: 'temperature', id: store.id, side: 'above' }, hot);
  return soft.perKelvinHour * hours * (total(cold) + total(hot));
};

/** Which limits a schedule bends; with a price of zero where limits are hard. */
export const bendsOf = (problem: Problem, schedule: Schedule): Bends => {
  const hours = problem.stepMs / HOUR_MS;
  const steps = problem.loadKw.length;
  const soft = problem.soft ?? { perKwh: 0, perKelvinHour: 0, perRunHour: 0 };
  const list: Bend[] = [];
  const mark: Mark = (bend, amounts, unit = 1) => {
    for (let from = 0; from < amounts.length; from += 1) {
      if ((amounts[from] ?? 0) <= 0) continue;
      let to = from;
      let by = 0;
      for (; to < amounts.length && (amounts[to] ?? 0) > 0; to += 1) by = Math.max(by, amounts[to] ?? 0);
      list.push({ ...bend, from, to, by: by * unit });
      from = to;
    }
  };
  const prices = pricesOf(soft, { hours, steps });
  const imported = schedule.importKw.map((kw) => beyond(kw - problem.grid.maxImportKw));
  const exported = schedule.exportKw.map((kw) => beyond(kw - problem.grid.maxExportKw));
  mark({ limit: 'import', id: null, side: 'above' }, imported);
  mark({ limit: 'export', id: null, side: 'above' }, exported);
  let price = prices.import * total(imported) + prices.export * total(exported);
  for (const [place, battery] of problem.batteries.entries())
    price += batteryPrice(battery, schedule.energyKwh[place] ?? [], soft, hours, mark);
  for (const [place, load] of problem.flexibleLoads.entries())
    price += loadPrice(load, schedule.on[place] ?? [], soft, hours, mark);
  for (const [place, load] of problem.modulatingLoads.entries()) {
    const lacks = beyond((load.energyKwh ?? 0) - hours * total(schedule.modulatingKw[place] ?? []));
    if (lacks === 0) continue;
    price += prices.energy * lacks;
    const from = Math.max(0, Math.min(load.firstStep, steps - 1));
    const to = Math.max(from + 1, Math.min(steps, load.endStep));
    list.push({ limit: 'energy', id: load.id, side: 'below', from, to, by: lacks });
  }
  for (const [place, store] of problem.heatStores.entries())
    price += heatPrice(store, schedule.temperatureC[place] ?? [], soft, hours, mark);
  return { list, price };
};
