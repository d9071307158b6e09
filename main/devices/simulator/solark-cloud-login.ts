import { constants, createHash, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto';
import type { Clock } from '../../clock.ts';

/** Making a pair takes a moment: one serves all clouds of a process. */
let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | null = null;
const keyPair = (): NonNullable<typeof pair> => {
  pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pair;
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** PKCS#1 v1.5 taken apart by hand: 0, 2, padding, 0, message. */
const decrypted = (sealed: string): string | null => {
  try {
    const block = privateDecrypt(
      { key: keyPair().privateKey, padding: constants.RSA_NO_PADDING },
      Buffer.from(sealed, 'base64'),
    );
    const end = block.indexOf(0, 2);
    return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1).toString('utf8') : null;
  } catch {
    return null; // No block of this key: as a wrong password.
  }
};

interface Grant {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
}

export interface CloudLogin {
  publicKey(query: URLSearchParams): object;
  token(body: ReadonlyMap<string, unknown>, sealed: boolean): object;
  isValid(authorization: string | undefined): boolean;
  changePassword(password: string): void;
  /** Every access token ends now; with `refreshToo` the refresh tokens as well. */
  expire(refreshToo: boolean): void;
  logins(): number;
  refreshes(): number;
}

const success = (data: unknown): object => ({ code: 0, msg: 'Success', data, success: true });
/** With HTTP 200, as the cloud does. */
const failure = (msg: string): object => ({
  code: 1,
  msg,
  data: { access_token: '', token_type: '', expires_in: 0, refresh_token: '', scope: '' },
  success: false,
});

/** Both logins of the cloud: name and password as they are, and the signed one in two steps. */
export const createCloudLogin = (options: {
  readonly clock: Clock;
  readonly account: string;
  readonly password: string;
  readonly source: string | null;
  readonly lifeS: number;
}): CloudLogin => {
  const { clock, account, source, lifeS } = options;
  const accessEnds = new Map<string, number>();
  const refreshers = new Set<string>();
  const nonces = new Set<string>();
  let password = options.password;
  let logins = 0;
  let refreshes = 0;
  let serial = 0;

  const keyText = (): string => keyPair().publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const grant = (): Grant => {
    serial += 1;
    const granted = {
      access_token: `access-${serial}`,
      token_type: 'Bearer',
      refresh_token: `refresh-${serial}`,
      expires_in: lifeS,
      scope: 'station.view',
    };
    accessEnds.set(granted.access_token, clock.monotonicMs() + lifeS * 1_000);
    refreshers.add(granted.refresh_token);
    return granted;
  };
  /** A nonce is unix ms of about now, and good for once. */
  const isFreshNonce = (nonce: string): boolean => {
    const isFresh = Math.abs(Number(nonce) - clock.now()) < 300_000 && !nonces.has(nonce);
    nonces.add(nonce);
    return isFresh;
  };

  return {
    publicKey: (query) => {
      const nonce = query.get('nonce') ?? '';
      const expected = md5(`nonce=${nonce}&source=${source ?? ''}POWER_VIEW`);
      return source !== null && query.get('source') === source && isFreshNonce(nonce) && query.get('sign') === expected
        ? success(keyText())
        : failure('sign error');
    },
    token: (body, sealed) => {
      if (body.get('client_id') !== 'csp-web') return failure('Unknown client');
      if (body.get('grant_type') === 'refresh_token') {
        refreshes += 1;
        const refresher = String(body.get('refresh_token'));
        return refreshers.delete(refresher) ? success(grant()) : failure('Refresh token expired');
      }
      logins += 1;
      if (sealed !== (source !== null)) return failure('Unsupported login');
      if (sealed) {
        const nonce = String(body.get('nonce'));
        const expected = md5(`nonce=${nonce}&source=${source}${keyText().slice(0, 10)}`);
        if (body.get('source') !== source || !isFreshNonce(nonce) || body.get('sign') !== expected)
          return failure('sign error');
      }
      const given = sealed ? decrypted(String(body.get('password'))) : body.get('password');
      return body.get('username') === account && given === password ? success(grant()) : failure('Invalid credentials');
    },
    isValid: (authorization) => {
      const ends = accessEnds.get((authorization ?? '').replace(/^Bearer /, ''));
      return ends !== undefined && ends > clock.monotonicMs();
    },
    changePassword: (next) => {
      password = next;
    },
    expire: (refreshToo) => {
      accessEnds.clear();
      if (refreshToo) refreshers.clear();
    },
    logins: () => logins,
    refreshes: () => refreshes,
  };
};
