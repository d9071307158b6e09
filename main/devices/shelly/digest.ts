import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/**
 * Shelly's digest (SHA-256, user `admin`, realm = device id). Over HTTP it is RFC 7616 with `nc` in 8 hex digits and the
 * real URI; on JSON-RPC channels `nc` is a plain decimal number and the second hash is over a constant.
 */
const USER = 'admin';
const FRAME_HASH_INPUT = 'dummy_method:dummy_uri';

/** What the device asks. Old firmware sends the nonce as a number; it goes back in the type that it came in. */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string | number;
  /** The first count to use with this nonce. */
  readonly nc: number;
  readonly opaque: string | null;
  /** The nonce was right but aged: worth one more try with the new one, and no sign of a wrong password. */
  readonly stale: boolean;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const ha1Of = (realm: string, password: string): string => sha256(`${USER}:${realm}:${password}`);

export const newCnonce = (): string => randomBytes(12).toString('base64url');

/** Splits at the first `=` only (base64 nonces end in `=`) and leaves commas inside quotes alone. */
export const parseHeaderChallenge = (header: string | undefined): Challenge | null => {
  if (!header || !/^digest\s/i.test(header)) return null;
  const parts = new Map<string, string>();
  for (const match of header.slice(7).matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^,\s]*))/gi))
    parts.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '');
  const realm = parts.get('realm');
  const nonce = parts.get('nonce');
  const algorithm = parts.get('algorithm');
  if (realm === undefined || nonce === undefined || algorithm?.toUpperCase() !== 'SHA-256') return null;
  return {
    realm,
    nonce,
    nc: 1,
    opaque: parts.get('opaque') ?? null,
    stale: parts.get('stale')?.toLowerCase() === 'true',
  };
};

const frameChallengeSchema = z.object({
  auth_type: z.literal('digest').optional(),
  realm: z.string(),
  nonce: z.union([z.string(), z.number()]),
  nc: z.coerce.number().int().min(0).default(1),
  algorithm: z.literal('SHA-256'),
  opaque: z.string().optional(),
  stale: z.boolean().optional(),
});

/** On JSON-RPC channels the challenge is JSON inside the error's message. */
export const parseFrameChallenge = (message: string): Challenge | null => {
  let data: unknown;
  try {
    data = JSON.parse(message);
  } catch {
    return null; // Not a challenge; the caller reports it as a refusal.
  }
  const parsed = frameChallengeSchema.safeParse(data);
  if (!parsed.success) return null;
  const { realm, nonce, nc, opaque, stale } = parsed.data;
  return { realm, nonce, nc: Math.max(1, nc), opaque: opaque ?? null, stale: stale ?? false };
};

export const headerAuthorization = (input: {
  readonly challenge: Challenge;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly count: number;
  readonly cnonce: string;
}): string => {
  const { challenge, password, method, uri, count, cnonce } = input;
  const nc = count.toString(16).padStart(8, '0');
  const ha2 = sha256(`${method}:${uri}`);
  const response = sha256(`${ha1Of(challenge.realm, password)}:${challenge.nonce}:${nc}:${cnonce}:auth:${ha2}`);
  const opaque = challenge.opaque === null ? '' : `, opaque="${challenge.opaque}"`;
  return (
    `Digest username="${USER}", realm="${challenge.realm}", nonce="${challenge.nonce}", uri="${uri}", ` +
    `algorithm=SHA-256, qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"${opaque}`
  );
};

/** The `auth` member of a request frame. */
export interface FrameAuth {
  readonly realm: string;
  readonly username: string;
  readonly nonce: string | number;
  readonly cnonce: string;
  readonly nc: number;
  readonly response: string;
  readonly algorithm: 'SHA-256';
  readonly opaque?: string;
}

export const frameAuth = (input: {
  readonly challenge: Challenge;
  readonly password: string;
  readonly count: number;
  readonly cnonce: string;
}): FrameAuth => {
  const { challenge, password, count, cnonce } = input;
  const { realm, nonce, opaque } = challenge;
  const response = sha256(`${ha1Of(realm, password)}:${nonce}:${count}:${cnonce}:auth:${sha256(FRAME_HASH_INPUT)}`);
  const auth: FrameAuth = { realm, username: USER, nonce, cnonce, nc: count, response, algorithm: 'SHA-256' };
  return opaque === null ? auth : { ...auth, opaque };
};

/**
 * Holds the newest challenge of one channel and counts per nonce from what the challenge said: firmware 2.x refuses a
 * counter that is carried over to a new nonce.
 */
export const createNonceCounter = () => {
  let challenge: Challenge | null = null;
  let next = 1;
  return {
    accept: (fresh: Challenge): void => {
      challenge = fresh;
      next = fresh.nc;
    },
    forget: (): void => {
      challenge = null;
    },
    take: (): { readonly challenge: Challenge; readonly count: number } | null => {
      if (!challenge) return null;
      next += 1;
      return { challenge, count: next - 1 };
    },
  };
};
