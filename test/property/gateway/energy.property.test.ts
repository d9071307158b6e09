import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { costWithoutBattery, gridCost } from '../../../main/gateway/views/cost.ts';
import { coveragePct, type EnergyInterval, intervalsOf, totalsOf } from '../../../main/gateway/views/energy.ts';
import { stepsOf } from '../../../main/gateway/views/history-steps.ts';
import { priceLookup } from '../../../main/store/price-lookup.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const START = Date.UTC(2026, 2, 28, 23); // the night before Berlin's short day
const FIXED = { fixedImportPerKwh: null, fixedExportPerKwh: null };
const milli = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((value) => value / 1000);

/** A house in balance: pv + grid = load + battery in every quarter. */
const day = fc
  .array(fc.record({ pv: milli(0, 3), load: milli(0, 3), battery: milli(-1, 1) }), { minLength: 1, maxLength: 100 })
  .map((quarters): readonly EnergyInterval[] =>
    quarters.map(({ pv, load, battery }, index) => ({
      at: START + index * QUARTER_MS,
      stepMs: QUARTER_MS,
      energyKwh: { pv, load, battery, grid: load + battery - pv },
      minutes: 15,
    })),
  );
const prices = fc.array(fc.record({ importPerKwh: milli(-0.2, 0.8), exportPerKwh: milli(0, 0.2) }), {
  minLength: 26,
  maxLength: 26,
});
const rowsOf = (each: readonly { importPerKwh: number; exportPerKwh: number }[]) =>
  each.map((price, index) => ({ ...price, at: START + index * HOUR_MS, stepMs: HOUR_MS, source: 'test' }));

describe('energy sums', () => {
  it('balance: sun and import equal use, export and what the battery took', () => {
    fc.assert(
      fc.property(day, (intervals) => {
        const sums = totalsOf(intervals);
        const come = (sums.pvKwh ?? 0) + (sums.importKwh ?? 0) + (sums.dischargeKwh ?? 0);
        const gone = (sums.loadKwh ?? 0) + (sums.exportKwh ?? 0) + (sums.chargeKwh ?? 0);
        expect(come).toBeCloseTo(gone, 6);
      }),
    );
  });

  it('shares lie between 0 and 100, and no part of a day changes the sum of its parts', () => {
    fc.assert(
      fc.property(day, fc.nat(100), (intervals, cut) => {
        const whole = totalsOf(intervals);
        const parts = [totalsOf(intervals.slice(0, cut)), totalsOf(intervals.slice(cut))];
        for (const share of [whole.selfConsumptionPct, whole.selfSufficiencyPct])
          if (share !== null) expect(share >= 0 && share <= 100).toBe(true);
        expect(parts.reduce((sum, part) => sum + (part.importKwh ?? 0), 0)).toBeCloseTo(whole.importKwh ?? 0, 6);
      }),
    );
  });

  it('a series that is not measured stays absent', () => {
    const rows = [{ at: START, energyKwh: 1, minutes: 15 }];
    const sums = totalsOf(intervalsOf({ pv: rows, battery: [] }, () => QUARTER_MS));
    expect(sums).toMatchObject({ pvKwh: 1, loadKwh: null, importKwh: null, chargeKwh: null, selfConsumptionPct: null });
  });

  it('an interval in which one series is missing is not covered', () => {
    const row = (index: number) => ({ at: START + index * QUARTER_MS, energyKwh: 1, minutes: 15 });
    const intervals = intervalsOf({ pv: [row(0), row(1)], load: [row(0)] }, () => QUARTER_MS);
    expect(coveragePct(intervals, START, START + 2 * QUARTER_MS)).toBe(50);
  });
});

