import { type Failure, fail, ok, type Result } from '../../result.ts';
import { type Block, blockFrom } from '../modbus/block.ts';
import type { ModbusClient } from '../modbus/client.ts';
import type { DeviceIdentity } from '../types.ts';
import { type Family, type FamilyChoice, familyName, familyOf, serialOf } from './model.ts';
import { IDENTITY, type Piece } from './registers.ts';

/** One inverter at its unit id. No register but the identity is read or written before its class is known. */
export interface Inverter {
  identify(signal: AbortSignal): Promise<Result<DeviceIdentity>>;
  family(signal: AbortSignal): Promise<Result<Family>>;
  /** Rated power, W. */
  ratedW(family: Family, signal: AbortSignal): Promise<Result<number>>;
  /** All pieces in turn as one block; an optional piece that the model does not know is left out. */
  read(pieces: readonly Piece[], signal: AbortSignal): Promise<Result<Block>>;
  /**
   * Whether a register stands at `word`: the block shows it, and no write of another value is still to be confirmed. A
   * gateway may show what was there before a write for a while.
   */
  stands(block: Block, address: number, word: number): boolean;
  /** Function 16 even for one register: the family does not rely on function 6. */
  write(start: number, values: readonly number[], signal: AbortSignal): Promise<Result<void>>;
}

/** Silence and noise at the first contact mostly mean a wrong setting: what to look at. */
const firstContact = <Failed extends { readonly ok: false; readonly error: Failure }>(failed: Failed) =>
  ['device.timeout', 'device.malformed'].includes(failed.error.code)
    ? fail<Failure>({
        ...failed.error,
        advice:
          'Check whether the gateway speaks Modbus TCP or raw RTU ("Gateway speaks"), the unit id ("Modbus SN" in the ' +
          'inverter’s menu), the RS-485 cable and 9600 baud 8N1.',
      })
    : failed;

/** Unknown register. Others, such as "the inverter does not answer", are failures of the whole. */
const NO_SUCH_REGISTER = 2;

export const createInverter = (options: {
  readonly client: ModbusClient;
  readonly unitId: number;
  readonly host: string;
  readonly choice: FamilyChoice;
}): Inverter => {
  const { client, unitId, host, choice } = options;
  let known: Family | null = null;
  let ratedW: number | null = null;
  /** What was written and has not been read since. */
  const owed = new Map<number, number>();

  const read: Inverter['read'] = async (pieces, signal) => {
    const words = new Map<number, number>();
    for (const { start, count, optional } of pieces) {
      const found = await client.readHolding(unitId, start, count, signal);
      if (!found.ok && optional && found.error.exception === NO_SUCH_REGISTER) continue;
      if (!found.ok) return found;
      for (const [at, word] of found.value.entries()) {
        words.set(start + at, word);
        if (owed.get(start + at) === word) owed.delete(start + at);
      }
    }
    return ok(blockFrom((address) => words.get(address)));
  };

  const identity = async (signal: AbortSignal): Promise<Result<{ readonly block: Block; readonly family: Family }>> => {
    const block = await read([IDENTITY], signal);
    if (!block.ok) return firstContact(block);
    known = null;
    const family = familyOf(block.value.u16(0), choice);
    if (!family.ok) return family;
    known = family.value;
    return ok({ block: block.value, family: family.value });
  };

  const rated: Inverter['ratedW'] = async ({ registers }, signal) => {
    if (ratedW !== null) return ok(ratedW);
    const { start } = registers.rated;
    const block = await read([registers.rated], signal);
    if (!block.ok) return block;
    ratedW = block.value.u32Low(start, start + 1) / 10;
    return ok(ratedW);
  };

  return {
    read,
    ratedW: rated,
    family: async (signal) => {
      if (known) return ok(known);
      const found = await identity(signal);
      return found.ok ? ok(found.value.family) : found;
    },
    identify: async (signal) => {
      const found = await identity(signal);
      if (!found.ok) return found;
      const { block, family } = found.value;
      const serial = serialOf(block, host);
      if (!serial.ok) return serial;
      ratedW = null;
      const power = await rated(family, signal);
      if (!power.ok) return power;
      const kind = family.phases === 1 ? 'Hybrid inverter' : `Hybrid inverter ${familyName(family.choice)}`;
      return ok({ serial: serial.value, model: `${kind}, ${power.value / 1_000} kW`, firmware: null });
    },
    stands: (block, address, word) => block.u16(address) === word && (owed.get(address) ?? word) === word,
    write: async (start, values, signal) => {
      for (const [at, word] of values.entries()) owed.set(start + at, word);
      const written = await client.writeMultiple(unitId, start, values, signal);
      // What the inverter refused in so many words was not written; after silence nobody knows.
      if (!written.ok && written.error.exception !== null) for (const at of values.keys()) owed.delete(start + at);
      return written;
    },
  };
};
