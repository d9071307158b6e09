import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { CenterStateRepository } from '../store/types.ts';

const STATE_NAME = 'stop.tokens';
const MOST_TOKENS = 20;

const storedSchema = z.array(z.strictObject({ name: z.string(), hash: z.string(), madeAt: z.number() }));

/** A new secret: 256 bits, so that nobody guesses it. It is shown once; whoever keeps it keeps only its hash. */
export const newStopToken = (): { readonly token: string; readonly hash: string } => {
  const token = `stop-${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOf(token) };
};

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Secrets that may stop the house and do nothing else, each under the name that then stands in the log. */
export interface StopTokens {
  /** The name behind a token; null where there is none such. */
  nameOf(token: string): string | null;
  /** A new hash under a name replaces its former one. */
  keep(name: string, hash: string): void;
  /** Null takes back all of them. */
  revoke(name: string | null): void;
  names(): readonly string[];
}

export const createStopTokens = (state: CenterStateRepository, clock: Pick<Clock, 'now'>): StopTokens => {
  const stored = (): z.infer<typeof storedSchema> => {
    const kept = state.get(STATE_NAME);
    return kept === undefined ? [] : (storedSchema.safeParse(JSON.parse(kept)).data ?? []);
  };
  const store = (tokens: z.infer<typeof storedSchema>): void =>
    state.set(STATE_NAME, JSON.stringify(tokens.slice(-MOST_TOKENS)));
  return {
    nameOf: (token) => {
      const hash = Buffer.from(hashOf(token));
      const found = stored().filter(
        (each) => each.hash.length === hash.length && timingSafeEqual(Buffer.from(each.hash), hash),
      );
      return found[0]?.name ?? null;
    },
    keep: (name, hash) =>
      store([...stored().filter((each) => each.name !== name), { name, hash, madeAt: clock.now() }]),
    revoke: (name) => store(name === null ? [] : stored().filter((each) => each.name !== name)),
    names: () => stored().map(({ name }) => name),
  };
};
