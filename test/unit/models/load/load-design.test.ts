import { describe, expect, it } from 'vitest';
import { createFrame } from '../../../../models/features/frame.ts';
import { layHourGrid } from '../../../../models/load/hour-grid.ts';
import { hourUsual, sameWeekdayMean } from '../../../../models/load/hour-usual.ts';
import { loadDesign } from '../../../../models/load/load-design.ts';
import { habitualHome } from './home.ts';

/** Each hour's value says which it is, in Berlin over the change to summer time. */
const counted = (hours: number) =>
  createFrame({
    firstAt: Date.UTC(2025, 2, 1, 23),
    hours,
    values: Float64Array.from({ length: hours }, (_, index) => index),
    timeZone: 'Europe/Berlin',
    latitude: 50,
    longitude: 8,
    weather: new Map(),
  });

const featureOf = (name: string) => loadDesign.features.findIndex((feature) => feature.name === name);

describe('the grid of hours', () => {
  it('has 24 slots a day, a gap where spring leaves an hour out, and nothing from the origin on', () => {
    const frame = counted(40 * 24);
    const origin = 35 * 24;
    const grid = layHourGrid(frame, origin);
    const change = frame.day.findIndex(
      (_, index) => index > 0 && (frame.hour[index] ?? 0) - (frame.hour[index - 1] ?? 0) === 2,
    );
    expect(change).toBeGreaterThan(0);
    expect(grid.values[grid.slotOf(change) - 1]).toBeNaN();
    expect(grid.values[grid.slotOf(change)]).toBe(change);
    expect(grid.slotOf(origin) % 24).toBe(frame.hour[origin]);
    expect(Math.max(...grid.values.filter((value) => !Number.isNaN(value)))).toBe(origin - 1);
  });

  it('knows the usual of an hour from the days before, not from its own', () => {
    const frame = counted(10 * 24);
    const { usual } = layHourGrid(frame, frame.hours);
    expect(usual[3]).toBeNaN();
    expect(usual[24 + 3]).toBe(3);
    expect(usual[48 + 3]).toBe(15);
  });
});

describe('what is usual for an hour', () => {
  it('takes the newest days before the origin, today’s hour once it has passed', () => {
    const frame = counted(20 * 24);
    const grid = layHourGrid(frame, 10 * 24 + 5);
    expect(hourUsual(grid, 10 * 24 + 5, 4).last).toEqual([10 * 24 + 4, 9 * 24 + 4, 8 * 24 + 4]);
    expect(hourUsual(grid, 10 * 24 + 5, 5).last).toEqual([9 * 24 + 5, 8 * 24 + 5, 7 * 24 + 5]);
    expect(hourUsual(grid, 10 * 24 + 5, 5).mean3).toBe(8 * 24 + 5);
    expect(sameWeekdayMean(grid, 10 * 24 + 5, 11 * 24, 1)).toBe(4 * 24);
    expect(sameWeekdayMean(grid, 10 * 24 + 5, 18 * 24, 1)).toBe(4 * 24);
  });
});

describe('load design', () => {
  const frame = habitualHome({ days: 60 });
  const midnight = frame.indexOfLocal((frame.day[0] ?? 0) + 50, 0) ?? 0;

  it('documents more than fifty inputs, each once', () => {
    const names = loadDesign.features.map((feature) => feature.name);
    expect(names.length).toBeGreaterThan(50);
    expect(new Set(names).size).toBe(names.length);
    for (const feature of loadDesign.features) expect(feature.doc.length, feature.name).toBeGreaterThan(10);
  });

  it('makes a row of every hour, with one number a feature and an expert', () => {
    const rows = loadDesign.rows(frame, midnight, 72, loadDesign.prepare(frame, midnight));
    expect(rows.map((row) => row.lead)).toEqual(Array.from({ length: 72 }, (_, lead) => lead));
    for (const row of rows) {
      expect(row.features).toHaveLength(loadDesign.features.length);
      expect(row.experts).toHaveLength(loadDesign.experts.length);
      expect([...row.features, ...row.experts, row.base, row.scale].every(Number.isFinite)).toBe(true);
    }
  });

  it('lets the last hours count less the further ahead it looks', () => {
    const busy = habitualHome({
      days: 60,
      added: (index) => (index >= midnight + 7 && index < midnight + 10 ? 2000 : 0),
    });
    const rows = loadDesign.rows(busy, midnight + 10, 24, loadDesign.prepare(busy, midnight));
    const place = featureOf('last3hFading');
    const said = rows.map((row) => row.features[place] ?? 0);
    expect(said[0]).toBeGreaterThan(1);
    expect(said[6]).toBeLessThan((said[0] ?? 0) / 3);
    expect(Math.abs(said[23] ?? 1)).toBeLessThan(0.02);
  });

  it('keeps a hidden charger out of what it takes for habit', () => {
    const charged = (index: number): boolean => index % 24 < 3 && Math.floor(index / 24) % 3 === 0;
    const hidden = habitualHome({ days: 60, added: (index) => (charged(index) ? 11_000 : 0) });
    const prepared = loadDesign.prepare(hidden, midnight);
    expect(prepared.blocksAboveW).toBeGreaterThan(2000);
    const clean = loadDesign.rows(frame, midnight, 24, loadDesign.prepare(frame, midnight));
    const held = loadDesign.rows(hidden, midnight, 24, prepared);
    const naive = loadDesign.rows(hidden, midnight, 24, { ...prepared, blocksAboveW: null });
    const off = (rows: typeof held): number =>
      rows.reduce((sum, row, hour) => sum + Math.abs(row.base - (clean[hour]?.base ?? 0)), 0) / rows.length;
    expect(off(held)).toBeLessThan(60);
    expect(off(naive)).toBeGreaterThan(300);
  });

  it('feels heat and cold where temperatures are known, and is neutral where they are not', () => {
    const place = featureOf('heating');
    const cold = createFrame({
      firstAt: frame.firstAt,
      hours: frame.hours,
      values: frame.values,
      timeZone: 'Europe/Berlin',
      latitude: 50,
      longitude: 8,
      weather: new Map(),
      signals: new Map([['tempC', new Float64Array(frame.hours).fill(-4)]]),
      issued: [
        {
          issuedAt: frame.atOf(midnight) - 3_600_000,
          firstHour: midnight,
          columns: new Map([['tempC', new Float32Array(48).fill(6)]]),
        },
      ],
    });
    const prepared = loadDesign.prepare(frame, midnight);
    const rows = loadDesign.rows(cold, midnight, 36, prepared);
    expect(rows[0]?.features[place]).toBeCloseTo((16 - (23 * -4 + 6) / 24) / 10, 5);
    expect(rows[30]?.features[place]).toBeCloseTo(1, 5);
    expect(rows[30]?.features[featureOf('warmer')]).toBeCloseTo(1, 5);
    for (const row of loadDesign.rows(frame, midnight, 36, prepared)) expect(row.features[place]).toBe(0);
  });

  it('reads back what it prepared, and refuses what it did not write', () => {
    const prepared = loadDesign.prepare(frame, midnight);
    expect(loadDesign.readPrepared(JSON.parse(JSON.stringify(prepared)))).toEqual(prepared);
    expect(() => loadDesign.readPrepared({ ...prepared, most: -1 })).toThrow();
    expect(() => loadDesign.readPrepared({})).toThrow();
  });
});
