import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoadQuarter, typicalRunOf } from '../../../../main/planning/advice/runs.ts';
import { localMinute } from '../../../../main/zone.ts';

const ZONE = 'Europe/Berlin';
const QUARTER_MS = 900_000;
const FROM = Date.UTC(2026, 9, 20);
const DAYS = 28;

/** Four weeks of quarters in which a load runs from a quarter of the UTC day on. */
const month = (startOf: (day: number) => number | null, quarters: number, powerW: number): readonly LoadQuarter[] => {
  const rows = Array.from({ length: DAYS * 96 }, (_, index) => ({ at: FROM + index * QUARTER_MS, meanW: 2 }));
  for (let day = 0; day < DAYS; day += 1) {
    const start = startOf(day);
    if (start === null) continue;
    for (let index = 0; index < quarters; index += 1) {
      const row = rows[day * 96 + start + index];
      if (row) row.meanW = powerW;
    }
  }
  return rows;
};

describe('how a load usually runs', () => {
  it('is found in its past: energy, length, and the time on the clock of the wall', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 2, max: 24 }),
        fc.integer({ min: 800, max: 3000 }),
        fc.integer({ min: 1, max: 6 }),
        (start, quarters, powerW, every) => {
          const run = typicalRunOf(
            month((day) => (day % every === 0 ? start : null), quarters, powerW),
            ZONE,
          );
          expect(run?.durationMs).toBe(quarters * QUARTER_MS);
          expect(run?.energyKwh).toBeCloseTo((quarters * powerW) / 4000, 6);
          // Winter time came within these weeks: on the wall it is one of two hours, weighted.
          const winter = localMinute(FROM + 20 * 86_400_000 + start * QUARTER_MS, ZONE);
          const later = ((run?.usualMinute ?? 0) - winter + 1440) % 1440;
          expect(later).toBeLessThanOrEqual(60);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a pause within a programme ends no run', () => {
    const rows = month(() => 40, 8, 1000).map((row) =>
      (row.at / QUARTER_MS) % 96 === 43 ? { ...row, meanW: 5 } : row,
    );
    expect(typicalRunOf(rows, ZONE)).toMatchObject({ durationMs: 8 * QUARTER_MS });
  });

  it.each([
    ['a load that never ran', month(() => null, 1, 1)],
    ['two runs', month((day) => (day < 2 ? 40 : null), 4, 2000)],
    [
      'a fridge',
      Array.from({ length: DAYS * 96 }, (_, index) => ({
        at: FROM + index * QUARTER_MS,
        meanW: index % 6 < 2 ? 0 : 250 + 3000 * Number(index % 6 === 3),
      })),
    ],
    ['a lamp', month(() => 70, 8, 60)],
    ['a heating that runs for half a day', month(() => 20, 48, 2000)],
    ['nothing measured', []],
  ])('%s is no machine that somebody starts', (_, rows) => {
    expect(typicalRunOf(rows, ZONE)).toBeNull();
  });

  it('has no usual time where it runs at any', () => {
    expect(
      typicalRunOf(
        month((day) => (day * 37) % 88, 4, 2000),
        ZONE,
      )?.usualMinute,
    ).toBeNull();
  });
});
