import { describe, expect, it } from 'vitest';
import { findHiddenLoad, withoutBlocks } from '../../../../models/load/hidden-load.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { habitualHome } from './home.ts';

const DAYS = 60;

/** A charger of 11 kW that runs three hours from 23 h local (22 h UTC in winter) on a share of the nights. */
const charger = (nightShare: number, seed: number) => {
  const random = seededRandom(seed);
  const nights = Array.from({ length: DAYS }, () => random() < nightShare);
  const charging = (index: number): boolean => {
    const hour = (index - 22 + 24) % 24;
    return hour < 3 && (nights[Math.floor((index - 22 + 24) / 24) - 1] ?? false);
  };
  return { nights, charging, added: (index: number) => (charging(index) ? 11_000 : 0) };
};

describe('a large load that hides in the base load', () => {
  it.each([0.1, 0.3, 0.5])('is found on a share of %s of the nights, with its power, hours and energy', (share) => {
    const { nights, added } = charger(share, 4);
    const frame = habitualHome({ days: DAYS, added });
    const found = findHiddenLoad(frame, frame.hours);
    // The last night reaches beyond the frame, and the first day looked at may hold half of one.
    const seen = nights.slice(DAYS - 43, DAYS).filter(Boolean).length;
    expect(found?.powerW).toBeGreaterThan(10_000);
    expect(found?.powerW).toBeLessThan(12_500);
    expect(found).toMatchObject({ fromHour: 23, toHour: 2 });
    expect(found?.lengthH).toBeCloseTo(3, 0);
    expect(Math.abs((found?.nights ?? 0) - seen)).toBeLessThanOrEqual(1);
    const energy = frame.values.slice(-42 * 24).reduce((sum, value) => sum + value, 0);
    expect(found?.sharePct).toBeCloseTo((100 * seen * 33_000) / energy, -1);
  });

  it('is not claimed of a home that has none, whatever chance cooks', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const frame = habitualHome({ days: DAYS, seed });
      expect(findHiddenLoad(frame, frame.hours), `seed ${seed}`).toBeNull();
    }
  });

  it('is not claimed of two nights, of the future, or of a few days', () => {
    const twice = habitualHome({
      days: DAYS,
      added: (index) => ([900, 901, 902, 1100, 1101, 1102].includes(index) ? 11_000 : 0),
    });
    expect(findHiddenLoad(twice, twice.hours)).toBeNull();
    const later = habitualHome({ days: DAYS, added: (index) => (index > 40 * 24 ? charger(0.4, 1).added(index) : 0) });
    expect(findHiddenLoad(later, later.hours)).not.toBeNull();
    expect(findHiddenLoad(later, 40 * 24)).toBeNull();
    const short = habitualHome({ days: 6, added: charger(1, 1).added });
    expect(findHiddenLoad(short, short.hours)).toBeNull();
  });

  it('is told in local hours over midnight', () => {
    const { added } = charger(0.4, 2);
    const frame = habitualHome({ days: DAYS, timeZone: 'America/Los_Angeles', added });
    expect(findHiddenLoad(frame, frame.hours)).toMatchObject({ fromHour: 14, toHour: 17 });
  });

  it('leaves a gap where a block was, and touches nothing else', () => {
    const { added, charging } = charger(0.3, 4);
    const frame = habitualHome({ days: DAYS, added });
    const { aboveW = 0 } = findHiddenLoad(frame, frame.hours) ?? {};
    const without = withoutBlocks(frame, frame.hours - 48, aboveW);
    for (let index = 5 * 24; index < frame.hours; index += 1) {
      const gone = charging(index) && index < frame.hours - 48;
      expect(without.values[index], `hour ${index}`).toBe(gone ? Number.NaN : frame.values[index]);
    }
  });
});
