import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf, ok, permanent, type Result, temporary } from './result.ts';

/**
 * Passwords, tokens and keys of devices and feeds. Write-only for every surface: a page can set and clear, never read.
 * A secret that cannot be read is a failure, not an absent one; `null` means that none was set.
 */
export interface SecretStore {
  get(name: string): Promise<Result<string | null>>;
  set(name: string, value: string): Promise<Result<void>>;
  remove(name: string): Promise<Result<void>>;
  /** How well secrets are kept on this machine, in one honest sentence. */
  readonly protection: string;
}

/** Turns a secret into bytes that may lie on the disk, and back. The name is bound to the bytes where it can be. */
export interface Seal {
  close(name: string, secret: string): Promise<Buffer>;
  /** `stale`: the key was changed since; the secret is then sealed and written again. */
  open(name: string, sealed: Buffer): Promise<{ readonly secret: string; readonly stale: boolean }>;
}

const sealedFileSchema = z.record(z.string(), z.base64());
type SealedFile = z.infer<typeof sealedFileSchema>;

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

const readSealed = async (path: string): Promise<SealedFile> => {
  try {
    return sealedFileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (thrown) {
    if (isMissing(thrown)) return {};
    throw thrown;
  }
};

/** Written beside and renamed, so that a crash leaves the old file or the new one, never half of one. */
const replaceFile = async (path: string, content: string | Buffer): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
};

/** Keeps sealed secrets in one file, mode 0600; operations run one after another, so that none is lost. */
export const sealedSecretStore = (path: string, seal: Seal, protection: string): SecretStore => {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Result<Value>>): Promise<Result<Value>> => {
    const turn = last
      .then(work)
      .catch((thrown: unknown) =>
        temporary(
          'secrets.unreadable',
          `The secret store did not answer: ${messageOf(thrown)}.`,
          'Unlock the keychain of this computer, or type the secret again in Settings.',
        ),
      );
    last = turn;
    return turn;
  };
  const write = async (name: string, secret: string): Promise<void> => {
    const sealed = await seal.close(name, secret);
    await replaceFile(path, JSON.stringify({ ...(await readSealed(path)), [name]: sealed.toString('base64') }));
  };
  return {
    protection,
    get: (name) =>
      inTurn(async () => {
        const sealed = (await readSealed(path))[name];
        if (sealed === undefined) return ok(null);
        const { secret, stale } = await seal.open(name, Buffer.from(sealed, 'base64'));
        if (stale) await write(name, secret);
        return ok(secret);
      }),
    set: (name, value) =>
      inTurn(async () => {
        if (value === '')
          return permanent(
            'secrets.empty',
            'An empty secret is not kept.',
            'Remove the secret instead of emptying it.',
          );
        await write(name, value);
        return ok(undefined);
      }),
    remove: (name) =>
      inTurn(async () => {
        const { [name]: removed, ...rest } = await readSealed(path);
        if (removed !== undefined) await replaceFile(path, JSON.stringify(rest));
        return ok(undefined);
      }),
  };
};

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const keyOf = async (path: string): Promise<Buffer> => {
  try {
    const key = await readFile(path);
    if (key.length !== KEY_BYTES) throw new Error('the key file is damaged');
    return key;
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    const key = randomBytes(KEY_BYTES);
    await replaceFile(path, key);
    return key;
  }
};

/** AES-256-GCM with a fresh nonce a secret; the name is authenticated, so that two entries cannot be swapped. */
const aesSeal = (keyPath: string): Seal => ({
  close: async (name, secret) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', await keyOf(keyPath), nonce).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  },
  open: async (name, sealed) => {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', await keyOf(keyPath), nonce).setAAD(Buffer.from(name));
    const body = decipher.setAuthTag(tag).update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
    return { secret: Buffer.concat([body, decipher.final()]).toString('utf8'), stale: false };
  },
});

/** For a host without a keychain: the key lies beside the file, and `protection` says what that means. */
export const fileSecretStore = (folder: string): SecretStore =>
  sealedSecretStore(
    join(folder, 'secrets.json'),
    aesSeal(join(folder, 'secrets.key')),
    'Encrypted in a file that only this user account can read. The key lies beside it: programs that run under this account could read them.',
  );
