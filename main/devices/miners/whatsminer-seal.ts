import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { md5CryptHash } from './md5-crypt.ts';

/** What `get_token` answers: two salts and the miner's time. */
export interface WhatsminerSalts {
  readonly salt: string;
  readonly newsalt: string;
  readonly time: string;
}

/** Key and token of one login of the second interface; they live for half an hour. */
export interface WhatsminerSeal {
  readonly token: string;
  /** A command with its token. */
  seal(command: object): string;
  sealText(text: string): string;
  /** Null where it is no answer under this key. */
  open(text: string): string | null;
}

const BLOCK_BYTES = 16;

const cipher = (key: Buffer, block: Buffer): Buffer => {
  const aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([aes.update(block), aes.final()]);
};

/** Plain text padded with zero bytes to whole blocks, AES-256-ECB under SHA-256 of the password's hash, in base64. */
export const whatsminerSeal = (password: string, { salt, newsalt, time }: WhatsminerSalts): WhatsminerSeal => {
  const hash = md5CryptHash(password, salt);
  const token = md5CryptHash(hash + time, newsalt);
  const key = createHash('sha256').update(hash).digest();
  const sealText = (text: string): string => {
    const plain = Buffer.from(text, 'utf8');
    const padded = Buffer.alloc(Math.ceil(plain.length / BLOCK_BYTES) * BLOCK_BYTES);
    plain.copy(padded);
    return cipher(key, padded).toString('base64');
  };
  return {
    token,
    sealText,
    seal: (command) => sealText(JSON.stringify({ ...command, token })),
    open: (text) => {
      const sealed = Buffer.from(text, 'base64');
      if (sealed.length === 0 || sealed.length % BLOCK_BYTES !== 0) return null;
      const aes = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      const plain = Buffer.concat([aes.update(sealed), aes.final()]);
      const end = plain.indexOf(0);
      return plain.subarray(0, end === -1 ? plain.length : end).toString('utf8');
    },
  };
};

/** Token of the third interface, made anew for each command. */
export const whatsminerV3Token = (command: string, password: string, salt: string, atS: number): string =>
  createHash('sha256').update(`${command}${password}${salt}${atS}`).digest('base64').slice(0, 8);
