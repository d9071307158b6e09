import type { Clock } from '../../clock.ts';
import { fail } from '../../result.ts';
import type { FramingName } from '../modbus/framing.ts';
import { READ_HOLDING, WRITE_MULTIPLE } from '../modbus/pdu.ts';
import { createRegisterMap, type RegisterBank } from '../modbus/register-map.ts';
import { type ModbusServer, startModbusServer } from '../modbus/server.ts';
import { SINGLE_HIGHEST, SINGLE_SETTINGS, silentBetween, solarkMeasurements } from './solark-registers.ts';
import { createSolarkSettings, type SettingQuirks } from './solark-settings.ts';
import { createSlotSteering, SINGLE_SLOTS, THREE_PHASE_SLOTS } from './solark-slots.ts';
import { THREE_PHASE_HIGHEST, THREE_PHASE_SETTINGS, threePhaseMeasurements } from './solark-three-phase.ts';
import type { SimulatedHouse, SimulatorFault } from './types.ts';

export interface SolarkSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  readonly fault?: SimulatorFault;
  readonly framing?: FramingName;
  readonly serial?: string;
  readonly unitId?: number;
  /** Register 0: 3 is the single and split phase hybrid, 5 the three-phase one, 6 that with a high-voltage battery. */
  readonly deviceClass?: number;
  /** Three-phase: whether the high words of powers are filled. */
  readonly wide?: boolean;
  /** The inverter's own clock. */
  readonly timeZone?: string;
  /** Registers that stand otherwise than in a plain home. */
  readonly settings?: Readonly<Record<number, number>>;
  readonly quirks?: SettingQuirks;
}

export interface SolarkSimulator extends ModbusServer {
  setQuirks(quirks: SettingQuirks): void;
  /** Every write that reached the inverter: start and values. */
  readonly writes: readonly { readonly start: number; readonly values: readonly number[] }[];
}

/** Longer answers are lost on many serial lines; the gateway then says that the inverter did not answer. */
const LONGEST_READ = 20;
const LAST_REGISTER = { single: 349, threePhase: 719 } as const;
const THREE_PHASE = [5, 6, 0x500, 0x601, 0x602];
const HIGH_VOLTAGE = [6, 0x601, 0x602];

/**
 * A Sol-Ark (Deye, Sunsynk) inverter behind a gateway: functions 3 and 16 only, unit 1, exception 11 for any other unit
 * and for a read that is too long for the line (silence where the gateway hands on raw RTU), 2 beyond the table and for
 * writing what is read only.
 */
export const startSolarkSimulator = async (options: SolarkSimulatorOptions): Promise<SolarkSimulator> => {
  const { house, clock, unitId: ownUnit = 1, deviceClass = 3, serial = '2302154829' } = options;
  const threePhase = THREE_PHASE.includes(deviceClass);
  const writes: { start: number; values: readonly number[] }[] = [];
  const settings = createSolarkSettings({
    clock,
    start: { ...(threePhase ? THREE_PHASE_SETTINGS : SINGLE_SETTINGS), ...options.settings },
    highest: threePhase ? THREE_PHASE_HIGHEST : SINGLE_HIGHEST,
    onWrite: () => steer(),
  });
  const steer = createSlotSteering({
    house,
    timeZone: options.timeZone ?? 'Europe/Berlin',
    at: threePhase ? THREE_PHASE_SLOTS : SINGLE_SLOTS,
    get: settings.get,
  });
  if (options.quirks) settings.setQuirks(options.quirks);
  const measurements = threePhase
    ? threePhaseMeasurements(house, {
        deviceClass,
        serial,
        highVoltage: HIGH_VOLTAGE.includes(deviceClass),
        wide: options.wide ?? true,
      })
    : solarkMeasurements(house, { deviceClass, serial });
  const entries = [...measurements, ...settings.entries];
  const map = createRegisterMap([
    ...entries,
    ...silentBetween(entries, threePhase ? LAST_REGISTER.threePhase : LAST_REGISTER.single),
  ]);
  const bank: RegisterBank = {
    read: (unitId, address, count) => {
      if (unitId !== ownUnit || count > LONGEST_READ) return fail(11);
      steer();
      return map.read(address, count);
    },
    write: (unitId, address, values) => {
      if (unitId !== ownUnit) return fail(11);
      writes.push({ start: address, values });
      return map.write(address, values);
    },
  };
  const server = await startModbusServer({
    label: 'Sol-Ark inverter',
    clock,
    bank,
    functions: [READ_HOLDING, WRITE_MULTIPLE],
    ...(options.framing === undefined ? {} : { framing: options.framing }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.fault === undefined ? {} : { fault: options.fault }),
  });
  return { ...server, setQuirks: settings.setQuirks, writes };
};
