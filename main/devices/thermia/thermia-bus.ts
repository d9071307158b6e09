import type { Clock } from '../../clock.ts';
import { fail, ok, type Result } from '../../result.ts';
import { createModbusClient, type ModbusClient } from '../modbus/client.ts';
import type { ModbusFailure } from '../modbus/failures.ts';
import type { ThermiaPoll } from './decode.ts';
import { COILS, DISCRETE, HOLDINGS, INPUTS, PAUSE_MS, THERMIA_EXCEPTIONS, UNIT } from './registers.ts';

interface Range {
  readonly start: number;
  readonly count: number;
}

type Words = Result<readonly number[] | null, ModbusFailure>;

/** The registers of a heat pump in the blocks of its table. */
export interface ThermiaBus {
  readonly client: ModbusClient;
  /** Null where this model has no such register. */
  input(range: Range, signal: AbortSignal): Promise<Words>;
  holding(range: Range, signal: AbortSignal): Promise<Words>;
  coils(range: Range, signal: AbortSignal): Promise<Words>;
  poll(signal: AbortSignal): Promise<Result<ThermiaPoll, ModbusFailure>>;
}

const NO_SUCH_REGISTER = 2;

/** Null for "not there"; every other failure stays one. */
const orAbsent = async (words: Promise<Result<readonly number[], ModbusFailure>>): Promise<Words> => {
  const answer = await words;
  return !answer.ok && answer.error.exception === NO_SUCH_REGISTER ? ok(null) : answer;
};

export const createThermiaBus = (options: {
  readonly host: string;
  readonly port: number;
  readonly unitId: number | undefined;
  readonly clock: Clock;
}): ThermiaBus => {
  const { host, port, clock, unitId = UNIT } = options;
  const client = createModbusClient({ host, port, clock, pauseMs: PAUSE_MS, meanings: THERMIA_EXCEPTIONS });
  const input: ThermiaBus['input'] = ({ start, count }, signal) =>
    orAbsent(client.readInput(unitId, start, count, signal));
  const holding: ThermiaBus['holding'] = ({ start, count }, signal) =>
    orAbsent(client.readHolding(unitId, start, count, signal));
  const coils: ThermiaBus['coils'] = ({ start, count }, signal) =>
    orAbsent(client.readCoils(unitId, start, count, signal));
  const discrete: ThermiaBus['coils'] = ({ start, count }, signal) =>
    orAbsent(client.readDiscrete(unitId, start, count, signal));

  return {
    client,
    input,
    holding,
    coils,
    poll: async (signal) => {
      let failure: ModbusFailure | null = null;
      /** One block after the other; after the first failure nothing more is asked. */
      const block = async (read: ThermiaBus['input'], range: Range): Promise<readonly number[] | null> => {
        if (failure !== null) return null;
        const words = await read(range, signal);
        if (words.ok) return words.value;
        failure = words.error;
        return null;
      };
      const demand = await block(input, INPUTS.demand);
      const poll: ThermiaPoll = {
        inputs: {
          demand,
          temperatures: await block(input, INPUTS.temperatures),
          tank: await block(input, INPUTS.tank),
          power: await block(input, INPUTS.power),
          energy: await block(input, INPUTS.energy),
          room: await block(input, INPUTS.room),
        },
        holdings: {
          comfort: await block(holding, HOLDINGS.comfort),
          hotWater: await block(holding, HOLDINGS.hotWater),
        },
        coils: { allowed: await block(coils, COILS.allowed) },
        discrete: {
          alarms: await block(discrete, DISCRETE.alarms),
          compressor: await block(discrete, DISCRETE.compressor),
        },
      };
      return failure === null ? ok(poll) : fail(failure);
    },
  };
};
