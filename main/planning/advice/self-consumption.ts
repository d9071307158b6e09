import type { Battery } from '../types.ts';

/** What limits a home's battery. */
export type HomeBattery = Pick<
  Battery,
  | 'capacityKwh'
  | 'minSocPct'
  | 'maxSocPct'
  | 'maxChargeKw'
  | 'maxDischargeKw'
  | 'chargeEfficiency'
  | 'dischargeEfficiency'
  | 'standingLossPerHour'
  | 'wearCostPerKwh'
>;

/** A stretch of time as the battery sees it: + is charging, at the terminals. */
interface BatteryMove {
  readonly batteryKwh: number;
  readonly storedKwh: number;
}

/**
 * What a battery does that nobody steers: surplus goes in, what is missing comes out, within its limits. `surplusKwh` is the sun
 * less the load of the stretch. One that is below its least charge is left alone until there is surplus.
 */
export const restingMove = (
  battery: HomeBattery,
  storedKwh: number,
  surplusKwh: number,
  hours: number,
): BatteryMove => {
  const { capacityKwh, chargeEfficiency, dischargeEfficiency } = battery;
  const left = storedKwh * (1 - Math.min(1, battery.standingLossPerHour * hours));
  if (surplusKwh >= 0) {
    const roomKwh = Math.max(0, (capacityKwh * battery.maxSocPct) / 100 - left);
    const inKwh = Math.min(surplusKwh, battery.maxChargeKw * hours, roomKwh / chargeEfficiency);
    return { batteryKwh: inKwh, storedKwh: left + inKwh * chargeEfficiency };
  }
  const freeKwh = Math.max(0, left - (capacityKwh * battery.minSocPct) / 100);
  const outKwh = Math.min(-surplusKwh, battery.maxDischargeKw * hours, freeKwh * dischargeEfficiency);
  return { batteryKwh: -outKwh, storedKwh: left - outKwh / dischargeEfficiency };
};
