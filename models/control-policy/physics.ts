import type { PolicyHome } from './types.ts';

/**
 * One step of a battery home, with the physics of the plans: what is stored loses its standing share first, then takes in
 * charge × efficiency or gives discharge / efficiency. Battery power is at the terminals, charging positive; `netKw` is the
 * load less the sun.
 */
export interface Physics {
  readonly leastKwh: number;
  readonly mostKwh: number;
  /**
   * The power nearest to `wantedKw` that battery, rights and grid allow. Never a charge for a discharge, or the reverse; but a
   * battery at its least charge takes in what it loses by standing, as real ones do.
   */
  limit(storedKwh: number, netKw: number, wantedKw: number): number;
  storedAfter(storedKwh: number, batteryKw: number): number;
  /** Money: import − export + wear. Sun that may not be exported is held back. */
  cost(netKw: number, batteryKw: number, importPrice: number, exportPrice: number): number;
}

export const createPhysics = (home: PolicyHome, stepHours: number): Physics => {
  const { battery } = home;
  const { capacityKwh, maxChargeKw, maxDischargeKw, chargeEfficiency, dischargeEfficiency, fromGrid, toGrid } = battery;
  const maxImportKw = home.maxImportKw ?? Number.POSITIVE_INFINITY;
  const maxExportKw = home.maxExportKw ?? Number.POSITIVE_INFINITY;
  const leastKwh = (battery.minSocPct / 100) * capacityKwh;
  const mostKwh = (battery.maxSocPct / 100) * capacityKwh;
  const kept = (1 - battery.standingLossPerHour) ** stepHours;
  return {
    leastKwh,
    mostKwh,
    limit: (storedKwh, netKw, wantedKw) => {
      const left = kept * storedKwh;
      const upkeep = Math.min(maxChargeKw, Math.max(0, leastKwh - left) / (chargeEfficiency * stepHours));
      if (upkeep > 0 && wantedKw <= upkeep) return upkeep;
      if (wantedKw >= 0) {
        const room = Math.max(0, mostKwh - left) / (chargeEfficiency * stepHours);
        const supply = Math.max(0, fromGrid ? maxImportKw - netKw : -netKw);
        return Math.max(upkeep, Math.min(wantedKw, maxChargeKw, room, supply));
      }
      const stock = (Math.max(0, left - leastKwh) * dischargeEfficiency) / stepHours;
      const demand = Math.max(0, toGrid ? netKw + maxExportKw : netKw);
      const most = Math.min(-wantedKw, maxDischargeKw, stock, demand);
      return most === 0 ? 0 : -most;
    },
    storedAfter: (storedKwh, batteryKw) =>
      kept * storedKwh + stepHours * (batteryKw >= 0 ? batteryKw * chargeEfficiency : batteryKw / dischargeEfficiency),
    cost: (netKw, batteryKw, importPrice, exportPrice) => {
      const gridKw = netKw + batteryKw;
      const energy = gridKw >= 0 ? gridKw * importPrice : Math.max(gridKw, -maxExportKw) * exportPrice;
      return stepHours * (energy + battery.wearCostPerKwh * Math.abs(batteryKw));
    },
  };
};
