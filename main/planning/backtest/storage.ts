import type { SimBattery } from './types.ts';

/** Without a battery: one that holds nothing. */
export const NO_BATTERY: SimBattery = {
  ...{ capacityKwh: 0, minSocPct: 0, maxSocPct: 0, initialSocPct: 0, finalSocPct: null, finalValuePerKwh: 0 },
  ...{ maxChargeKw: 0, maxDischargeKw: 0, chargeEfficiency: 1, dischargeEfficiency: 1, standingLossPerHour: 0 },
  ...{ wearCostPerKwh: 0, fromGrid: false, toGrid: false },
};

/** What a battery may take from the grid although it is not to charge from it, kW: what stands still loses at its least. */
export const holdsKw = (battery: SimBattery, hours: number): number => {
  const lostShare = 1 - (1 - battery.standingLossPerHour) ** hours;
  return (lostShare * (battery.minSocPct / 100) * battery.capacityKwh) / (battery.chargeEfficiency * hours);
};

/** Bounds of a battery in kWh, and what a step does to it. */
export interface Storage {
  readonly leastKwh: number;
  readonly mostKwh: number;
  readonly startKwh: number;
  /** What of the stored energy is still there after a step. */
  readonly kept: number;
  /** Stored energy at the end of a step with a power at the terminals, + charging. */
  after(energyKwh: number, kw: number): number;
  /** The power nearest to the wish that keeps all limits of the battery. */
  within(energyKwh: number, kw: number): number;
}

/** The battery of the simulator, by steps of `hours`. */
export const storageOf = (battery: SimBattery, hours: number): Storage => {
  const leastKwh = (battery.minSocPct / 100) * battery.capacityKwh;
  const mostKwh = (battery.maxSocPct / 100) * battery.capacityKwh;
  const startKwh = (battery.initialSocPct / 100) * battery.capacityKwh;
  const kept = (1 - battery.standingLossPerHour) ** hours;
  const { chargeEfficiency, dischargeEfficiency, maxChargeKw, maxDischargeKw } = battery;
  /** Power that changes the store by so many kWh. */
  const powerFor = (changeKwh: number): number =>
    changeKwh > 0 ? changeKwh / (chargeEfficiency * hours) : (changeKwh * dischargeEfficiency) / hours;
  return {
    leastKwh,
    mostKwh,
    startKwh,
    kept,
    after: (energyKwh, kw) =>
      kept * energyKwh + (kw > 0 ? kw * chargeEfficiency * hours : (kw * hours) / dischargeEfficiency),
    within: (energyKwh, kw) => {
      const left = kept * energyKwh;
      // Below the least, what stands still is lost: the battery takes so much as keeps it at the least, as real ones do.
      const lowest = Math.max(-maxDischargeKw, powerFor(leastKwh - left));
      const highest = Math.min(maxChargeKw, powerFor(mostKwh - left));
      return Math.min(Math.max(kw, lowest), Math.max(highest, lowest), maxChargeKw);
    },
  };
};
