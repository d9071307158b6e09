import type { ExceptionMeaning } from '../modbus/failures.ts';

/**
 * Registers of the Sol-Ark, Deye and Sunsynk hybrids, single and split phase class. Value = raw × factor; 32-bit values
 * have the low word first; temperatures are tenths of a degree above −100 °C. Source: the community's tables
 * (kellerza/sunsynk single_phase.py and pbix/HA-solark-PV), which agree on every live register used here.
 */

/** The unit id of an inverter as delivered; 0 never answers. */
export const DEFAULT_UNIT = 1;

/** No block is longer than 20 registers: longer answers fail on many serial lines. */
export const BLOCKS = {
  /** Device class 0, serial 3–7. */
  identity: { start: 0, count: 8 },
  /** Rated power 16 + 17, × 0.1 W. */
  ratedPower: { start: 16, count: 2 },
  /** Grid volts 150, grid terminals 169. */
  fastGrid: { start: 150, count: 20 },
  /** CT 172, inverter 175, load 178, battery 182–184, strings 186–189. */
  fastPower: { start: 170, count: 20 },
  /** Battery power 190 and current 191, + discharging. */
  fastBattery: { start: 190, count: 5 },
  runState: { start: 59, count: 1 },
  /** Fault bits 103–106, day PV 108, string volts and amps 109–112. */
  strings: { start: 103, count: 12 },
  /** Energies of the day and in total, grid frequency 79 between the words of total import. */
  energy: { start: 70, count: 17 },
  /** Heat sinks 90 and 91. */
  temperatures: { start: 90, count: 2 },
  /** Charge current from the grid, A; non-volatile. */
  gridCharge: { start: 230, count: 1 },
} as const;

/** Quiet on the serial line after each answer. */
export const PAUSE_MS = 50;

/** Register 0 as the family uses it. The same address means something else in each class. */
export const HYBRID_SINGLE_OR_SPLIT = 3;

export const OTHER_CLASSES: Readonly<Record<number, string>> = {
  2: 'a string inverter without battery',
  4: 'a micro-inverter',
  512: 'a 16 kW single-phase hybrid, whose powers count in tens of watts',
};

/** 5 low voltage, 6 high voltage; 0x500, 0x601 and 0x602 are variants of them. */
export const THREE_PHASE_CLASSES: readonly number[] = [5, 6, 0x500, 0x601, 0x602];

export const SOLARK_EXCEPTIONS: Readonly<Record<number, ExceptionMeaning>> = {
  11: {
    kind: 'temporary',
    message: 'the inverter behind the gateway does not answer',
    advice: 'Check the RS-485 cable, 9600 baud 8N1, and "Modbus SN" in the inverter’s menu against the unit id.',
  },
};
