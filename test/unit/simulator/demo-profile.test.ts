import { resolve } from 'node:path';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { demoProfile, loadDemoData } from '../../../main/devices/simulator/demo-profile.ts';

const ZONE = 'Europe/Berlin';
const loaded = loadDemoData(resolve(import.meta.dirname, '../../../resources/demo'));
if (!loaded.ok) throw new Error(loaded.error.message);
const data = loaded.value;
const calendar = data.calendar(ZONE);
const dayName = fc
  .integer({ min: Date.UTC(2025, 9, 1) / 86_400_000, max: Date.UTC(2029, 0, 1) / 86_400_000 })
  .map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10));

describe('demo data', () => {
  it('holds what its README says: sums of the counters, gaps kept as gaps', () => {
    const kwh = (column: Float32Array): number => column.reduce((sum, w) => sum + (Number.isNaN(w) ? 0 : w), 0) / 6000;
    expect(kwh(data.pvW)).toBeCloseTo(10_756, -1);
    expect(kwh(data.loadW)).toBeCloseTo(5_422, -1);
    expect(data.pvW.filter((w) => Number.isNaN(w))).toHaveLength(759);
    expect(Math.min(...data.loadW.filter((w) => !Number.isNaN(w)))).toBeGreaterThanOrEqual(39);
  });

  it('answers a failure with advice for a folder without data', () => {
    const missing = loadDemoData('/nonexistent');
    expect(missing).toMatchObject({ ok: false, error: { code: 'demo.data', kind: 'permanent' } });
  });
});

describe('demo calendar', () => {
  it('takes a measured day of the same weekday, a multiple of 364 days earlier', () => {
    fc.assert(
      fc.property(dayName, (day) => {
        const measured = calendar.measuredDay(day);
        const apart = (Date.parse(day) - Date.parse(measured)) / 86_400_000;
        expect(apart % 364).toBe(0);
        expect(apart).toBeGreaterThan(0);
        expect(measured >= '2024-03-01' && measured <= '2025-09-30').toBe(true);
        const next = new Date(Date.parse(measured) + 364 * 86_400_000).toISOString().slice(0, 10);
        expect(next === day || next > '2025-09-30', 'the smallest k').toBe(true);
      }),
    );
  });

  it('replaces a day with a gap by a complete day of the same weekday', () => {
    expect(calendar.measuredDay('2026-11-11')).toBe('2024-11-13');
    expect(calendar.completeDay('2026-11-11')).toBe('2024-11-06');
    fc.assert(
      fc.property(dayName, (day) => {
        const measured = calendar.completeDay(day);
        expect(new Date(measured).getUTCDay()).toBe(new Date(day).getUTCDay());
        for (const slot of calendar.slots(day, measured)) expect(data.pvW[slot]).not.toBeNaN();
      }),
    );
  });

  it.each([
    ['2026-03-29', 138],
    ['2026-10-25', 150],
    ['2028-02-29', 144],
  ])('gives %s its own length', (day, count) => {
    expect(calendar.slots(day, calendar.measuredDay(day))).toHaveLength(count);
  });

  it('keeps wall time where daylight saving differs between the two days', () => {
    // 2027-03-28 changes to summer time; the measured 2025-03-30 does as well; 2026-10-25 against 2024-10-27 too.
    // In a zone without daylight saving the measured short day repeats an hour instead of shifting the rest.
    const still = data.calendar('UTC');
    const slots = still.slots('2026-03-29', '2025-03-30');
    const wall = (slot: number | undefined): string =>
      DateTime.fromMillis(data.startAt + (slot ?? 0) * data.stepMs, { zone: ZONE }).toFormat('HH:mm');
    expect(slots).toHaveLength(144);
    expect(wall(slots[12 * 6])).toBe('12:00');
    expect(wall(slots[23 * 6 + 5])).toBe('23:50');
  });
});

describe('demo profile', () => {
  const profile = demoProfile(data, ZONE);
  const from = Date.parse('2026-03-01T00:00:00Z');

  it('interpolates without changing the energy of any 10 minutes and without going below zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 * 144 }), (slot) => {
        const at = from + slot * data.stepMs;
        const day = DateTime.fromMillis(at, { zone: ZONE });
        const name = day.toFormat('yyyy-MM-dd');
        const slots = calendar.slots(name, calendar.completeDay(name));
        const index = Math.floor((at - day.startOf('day').toMillis()) / data.stepMs);
        const mean = data.pvW[slots[index] ?? -1] ?? Number.NaN;
        let sum = 0;
        for (let step = 0; step < 600; step += 1) {
          const power = profile.pvW(at + (step + 0.5) * 1000);
          expect(power).toBeGreaterThanOrEqual(0);
          sum += power;
        }
        expect(Math.abs(sum / 600 - mean)).toBeLessThan(0.01 + mean * 1e-3);
      }),
      { numRuns: 60 },
    );
  });

  it('is continuous across slots and midnight', () => {
    const midnight = DateTime.fromISO('2026-07-02', { zone: ZONE }).toMillis();
    for (const at of [midnight, midnight + 12 * 3_600_000, midnight + 12 * 3_600_000 + data.stepMs]) {
      expect(profile.householdW(at)).toBeCloseTo(profile.householdW(at - 1), 0);
      expect(profile.outdoorTempC(at)).toBeCloseTo(profile.outdoorTempC(at - 1), 1);
    }
  });

  it('has sun at noon and none at night, on the calendar of any year', () => {
    const noon = DateTime.fromISO('2031-06-20T12:00', { zone: ZONE }).toMillis();
    expect(profile.pvW(noon)).toBeGreaterThan(500);
    expect(profile.pvW(noon - 12 * 3_600_000)).toBeLessThan(10);
  });
});
