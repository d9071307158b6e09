import type { Clock } from '../../clock.ts';
import { fail } from '../../result.ts';
import { createRegisterMap, type RegisterBank, type RegisterMap } from '../modbus/register-map.ts';
import { type ModbusServer, startModbusServer } from '../modbus/server.ts';
import { batteryEntries, solarChargerEntries, systemEntries } from './gx-registers.ts';
import { settingEntries } from './gx-settings.ts';
import type { SimulatedHouse, SimulatorFault } from './types.ts';

export interface GxSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  readonly fault?: SimulatorFault;
  readonly serial?: string;
  /** The stored minimum state of charge at the start. */
  readonly minimumSocPct?: number;
  /**
   * What this installation does not have: `wide` the 32-bit AC registers and 2716 (old firmware), `battery` any battery
   * monitor (its values read 0), `battery-service` the battery's own unit.
   */
  readonly lacks?: readonly ('wide' | 'battery' | 'battery-service')[];
}

/** Unit ids as the vendor's table gives them: CAN-bus BMS, and the first VE.Direct port of a Cerbo GX. */
const BATTERY_UNIT = 225;
const SOLAR_CHARGER_UNIT = 226;
/** Unit ids that a GX can address at all. */
const HIGHEST_UNIT = 247;

/**
 * A Victron GX device. Register addresses, types and scales after the vendor's table (dbus_modbustcp, attributes.csv);
 * exceptions after its server: 2 unknown address, gap or read-only, 10 no such service at this unit, 11 no such unit.
 */
export const startGxSimulator = (options: GxSimulatorOptions): Promise<ModbusServer> => {
  const { house, clock, lacks = [], serial = 'c0619ab27f31' } = options;
  const has = (part: 'wide' | 'battery' | 'battery-service'): boolean => !lacks.includes(part);
  const system = createRegisterMap([
    ...systemEntries(house, { serial, wide: has('wide'), battery: has('battery') }),
    ...settingEntries(house, { override: has('wide'), minimumSocPct: options.minimumSocPct ?? 10 }),
  ]);
  const battery = createRegisterMap(batteryEntries(house));
  const charger = createRegisterMap(solarChargerEntries(house));
  const units = new Map<number, RegisterMap>([
    [0, system],
    [100, system],
    [SOLAR_CHARGER_UNIT, charger],
  ]);
  if (has('battery') && has('battery-service')) units.set(BATTERY_UNIT, battery);
  const known = [system, battery, charger];

  const route = (unitId: number, address: number): RegisterMap | 2 | 10 | 11 => {
    if (unitId > HIGHEST_UNIT) return 11;
    const unit = units.get(unitId);
    if (unit?.has(address)) return unit;
    return known.some((map) => map.has(address)) ? 10 : 2;
  };
  const bank: RegisterBank = {
    read: (unitId, address, count) => {
      const map = route(unitId, address);
      return typeof map === 'number' ? fail(map) : map.read(address, count);
    },
    write: (unitId, address, values) => {
      const map = route(unitId, address);
      return typeof map === 'number' ? fail(map) : map.write(address, values);
    },
  };
  return startModbusServer({
    label: 'Victron GX',
    clock,
    bank,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.fault === undefined ? {} : { fault: options.fault }),
  });
};
