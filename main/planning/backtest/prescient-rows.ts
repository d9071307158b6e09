import { createLinearModel, type LinearModel, type Term } from '../linear-model.ts';
import { missingPrice } from './accounts.ts';
import { stepLoads } from './loads.ts';
import { addForeseenLoads, type ForeseenLoads } from './prescient-loads.ts';
import { holdsKw, NO_BATTERY } from './storage.ts';
import type { LoadStanding, Past, SimBattery, SimSite } from './types.ts';

/** A tier is kept with so little to spare, kW, that no rounding lifts a month into the next. */
const TIER_MARGIN_KW = 1e-7;

/** Steps that are foreseen together, and what they begin with. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly startKwh: number;
  readonly last: boolean;
  /** Daily peaks, kW, that the month of the first step has already, by local day. */
  readonly peaksBefore: ReadonlyMap<number, number>;
  /** Where the loads of the site stand before the first step. */
  readonly standings: readonly LoadStanding[];
}
/** Where a piece's powers stand among the columns, by step. */
export interface Columns {
  readonly charge: Int32Array;
  readonly discharge: Int32Array;
  readonly import: Int32Array;
  readonly curtail: Int32Array;
  readonly stored: Int32Array;
}

/** The charge of each month: the sum of the n largest daily peaks is the least n × θ + Σ max(0, peak − θ). */
const addTiers = (
  model: LinearModel,
  past: Past,
  site: SimSite,
  piece: Piece,
  columns: Columns,
  loads: ForeseenLoads,
): void => {
  const tariff = site.peakTariff;
  if (tariff === null) return;
  const months = new Map<string, Set<number>>();
  const into = (day: number): void => {
    const month = past.days[day]?.month ?? '';
    months.set(month, (months.get(month) ?? new Set()).add(day));
  };
  for (const day of piece.peaksBefore.keys()) into(day);
  for (let step = piece.from; step < piece.to; step += 1) into(past.day[step] ?? 0);
  for (const days of months.values()) {
    const count = Math.min(tariff.largestDailyPeaks, days.size);
    const threshold = model.column({});
    const sum: Term[] = [[threshold, count]];
    for (const day of days) {
      const excess = model.column({});
      const peak: readonly Term[] = [
        [excess, 1],
        [threshold, 1],
      ];
      const before = piece.peaksBefore.get(day) ?? 0;
      if (before > 0) model.row(before, Number.POSITIVE_INFINITY, peak);
      const { from, to } = past.days[day] ?? { from: 0, to: 0 };
      for (let step = Math.max(from, piece.from); step < Math.min(to, piece.to); step += 1)
        model.row(0, Number.POSITIVE_INFINITY, [...peak, [columns.import[step - piece.from] ?? 0, -1]]);
      sum.push([excess, 1]);
    }
    // A month can have no higher peak than all that could be drawn at once.
    const highest = [...days].reduce((most, day) => {
      const { from, to } = past.days[day] ?? { from: 0, to: 0 };
      let drawn = Math.max(most, piece.peaksBefore.get(day) ?? 0);
      for (let step = Math.max(from, piece.from); step < Math.min(to, piece.to); step += 1)
        drawn = Math.max(
          drawn,
          (past.loadKw[step] ?? 0) + (loads.mostKw[step - piece.from] ?? 0) + (site.battery?.maxChargeKw ?? 0),
        );
      return drawn;
    }, 0);
    const enough = tariff.tiers.findIndex(({ upToKw }) => upToKw >= highest);
    const reachable = tariff.tiers.slice(0, enough < 0 ? tariff.tiers.length : enough + 1);
    const choices = reachable.map(({ upToKw, cost }, place) => ({
      column: model.column({ cost, upper: 1, integer: reachable.length > 1 }),
      reachKw: place === reachable.length - 1 ? highest : upToKw - TIER_MARGIN_KW,
    }));
    model.row(
      1,
      1,
      choices.map(({ column }) => [column, 1]),
    );
    model.row(Number.NEGATIVE_INFINITY, 0, [
      ...sum,
      ...choices.map(({ column, reachKw }): Term => [column, -count * reachKw]),
    ]);
  }
};

/** Forbids two things at once by a choice: at most one of the columns is above 0. */
const oneOf = (model: LinearModel, one: number, oneMost: number, other: number, otherMost: number): void => {
  const choice = model.column({ upper: 1, integer: true });
  model.row(Number.NEGATIVE_INFINITY, 0, [
    [one, 1],
    [choice, -oneMost],
  ]);
  model.row(Number.NEGATIVE_INFINITY, otherMost, [
    [other, 1],
    [choice, otherMost],
  ]);
};

