import type { Clock } from '../../clock.ts';
import { fail } from '../../result.ts';
import {
  COIL_ON,
  READ_COILS,
  READ_DISCRETE,
  READ_HOLDING,
  READ_INPUT,
  WRITE_COIL,
  WRITE_SINGLE,
} from '../modbus/pdu.ts';
import { createRegisterMap, type RegisterBank, type RegisterEntry } from '../modbus/register-map.ts';
import { type ModbusServer, startModbusServer } from '../modbus/server.ts';
import { u16, wordOfI16, wordsOfU32HighFirst } from '../modbus/words.ts';
import type { SimulatedHouse, SimulatorFault } from './types.ts';

export interface ThermiaSimulatorOptions {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly port?: number;
  readonly fault?: SimulatorFault;
  /** Mega models have no electric meter. */
  readonly model?: 'inverter' | 'mega';
  /** The load of the house whose power is the heat pump's; without one it draws what a small one draws. */
  readonly loadId?: string;
  /** Sensors that are not connected, by input register: they read 32767. */
  readonly absent?: readonly number[];
}

export interface ThermiaSimulator extends ModbusServer {
  holding(address: number): number;
  coil(address: number): boolean;
}

const OWN_UNIT = 1;
const LONGEST_READ = 16;
const NOT_CONNECTED = 32_767;
const OWN_POWER_W = 1_430;

/** Values as they stand in the registers, a cool day in spring; those that depend on the house are reckoned. */
const PLAIN_INPUTS: Readonly<Record<number, number>> = {
  1: 4, // Heating.
  5: 3_420,
  7: 7_810,
  8: 3_130,
  9: 3_510,
  10: 320,
  11: 60,
  12: 3_470,
  13: 540,
  15: 5_060,
  16: 4_480,
  17: 4_870,
  18: 3_400,
  48: 0,
  49: 8_214,
  50: 0,
  51: 1_302,
  54: 5_700,
  57: 9,
  58: 1,
  59: 17,
  61: 400,
  121: 214,
  131: 62,
};
const HOLDING_RANGES: Readonly<Record<number, readonly [start: number, least: number, most: number]>> = {
  0: [3, 1, 3],
  5: [2_100, 1_000, 4_000],
  16: [1_700, 0, 4_000],
  22: [4_400, 3_500, 6_000],
  23: [5_400, 3_500, 6_000],
};
const COILS: Readonly<Record<number, number>> = { 3: 0, 5: 1, 8: 1, 9: 1, 10: 0, 25: 0, 28: 0 };
const DISCRETE: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 0, 9: 0, 199: 1, 201: 0, 204: 0, 220: 1, 221: 0 };

const fixed = (values: Readonly<Record<number, number>>): RegisterEntry[] =>
  Object.entries(values).map(([address, value]) => ({
    address: Number(address),
    words: 1,
    read: () => [wordOfI16(value)],
  }));

/** A Thermia of the Genesis platform: four kinds of registers numbered each from 0, no read longer than 16. */
export const startThermiaSimulator = async (options: ThermiaSimulatorOptions): Promise<ThermiaSimulator> => {
  const { house, clock, model = 'inverter', loadId, absent = [] } = options;
  const powerW = (): number =>
    loadId === undefined ? OWN_POWER_W : (house.state().loads.find(({ id }) => id === loadId)?.powerW ?? 0);
  const holdings = new Map(Object.entries(HOLDING_RANGES).map(([at, [start]]) => [Number(at), start]));
  const coils = new Map(Object.entries(COILS).map(([at, bit]) => [Number(at), bit]));

  const inputs: RegisterEntry[] = fixed(
    Object.fromEntries(
      Object.entries(PLAIN_INPUTS).map(([at, raw]) => [at, absent.includes(Number(at)) ? NOT_CONNECTED : raw]),
    ),
  );
  if (model === 'inverter') {
    for (const address of [78, 79, 80])
      inputs.push({ address, words: 1, read: () => [wordOfI16(Math.round(powerW() / 3))] });
    inputs.push({ address: 83, words: 2, read: () => wordsOfU32HighFirst(70_123) });
  }
  const writable = [...holdings.keys()].map(
    (address): RegisterEntry => ({
      address,
      words: 1,
      read: () => [u16(holdings.get(address) ?? 0)],
      write: ([word = 0]) => {
        const [, least = 0, most = 0] = HOLDING_RANGES[address] ?? [];
        if (word < least || word > most) return false;
        holdings.set(address, word);
        return true;
      },
    }),
  );
  const switches = [...coils.keys()].map(
    (address): RegisterEntry => ({
      address,
      words: 1,
      read: () => [coils.get(address) ?? 0],
      write: ([word = 0]) => {
        coils.set(address, word === COIL_ON ? 1 : 0);
        return true;
      },
    }),
  );
  const maps = new Map([
    [READ_INPUT, createRegisterMap(inputs)],
    [READ_HOLDING, createRegisterMap(writable)],
    [READ_COILS, createRegisterMap(switches)],
    [READ_DISCRETE, createRegisterMap(fixed(model === 'inverter' ? { ...DISCRETE, 222: 0 } : DISCRETE))],
  ] as const);
  const bank: RegisterBank = {
    read: (unitId, address, count, fn) => {
      if (unitId !== OWN_UNIT) return fail(11);
      if (count > LONGEST_READ) return fail(3);
      return [...maps].find(([kind]) => kind === fn)?.[1].read(address, count) ?? fail(1);
    },
    write: (unitId, address, values, fn) => {
      if (unitId !== OWN_UNIT) return fail(11);
      return maps.get(fn === WRITE_COIL ? READ_COILS : READ_HOLDING)?.write(address, values) ?? fail(1);
    },
  };
  const server = await startModbusServer({
    label: `Thermia ${model}`,
    clock,
    bank,
    functions: [READ_COILS, READ_DISCRETE, READ_HOLDING, READ_INPUT, WRITE_COIL, WRITE_SINGLE],
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.fault === undefined ? {} : { fault: options.fault }),
  });
  return {
    ...server,
    holding: (address) => holdings.get(address) ?? 0,
    coil: (address) => coils.get(address) === 1,
  };
};
