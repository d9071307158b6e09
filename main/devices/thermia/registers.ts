import type { ExceptionMeaning } from '../modbus/failures.ts';

/**
 * Registers of the Thermia Genesis platform (mega and inverter models), after the maker's "Modbus protocol for Genesis
 * platform" as pythermiagenesis lists it. Value = raw / scale, 16-bit signed; most temperatures count hundredths, the
 * room tenths; "long" values have the high word first. Which registers exist depends on the model.
 */
export const UNIT = 1;
/** The bus wants a moment between requests. */
export const PAUSE_MS = 100;

/** No block is longer than 16 registers, and none spans an address that the table does not have. */
export const INPUTS = {
  /** What it serves now: 1 manual, 2 defrost, 3 hot water, 4 heating, 5 cooling, 6 pool, 7 anti-legionella, 98, 99 idle. */
  demand: { start: 1, count: 1 },
  /** Discharge pipe 7, condenser 8 and 9, brine 10 and 11, supply line 12, outdoor 13. */
  temperatures: { start: 7, count: 7 },
  /** Hot-water tank: top 15, lower 16, weighted 17; calculated supply line 18. */
  tank: { start: 15, count: 4 },
  version: { start: 57, count: 3 },
  /** Inverter models only: W on each phase. */
  power: { start: 78, count: 3 },
  /** Inverter models only: kWh, long. */
  energy: { start: 83, count: 2 },
  room: { start: 121, count: 1 },
} as const;

export const HOLDINGS = {
  comfort: { start: 5, count: 1 },
  /** Start 22 and stop 23 of hot water. */
  hotWater: { start: 22, count: 2 },
} as const;

export const COILS = {
  /** Hot water 8, heating 9, cooling 10. */
  allowed: { start: 8, count: 3 },
} as const;

export const DISCRETE = {
  /** Alarms of class A, B and C. */
  alarms: { start: 0, count: 3 },
  compressor: { start: 199, count: 1 },
} as const;

/** What a sensor that is not there reads, after sign. Never 0. */
export const ABSENT = 32_767;

export const DEMANDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 98, 99]);

export const THERMIA_EXCEPTIONS: Readonly<Record<number, ExceptionMeaning>> = {
  1: {
    kind: 'permanent',
    message: 'it does not know this function',
    advice: 'Switch Modbus TCP on in the service menu of the heat pump, under BMC.',
  },
};
