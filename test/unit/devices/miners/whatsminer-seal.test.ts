import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { md5CryptHash } from '../../../../main/devices/miners/md5-crypt.ts';
import { whatsminerSeal, whatsminerV3Token } from '../../../../main/devices/miners/whatsminer-seal.ts';
import { v3Frame, v3Text } from '../../../../main/devices/miners/whatsminer-v3-link.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) process.stderr.write('skipped: openssl is not installed here\n');

/** Computed with `openssl passwd -1 -salt … …`. */
const VECTORS = [
  ['hello', 'BQ5hoXV9', 'VLU1aSps3ziahmS7DGZtg/'],
  ['', 'abc', 'Or2rbeUYTvt12aiVzMuS/.'],
  ['a rather long pass word €', '12345678', 'j/baCMD6Z0WxxVxz17WLG1'],
] as const;

describe('the seal of the second interface', () => {
  it.each(VECTORS)('hashes %j with salt %j as openssl did', (password, salt, hash) => {
    expect(md5CryptHash(password, salt)).toBe(hash);
  });

  it.skipIf(!hasOpenssl)('hashes passwords of every length as openssl does', () => {
    for (const length of [1, 2, 7, 8, 15, 16, 17, 31, 33, 64]) {
      const password = 'pW9$'.repeat(20).slice(0, length);
      const said = execFileSync('openssl', ['passwd', '-1', '-salt', 'n1a6Jb0', password], { encoding: 'utf8' });
      expect(said.trim()).toBe(`$1$n1a6Jb0$${md5CryptHash(password, 'n1a6Jb0')}`);
    }
  });

  it.skipIf(!hasOpenssl)('seals what openssl opens, and opens what openssl sealed', () => {
    const salts = { salt: 'BQ5hoXV9', newsalt: 'jbzkfQls', time: '5626' };
    const { seal, open, token } = whatsminerSeal('admin2', salts);
    const hash = execFileSync('openssl', ['passwd', '-1', '-salt', salts.salt, 'admin2'], { encoding: 'utf8' });
    const [, , , fourth = ''] = hash.trim().split('$');
    const sign = ['passwd', '-1', '-salt', salts.newsalt, `${fourth}${salts.time}`];
    expect(execFileSync('openssl', sign, { encoding: 'utf8' }).trim().split('$')[3]).toBe(token);
    const key = createHash('sha256').update(fourth).digest('hex');
    const aes = ['-aes-256-ecb', '-K', key, '-nopad', '-base64', '-A'];
    const sealed = seal({ cmd: 'power_off', respbefore: 'true' });
    const opened = execFileSync('openssl', ['enc', '-d', ...aes], { input: sealed, encoding: 'utf8' });
    expect(JSON.parse(opened.replaceAll('\0', ''))).toEqual({ cmd: 'power_off', respbefore: 'true', token });
    const answer = '{"STATUS":"S","Code":131,"Msg":"API command OK"}';
    const padded = answer.padEnd(Math.ceil(answer.length / 16) * 16, '\0');
    const theirs = execFileSync('openssl', ['enc', ...aes], { input: padded, encoding: 'utf8' });
    expect(open(theirs)).toBe(answer);
  });

  it('opens nothing that is not whole blocks', () => {
    const { open } = whatsminerSeal('x', { salt: 'a', newsalt: 'b', time: '1' });
    expect(open('')).toBeNull();
    expect(open('AAAA')).toBeNull();
    expect(open('no base64 at all')).toBeNull();
  });
});

describe('the third interface', () => {
  it.skipIf(!hasOpenssl)('makes the token that openssl makes', () => {
    const text = 'set.miner.servicesuper5QAHiKMb1692685512';
    const digest = execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: text }).toString('base64');
    expect(whatsminerV3Token('set.miner.service', 'super', '5QAHiKMb', 1_692_685_512)).toBe(digest.slice(0, 8));
  });

  it('frames with the length in front, little-endian, and refuses what is cut short or too long', () => {
    const frame = v3Frame('{"a":"€"}');
    expect(frame.readUInt32LE(0)).toBe(11);
    expect(v3Text(frame)).toBe('{"a":"€"}');
    expect(v3Text(frame.subarray(0, -1))).toBeNull();
    expect(v3Text(Buffer.concat([frame, Buffer.from('x')]))).toBeNull();
    expect(v3Text(Buffer.from([1, 0]))).toBeNull();
    expect(v3Text(Buffer.from([0xff, 0xff, 0xff, 0x7f, 0]))).toBeNull();
  });
});
