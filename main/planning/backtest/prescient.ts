import { ok, type Result, temporary } from '../../result.ts';
import { type Highs, infoOf, REPEATABLE } from '../highs.ts';
import { createLinearModel, type LinearModel, type Term } from '../linear-model.ts';
import { missingPrice } from './accounts.ts';
import type { Past, SimPolicy, SimSite } from './types.ts';

/** The best that could have been done, as power and held-back sun of each played step. */
export interface Foresight {
  readonly batteryKw: Float64Array;
  readonly curtailKw: Float64Array;
  /** True where the whole span was one problem: then nothing whatever is cheaper. */
  readonly proven: boolean;
}

/**
 * What is longer is solved in pieces that overlap: many steps take minutes, and with a peak charge each month multiplies the
 * choices of the others, although they have nothing to do with each other but the charge at midnight.
 */
const MOST_STEPS = 13_000;
const MOST_PEAK_DAYS = 45;
/** A piece ends with the month that holds this day of it. */
const PIECE_DAYS = 50;
const PEAK_PIECE_DAYS = 15;
const OVERLAP_DAYS = 7;
const DAY_MS = 86_400_000;
const GAP = 1e-5;
/** A tier is kept with so little to spare, kW, that no rounding lifts a month into the next. */
const TIER_MARGIN_KW = 1e-7;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly startKwh: number;
  readonly last: boolean;
  /** Daily peaks, kW, that the month of the first step has already, by local day. */
  readonly peaksBefore: ReadonlyMap<number, number>;
}
interface Columns {
  readonly charge: Int32Array;
  readonly discharge: Int32Array;
  readonly import: Int32Array;
  readonly curtail: Int32Array;
  readonly stored: Int32Array;
}

/** The charge of each month: the sum of the n largest daily peaks is the least n × θ + Σ max(0, peak − θ). */
const addTiers = (model: LinearModel, past: Past, site: SimSite, piece: Piece, columns: Columns): void => {
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
        drawn = Math.max(drawn, (past.loadKw[step] ?? 0) + (site.battery?.maxChargeKw ?? 0));
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

const formulate = (past: Past, site: SimSite, piece: Piece) => {
  const { battery, grid } = site;
  if (battery === null) throw new Error('Without a battery there is nothing to foresee.');
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
    // What stands still is lost below the least too: a battery that may not take from the grid takes so much all the same.
    const holds = ((1 - kept) * kwh(battery.maxSocPct)) / (battery.chargeEfficiency * hours);
    const mostIn = battery.fromGrid ? battery.maxChargeKw : Math.min(battery.maxChargeKw, Math.max(0, -net, holds));
    const mostOut = battery.toGrid ? battery.maxDischargeKw : Math.min(battery.maxDischargeKw, Math.max(0, net));
    const mostImport = Math.max(grid.maxImportKw, net - mostOut);
    const upperImport = Math.min(mostImport, load + mostIn);
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
    ]);
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
  addTiers(model, past, site, piece, columns);
  return { data: model.data(), columns };
};

const solvePiece = (highs: Highs, past: Past, site: SimSite, piece: Piece, timeLimitSeconds: number) => {
  const { data, columns } = formulate(past, site, piece);
  return highs.withModel(data, (model): { readonly values: Float64Array; readonly columns: Columns } | null => {
    model.options.set({ ...REPEATABLE, time_limit: timeLimitSeconds, mip_rel_gap: GAP, mip_abs_gap: 1e-6 });
    model.run();
    const solved = model.getModelStatus() === highs.constants.modelStatus.optimal;
    const found = infoOf(model, 'primal_solution_status') === highs.constants.solutionStatus.feasible;
    if (!solved && !found) return null;
    const values = model.getSolution().colValue;
    if (!data.integrality.some((kind) => kind !== 0)) return { values, columns };
    // Whole numbers are fixed and the rest solved again, so that nothing leans on the solver's rounding.
    for (const [column, kind] of data.integrality.entries()) {
      if (kind === 0) continue;
      const whole = Math.round(values[column] ?? 0);
      model.changeColBounds(column, whole, whole);
    }
    model.clearIntegrality();
    model.run();
    const exact = model.getModelStatus() === highs.constants.modelStatus.optimal;
    return { values: exact ? model.getSolution().colValue : values, columns };
  });
};

