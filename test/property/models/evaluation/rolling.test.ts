import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateRolling } from '../../../../models/evaluation/rolling.ts';
import type { HourFrame } from '../../../../models/features/frame.ts';
import { madeFrame } from '../../../support/models/made-frame.ts';
import { meanModel } from '../../../support/models/mean-model.ts';

const DAYS = 40;
const DAY_HOURS = 24;
const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
const seeds = fc.integer({ min: 1, max: 1e6 });
/** Spring and autumn in both hemispheres: each zone's clock changes lie in one of them. */
const starts = fc.constantFrom(Date.UTC(2026, 2, 1), Date.UTC(2026, 8, 10));

/** A model that takes all it can get of the hour that it forecasts: values, signals, and forecasts not yet issued. */
const greedy = () =>
  meanModel('load', (frame, target) => {
    const origin = frame.hours - 1;
    const wanted = [
      frame.values[target] ?? 0,
      frame.signals.get('tempC')?.[target] ?? 0,
      frame.issued?.at('tempC', origin, target) ?? 0,
    ];
    return wanted.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
  });

const roll = (frame: HourFrame, from: number, seed = 1, horizonHours = DAY_HOURS) =>
  evaluateRolling(greedy(), tf, frame, {
    from,
    to: from + 3 * DAY_HOURS,
    horizonHours,
    refitDays: 2,
    seed,
    settings: {},
    onProgress: async () => true,
  });

describe('a rolling evaluation', () => {
  it('never looks ahead: another future changes no row that was issued before it, even of a model that tries', async () => {
    await fc.assert(
      fc.asyncProperty(
        seeds,
        fc.integer({ min: 2, max: DAYS - 5 }),
        zones,
        starts,
        async (seed, day, timeZone, firstAt) => {
          const from = day * DAY_HOURS;
          const one = madeFrame({ seed, days: DAYS, timeZone, firstAt });
          const rolled = await roll(one, from);
          const changedFrom = rolled.rows.find((row) => row.issue > from)?.issue ?? from;
          const two = madeFrame({ seed, days: DAYS, timeZone, firstAt, changedFrom });
          const again = await roll(two, from);
          const forecasts = (rows: typeof rolled.rows) =>
            rows.filter((row) => row.issue <= changedFrom).map(({ actual: _, ...row }) => row);
          expect(forecasts(rolled.rows).length).toBeGreaterThan(0);
          expect(forecasts(again.rows)).toEqual(forecasts(rolled.rows));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('moves no band by hours that were said but are not over', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 16, max: DAYS - 5 }), async (seed, day) => {
        const bandsOf = async (changedFrom?: number) => {
          const frame = madeFrame({ seed, days: DAYS, ...(changedFrom === undefined ? {} : { changedFrom }) });
          const { rows } = await roll(frame, day * DAY_HOURS, 1, 2 * DAY_HOURS);
          return rows.filter(({ issue }) => issue === (day + 1) * DAY_HOURS).map(({ p10, p90 }) => [p10, p90]);
        };
        const said = await bandsOf();
        expect(said).toHaveLength(2 * DAY_HOURS);
        expect(await bandsOf((day + 1) * DAY_HOURS)).toEqual(said);
        // What is over does move them.
        expect(await bandsOf(day * DAY_HOURS)).not.toEqual(said);
      }),
      { numRuns: 6 },
    );
  });

  it('notices a changed past: the proof above can fail', async () => {
    const from = 30 * DAY_HOURS;
    const one = await roll(madeFrame({ seed: 7, days: DAYS }), from);
    const two = await roll(madeFrame({ seed: 7, days: DAYS, changedFrom: from - 24 }), from);
    expect(two.rows.map((row) => row.mean)).not.toEqual(one.rows.map((row) => row.mean));
  });

  it('gives the same rows for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, zones, async (seed, timeZone) => {
        const frame = madeFrame({ seed, days: DAYS, timeZone });
        expect((await roll(frame, 25 * DAY_HOURS, seed)).rows).toEqual((await roll(frame, 25 * DAY_HOURS, seed)).rows);
      }),
      { numRuns: 5 },
    );
  });

  it('serves ordered bands or nothing, with gaps, constants, zeros and three days of data', async () => {
    const lives: readonly ((index: number) => number)[] = [
      () => 0,
      () => 700,
      (index) => (index % 24 < 12 ? 0 : 900),
      (index) => (index % 5 === 0 ? Number.NaN : index),
      () => Number.NaN,
      (index) => -index,
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...lives),
        fc.integer({ min: 0, max: 25 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        zones,
        async (value, day, gapShare, timeZone) => {
          const { rows } = await roll(
            madeFrame({ seed: 1, days: 30, value, gapShare, timeZone }),
            day * DAY_HOURS,
            1,
            30,
          );
          for (const row of rows) {
            const band = [row.p10, row.p50, row.p90];
            if (row.servedBy === 'nobody') expect([row.mean, ...band].every(Number.isNaN)).toBe(true);
            else {
              expect([row.mean, ...band].every(Number.isFinite)).toBe(true);
              expect(band).toEqual(band.toSorted((one, other) => one - other));
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
