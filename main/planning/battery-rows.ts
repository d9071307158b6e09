import type { LinearModel, Term } from './linear-model.ts';
import type { Slacks } from './slacks.ts';
import type { Battery } from './types.ts';

/** Columns of a battery, one of each a step: kW at the terminals and kWh stored at the end of the step. */
export interface BatteryColumns {
  readonly charge: readonly number[];
  readonly discharge: readonly number[];
  readonly energy: readonly number[];
}

interface BatteryFrame {
  readonly steps: number;
  readonly hours: number;
  /** Steps in which charging and discharging at once is forbidden by a choice. */
  readonly oneWay: ReadonlySet<number>;
  /** What money counts in the objective. */
  readonly weight: number;
  /** Whether the reserve counts; it is bent at its own price. */
  readonly reserve: boolean;
}

/** The share of the stored energy that is still there after a step. */
export const keptShare = (battery: Battery, hours: number): number => (1 - battery.standingLossPerHour) ** hours;

/**
 * How far a battery that holds `startKwh` may lie outside a bound at the end of each step, kWh: no further than its standing
 * losses bring it from there, or from the bound.
 */
const allowedOutside = (
  battery: Battery,
  startKwh: number,
  frame: Pick<BatteryFrame, 'hours' | 'steps'>,
  side: 'below' | 'above',
): readonly number[] => {
  const kept = keptShare(battery, frame.hours);
  const bound = (battery.capacityKwh * (side === 'below' ? battery.minSocPct : battery.maxSocPct)) / 100;
  let resting = startKwh;
  return Array.from({ length: frame.steps }, () => {
    resting = kept * (side === 'below' ? Math.min(resting, bound) : resting);
    return Math.max(0, side === 'below' ? bound - resting : resting - bound);
  });
};

/**
 * The bounds of the charge as rows that may be bent, by a battery that begins outside and by its standing losses; neither
 * charging nor discharging passes one. A battery that begins below gives nothing before it is above again, which is a choice.
 */
const addSoftBounds = (
  model: LinearModel,
  battery: Battery,
  columns: BatteryColumns,
  frame: BatteryFrame,
  slacks: Slacks,
): void => {
  const kwh = (pct: number): number => (pct / 100) * battery.capacityKwh;
  const start = kwh(battery.initialSocPct);
  const atBound = allowedOutside(battery, kwh(battery.minSocPct), frame, 'below');
  const recovers = battery.initialSocPct < battery.minSocPct;
  for (const [limit, side, sign] of [
    ['least charge', 'below', 1],
    ['most charge', 'above', -1],
  ] as const) {
    const bound = sign * kwh(side === 'below' ? battery.minSocPct : battery.maxSocPct);
    const allowed = allowedOutside(battery, start, frame, side);
    for (const [step, stored] of columns.energy.entries()) {
      const most = allowed[step] ?? 0;
      const missing = most > 0 ? slacks.add(limit, step, battery.id, most) : null;
      model.row(bound, Number.POSITIVE_INFINITY, [
        [stored, sign],
        ...(missing === null ? [] : [[missing, 1] as const]),
      ]);
      if (side === 'above' || missing === null || !recovers) continue;
      const gives = model.column({ upper: 1, integer: true });
      model.row(Number.NEGATIVE_INFINITY, 0, [
        [columns.discharge[step] ?? 0, 1],
        [gives, -battery.maxDischargeKw],
      ]);
      model.row(Number.NEGATIVE_INFINITY, most, [
        [missing, 1],
        [gives, most - (atBound[step] ?? 0)],
      ]);
    }
  }
};

const addReserve = (model: LinearModel, battery: Battery, energy: readonly number[], hours: number): void => {
  if (battery.reserveSocPct === null || battery.reservePricePerKwh <= 0) return;
  for (const [step, stored] of energy.entries()) {
    const pct = battery.reserveSocPct[step] ?? 0;
    if (pct <= battery.minSocPct) continue;
    const floor = (pct / 100) * battery.capacityKwh;
    const missing = model.column({ cost: battery.reservePricePerKwh * hours });
    model.row(floor, Number.POSITIVE_INFINITY, [
      [stored, 1],
      [missing, 1],
    ]);
  }
};