/**
 * Perfect foresight: the whole played span as one program at the resolution of the data, and a span of very many steps in pieces
 * of a month or two, each of which looks a week into the next. Failures: `backtest.no-foresight` where the limits leave nothing.
 */
export const foresee = async (
  highs: Highs,
  past: Past,
  site: SimSite,
  options: { readonly timeLimitSeconds: number; readonly onProgress?: (share: number) => Promise<boolean> },
): Promise<Result<Foresight | null>> => {
  const { first, end, stepMs } = past;
  const { battery } = site;
  const batteryKw = new Float64Array(end - first);
  const curtailKw = new Float64Array(end - first);
  const perDay = DAY_MS / stepMs;
  const peaks = site.peakTariff !== null;
  const proven = end - first <= (peaks ? Math.min(MOST_STEPS, MOST_PEAK_DAYS * perDay) : MOST_STEPS);
  if (battery === null) return ok({ batteryKw, curtailKw, proven });
  const pieceSteps = proven ? end - first : Math.round((peaks ? PEAK_PIECE_DAYS : PIECE_DAYS) * perDay);
  const overlap = Math.round(OVERLAP_DAYS * perDay);
  let startKwh = (battery.initialSocPct / 100) * battery.capacityKwh;
  let peaksBefore = new Map<number, number>();
  for (let from = first; from < end; ) {
    if ((await options.onProgress?.((from - first) / (end - first))) === false) return ok(null);
    const keepTo = end - from <= pieceSteps + overlap ? end : monthEnd(past, from + pieceSteps);
    const to = Math.min(end, keepTo === end ? end : keepTo + overlap);
    const solved = solvePiece(
      highs,
      past,
      site,
      { from, to, startKwh, last: to === end, peaksBefore },
      options.timeLimitSeconds,
    );
    if (solved === null)
      return temporary(
        'backtest.no-foresight',
        'The best that could have been done was not found: the limits of the grid leave no way through, or the time ran out.',
        'Check the limits of the site, or choose a shorter span.',
      );
    const { values, columns } = solved;
    const valueAt = (column: number | undefined): number => values[column ?? 0] ?? 0;
    const daily = new Map<number, number>();
    for (let step = from; step < Math.min(keepTo, to); step += 1) {
      const place = step - from;
      const [into, out] = [valueAt(columns.charge[place]), valueAt(columns.discharge[place])];
      // A bit of both at once is the same as the one that changes the store as much.
      const change = into * battery.chargeEfficiency - out / battery.dischargeEfficiency;
      batteryKw[step - first] = change > 0 ? change / battery.chargeEfficiency : change * battery.dischargeEfficiency;
      curtailKw[step - first] = valueAt(columns.curtail[place]);
      const day = past.day[step] ?? 0;
      daily.set(day, Math.max(daily.get(day) ?? 0, valueAt(columns.import[place])));
      startKwh = valueAt(columns.stored[place]);
    }
    from = Math.min(keepTo, to);
    const month = past.days[past.day[Math.min(from, end - 1)] ?? 0]?.month;
    peaksBefore = new Map([...daily].filter(([day]) => past.days[day]?.month === month));
  }
  return ok({ batteryKw, curtailKw, proven });
};

/** The end of the month that holds a step. */
const monthEnd = (past: Past, step: number): number => {
  const month = past.days[past.day[step] ?? 0]?.month;
  let day = past.day[step] ?? 0;
  while (past.days[day]?.month === month && day < past.days.length) day += 1;
  return Math.min(past.end, past.days[day - 1]?.to ?? past.end);
};

/** Plays what was foreseen. */
export const prescientPolicy = (past: Past, { batteryKw, curtailKw }: Foresight): SimPolicy => ({
  name: 'prescient',
  holdsBack: false,
  decide: ({ step }) => ({
    kind: 'power',
    kw: batteryKw[step - past.first] ?? 0,
    curtailKw: curtailKw[step - past.first] ?? 0,
  }),
});
