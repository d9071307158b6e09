import { expect, it } from 'vitest';
import { physicalBell } from '../../../../models/baselines/physical-bell.ts';
import { STANDARD_HOUSEHOLD_W, standardProfile } from '../../../../models/baselines/standard-profile.ts';
import { madeFrame } from '../../../support/models/made-frame.ts';

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

it('an ordinary household uses its usual power over a week, and moves to the home’s own level', () => {
  const nothing = madeFrame({ seed: 1, days: 9, value: () => Number.NaN });
  const profile = standardProfile(nothing, 24);
  const week = Array.from({ length: 7 * 24 }, (_, hour) => profile(24 + hour));
  expect(meanOf(week) / STANDARD_HOUSEHOLD_W).toBeCloseTo(1, 1);
  expect(Math.min(...week)).toBeGreaterThan(100);
  const busy = madeFrame({ seed: 1, days: 9, gapShare: 0, value: () => 2000 });
  const own = standardProfile(busy, 48);
  expect(meanOf(Array.from({ length: 7 * 24 }, (_, hour) => own(48 + hour)))).toBeGreaterThan(1200);
});

it('reads nothing at or after the origin', () => {
  const one = madeFrame({ seed: 3, days: 9 });
  const two = madeFrame({ seed: 3, days: 9, changedFrom: 40 });
  for (let target = 40; target < 100; target += 1) {
    expect(standardProfile(two, 40)(target)).toBe(standardProfile(one, 40)(target));
    expect(physicalBell(two, 40, 5000)(target)).toEqual(physicalBell(one, 40, 5000)(target));
  }
});

it('a roof gives nothing at night, no more than its peak, and bands in order', () => {
  const frame = madeFrame({ seed: 3, days: 9, firstAt: Date.UTC(2026, 5, 1, 22) });
  const bell = physicalBell(frame, 24, 5000);
  let most = 0;
  for (let target = 24; target < 72; target += 1) {
    const { p10, p50, p90 } = bell(target);
    expect(p10 <= p50 && p50 <= p90 && p90 <= 5000).toBe(true);
    if (frame.clearSky[target] === 0) expect(p90).toBe(0);
    most = Math.max(most, p50);
  }
  expect(most).toBeGreaterThan(1000);
});
