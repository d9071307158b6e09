import type { Failure } from '../result.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** After trouble of the network: the first three tries come soon, while the process lives. */
const QUICK_MS = [5 * SECOND_MS, 15 * SECOND_MS, 45 * SECOND_MS];
const QUICK_CODES = new Set(['feed.unreachable', 'feed.timeout', 'feed.their-fault']);
const FIRST_TICK_MS = 15 * MINUTE_MS;
const QUARTER_MS = 15 * MINUTE_MS;
const CROWD_MS = 2 * MINUTE_MS;
const LONGEST_TICK_MS = HOUR_MS;
/** For those who said that they are asked too often, and where only a person can help. */
const LONGEST_REFUSED_TICK_MS = 6 * HOUR_MS;
/** However long a server asks to be left alone. */
export const LONGEST_WAIT_MS = 48 * HOUR_MS;

/** ±20 %, so that many homes do not come back at the same moment. */
const jittered = (spanMs: number, random: number): number => Math.round(spanMs * (0.8 + 0.4 * random));

/** How long a provider is left alone after its `failures`-th failure in a row, also over a restart. */
export const tickAfterFailure = (failure: Failure, failures: number, refreshMs: number, random: number): number => {
  const isPermanent = failure.kind === 'permanent';
  const longest = isPermanent || failure.code === 'feed.too-often' ? LONGEST_REFUSED_TICK_MS : LONGEST_TICK_MS;
  const first = isPermanent ? longest : Math.min(FIRST_TICK_MS, refreshMs);
  // Who says when to come back knows better than a growing pause.
  const doublings = failure.retryAfterMs === undefined ? Math.min(10, Math.max(0, failures - 1)) : 0;
  const tickMs = jittered(Math.min(longest, first * 2 ** doublings), random);
  return Math.min(LONGEST_WAIT_MS, Math.max(tickMs, failure.retryAfterMs ?? 0));
};

/**
 * A sooner try that only the living process makes: after network trouble, three times. Null where the server has said
 * something (too often, refused, unusable): asking again at once would not change it and spends its quota.
 */
export const quickRetryMs = (failure: Failure, failures: number, random: number): number | null => {
  if (failure.kind === 'permanent' || failure.retryAfterMs !== undefined || !QUICK_CODES.has(failure.code)) return null;
  const spanMs = QUICK_MS[failures - 1];
  return spanMs === undefined ? null : jittered(spanMs, random);
};

/** The span that is written down before a call, so that a process that dies in it does not ask again when it is back. */
export const guardMs = (refreshMs: number): number => Math.min(FIRST_TICK_MS, refreshMs);

/** A share of 0 to below 1 for this installation and provider: constant, so that polls keep their distance. */
export const shareOf = (installation: number, name: string): number => {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return (installation + hash / 2 ** 32) % 1;
};

/** When a provider that answered is asked again. */
export const nextAfterAnswer = (wish: {
  readonly now: number;
  readonly refreshMs: number;
  readonly expiresAt: number | null;
  /** Where publication has a time of day. */
  readonly publishedAt: number | null;
  readonly share: number;
}): number => {
  const { now, refreshMs, publishedAt, share } = wish;
  // An expiry in the past says nothing; one in a few seconds is no wish to be asked at once.
  const expiresAt = wish.expiresAt !== null && wish.expiresAt > now ? wish.expiresAt : null;
  const soonest = now + refreshMs / 4;
  const offsetMs = share * Math.min(10 * MINUTE_MS, refreshMs * 0.15);
  const due = publishedAt ?? expiresAt ?? now + refreshMs;
  const asked = Math.max(soonest, due) + offsetMs;
  // A provider's expiry is law; a date of publication is not, and none may silence a feed for good.
  const at = Math.round(Math.min(Math.max(asked, expiresAt ?? 0), now + LONGEST_WAIT_MS));
  // Servers are busiest on the quarters of an hour: whoever would come in their first two minutes comes after them.
  const afterQuarterMs = at % QUARTER_MS;
  return afterQuarterMs < CROWD_MS ? at + CROWD_MS - afterQuarterMs : at;
};
