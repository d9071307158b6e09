import type { LinearModel } from './linear-model.ts';
import type { Slacks } from './slacks.ts';
import type { Battery } from './types.ts';

/** Columns of the battery, one of each a step: kW at the terminals and kWh stored at the end of the step. */
export interface BatteryColumns {
  readonly charge: readonly number[];
  readonly discharge: readonly number[];
  readonly energy: readonly number[];
}

/** The share of the stored energy that is still there after a step. */
export const keptShare = (battery: Battery, hours: number): number => (1 - battery.standingLossPerHour) ** hours;

/**
 * A battery: what is stored follows from what was stored, the losses and the power. In the steps of `oneWay` a choice forbids
 * charging and discharging at once; elsewhere that would only waste what has a price, and needs no choice.
 */
export const addBattery = (
  model: LinearModel,
  battery: Battery,
  frame: {
    readonly steps: number;
    readonly hours: number;
    readonly oneWay: ReadonlySet<number>;
    readonly weight: number;
  },
  slacks: Slacks | null,
): BatteryColumns => {
  const { steps, hours, oneWay, weight } = frame;
  const { capacityKwh, maxChargeKw, maxDischargeKw, chargeEfficiency, dischargeEfficiency } = battery;
  const kwh = (pct: number): number => (pct / 100) * capacityKwh;
  const least = kwh(battery.minSocPct);
  const most = kwh(battery.maxSocPct);
  const wear = weight * battery.wearCostPerKwh * hours;
  const kept = keptShare(battery, hours);
  const charge: number[] = [];
  const discharge: number[] = [];
  const energy: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const into = model.column({ cost: wear, upper: maxChargeKw });
    const out = model.column({ cost: wear, upper: maxDischargeKw });
    const stored = model.column(slacks === null ? { lower: least, upper: most } : { lower: 0, upper: capacityKwh });
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
    if (slacks !== null) {
      model.row(least, Number.POSITIVE_INFINITY, [
        [stored, 1],
        [slacks.add('least charge', step), 1],
      ]);
      model.row(Number.NEGATIVE_INFINITY, most, [
        [stored, 1],
        [slacks.add('most charge', step), -1],
      ]);
    }
    charge.push(into);
    discharge.push(out);
    energy.push(stored);
  }
  const last = energy.at(-1);
  if (last === undefined) return { charge, discharge, energy };
  model.addCost(last, -weight * battery.finalValuePerKwh);
  if (battery.finalSocPct !== null)
    model.row(kwh(battery.finalSocPct), Number.POSITIVE_INFINITY, [
      [last, 1],
      ...(slacks === null ? [] : [[slacks.add('charge at the end', steps - 1), 1] as const]),
    ]);
  return { charge, discharge, energy };
};