/**
 * A battery: what is stored follows from what was stored, the losses and the power. In the steps of `oneWay` a choice forbids
 * charging and discharging at once; elsewhere that would only waste what has a price, and needs no choice.
 */
export const addBattery = (
  model: LinearModel,
  battery: Battery,
  frame: BatteryFrame,
  slacks: Slacks | null,
): BatteryColumns => {
  const { steps, hours, oneWay, weight } = frame;
  const { capacityKwh, maxChargeKw, maxDischargeKw, chargeEfficiency, dischargeEfficiency } = battery;
  const kwh = (pct: number): number => (pct / 100) * capacityKwh;
  const wear = weight * battery.wearCostPerKwh * hours;
  const kept = keptShare(battery, hours);
  const charge: number[] = [];
  const discharge: number[] = [];
  const energy: number[] = [];
  const bounds =
    slacks === null
      ? { lower: kwh(battery.minSocPct), upper: kwh(battery.maxSocPct) }
      : { lower: 0, upper: capacityKwh };
  for (let step = 0; step < steps; step += 1) {
    const into = model.column({ cost: wear, upper: maxChargeKw });
    const out = model.column({ cost: wear, upper: maxDischargeKw });
    const stored = model.column(bounds);
    const before = energy.at(-1);
    const start = before === undefined ? kept * kwh(battery.initialSocPct) : 0;
    model.row(start, start, [
      [stored, 1],
      [into, -chargeEfficiency * hours],
      [out, hours / dischargeEfficiency],
      ...(before === undefined ? [] : [[before, -kept] as const]),
    ]);
    if (oneWay.has(step)) {
      const charging = model.column({ upper: 1, integer: true });
      model.row(Number.NEGATIVE_INFINITY, 0, [
        [into, 1],
        [charging, -maxChargeKw],
      ]);
      model.row(Number.NEGATIVE_INFINITY, maxDischargeKw, [
        [out, 1],
        [charging, maxDischargeKw],
      ]);
    }
    charge.push(into);
    discharge.push(out);
    energy.push(stored);
  }
  if (slacks !== null) addSoftBounds(model, battery, { charge, discharge, energy }, frame, slacks);
  if (frame.reserve) addReserve(model, battery, energy, hours);
  const last = energy.at(-1);
  if (last === undefined) return { charge, discharge, energy };
  model.addCost(last, -weight * battery.finalValuePerKwh);
  if (battery.finalSocPct !== null)
    model.row(kwh(battery.finalSocPct), Number.POSITIVE_INFINITY, [
      [last, 1],
      ...(slacks === null ? [] : [[slacks.add('charge at the end', steps - 1, battery.id), 1] as const]),
    ]);
  return { charge, discharge, energy };
};

/** Where energy may come from and go to, in one step. `pv` is what there is, `held` the column of what of it is held back. */
export const addOrigins = (
  model: LinearModel,
  batteries: readonly { readonly battery: Battery; readonly columns: BatteryColumns }[],
  at: {
    readonly step: number;
    readonly pvKw: number;
    readonly held: number;
    readonly loadKw: number;
    readonly draws: readonly Term[];
  },
): void => {
  const of = (which: 'charge' | 'discharge', may: 'fromGrid' | 'toGrid'): readonly Term[] =>
    batteries.flatMap(({ battery, columns }): readonly Term[] => {
      const column = columns[which][at.step];
      return battery[may] || column === undefined ? [] : [[column, 1]];
    });
  const fromSun = of('charge', 'fromGrid');
  if (fromSun.length > 0)
    model.row(Number.NEGATIVE_INFINITY, at.pvKw, [...fromSun, ...(at.held < 0 ? [] : [[at.held, 1] as const])]);
  const toHouse = of('discharge', 'toGrid');
  if (toHouse.length > 0)
    model.row(Number.NEGATIVE_INFINITY, at.loadKw, [
      ...toHouse,
      ...at.draws.map(([column, factor]): Term => [column, -factor]),
    ]);
};
