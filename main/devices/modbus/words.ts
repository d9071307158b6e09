/**
 * Numbers in 16-bit registers. Victron sends 32-bit values with the high word first, the Deye family with the low word
 * first; mixing them up gives a plausible but wrong number, so each has its own name.
 */
export const u16 = (word: number): number => word & 0xffff;

export const i16 = (word: number): number => (u16(word) << 16) >> 16;

export const u32HighFirst = (high: number, low: number): number => u16(high) * 0x1_0000 + u16(low);

export const i32HighFirst = (high: number, low: number): number => u32HighFirst(high, low) | 0;

export const u32LowFirst = (low: number, high: number): number => u32HighFirst(high, low);

export const wordOfI16 = (value: number): number => u16(clamp(value, -0x8000, 0x7fff));

export const wordOfU16 = (value: number): number => clamp(value, 0, 0xffff);

/** High word first, as Victron writes. */
export const wordsOfI32HighFirst = (value: number): readonly [number, number] =>
  wordsOfU32(clamp(value, -0x8000_0000, 0x7fff_ffff));

export const wordsOfU32HighFirst = (value: number): readonly [number, number] =>
  wordsOfU32(clamp(value, 0, 0xffff_ffff));

/** Low word first, as the Deye family writes. */
export const wordsOfU32LowFirst = (value: number): readonly [number, number] => {
  const [high, low] = wordsOfU32HighFirst(value);
  return [low, high];
};

/** Two characters a register, high byte first; ends at the first zero byte. */
export const asciiOf = (words: readonly number[]): string => {
  const bytes = words.flatMap((word) => [u16(word) >> 8, u16(word) & 0xff]);
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end === -1 ? bytes : bytes.slice(0, end))).trim();
};

export const wordsOfAscii = (text: string, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => (byteAt(text, at * 2) << 8) | byteAt(text, at * 2 + 1));

/** A device bounds a value at the ends of its type; a value that is no number reads 0, as a GX answers. */
const clamp = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? 0 : Math.round(Math.min(high, Math.max(low, value)));

const byteAt = (text: string, at: number): number => (at < text.length ? text.charCodeAt(at) & 0xff : 0);

const wordsOfU32 = (value: number): readonly [number, number] => {
  const bits = value >>> 0;
  return [bits >>> 16, bits & 0xffff];
};
