import { describe, expect, it } from 'vitest';
import { addLocalDays, startOfLocalDay } from '../../../main/zone.ts';

describe('a day whose midnight is skipped (Cairo, 25 April 2025)', () => {
  const zone = 'Africa/Cairo';
  const skipped = Date.parse('2025-04-25T01:00:00+03:00');

  it('begins at 01:00, and the days beside it at midnight', () => {
    expect(startOfLocalDay(skipped + 1, zone)).toBe(skipped);
    expect(addLocalDays(skipped, 1, zone)).toBe(Date.parse('2025-04-26T00:00:00+03:00'));
    expect(addLocalDays(skipped, -1, zone)).toBe(Date.parse('2025-04-24T00:00:00+02:00'));
    expect(addLocalDays(skipped - 1, 1, zone)).toBe(skipped);
  });
});
