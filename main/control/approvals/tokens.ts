import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import type { MessengerKind } from '../../../preload/contract/messages.ts';

const TOKEN_BYTES = 16;
const CODES = 1_000_000;

/** What may answer one question by one messenger: two buttons, and a code for words that a person types. */
export interface Secrets {
  readonly approve: string;
  readonly deny: string;
  readonly code: string;
}

export const newSecrets = (): Secrets => ({
  approve: randomBytes(TOKEN_BYTES).toString('base64url'),
  deny: randomBytes(TOKEN_BYTES).toString('base64url'),
  code: String(randomInt(CODES)).padStart(6, '0'),
});

/**
 * The only form in which a secret is kept. Question, exact action, way and expiry go into it, so that it proves nothing
 * about any other.
 */
export const hashOf = (
  { id, siteId, deviceId, channelId, setpoint, expiresAt }: PendingProposal,
  messenger: MessengerKind,
  purpose: keyof Secrets,
  secret: string,
): string =>
  createHash('sha256')
    .update(JSON.stringify([id, siteId, deviceId, channelId, setpoint, expiresAt, messenger, purpose, secret]))
    .digest('hex');

/** Takes the same time wherever the two differ. */
export const sameHash = (one: string, other: string): boolean => {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
};
