import { type TimeTableSlot, timeTableText } from '../../../preload/contract/time-table.ts';
import type { Block } from '../modbus/block.ts';
import type { BlockRange } from '../modbus/bus.ts';
import type { TableRegisters } from './registers.ts';

export const SLOTS = 6;
const GRID_BIT = 1;
const GENERATOR_BIT = 2;
const IN_FORCE_BIT = 1;
const EACH = Array.from({ length: SLOTS }, (_, slot) => slot);

/** What has to be read for a table; the battery's volts stand between powers and levels and are left alone. */
export const tableRanges = ({ enable, starts, socs }: TableRegisters): readonly BlockRange[] => [
  { start: enable, count: 1 },
  { start: starts, count: 2 * SLOTS },
  { start: socs, count: 2 * SLOTS },
];

/** The table in the registers as canonical text; null where a register holds what no table can hold. */
export const tableIn = (block: Block, at: TableRegisters): string | null => {
  const slots: TimeTableSlot[] = [];
  for (const slot of EACH) {
    const clock = block.u16(at.starts + slot);
    const socPct = block.u16(at.socs + slot);
    const flags = block.u16(at.flags + slot);
    // Times of day are decimal: 530 is 05:30. Some panels show the end of the day as 2400.
    const [hour, minute] = [Math.floor(clock / 100) % 24, clock % 100];
    if (clock > 2_400 || minute > 59 || socPct > 100) return null;
    slots.push({
      startMinute: hour * 60 + minute,
      powerW: block.u16(at.powers + slot),
      socPct,
      gridCharge: (flags & GRID_BIT) !== 0,
      generatorCharge: (flags & GENERATOR_BIT) !== 0,
      sell: (flags & at.sellBit) !== 0,
    });
  }
  return timeTableText(slots, isInForce(block, at));
};

/** Bit 0 set, and where the family has weekdays, at least one of them. */
export const isInForce = (block: Block, { enable, dayBits }: TableRegisters): boolean => {
  const word = block.u16(enable);
  return (word & IN_FORCE_BIT) !== 0 && (dayBits === 0 || (word & dayBits) !== 0);
};

/** The registers as they must stand for the table; bits that mean other things stay as they are. */
export const tableWords = (
  slots: readonly TimeTableSlot[],
  inForce: boolean,
  block: Block,
  at: TableRegisters,
): ReadonlyMap<number, number> => {
  const words = new Map<number, number>();
  for (const [index, slot] of slots.entries()) {
    const { startMinute, powerW, socPct, gridCharge, generatorCharge, sell } = slot;
    words.set(at.starts + index, Math.floor(startMinute / 60) * 100 + (startMinute % 60));
    words.set(at.powers + index, powerW);
    words.set(at.socs + index, socPct);
    const others = block.u16(at.flags + index) & ~(GRID_BIT | GENERATOR_BIT | at.sellBit);
    words.set(
      at.flags + index,
      others | (gridCharge ? GRID_BIT : 0) | (generatorCharge ? GENERATOR_BIT : 0) | (sell ? at.sellBit : 0),
    );
  }
  const enabled = block.u16(at.enable);
  // Days that were chosen stay chosen; where none is, the table of a day means every day.
  const days = inForce && at.dayBits !== 0 && (enabled & at.dayBits) === 0 ? at.dayBits : 0;
  words.set(at.enable, inForce ? enabled | IN_FORCE_BIT | days : enabled & ~IN_FORCE_BIT);
  return words;
};

export interface Write {
  readonly start: number;
  readonly values: readonly number[];
}

/**
 * Neighbouring registers that differ from what stands there, in the order in which they must be written: a table is
 * taken out of force first and put into force last. Registers that are right already are not touched, because some
 * inverters restart a slot when its unchanged time is written again.
 */
export const writesOf = (
  words: ReadonlyMap<number, number>,
  stands: (address: number, word: number) => boolean,
  at: TableRegisters,
): readonly Write[] => {
  const different = [...words]
    .filter(([address, word]) => !stands(address, word))
    .sort(([one], [other]) => one - other);
  const runs: { start: number; values: number[] }[] = [];
  for (const [address, word] of different) {
    const last = runs.at(-1);
    if (last && last.start + last.values.length === address) last.values.push(word);
    else runs.push({ start: address, values: [word] });
  }
  const enabling = runs.filter(({ start }) => start === at.enable);
  const others = runs.filter(({ start }) => start !== at.enable);
  const turnsOn = ((words.get(at.enable) ?? 0) & IN_FORCE_BIT) !== 0;
  return turnsOn ? [...others, ...enabling] : [...enabling, ...others];
};
