import { asciiOf, i16, i32HighFirst, u16, u32HighFirst, u32LowFirst } from './words.ts';

/** A block of registers that was read in one piece, asked by the addresses of the vendor's table. */
export interface Block {
  u16(address: number): number;
  i16(address: number): number;
  /** High word first (Victron). */
  u32(address: number): number;
  i32(address: number): number;
  /** Low and high word each at their own address (Deye family: they need not be neighbours). */
  u32Low(lowAddress: number, highAddress: number): number;
  ascii(address: number, words: number): string;
  /** False where the block has no such register: an older model may lack some. */
  has(address: number): boolean;
}

/** Asking for an address outside the block is a bug and throws: there is no value to fall back on. */
export const blockOf = (start: number, words: readonly number[]): Block =>
  blockFrom((address) => words[address - start]);

/** A block that was read in several pieces. */
export const blockFrom = (find: (address: number) => number | undefined): Block => {
  const word = (address: number): number => {
    const found = find(address);
    if (found === undefined) throw new Error(`Register ${address} is not in the block that was read.`);
    return found;
  };
  return {
    has: (address) => find(address) !== undefined,
    u16: (address) => u16(word(address)),
    i16: (address) => i16(word(address)),
    u32: (address) => u32HighFirst(word(address), word(address + 1)),
    i32: (address) => i32HighFirst(word(address), word(address + 1)),
    u32Low: (lowAddress, highAddress) => u32LowFirst(word(lowAddress), word(highAddress)),
    ascii: (address, count) => asciiOf(Array.from({ length: count }, (_, at) => word(address + at))),
  };
};
