import type { Clock } from '../../clock.ts';
import { fail } from '../../result.ts';
import { READ_HOLDING, WRITE_MULTIPLE } from '../modbus/pdu.ts';
import { createRegisterMap, type RegisterBank } from '../modbus/register-map.ts';
import { type ModbusServer, startModbusServer } from '../modbus/server.ts';
import { silentBetween, solarkMeasurements, solarkSettings } from './solark-registers.ts';
import type { SimulatedHouse, SimulatorFault } from './types.ts';

export interface SolarkSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  readonly fault?: SimulatorFault;
  readonly serial?: string;
  readonly unitId?: number;
  /** Register 0: 3 is the single and split phase hybrid. */
  readonly deviceClass?: number;
}

/** Longer answers are lost on many serial lines; the gateway then says that the inverter did not answer. */
const LONGEST_READ = 20;
const LAST_REGISTER = 349;

/**
 * A Sol-Ark (Deye, Sunsynk) inverter behind a Modbus TCP gateway: functions 3 and 16 only, unit 1, exception 11 for any
 * other unit and for a read that is too long for the line, 2 beyond the table and for writing what is read only.
 */
export const startSolarkSimulator = (options: SolarkSimulatorOptions): Promise<ModbusServer> => {
  const { house, clock, unitId: ownUnit = 1, deviceClass = 3, serial = '2302154829' } = options;
  const entries = [...solarkMeasurements(house, { deviceClass, serial }), ...solarkSettings(house)];
  const map = createRegisterMap([...entries, ...silentBetween(entries, LAST_REGISTER)]);
  const bank: RegisterBank = {
    read: (unitId, address, count) =>
      unitId === ownUnit && count <= LONGEST_READ ? map.read(address, count) : fail(11),
    write: (unitId, address, values) => (unitId === ownUnit ? map.write(address, values) : fail(11)),
  };
  return startModbusServer({
    label: 'Sol-Ark inverter',
    clock,
    bank,
    functions: [READ_HOLDING, WRITE_MULTIPLE],
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.fault === undefined ? {} : { fault: options.fault }),
  });
};
