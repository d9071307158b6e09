/** What limits a battery. One way efficiency: charging stores power × efficiency, discharging takes power / efficiency. */
export interface BatteryLimits {
  readonly capacityKwh: number;
  /** Discharge ends here; a battery below it may only charge. */
  readonly minimumSocPct: number;
  readonly maximumSocPct: number;
  readonly maxChargeW: number;
  readonly maxDischargeW: number;
  /** 0 to 1, each way. */
  readonly oneWayEfficiency: number;
  /** Kept for an outage: the house is not fed from below it. The higher of it and `minimumSocPct` holds. */
  readonly reservePct?: number;
}

/** One step of the house: pvW + gridW = loadW + batteryW; grid + import, battery + charging. */
export interface BatteryStep {
  readonly batteryW: number;
  readonly gridW: number;
  /** At the end of the step. */
  readonly socPct: number;
}

/** Battery power of one step of self-consumption, W, charging positive: surplus is stored and lack drawn, within the limits. */
export type StepPower = (socPct: number, pvW: number, loadW: number) => number;

/** The rule of `StepPower` for one battery and length of step, with what does not change worked out once. */
export const createStepPower = (limits: BatteryLimits, stepHours: number): StepPower => {
  const { maximumSocPct, maxChargeW, maxDischargeW, oneWayEfficiency } = limits;
  const floorPct = Math.max(limits.minimumSocPct, limits.reservePct ?? 0);
  const wattsOfPct = (limits.capacityKwh * 10) / stepHours;
  return (socPct, pvW, loadW) => {
    const surplusW = pvW - loadW;
    if (surplusW >= 0) {
      const roomW = (Math.max(0, maximumSocPct - socPct) * wattsOfPct) / oneWayEfficiency;
      return Math.min(surplusW, maxChargeW, roomW);
    }
    const storedW = Math.max(0, socPct - floorPct) * wattsOfPct * oneWayEfficiency;
    return -Math.min(-surplusW, maxDischargeW, storedW);
  };
};

/** The state of charge after a step with a battery power, per cent, within 0 to 100. */
export const createStepSoc = (limits: BatteryLimits, stepHours: number) => {
  const pctOfWatt = stepHours / (limits.capacityKwh * 10);
  return (socPct: number, batteryW: number): number => {
    const cellsW = batteryW >= 0 ? batteryW * limits.oneWayEfficiency : batteryW / limits.oneWayEfficiency;
    return Math.min(100, Math.max(0, socPct + cellsW * pctOfWatt));
  };
};

/** The course over several steps from `socPct`; pv and load in W, one value a step. */
export const simulateBattery = (
  limits: BatteryLimits,
  socPct: number,
  pvW: readonly number[],
  loadW: readonly number[],
  stepHours: number,
): readonly BatteryStep[] => {
  const powerOf = createStepPower(limits, stepHours);
  const socOf = createStepSoc(limits, stepHours);
  let soc = socPct;
  return pvW.map((pv, index) => {
    const load = loadW[index] ?? 0;
    const batteryW = powerOf(soc, pv, load);
    soc = socOf(soc, batteryW);
    return { batteryW, gridW: load + batteryW - pv, socPct: soc };
  });
};
