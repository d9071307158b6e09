import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';

/**
 * The device's side of the digest, written from the vendor's description and apart from the driver's, so that the two
 * check each other. As strict as firmware 2.x: a nonce ages out, and its count goes 1, 2, 3 without a gap.
 */
const NONCE_LIFE_MS = 3_600_000;

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface ShellyLogin {
  readonly realm: string;
  /** `unknown` answers 401, `stale` 401 with stale=true. */
  checkHeader(header: string | undefined, method: string, uri: string): 'ok' | 'unknown' | 'stale';
  checkFrame(auth: unknown): 'ok' | 'unknown' | 'stale';
  header(stale: boolean): string;
  /** The error message of a JSON-RPC channel: JSON in a string. */
  frameMessage(stale: boolean): string;
  /** As if an hour had passed. */
  ageNonces(): void;
}

export const createShellyLogin = (realm: string, password: string, clock: Clock): ShellyLogin => {
  const ha1 = hex(['admin', realm, password].join(':'));
  const nonces = new Map<string, { issuedAtMs: number; count: number }>();

  const issue = (): string => {
    const nonce = randomBytes(15).toString('base64');
    nonces.set(nonce, { issuedAtMs: clock.monotonicMs(), count: 0 });
    return nonce;
  };

  const check = (sent: {
    readonly nonce: string;
    readonly nc: string;
    readonly count: number;
    readonly cnonce: string;
    readonly response: string;
    readonly ha2: string;
  }): 'ok' | 'unknown' | 'stale' => {
    const expected = hex([ha1, sent.nonce, sent.nc, sent.cnonce, 'auth', sent.ha2].join(':'));
    if (sent.response.length !== expected.length) return 'unknown';
    if (!timingSafeEqual(Buffer.from(sent.response), Buffer.from(expected))) return 'unknown';
    const known = nonces.get(sent.nonce);
    if (!known) return 'stale';
    if (clock.monotonicMs() - known.issuedAtMs > NONCE_LIFE_MS) {
      nonces.delete(sent.nonce);
      return 'stale';
    }
    if (sent.count !== known.count + 1) return 'unknown';
    known.count = sent.count;
    return 'ok';
  };

  return {
    realm,
    checkHeader: (header, method, uri) => {
      if (!header?.startsWith('Digest ')) return 'unknown';
      const part = (name: string): string =>
        header.match(new RegExp(`[ ,]${name}="([^"]*)"`))?.[1] ??
        header.match(new RegExp(`[ ,]${name}=([^", ]+)`))?.[1] ??
        '';
      if (part('username') !== 'admin' || part('realm') !== realm || part('uri') !== uri) return 'unknown';
      const nc = part('nc');
      if (!/^[0-9a-f]{8}$/i.test(nc)) return 'unknown';
      return check({
        nonce: part('nonce'),
        nc,
        count: Number.parseInt(nc, 16),
        cnonce: part('cnonce'),
        response: part('response'),
        ha2: hex(`${method}:${uri}`),
      });
    },
    checkFrame: (auth) => {
      if (typeof auth !== 'object' || auth === null) return 'unknown';
      const sent = new Map<string, unknown>(Object.entries(auth));
      const nc = Number(sent.get('nc'));
      if (sent.get('username') !== 'admin' || sent.get('realm') !== realm || !Number.isInteger(nc)) return 'unknown';
      return check({
        nonce: String(sent.get('nonce')),
        nc: String(nc),
        count: nc,
        cnonce: String(sent.get('cnonce')),
        response: String(sent.get('response')),
        ha2: hex('dummy_method:dummy_uri'),
      });
    },
    header: (stale) =>
      `Digest qop="auth", realm="${realm}", nonce="${issue()}", algorithm=SHA-256${stale ? ', stale=true' : ''}`,
    frameMessage: (stale) =>
      JSON.stringify({
        auth_type: 'digest',
        nonce: issue(),
        nc: 1,
        realm,
        algorithm: 'SHA-256',
        ...(stale ? { stale } : {}),
      }),
    ageNonces: () => {
      for (const known of nonces.values()) known.issuedAtMs -= NONCE_LIFE_MS + 1;
    },
  };
};
