import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import { messageOf, ok, type Result, temporary } from '../../../result.ts';

/**
 * What the Sunsynk and Inteless login wants since November 2025 (martinville/solarsynkv3, MorneSaunders360/Solar-Sunsynk):
 * each step signed with MD5 over nonce and source, the password encrypted with the key that the first step gives.
 */
const KEY_STEP_SALT = 'POWER_VIEW';
const KEY_PREFIX = 10;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** `nonce` is unix ms. */
export const signatureForKey = (nonce: number, source: string): string =>
  md5(`nonce=${nonce}&source=${source}${KEY_STEP_SALT}`);

export const signatureForLogin = (nonce: number, source: string, key: string): string =>
  md5(`nonce=${nonce}&source=${source}${key.slice(0, KEY_PREFIX)}`);

/** Base64 of RSA PKCS#1 v1.5. `key` is a base64 SPKI without its PEM lines; anything else is a failure. */
export const sealedPassword = (password: string, key: string): Result<string> => {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    return ok(
      publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64'),
    );
  } catch (thrown) {
    return temporary(
      'device.malformed',
      `The key for the password that the cloud sent cannot be used (${messageOf(thrown).slice(0, 80)}).`,
      'It is asked again by itself; check the chosen cloud when this goes on.',
    );
  }
};
