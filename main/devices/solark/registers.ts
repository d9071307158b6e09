import type { BlockRange } from '../modbus/bus.ts';
import type { ExceptionMeaning } from '../modbus/failures.ts';

/**
 * Registers of the Sol-Ark, Deye and Sunsynk hybrids. Value = raw × factor; 32-bit values have the low word first;
 * temperatures are tenths of a degree above −100 °C. The same address means other things in each class. Source: the
 * community's tables (kellerza/sunsynk, pbix/HA-solark-PV), which agree on every live register of the single and split
 * phase class that is used here; the three-phase table comes from the first alone.
 */

/** The unit id of an inverter as delivered; 0 never answers. */
export const DEFAULT_UNIT = 1;

/** Quiet on the serial line after each answer. */
export const PAUSE_MS = 50;

/** Device class 0, serial 3–7: the same in every class. */
export const IDENTITY: BlockRange = { start: 0, count: 8 };

/** Registers that are read in one piece; an optional one may be unknown to some models. */
export interface Piece extends BlockRange {
  readonly optional?: true;
}

/** Where the time-of-use table stands. Six registers each: starts as HHMM, most W, battery volts, SOC, flags. */
export interface TableRegisters {
  /** Bit 0: followed. */
  readonly enable: number;
  /** Bits of the weekdays on which it is followed; 0 where the family has none. */
  readonly dayBits: number;
  readonly starts: number;
  readonly powers: number;
  readonly socs: number;
  readonly flags: number;
  readonly sellBit: number;
}

export interface FamilyRegisters {
  /** Rated power, low and high word, × 0.1 W. */
  readonly rated: BlockRange;
  /** Read at each poll. No two neighbours have one length: a late answer is then never taken for the next one. */
  readonly fast: readonly Piece[];
  /** Read once a minute. */
  readonly slow: readonly Piece[];
  readonly chargeA: number;
  readonly dischargeA: number;
  readonly gridChargeA: number;
  /** Bit 0. */
  readonly gridCharge: number;
  readonly bmsChargeA: number;
  readonly bmsDischargeA: number;
  readonly table: TableRegisters;
}

/** No piece is longer than 20 registers: longer answers fail on many serial lines. */
export const SINGLE: FamilyRegisters = {
  rated: { start: 16, count: 2 },
  fast: [
    { start: 150, count: 18 },
    { start: 168, count: 20 },
    { start: 188, count: 7 },
  ],
  slow: [
    { start: 59, count: 1 },
    { start: 70, count: 17 },
    { start: 90, count: 8 },
    { start: 103, count: 12 },
    { start: 210, count: 2 },
    { start: 230, count: 6 },
    { start: 248, count: 1 },
    { start: 314, count: 2, optional: true },
  ],
  chargeA: 210,
  dischargeA: 211,
  gridChargeA: 230,
  gridCharge: 232,
  bmsChargeA: 314,
  bmsDischargeA: 315,
  table: { enable: 248, dayBits: 0, starts: 250, powers: 256, socs: 268, flags: 274, sellBit: 0x40 },
};

export const THREE_PHASE: FamilyRegisters = {
  rated: { start: 20, count: 2 },
  fast: [
    { start: 586, count: 15 },
    { start: 609, count: 17 },
    { start: 636, count: 1 },
    { start: 650, count: 18 },
    { start: 671, count: 5 },
    { start: 687, count: 8, optional: true },
  ],
  slow: [
    { start: 500, count: 1 },
    { start: 514, count: 16 },
    { start: 534, count: 2 },
    { start: 552, count: 7 },
    { start: 108, count: 2 },
    { start: 128, count: 3 },
    { start: 146, count: 1 },
    { start: 212, count: 2, optional: true },
  ],
  chargeA: 108,
  dischargeA: 109,
  gridChargeA: 128,
  gridCharge: 130,
  bmsChargeA: 212,
  bmsDischargeA: 213,
  table: { enable: 146, dayBits: 0xfe, starts: 148, powers: 154, socs: 166, flags: 172, sellBit: 0x20 },
};

export const SOLARK_EXCEPTIONS: Readonly<Record<number, ExceptionMeaning>> = {
  11: {
    kind: 'temporary',
    message: 'the inverter behind the gateway does not answer',
    advice: 'Check the RS-485 cable, 9600 baud 8N1, and "Modbus SN" in the inverter’s menu against the unit id.',
  },
};
