import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { CenterStateRepository } from '../store/types.ts';

const STATE_NAME = 'serve.sessions';
const SESSION_MS = 30 * 86_400_000;
const TOKEN_MS = 15 * 60_000;
const MAX_SESSIONS = 20;

const storedSchema = z.array(z.strictObject({ hash: z.string(), until: z.number() }));

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Who may look at serve's page: a token that works once becomes a session, of which only the hash is kept. */
export interface HttpSessions {
  /** A token for one address line; it works once, within 15 minutes. */
  newToken(): string;
  /** Answers a new session's secret for a valid token, and undefined for a used, old or wrong one. */
  exchange(token: string): string | undefined;
  valid(session: string): boolean;
}

export const createHttpSessions = (state: CenterStateRepository, clock: Clock): HttpSessions => {
  const tokens = new Map<string, number>();
  const stored = (): z.infer<typeof storedSchema> => {
    const parsed = storedSchema.safeParse(JSON.parse(state.get(STATE_NAME) ?? '[]'));
    return parsed.success ? parsed.data.filter((session) => session.until > clock.now()) : [];
  };
  return {
    newToken: () => {
      const token = randomBytes(24).toString('base64url');
      tokens.set(hashOf(token), clock.now() + TOKEN_MS);
      return token;
    },
    exchange: (token) => {
      const hash = hashOf(token);
      const until = tokens.get(hash);
      tokens.delete(hash);
      if (until === undefined || until < clock.now()) return undefined;
      const session = randomBytes(32).toString('base64url');
      const kept = [...stored(), { hash: hashOf(session), until: clock.now() + SESSION_MS }].slice(-MAX_SESSIONS);
      state.set(STATE_NAME, JSON.stringify(kept));
      return session;
    },
    valid: (session) => {
      const hash = hashOf(session);
      return stored().some((each) => same(each.hash, hash));
    },
  };
};
