/**
 * A 48 V LFP battery of 16 cells in series, as simple as measurement needs it: a flat open-circuit curve, an internal
 * resistance, losses both ways, current limits with a taper at both ends, and a slow temperature.
 */
export interface BatterySpec {
  readonly capacityKwh: number;
  readonly maxChargeW: number;
  readonly maxDischargeW: number;
}

export interface BatteryCharge {
  readonly energyKwh: number;
  readonly tempC: number;
}

const CELLS = 16;
/** One way; about 95 % there and back, as measured on LFP with its inverter. */
const EFFICIENCY = 0.975;
const MS_PER_HOUR = 3_600_000;
/** Pack resistance of a 1 kWh battery; more capacity is more strings side by side. */
const OHM_KWH = 0.16;
/** Rest voltage of a cell by state of charge, V: typical LFP curve. */
const REST_CURVE: readonly (readonly [number, number])[] = [
  [0, 2.6],
  [5, 3.05],
  [10, 3.19],
  [20, 3.24],
  [40, 3.285],
  [60, 3.305],
  [80, 3.33],
  [95, 3.345],
  [98, 3.36],
  [100, 3.42],
];
/** Above this the BMS asks for less and less current. */
const FULL_TAPER_FROM_PCT = 97;
/** The BMS calls it full: no trickle for the last crumbs. */
const FULL_PCT = 99.98;
/** Just above the floor discharge fades instead of flapping. */
const FLOOR_TAPER_PCT = 0.3;

export const socPctOf = (spec: BatterySpec, energyKwh: number): number => (energyKwh / spec.capacityKwh) * 100;

const restVoltageV = (socPct: number): number => {
  const above = REST_CURVE.findIndex(([soc]) => soc >= socPct);
  const [highSoc, highV] = REST_CURVE[above === -1 ? REST_CURVE.length - 1 : above] ?? [100, 3.42];
  const [lowSoc, lowV] = REST_CURVE[Math.max(0, above - 1)] ?? [highSoc, highV];
  const share = highSoc === lowSoc ? 0 : (socPct - lowSoc) / (highSoc - lowSoc);
  return CELLS * (lowV + (highV - lowV) * share);
};

/** Terminal voltage and current at a power, + charging: V = rest + R·P/V solved for V. */
export const terminals = (
  spec: BatterySpec,
  energyKwh: number,
  powerW: number,
): { readonly voltageV: number; readonly currentA: number } => {
  const rest = restVoltageV(socPctOf(spec, energyKwh));
  const resistance = OHM_KWH / spec.capacityKwh;
  const voltageV = (rest + Math.sqrt(Math.max(0, rest * rest + 4 * resistance * powerW))) / 2;
  return { voltageV, currentA: powerW / voltageV };
};

export interface BatteryLimits {
  readonly minimumSocPct: number;
  /** Charge current limit in A; infinite when none is set. */
  readonly chargeLimitA: number;
  /** Discharge power limit in W; infinite when none is set. */
  readonly dischargeLimitW: number;
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

/** The power that the battery takes of what is wanted, in whole W, so that it stays inside its limits for `spanMs`. */
export const acceptedW = (
  spec: BatterySpec,
  { energyKwh }: BatteryCharge,
  { minimumSocPct, chargeLimitA, dischargeLimitW }: BatteryLimits,
  wantedW: number,
  spanMs: number,
): number => {
  const socPct = socPctOf(spec, energyKwh);
  const hours = Math.max(spanMs, 1_000) / MS_PER_HOUR;
  if (wantedW > 0) {
    if (socPct > FULL_PCT) return 0;
    const taper = Math.max(0.02, share((100 - socPct) / (100 - FULL_TAPER_FROM_PCT)));
    const currentW = chargeLimitA * terminals(spec, energyKwh, 0).voltageV;
    const roomW = ((spec.capacityKwh - energyKwh) * 1_000) / hours / EFFICIENCY;
    return Math.trunc(Math.max(0, Math.min(wantedW, spec.maxChargeW * taper, currentW, roomW)));
  }
  const floorKwh = (spec.capacityKwh * minimumSocPct) / 100;
  const taper = share((socPct - minimumSocPct) / FLOOR_TAPER_PCT);
  const stockW = (Math.max(0, energyKwh - floorKwh) * 1_000 * EFFICIENCY) / hours;
  return Math.trunc(Math.max(wantedW, -Math.min(spec.maxDischargeW * taper, dischargeLimitW, stockW))) + 0;
};

/** Seconds of warmth are stored in about 1 kJ/K a kilogram, 8 kg a kWh; it leaks through the case. */
const HEAT_J_PER_K_KWH = 8_000;
const COOLING_S = 5 * 3_600;

/** The battery after `spanMs` at a power, + charging. */
export const charged = (
  spec: BatterySpec,
  { energyKwh, tempC }: BatteryCharge,
  powerW: number,
  outdoorTempC: number,
  spanMs: number,
): BatteryCharge => {
  const storedW = powerW > 0 ? powerW * EFFICIENCY : powerW / EFFICIENCY;
  const energy = energyKwh + (storedW / 1_000) * (spanMs / MS_PER_HOUR);
  const { currentA } = terminals(spec, energyKwh, powerW);
  const heatW = currentA * currentA * (OHM_KWH / spec.capacityKwh);
  // A garage: half way between the yard and a room.
  const roomTempC = (outdoorTempC + 19) / 2;
  const restTempC = roomTempC + (heatW * COOLING_S) / (HEAT_J_PER_K_KWH * spec.capacityKwh);
  const settled = 1 - Math.exp(-spanMs / 1_000 / COOLING_S);
  return {
    energyKwh: Math.min(spec.capacityKwh, Math.max(0, energy)),
    tempC: tempC + (restTempC - tempC) * settled,
  };
};
