import { localHour } from '../../zone.ts';
import type { SimulatedHouse } from './types.ts';

/** Where a class keeps what steers its battery; literal addresses by the community's tables. */
export interface SlotRegisters {
  readonly enable: number;
  readonly starts: number;
  readonly powers: number;
  readonly socs: number;
  readonly flags: number;
  readonly gridCharge: number;
  readonly gridChargeA: number;
  readonly chargeA: number;
  readonly dischargeA: number;
  readonly dayBits: number;
}

export const SINGLE_SLOTS: SlotRegisters = {
  enable: 248,
  starts: 250,
  powers: 256,
  socs: 268,
  flags: 274,
  gridCharge: 232,
  gridChargeA: 230,
  chargeA: 210,
  dischargeA: 211,
  dayBits: 0,
};

export const THREE_PHASE_SLOTS: SlotRegisters = {
  enable: 146,
  starts: 148,
  powers: 154,
  socs: 166,
  flags: 172,
  gridCharge: 130,
  gridChargeA: 128,
  chargeA: 108,
  dischargeA: 109,
  dayBits: 0xfe,
};

const SLOTS = 6;
const HYSTERESIS_PCT = 0.5;

/** The slot that covers now, by the inverter's own clock: the last one runs past midnight. */
const slotAt = (starts: readonly number[], minute: number): number => {
  const minutes = starts.map((hhmm) => Math.floor(hhmm / 100) * 60 + (hhmm % 100));
  const begun = minutes.flatMap((start, slot) => (start <= minute ? [slot] : []));
  return begun.at(-1) ?? starts.length - 1;
};

/**
 * Steers the simulated battery as the table says: below a slot's level the grid fills it where the slot, the switch and
 * the current allow; at the level discharge ends; no slot discharges with more than its power.
 */
export const createSlotSteering = (options: {
  readonly house: SimulatedHouse;
  readonly timeZone: string;
  readonly at: SlotRegisters;
  readonly get: (address: number) => number;
}) => {
  const { house, timeZone, at, get } = options;
  let steers = false;
  let chargeA: number | null = null;
  return (): void => {
    // The house's own limit stays until somebody sets one.
    if (chargeA !== null && get(at.chargeA) !== chargeA) house.setChargeLimitA(get(at.chargeA));
    chargeA = get(at.chargeA);
    const enabled = get(at.enable);
    if ((enabled & 1) === 0 || (at.dayBits !== 0 && (enabled & at.dayBits) === 0)) {
      if (steers) house.setGridSetpointW(0);
      steers = false;
      return;
    }
    steers = true;
    const state = house.state();
    const minute = localHour(state.at, timeZone) * 60;
    const slot = slotAt(
      Array.from({ length: SLOTS }, (_, index) => get(at.starts + index)),
      minute,
    );
    const slotW = get(at.powers + slot);
    const levelPct = get(at.socs + slot);
    const fromGrid = (get(at.flags + slot) & 1) !== 0 && (get(at.gridCharge) & 1) !== 0;
    const surplusW = state.pvW - state.loadW;
    const gridW = Math.min(slotW, get(at.gridChargeA) * state.batteryVoltageV);
    const dischargeW = Math.min(slotW, get(at.dischargeA) * state.batteryVoltageV);
    const fills = fromGrid && state.socPct < levelPct - HYSTERESIS_PCT / 10;
    const least = state.socPct <= levelPct ? 0 : -dischargeW;
    const batteryW = fills ? Math.max(surplusW, gridW) : Math.max(surplusW, least);
    house.setGridSetpointW(batteryW - surplusW);
  };
};
