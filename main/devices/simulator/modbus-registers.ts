import type { RegisterEntry } from '../modbus/register-map.ts';
import { wordOfI16, wordOfU16, wordsOfI32HighFirst, wordsOfU32HighFirst } from '../modbus/words.ts';

export type WordType = 'u16' | 'i16' | 'u32' | 'i32';

/** A read-only value of a simulated device: register = value × scale, 32-bit with the high word first. */
export const scaled = (address: number, type: WordType, scale: number, value: () => number): RegisterEntry => ({
  address,
  words: type === 'u32' || type === 'i32' ? 2 : 1,
  read: () => encode(type, value() * scale),
});

/** Registers that the vendor keeps for later: they read 65535. */
export const reserved = (address: number, words: number): RegisterEntry => ({
  address,
  words,
  read: () => Array.from({ length: words }, () => 0xffff),
});

const encode = (type: WordType, raw: number): readonly number[] => {
  switch (type) {
    case 'u16':
      return [wordOfU16(raw)];
    case 'i16':
      return [wordOfI16(raw)];
    case 'u32':
      return wordsOfU32HighFirst(raw);
    case 'i32':
      return wordsOfI32HighFirst(raw);
  }
};