describe('cost', () => {
  it('is what an independent sum over minutes says', () => {
    fc.assert(
      fc.property(day, prices, (intervals, each) => {
        const rows = rowsOf(each);
        let expected = 0;
        for (const { at, energyKwh } of intervals) {
          for (let minute = 0; minute < 15; minute += 1) {
            const row = rows.find(
              (price) => price.at <= at + minute * 60_000 && at + minute * 60_000 < price.at + HOUR_MS,
            );
            const gridKwh = (energyKwh.grid ?? 0) / 15;
            expected += gridKwh * ((gridKwh > 0 ? row?.importPerKwh : row?.exportPerKwh) ?? Number.NaN);
          }
        }
        expect(gridCost(intervals, priceLookup(rows, FIXED))).toBeCloseTo(expected, 6);
      }),
    );
  });

  it('an idle battery changes nothing', () => {
    fc.assert(
      fc.property(day, prices, (intervals, each) => {
        const idle = intervals.map((interval) => ({
          ...interval,
          energyKwh: {
            ...interval.energyKwh,
            battery: 0,
            grid: (interval.energyKwh.load ?? 0) - (interval.energyKwh.pv ?? 0),
          },
        }));
        const lookup = priceLookup(rowsOf(each), FIXED);
        expect(costWithoutBattery(idle, lookup)).toBe(gridCost(idle, lookup));
        expect(costWithoutBattery(intervals, lookup)).toBeCloseTo(gridCost(idle, lookup) ?? Number.NaN, 9);
      }),
    );
  });

  it('is unknown when any needed price is, unless a fixed price stands in', () => {
    fc.assert(
      fc.property(day, prices, fc.nat(25), (intervals, each, hole) => {
        const rows = rowsOf(each).filter((_, index) => index !== hole);
        const touched = intervals.some(
          ({ at, energyKwh }) => Math.floor((at - START) / HOUR_MS) === hole && Math.abs(energyKwh.grid ?? 0) > 1e-6,
        );
        const cost = gridCost(intervals, priceLookup(rows, FIXED));
        if (touched) expect(cost).toBeNull();
        const fixed = priceLookup(rows, { fixedImportPerKwh: 0.3, fixedExportPerKwh: null });
        expect(gridCost(intervals, fixed)).not.toBeNull();
      }),
    );
  });

  it('a comparison needs sun and use wherever the grid is measured', () => {
    const lookup = priceLookup(rowsOf(Array.from({ length: 26 }, () => ({ importPerKwh: 1, exportPerKwh: 1 }))), FIXED);
    const blind: readonly EnergyInterval[] = [
      { at: START, stepMs: QUARTER_MS, energyKwh: { grid: 1, load: 1 }, minutes: 15 },
    ];
    expect(gridCost(blind, lookup)).toBe(1);
    expect(costWithoutBattery(blind, lookup)).toBeNull();
  });

  it('an hour with quarter prices is averaged over its quarters', () => {
    const rows = [0.1, 0.2, 0.3, 0.6].map((importPerKwh, index) => ({
      at: START + index * QUARTER_MS,
      stepMs: QUARTER_MS,
      importPerKwh,
      exportPerKwh: 0,
      source: 'test',
    }));
    expect(priceLookup(rows, FIXED)(START, HOUR_MS)?.importPerKwh).toBeCloseTo(0.3, 9);
    expect(priceLookup(rows.slice(0, 3), FIXED)(START, HOUR_MS)).toBeNull();
  });
});

describe('the calendar', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'Africa/Casablanca',
    'Africa/Cairo', // Its midnight is skipped in spring: that day begins at 01:00.
    'America/Santiago',
    'UTC',
  );
  const days = fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 40 }));

  it('days begin at local midnight and follow each other without hole or overlap, summer time or not', () => {
    fc.assert(
      fc.property(zones, days, (zone, [offset, count]) => {
        const first = DateTime.fromISO('2025-01-01', { zone }).plus({ days: offset }).startOf('day');
        const last = first.plus({ days: count }).startOf('day');
        const steps = stepsOf('day', first.toMillis(), last.toMillis(), zone, 1000) ?? [];
        expect(steps).toHaveLength(count);
        expect(steps).toEqual(steps.map((_, index) => first.plus({ days: index }).startOf('day').toMillis()));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-06-17', 24],
  ])('%s has %d hours in Berlin', (date, hours) => {
    const zone = 'Europe/Berlin';
    const from = DateTime.fromISO(date, { zone });
    expect(stepsOf('hour', from.toMillis(), from.plus({ days: 1 }).toMillis(), zone, 1000)).toHaveLength(hours);
  });

  it('a step that begins before the span is part of it', () => {
    expect(stepsOf('hour', START + 60_000, START + HOUR_MS + 1, 'UTC', 10)).toEqual([START, START + HOUR_MS]);
  });

  it('refuses more steps than a chart can show', () => {
    expect(stepsOf('raw', 0, 101 * 60_000, 'UTC', 100)).toBeNull();
  });
});
