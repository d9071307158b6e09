import type { ExceptionMeaning } from '../modbus/failures.ts';

/**
 * Registers of a GX device that this driver uses. Value = raw / scale, 32-bit with the high word first. Source: the
 * vendor's table (victronenergy/dbus_modbustcp, attributes.csv), except FIRMWARE, which its mappings.cpp adds in code.
 */

/** `com.victronenergy.system`, `.settings` and `.hub4`. */
export const SYSTEM_UNIT = 100;

/** Blocks that hold no gap: a read that spans one is refused. */
export const BLOCKS = {
  serial: { start: 800, count: 6 },
  /** Relays 806–807; AC in 16 bits: PV 808–816, loads 817–819, grid 820–822, generator 823–825, active input 826. */
  narrowAc: { start: 806, count: 21 },
  relays: { start: 806, count: 2 },
  firmware: { start: 834, count: 2 },
  /** V ÷10, A ÷10, W, SOC %, state; + is charging. */
  battery: { start: 840, count: 5 },
  /** DC-coupled PV, W. */
  dcPv: { start: 850, count: 1 },
  /** Loads on the DC side, W. */
  dcLoads: { start: 860, count: 1 },
  /** AC in 32 bits: PV 884–900, loads 902–906, grid 908–912. */
  wideAc: { start: 872, count: 42 },
  /** Volatile grid setpoint, W; not 0 overrides the stored one, 0 hands back. From Venus OS 3.50. */
  setpoint: { start: 2716, count: 2 },
  /** Stored in flash, −1 is none: discharge power raw × 10 W (2704), charge current A with DVCC (2705). */
  limits: { start: 2704, count: 2 },
  /** Discharge power limit in whole W, −1 is none: the same setting as 2704. */
  wideDischargeLimit: { start: 2720, count: 2 },
  /** Minimum state of charge, raw = percent × 10; stored in flash. */
  minimumSoc: { start: 2901, count: 1 },
  /** Dynamic ESS: 0 is off. */
  dynamicEss: { start: 5423, count: 1 },
  /** Battery service: power 256, V ÷100 259, A ÷10 261, °C ÷10 262, SOC ÷10 266. */
  batteryService: { start: 256, count: 11 },
  /** Battery service: SOH ÷10 304, max charge V ÷10 305, charge and discharge limit A ÷10 307/308, Ah ÷10 309. */
  batteryLimits: { start: 303, count: 7 },
} as const;

/** Value of 826: the GX does not know where its AC comes from. */
export const INPUT_NOT_AVAILABLE = 0;

/**
 * Units at which a battery service is usually found, from the vendor's table of unit ids: CAN-bus BMS, then the
 * VE.Direct ports of a Cerbo GX, of the older models, and the first one on USB.
 */
export const BATTERY_UNITS = [225, 226, 224, 223, 247, 245, 243, 239] as const;

/** Exceptions as the GX's Modbus server gives them (backend.cpp, mappings.cpp). */
export const GX_EXCEPTIONS: Readonly<Record<number, ExceptionMeaning>> = {
  2: {
    kind: 'permanent',
    message: 'its firmware has no such register, or the register is read-only there',
    advice: 'Update Venus OS; for writing, check that Modbus TCP is not set to read-only.',
  },
  10: {
    kind: 'temporary',
    message: 'this service does not exist at this unit id, or its device is away',
    advice: 'Compare the unit id with Settings → Integrations → Modbus TCP → Available services.',
  },
  11: {
    kind: 'permanent',
    message: 'there is no such unit id',
    advice: 'Compare the unit id with Settings → Integrations → Modbus TCP → Available services.',
  },
};