/** What the meter's rules leave of a step to the battery: loads that are to be chosen turn a surplus into a deficit. */
const addOrigins = (
  model: LinearModel,
  step: {
    readonly net: number;
    readonly charge: number;
    readonly discharge: number;
    readonly mostIn: number;
    readonly mostOut: number;
    readonly holds: number;
    readonly drawn: readonly Term[];
    readonly mostKw: number;
  },
  { fromGrid, toGrid }: SimBattery,
): void => {
  const { net, charge, discharge, mostIn, mostOut, holds, drawn, mostKw } = step;
  const minus = drawn.map(([column, factor]): Term => [column, -factor]);
  if (!fromGrid && net < 0 && mostKw > 0 && mostIn > 0) {
    // Either it takes of what the loads leave of the surplus, or no more than what stands still loses.
    const surplus = model.column({ upper: 1, integer: true });
    const spare = mostKw + holds;
    model.row(Number.NEGATIVE_INFINITY, holds, [
      [charge, 1],
      [surplus, -Math.max(0, mostIn - holds)],
    ]);
    model.row(Number.NEGATIVE_INFINITY, spare - net, [[charge, 1], ...drawn, [surplus, spare]]);
  }
  if (toGrid || mostKw <= 0 || mostOut <= 0) return;
  if (net >= 0) model.row(Number.NEGATIVE_INFINITY, net, [[discharge, 1], ...minus]);
  else {
    const deficit = model.column({ upper: 1, integer: true });
    model.row(Number.NEGATIVE_INFINITY, 0, [
      [discharge, 1],
      [deficit, -mostOut],
    ]);
    model.row(Number.NEGATIVE_INFINITY, 0, [[discharge, 1], ...minus, [deficit, -net]]);
  }
};

/** A piece as a mixed-integer linear program. */
export const formulatePiece = (past: Past, site: SimSite, piece: Piece) => {
  const { grid } = site;
  const battery = site.battery ?? NO_BATTERY;
  const { hours } = past;
  const count = piece.to - piece.from;
  const model = createLinearModel();
  const column = (): Int32Array => new Int32Array(count);
  const columns: Columns = {
    charge: column(),
    discharge: column(),
    import: column(),
    curtail: column(),
    stored: column(),
  };
  const loads = addForeseenLoads(model, past, piece, stepLoads(past, site.loads), piece.standings);
  const kwh = (pct: number): number => (pct / 100) * battery.capacityKwh;
  const kept = (1 - battery.standingLossPerHour) ** hours;
  for (let place = 0; place < count; place += 1) {
    const step = piece.from + place;
    const load = past.loadKw[step] ?? 0;
    const pv = past.pvKw[step] ?? 0;
    const net = load - pv;
    const buy = past.importPrice[step] ?? 0;
    const sell = past.exportPrice[step] ?? 0;
    const lastStored = piece.last && place === count - 1 ? battery.finalValuePerKwh : 0;
    // A battery that may not take from the grid takes what stands still loses all the same, and what it lacks at the begin.
    const lackingKwh = place === 0 ? kwh(battery.minSocPct) - kept * piece.startKwh : 0;
    const holds = Math.max(holdsKw(battery, hours), lackingKwh / (battery.chargeEfficiency * hours));
    const mostIn = battery.fromGrid ? battery.maxChargeKw : Math.min(battery.maxChargeKw, Math.max(0, -net, holds));
    const mostKw = loads.mostKw[place] ?? 0;
    const drawn = loads.terms[place] ?? [];
    const mostOut = battery.toGrid
      ? battery.maxDischargeKw
      : Math.min(battery.maxDischargeKw, Math.max(0, net + mostKw));
    const mostImport = Math.max(grid.maxImportKw, net - mostOut);
    const upperImport = Math.min(mostImport, load + mostKw + mostIn);
    const upperExport = Math.min(grid.maxExportKw, pv + mostOut);
    const charge = model.column({ cost: battery.wearCostPerKwh * hours, upper: mostIn });
    const discharge = model.column({ cost: battery.wearCostPerKwh * hours, upper: mostOut });
    const into = model.column({ cost: buy * hours, upper: upperImport });
    const out = model.column({ cost: -sell * hours, upper: upperExport });
    const curtail = model.column({ upper: pv });
    const stored = model.column({ cost: -lastStored, lower: kwh(battery.minSocPct), upper: kwh(battery.maxSocPct) });
    columns.charge[place] = charge;
    columns.discharge[place] = discharge;
    columns.import[place] = into;
    columns.curtail[place] = curtail;
    columns.stored[place] = stored;
    model.row(net, net, [
      [into, 1],
      [out, -1],
      [curtail, -1],
      [charge, -1],
      [discharge, 1],
      ...drawn.map(([column, factor]): Term => [column, -factor]),
    ]);
    if (drawn.length > 0) addOrigins(model, { net, charge, discharge, mostIn, mostOut, holds, drawn, mostKw }, battery);
    const before = place === 0 ? kept * piece.startKwh : 0;
    model.row(before, before, [
      [stored, 1],
      [charge, -battery.chargeEfficiency * hours],
      [discharge, hours / battery.dischargeEfficiency],
      ...(place === 0 ? [] : [[columns.stored[place - 1] ?? 0, -kept] as const]),
    ]);
    if (buy < 0) oneOf(model, charge, mostIn, discharge, mostOut);
    if (buy < sell && upperExport > 0) oneOf(model, into, upperImport, out, upperExport);
  }
  const wanted = kwh(battery.finalSocPct ?? battery.minSocPct);
  if (piece.last && battery.finalSocPct !== null && count > 0) {
    const missing = model.column({ cost: missingPrice(past, site) });
    model.row(wanted, Number.POSITIVE_INFINITY, [
      [columns.stored[count - 1] ?? 0, 1],
      [missing, 1],
    ]);
  }
  addTiers(model, past, site, piece, columns, loads);
  return { data: model.data(), columns, loads };
};
