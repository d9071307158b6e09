import { ok, type Result } from '../../result.ts';
import { type Block, blockOf } from './block.ts';
import type { ModbusClient } from './client.ts';
import type { ModbusFailure } from './failures.ts';

export interface BlockRange {
  readonly start: number;
  readonly count: number;
}

/** Whole blocks over one connection. */
export interface BlockBus {
  read(unitId: number, range: BlockRange, signal: AbortSignal): Promise<Result<Block, ModbusFailure>>;
  /** Null where the device answers that it has no such register or service; other failures stay failures. */
  readIfThere(unitId: number, range: BlockRange, signal: AbortSignal): Promise<Result<Block | null, ModbusFailure>>;
}

/** Unknown register, service not at this unit, no such unit. */
const NOT_THERE = [2, 10, 11];

export const blockBus = (client: ModbusClient): BlockBus => {
  const read: BlockBus['read'] = async (unitId, { start, count }, signal) => {
    const words = await client.readHolding(unitId, start, count, signal);
    return words.ok ? ok(blockOf(start, words.value)) : words;
  };
  return {
    read,
    readIfThere: async (unitId, range, signal) => {
      const block = await read(unitId, range, signal);
      return !block.ok && block.error.exception !== null && NOT_THERE.includes(block.error.exception)
        ? ok(null)
        : block;
    },
  };
};
