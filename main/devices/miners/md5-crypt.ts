import { createHash } from 'node:crypto';

/**
 * The `$1$` password scheme of Unix (Poul-Henning Kamp, 1994), with which Whatsminers of the second interface derive
 * their keys. Weak by today's measure; it is what the device speaks.
 */
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ROUNDS = 1_000;
/** Which bytes of the digest stand together in one group of four letters, highest first. */
const GROUPS = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

const md5 = (...parts: readonly Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();

const letters = (value: number, count: number): string =>
  Array.from({ length: count }, (_, at) => ALPHABET.charAt((value >>> (6 * at)) & 0x3f)).join('');

const byteAt = (digest: Buffer, at: number): number => digest[at] ?? 0;

/** The fourth `$` part of `$1$salt$…`: 22 letters. Salts are cut at eight letters, as everywhere. */
export const md5CryptHash = (password: string, salt: string): string => {
  const word = Buffer.from(password, 'utf8');
  const grain = Buffer.from(salt.slice(0, 8), 'utf8');
  const mixed = md5(word, grain, word);
  const stretched = Buffer.alloc(word.length, mixed);
  const bits: Buffer[] = [];
  for (let left = word.length; left > 0; left >>>= 1) bits.push(left & 1 ? Buffer.from([0]) : word.subarray(0, 1));
  let digest = md5(word, Buffer.from('$1$'), grain, stretched, ...bits);
  for (let round = 0; round < ROUNDS; round += 1) {
    const odd = round % 2 === 1;
    digest = md5(
      odd ? word : digest,
      ...(round % 3 === 0 ? [] : [grain]),
      ...(round % 7 === 0 ? [] : [word]),
      odd ? digest : word,
    );
  }
  const grouped = GROUPS.map(([high, middle, low]) =>
    letters((byteAt(digest, high) << 16) | (byteAt(digest, middle) << 8) | byteAt(digest, low), 4),
  );
  return grouped.join('') + letters(byteAt(digest, 11), 2);
};
