import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../main/result.ts';
import { JITTER_SHARE, LONGEST_ASKED_MS, LONGEST_PAUSE_MS, pauseMs } from '../../../main/telemetry/schedule.ts';

const failure = (change: Partial<Failure> = {}): Failure => ({
  code: 'device.unreachable',
  kind: 'temporary',
  message: 'Away.',
  advice: 'Wait.',
  ...change,
});

describe('the pause until the next poll', () => {
  it('doubles while a device is away, up to five minutes, and never ends', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 6, 2_000].map((failures) =>
      pauseMs({ periodMs: 10_000, failures, failure: failures === 0 ? null : failure(), random: 0.5 }),
    );
    const doubled = [10_000, 10_000, 20_000, 40_000, 80_000, 160_000, LONGEST_PAUSE_MS, LONGEST_PAUSE_MS];
    expect(pauses).toEqual(doubled);
    expect(pauseMs({ periodMs: 600_000, failures: 9, failure: failure(), random: 0.5 })).toBe(600_000);
    expect(pauseMs({ periodMs: 10_000, failures: 1, failure: failure({ kind: 'permanent' }), random: 0.5 })).toBe(
      LONGEST_PAUSE_MS,
    );
  });

  it('is at least what a server asked for, within reason', () => {
    const asked = (retryAfterMs: number) =>
      pauseMs({ periodMs: 10_000, failures: 1, failure: failure({ retryAfterMs }), random: 0.5 });
    expect(asked(60_000)).toBe(60_000);
    expect(asked(1_000)).toBe(10_000);
    expect(asked(1e12)).toBe(LONGEST_ASKED_MS);
  });

  it('stays inside its bounds whatever happened', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 3_600_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.option(fc.integer({ min: 0, max: 1e9 })),
        (periodMs, failures, random, retryAfterMs) => {
          const given = retryAfterMs === null ? failure() : failure({ retryAfterMs });
          const pause = pauseMs({ periodMs, failures, failure: failures === 0 ? null : given, random });
          const most = Math.max(periodMs, LONGEST_PAUSE_MS) * (1 + JITTER_SHARE);
          expect(pause).toBeGreaterThanOrEqual(periodMs * (1 - JITTER_SHARE) - 1e-6);
          expect(pause).toBeLessThanOrEqual(Math.max(most, LONGEST_ASKED_MS));
        },
      ),
    );
  });
});
