import type { BatteryNow, Flow, GridNow } from './shapes.ts';

/** Powers of a flow in the product's signs, W; null where the flow does not say. */
export interface FlowPowers {
  readonly pvPowerW: number | null;
  readonly batteryPowerW: number | null;
  readonly gridPowerW: number | null;
  readonly loadPowerW: number | null;
  readonly generatorPowerW: number | null;
}

/**
 * The raw signs differ from plant to plant: the magnitude comes from the number, the sign from the flag. Without a flag,
 * or with both, nobody knows the direction.
 */
const signed = (value: number | null, positive: boolean | null, negative: boolean | null): number | null => {
  if (value === null) return null;
  if (value === 0) return 0;
  if (positive === negative || (positive !== true && negative !== true)) return null;
  return positive ? Math.abs(value) : -Math.abs(value);
};

export const flowPowers = (flow: Flow): FlowPowers => ({
  // Micro-inverters and other AC-coupled panels are counted apart.
  pvPowerW: flow.pvPower === null ? flow.minPower : flow.pvPower + (flow.minPower ?? 0),
  batteryPowerW: signed(flow.battPower, flow.toBat, flow.batTo),
  gridPowerW: signed(flow.gridOrMeterPower, flow.gridTo, flow.toGrid),
  // 0 without a meter is not measured.
  loadPowerW: flow.loadOrEpsPower === 0 && flow.existsMeter !== true ? null : flow.loadOrEpsPower,
  generatorPowerW: flow.existsGen === true ? flow.genPower : null,
});

export interface WholeFlow extends FlowPowers {
  /** True where nobody measures the load and it follows from the balance. */
  readonly loadIsBalanced: boolean;
}

/** At the current transformers where there are some, else at the inverter's own terminals; + import. */
const gridOf = ({ limiterTotalPower, pac }: GridNow, existsMeter: boolean | null): number | null =>
  existsMeter === true || (limiterTotalPower ?? 0) !== 0 ? limiterTotalPower : pac;

/** What the flow leaves open is taken from the inverter's own values, which are signed: battery + discharging. */
export const wholeFlow = (flow: Flow, battery: BatteryNow, grid: GridNow): WholeFlow => {
  const powers = flowPowers(flow);
  const batteryPowerW = powers.batteryPowerW ?? (battery.power === null ? null : -battery.power);
  const gridPowerW = powers.gridPowerW ?? gridOf(grid, flow.existsMeter);
  const { pvPowerW, loadPowerW, generatorPowerW } = powers;
  const balancedW =
    loadPowerW !== null || pvPowerW === null || gridPowerW === null || batteryPowerW === null
      ? null
      : pvPowerW + gridPowerW - batteryPowerW + (generatorPowerW ?? 0);
  return {
    ...powers,
    batteryPowerW,
    gridPowerW,
    // Rounding can leave a little less than nothing.
    loadPowerW: balancedW === null ? loadPowerW : Math.max(0, balancedW),
    loadIsBalanced: balancedW !== null,
  };
};
