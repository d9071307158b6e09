import type { ControlSpec } from '../types.ts';

/** The product's own default: half-way safe for any lithium battery; the person chooses another per home. */
const SAFE_MINIMUM_SOC_PCT = 30;
const MOST_GRID_W = 32_000;
/** What a limit is set to where there is none: the battery's own management and the chargers still hold theirs. */
export const NO_LIMIT = -1;

/** Volatile, so it may follow the house; 0 gives control back to the setpoint stored in the GX. */
export const SETPOINT_CONTROL: ControlSpec = {
  control: { kind: 'number', unit: 'W', minimum: -MOST_GRID_W, maximum: MOST_GRID_W, step: 10 },
  defaultSafeState: 0,
  defaultRules: { minOnMs: 10_000, minOffMs: 10_000, maxSwitchesPerHour: 240, writeBudgetPerDay: 4_000 },
  readBackAfterMs: 1_000,
  readBackWithinMs: 10_000,
  effect: {
    kind: 'none',
    because: 'Grid power follows the setpoint only as far as panels, loads and battery limits allow.',
  },
  deviceLease: false,
};

/** Kept in flash and logged by the GX with each write, so settings change a few times a day at most. */
const STORED = {
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 24 },
  readBackAfterMs: 1_000,
  readBackWithinMs: 15_000,
  deviceLease: false,
} as const;

export const MINIMUM_SOC_CONTROL: ControlSpec = {
  ...STORED,
  control: { kind: 'number', unit: '%', minimum: 0, maximum: 100, step: 1 },
  defaultSafeState: SAFE_MINIMUM_SOC_PCT,
  effect: { kind: 'none', because: 'A minimum acts only once the battery has come down to it.' },
};

/** DVCC's own limit, for all chargers together; the battery's may be lower and then holds. */
export const CHARGE_LIMIT_CONTROL: ControlSpec = {
  ...STORED,
  control: { kind: 'number', unit: 'A', minimum: NO_LIMIT, maximum: 2_000, step: 1 },
  defaultSafeState: NO_LIMIT,
  effect: { kind: 'none', because: 'A limit acts only once the chargers would give more than it allows.' },
};

/** 0 stops discharge, and surplus is still taken. */
export const DISCHARGE_LIMIT_CONTROL: ControlSpec = {
  ...STORED,
  control: { kind: 'number', unit: 'W', minimum: NO_LIMIT, maximum: 300_000, step: 1 },
  defaultSafeState: NO_LIMIT,
  effect: { kind: 'none', because: 'A limit acts only once the house would draw more than it allows.' },
};

/** A dry contact: what hangs on it is not known, and nothing measures it. */
export const RELAY_CONTROL: ControlSpec = {
  control: { kind: 'switch' },
  defaultSafeState: false,
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 200 },
  readBackAfterMs: 1_000,
  readBackWithinMs: 10_000,
  effect: { kind: 'none', because: 'The GX does not measure what hangs on its relay.' },
  deviceLease: false,
};
