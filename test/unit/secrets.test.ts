import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSecretStore, type Seal, sealedSecretStore } from '../../main/secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileText = (): string => readFileSync(join(folder, 'secrets.json'), 'utf8');

describe('secrets in a file', () => {
  it('come back, also to a later process, and go when removed', async () => {
    await fileSecretStore(folder).set('shelly', 'pässword');
    expect(await fileSecretStore(folder).get('shelly')).toEqual({ ok: true, value: 'pässword' });
    await fileSecretStore(folder).remove('shelly');
    expect(await fileSecretStore(folder).get('shelly')).toEqual({ ok: true, value: null });
  });
  it('are never on the disk in the clear, and only their owner can read the files', async () => {
    await fileSecretStore(folder).set('shelly', 'open sesame');
    expect(fileText()).not.toContain('open sesame');
    expect(fileText()).not.toContain(Buffer.from('open sesame').toString('base64'));
    for (const name of ['secrets.json', 'secrets.key']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });
  it('are sealed anew each time', async () => {
    const store = fileSecretStore(folder);
    await store.set('shelly', 'same');
    const first = fileText();
    await store.set('shelly', 'same');
    expect(fileText()).not.toBe(first);
  });
  it('are a failure, not absent, when the file was tampered with', async () => {
    const store = fileSecretStore(folder);
    await store.set('a', 'one');
    const [sealed = ''] = Object.values(JSON.parse(fileText()) as Record<string, string>);
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ a: bytes.toString('base64') }));
    expect(await store.get('a')).toMatchObject({ ok: false, error: { code: 'secrets.unreadable' } });
  });
  it('cannot be swapped between names', async () => {
    const store = fileSecretStore(folder);
    await store.set('a', 'one');
    writeFileSync(join(folder, 'secrets.json'), fileText().replace('"a"', '"b"'));
    expect(await store.get('b')).toMatchObject({ ok: false });
  });
  it.each(['', '{', '[]', '{"a":1}'])('a damaged file %j is a failure and is not overwritten', async (damaged) => {
    writeFileSync(join(folder, 'secrets.json'), damaged);
    const store = fileSecretStore(folder);
    expect(await store.get('a')).toMatchObject({ ok: false });
    expect(await store.set('a', 'one')).toMatchObject({ ok: false });
    expect(fileText()).toBe(damaged);
  });
  it('loses none of many that are set at once', async () => {
    const store = fileSecretStore(folder);
    const names = Array.from({ length: 40 }, (_, index) => `name-${index}`);
    await Promise.all(names.map((name) => store.set(name, name)));
    for (const name of names) expect(await store.get(name)).toEqual({ ok: true, value: name });
  });
  it('refuses an empty secret', async () => {
    expect(await fileSecretStore(folder).set('a', '')).toMatchObject({ ok: false, error: { code: 'secrets.empty' } });
  });
});

describe('a key that was changed', () => {
  it('seals the secret again', async () => {
    let key = 'old';
    const seal: Seal = {
      close: async (_name, secret) => Buffer.from(`${key}:${secret}`),
      open: async (_name, sealed) => {
        const [by = '', secret = ''] = sealed.toString().split(':');
        return { secret, stale: by !== key };
      },
    };
    const store = sealedSecretStore(join(folder, 'secrets.json'), seal, '');
    await store.set('a', 'one');
    key = 'new';
    expect(await store.get('a')).toEqual({ ok: true, value: 'one' });
    expect(fileText()).toContain(Buffer.from('new:one').toString('base64'));
  });
});
