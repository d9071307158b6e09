import { randomBytes } from 'node:crypto';

/** A topic that nobody guesses: 144 random bits, in signs that ntfy allows. */
export const newTopic = (): string => `cc-${randomBytes(18).toString('base64url')}`;
