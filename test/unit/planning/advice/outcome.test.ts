import { describe, expect, it } from 'vitest';
import { channelId, deviceId } from '../../../../main/ids.ts';
import type { Basis } from '../../../../main/planning/advice/found.ts';
import { judgedFrom, type MeasuredAround, outcomeOf } from '../../../../main/planning/advice/outcome.ts';

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
/** 12:00 in Berlin. */
const NOON = Date.UTC(2026, 10, 21, 11);
const load = { deviceId: deviceId('dish'), channelId: channelId('switch:0') };
const run: Basis = { is: 'run', load, energyKwh: 1, elseAt: NOON + 7 * HOUR_MS };

const told = (basis: Basis, saving = 0.4) => ({
  recommendation: { startAt: NOON, endAt: NOON + HOUR_MS, saving },
  ...{ basis, currency: 'EUR', zone: 'Europe/Berlin' },
});
const during = (from: number, to: number, inside: number, outside: number) => (at: number) =>
  at >= from && at < to ? inside : outside;

const measured = (more: Partial<MeasuredAround> = {}): MeasuredAround => ({
  grid: during(NOON, NOON + HOUR_MS, 0.35, 0.1),
  houseLoad: () => 0.1,
  battery: () => 0,
  socPct: () => 50,
  load: during(NOON, NOON + HOUR_MS, 0.25, 0),
  price: (at) => ({ importPerKwh: at < NOON + 3 * HOUR_MS ? 0.1 : 0.5, exportPerKwh: 0.05 }),
  ...more,
});

describe('whether advice came true', () => {
  it('a run that was moved brought what the two prices differ by', () => {
    const outcome = outcomeOf(told(run), measured());
    expect(outcome).toMatchObject({ cameTrue: true });
    expect(outcome?.saving).toBeCloseTo(0.4, 9);
    expect(outcome?.sentence).toBe('It ran, used 1.0 kWh and cost €0.10; at 19:00 it would have cost €0.50.');
  });

  it('a run on the sun costs what it would have earned', () => {
    const grid = during(NOON, NOON + HOUR_MS, -0.25, 0.1);
    expect(outcomeOf(told(run), measured({ grid }))?.saving).toBeCloseTo(0.5 - 0.05, 9);
  });

  it('a run may begin half an hour early; a run at another time is none', () => {
    const early = during(NOON - 2 * QUARTER_MS, NOON + 2 * QUARTER_MS, 0.25, 0);
    expect(outcomeOf(told(run), measured({ load: early, grid: (at) => 0.1 + early(at) }))?.cameTrue).toBe(true);
    const evening = during(NOON + 7 * HOUR_MS, NOON + 8 * HOUR_MS, 0.25, 0);
    expect(outcomeOf(told(run), measured({ load: evening }))).toEqual({
      ...{ cameTrue: false, saving: 0, sentence: 'It did not run then.' },
    });
  });

  it('that turned out dearer did not come true', () => {
    const price: MeasuredAround['price'] = (at) => ({
      importPerKwh: at < NOON + 3 * HOUR_MS ? 0.6 : 0.5,
      exportPerKwh: 0,
    });
    expect(outcomeOf(told(run), measured({ price }))).toMatchObject({ cameTrue: false });
  });

  it('is not said where something was not measured or has no price', () => {
    const hole = (at: number) => (at === NOON ? null : 0.1);
    expect(outcomeOf(told(run), measured({ grid: hole }))).toBeNull();
    expect(outcomeOf(told(run), measured({ load: hole }))).toBeNull();
    expect(outcomeOf(told(run), measured({ price: () => null }))).toBeNull();
    expect(outcomeOf(told({ ...run, load: null }), measured())).toBeNull();
    expect(outcomeOf(told({ is: 'peak', capKw: 4 }), measured({ grid: hole }))).toBeNull();
  });

  it('waits for the time at which it would have run', () => {
    expect(judgedFrom(told(run))).toBe(NOON + 8 * HOUR_MS + 2 * QUARTER_MS);
    expect(judgedFrom(told({ ...run, elseAt: NOON }))).toBe(NOON + 2 * HOUR_MS + 2 * QUARTER_MS);
  });

  it.each<[string, Basis, Partial<MeasuredAround>, object]>([
    [
      'a peak that was kept',
      { is: 'peak', capKw: 1.4 },
      {},
      { cameTrue: true, saving: 0.4, sentence: 'The highest quarter took 1.4 kW from the grid.' },
    ],
    ['a peak that was not', { is: 'peak', capKw: 1.2 }, {}, { cameTrue: false, saving: 0 }],
    [
      'sun that was used',
      { is: 'surplus', expectedKwh: 0.4, mostKwh: 2, valuePerKwh: 0.2 },
      { houseLoad: () => 0.5 },
      { cameTrue: true, saving: 1.6 * 0.2 },
    ],
    [
      'no more use than ever',
      { is: 'surplus', expectedKwh: 0.4, mostKwh: 2, valuePerKwh: 0.2 },
      {},
      { cameTrue: false, saving: 0 },
    ],
    [
      'a battery that was charged by half',
      { is: 'charge', energyKwh: 4 },
      { battery: () => 0.5 },
      { cameTrue: true, saving: 0.2 },
    ],
    ['a battery that was not', { is: 'charge', energyKwh: 4 }, {}, { cameTrue: false, saving: 0 }],
    [
      'a reserve that was there',
      { is: 'storm', keepPct: 90, stormAt: NOON },
      { socPct: () => 89 },
      { cameTrue: true, saving: 0 },
    ],
    ['a reserve that was not', { is: 'storm', keepPct: 90, stormAt: NOON }, {}, { cameTrue: false, saving: 0 }],
  ])('%s', (_, basis, more, expected) => {
    expect(outcomeOf(told(basis), measured(more))).toMatchObject(expected);
  });
});
