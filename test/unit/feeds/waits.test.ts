import { describe, expect, it } from 'vitest';
import { guardMs, nextAfterAnswer, quickRetryMs, shareOf, tickAfterFailure } from '../../../main/feeds/waits.ts';
import type { Failure } from '../../../main/result.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const failure = (code: string, more: Partial<Failure> = {}): Failure => ({
  ...{ code, kind: 'temporary', message: 'm', advice: 'a', ...more },
});

describe('after a failure', () => {
  it('tries three times soon after trouble of the network, and only then', () => {
    const quick = [1, 2, 3, 4].map((failures) => quickRetryMs(failure('feed.unreachable'), failures, 0.5));
    expect(quick).toEqual([5_000, 15_000, 45_000, null]);
    for (const code of ['feed.too-often', 'feed.malformed', 'feed.empty', 'feed.untrue', 'feed.bug'])
      expect(quickRetryMs(failure(code), 1, 0.5)).toBeNull();
    expect(quickRetryMs(failure('feed.their-fault', { retryAfterMs: 1 }), 1, 0.5)).toBeNull();
    expect(quickRetryMs(failure('feed.unreachable', { kind: 'permanent' }), 1, 0.5)).toBeNull();
  });

  it('leaves longer and longer pauses, with jitter: an hour at most, six after a refusal', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 40].map(
      (failures) => tickAfterFailure(failure('x'), failures, HOUR, 0.5) / MINUTE,
    );
    expect(pauses).toEqual([15, 30, 60, 60, 60, 60, 60]);
    const refused = [1, 5, 6, 40].map((failures) => tickAfterFailure(failure('feed.too-often'), failures, HOUR, 0.5));
    expect(refused).toEqual([15 * MINUTE, 4 * HOUR, 6 * HOUR, 6 * HOUR]);
    expect(tickAfterFailure(failure('x'), 1, HOUR, 0)).toBe(12 * MINUTE);
    expect(tickAfterFailure(failure('x'), 1, HOUR, 1)).toBe(18 * MINUTE);
    expect(tickAfterFailure(failure('x'), 1, 5 * MINUTE, 0.5)).toBe(5 * MINUTE);
    expect(tickAfterFailure(failure('x', { kind: 'permanent' }), 1, HOUR, 0.5)).toBe(6 * HOUR);
  });

  it('obeys the server, but no longer than two days', () => {
    expect(tickAfterFailure(failure('x', { retryAfterMs: 20 * HOUR }), 1, HOUR, 0.5)).toBe(20 * HOUR);
    expect(tickAfterFailure(failure('x', { retryAfterMs: 1e15 }), 1, HOUR, 0.5)).toBe(48 * HOUR);
    expect(tickAfterFailure(failure('x', { retryAfterMs: 20 * MINUTE }), 9, HOUR, 0.5)).toBe(20 * MINUTE);
    expect(tickAfterFailure(failure('x', { retryAfterMs: 1 }), 1, HOUR, 0.5)).toBe(15 * MINUTE);
  });

  it('guards a call by less than its period', () => {
    expect(guardMs(HOUR)).toBe(15 * MINUTE);
    expect(guardMs(MINUTE)).toBe(MINUTE);
  });
});

describe('after an answer', () => {
  const now = Date.UTC(2026, 10, 21, 9, 5);
  const ask = (more: Partial<Parameters<typeof nextAfterAnswer>[0]>) =>
    nextAfterAnswer({ now, refreshMs: HOUR, expiresAt: null, publishedAt: null, share: 0, ...more });

  it('comes back by its period, its expiry or its time of publication', () => {
    expect(ask({})).toBe(now + HOUR);
    expect(ask({ expiresAt: now + 3 * HOUR })).toBe(now + 3 * HOUR);
    expect(ask({ publishedAt: now + 4 * HOUR, expiresAt: now + HOUR })).toBe(now + 4 * HOUR);
    expect(ask({ publishedAt: now + HOUR, expiresAt: now + 5 * HOUR })).toBe(now + 5 * HOUR);
  });

  it('is not fooled by an expiry that is over, in a moment, or never', () => {
    expect(ask({ expiresAt: now - HOUR })).toBe(now + HOUR);
    expect(ask({ expiresAt: now + 1 })).toBe(now + HOUR / 4);
    expect(ask({ expiresAt: 8e15 })).toBe(now + 48 * HOUR);
  });

  it('keeps away from the quarters of an hour, where everybody comes', () => {
    expect(ask({ publishedAt: Date.UTC(2026, 10, 21, 13, 0) })).toBe(Date.UTC(2026, 10, 21, 13, 2));
    expect(ask({ publishedAt: Date.UTC(2026, 10, 21, 13, 16, 30) })).toBe(Date.UTC(2026, 10, 21, 13, 17));
  });

  it('spreads homes over some minutes, each in its own place', () => {
    const shares = ['a', 'b', 'c', 'd'].map((name) => shareOf(0.3, name));
    expect(new Set(shares).size).toBe(4);
    for (const share of shares) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThan(1);
      expect(ask({ share }) - now).toBeLessThan(HOUR + 12 * MINUTE);
    }
    expect(shareOf(0.3, 'a')).toBe(shareOf(0.3, 'a'));
  });
});
