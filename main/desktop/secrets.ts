import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { fileSecretStore, type Seal, type SecretStore, sealedSecretStore } from '../secrets.ts';
import type { Missing } from './missing.ts';

type Keychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

const keychainSeal = (keychain: Keychain): Seal => ({
  close: async (name, secret) => keychain.encryptStringAsync(JSON.stringify([name, secret])),
  open: async (name, sealed) => {
    const { result, shouldReEncrypt } = await keychain.decryptStringAsync(sealed);
    const [sealedName, secret] = JSON.parse(result) as [string, string];
    if (sealedName !== name) throw new Error('this secret was sealed under another name');
    return { secret, stale: shouldReEncrypt };
  },
});

const PROTECTION: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Kept by the Keychain of this Mac: other applications must ask.',
  win32: 'Encrypted for this Windows account: other users cannot read them, programs of the same account could.',
};

/**
 * The operating system's keychain through its asynchronous calls. Where Linux only offers a password known to all, the
 * encrypted file takes over, and the Health page says that secrets are less protected.
 */
export const keychainSecretStore = async (
  keychain: Keychain,
  folder: string,
  missing: Missing,
  platform: NodeJS.Platform = process.platform,
): Promise<SecretStore> => {
  const available = await keychain.isAsyncEncryptionAvailable();
  const backend = platform === 'linux' ? keychain.getSelectedStorageBackend() : 'system';
  if (available && backend !== 'basic_text' && backend !== 'unknown')
    return sealedSecretStore(
      join(folder, 'keychain.json'),
      keychainSeal(keychain),
      PROTECTION[platform] ?? 'Kept by the keychain of this desktop session (Secret Service or KWallet).',
    );
  const fallback = fileSecretStore(folder);
  missing.report('keychain', `This system offers no keychain. ${fallback.protection}`);
  return fallback;
};
