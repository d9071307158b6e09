import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOfDay, type DayAccount, type MeasuredDay } from '../../../../main/planning/advice/day-account.ts';
import { addLocalDays } from '../../../../main/zone.ts';
import {
  type LivedQuarter,
  lived,
  MADE_BATTERY,
  type MadeOrder,
  madePrice,
  madeQuarters,
} from '../../../support/planning/advice-home.ts';

const ZONE = 'Europe/Berlin';
const JANUARY = Date.UTC(2025, 11, 31, 23);
const alone: MadeOrder = () => null;
/** In winter it charges at night and keeps that for the evening; else it is left alone. */
const byPrice: MadeOrder = (at) => {
  const hour = Math.floor((at / 3_600_000) % 24);
  const day = Math.floor((at - JANUARY) / 86_400_000);
  if (day > 60 && day < 300) return null;
  return hour < 3 ? 2.5 : hour < 10 ? 0 : null;
};

const dayOf = (quarters: readonly LivedQuarter[], from: number, to: number, endPct: number): MeasuredDay => ({
  ...{ from, to, battery: MADE_BATTERY, maxExportKw: 100 },
  quarters: quarters.map(({ at, pvKw, gridKw, batteryKw, socPct }) => ({
    ...{ at, minutes: 15, socPct, price: madePrice(at), carbonG: 300 },
    ...{ pvKwh: pvKw / 4, gridKwh: gridKw / 4, batteryKwh: batteryKw / 4 },
  })),
  socStartPct: quarters[0]?.socStartPct ?? null,
  socEndPct: endPct,
});

const accounted = (day: MeasuredDay): DayAccount => {
  const account = accountOfDay(day);
  if (typeof account === 'string') throw new Error(account);
  return account;
};

/** Local days of a course that was lived from `from` on. */
const daysOf = (from: number, count: number, order: MadeOrder): readonly MeasuredDay[] => {
  const end = addLocalDays(from, count, ZONE);
  const course = lived(madeQuarters(from, end + 900_000), MADE_BATTERY, 50, order);
  return Array.from({ length: count }, (_, index) => {
    const at = addLocalDays(from, index, ZONE);
    const to = addLocalDays(from, index + 1, ZONE);
    const own = course.filter((quarter) => quarter.at >= at && quarter.at < to);
    return dayOf(own, at, to, course.find((quarter) => quarter.at === to)?.socStartPct ?? 0);
  });
};

describe('what a day saved', () => {
  it('a fixed year gives the same number to 0.1 %, whatever order its days come in', () => {
    const year = daysOf(JANUARY, 365, byPrice);
    const total = year.reduce((sum, day) => sum + accounted(day).saving, 0);
    const backwards = year.toReversed().reduce((sum, day) => sum + accounted(day).saving, 0);
    expect(year.map(({ from, to }) => (to - from) / 3_600_000)).toEqual(expect.arrayContaining([23, 24, 25]));
    expect(Math.abs(total / GOLDEN - 1)).toBeLessThan(0.001);
    expect(Math.abs(backwards / total - 1)).toBeLessThan(1e-9);
  });

  it('is nothing where the battery did what the baseline does', () => {
    for (const day of daysOf(JANUARY, 60, alone)) {
      const { saving, carbonSavedKg } = accounted(day);
      expect(saving).toBeCloseTo(0, 6);
      expect(carbonSavedKg).toBeCloseTo(0, 6);
    }
  });

  it('is the bill of the baseline less the bill that was paid, when both end with the same charge', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 96, maxLength: 96 }),
        fc.integer({ min: 0, max: 300 }),
        (orders, dayNumber) => {
          const from = addLocalDays(JANUARY, dayNumber, 'UTC');
          const to = addLocalDays(from, 1, 'UTC');
          const course = lived(madeQuarters(from, to), MADE_BATTERY, 50, (at) => orders[(at - from) / 900_000] ?? null);
          const day = dayOf(course, from, to, 50);
          const { cost, baselineCost, saving } = accounted(day);
          const wear = course.reduce((sum, { batteryKw }) => sum + (Math.abs(batteryKw) / 4) * 0.02, 0);
          const grid = course.reduce((sum, { at, gridKw }) => {
            const price = madePrice(at);
            return sum + (gridKw / 4) * (gridKw > 0 ? price.importPerKwh : price.exportPerKwh);
          }, 0);
          expect(cost).toBeCloseTo(grid + wear, 9);
          expect(saving).toBeCloseTo(baselineCost - cost, 9);
          // What it has more at the end is worth more by its share of a mean price, and by nothing else.
          const fuller = accounted({ ...day, socEndPct: 60 });
          const mean = course.reduce((sum, { at }) => sum + madePrice(at).importPerKwh, 0) / course.length;
          expect(fuller.saving - saving).toBeCloseTo(1 * 0.95 * mean, 9);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('does not change with holes in which nothing is known beyond what the holes hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 94 }), fc.integer({ min: 1, max: 12 }), (first, length) => {
        const [day] = daysOf(JANUARY + 150 * 86_400_000, 1, alone);
        if (day === undefined) throw new Error('no day');
        const quarters = day.quarters.filter((_, index) => index < first || index >= first + length);
        const { saving } = accounted({ ...day, quarters });
        // The baseline went the measured way through the hole, so that it ends as the day did.
        expect(Math.abs(saving)).toBeLessThan(0.02);
      }),
      { numRuns: 60 },
    );
  });

  it('has no number with little measured, without a price, and without the charge at midnight', () => {
    const [day] = daysOf(JANUARY, 1, alone);
    if (day === undefined) throw new Error('no day');
    const some = day.quarters.slice(0, 76);
    expect(accountOfDay({ ...day, quarters: some })).toBe('little-measured');
    expect(accountOfDay({ ...day, quarters: [] })).toBe('nothing-measured');
    expect(accountOfDay({ ...day, socStartPct: null })).toBe('no-charge');
    const unpriced = day.quarters.map((quarter, index) => (index === 5 ? { ...quarter, price: null } : quarter));
    expect(accountOfDay({ ...day, quarters: unpriced })).toBe('no-price');
    const unclear = day.quarters.map((quarter, index) => (index === 5 ? { ...quarter, carbonG: null } : quarter));
    expect(accounted({ ...day, quarters: unclear }).carbonSavedKg).toBeNull();
    expect(accounted({ ...day, battery: null, socStartPct: null })).toMatchObject({ saving: 0, batteryCycles: null });
  });
});

/** Money of the year above: a change of it is a change of what people read, and wants a reason. */
const GOLDEN = 73.218;
