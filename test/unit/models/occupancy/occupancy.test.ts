import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../models/network/random.ts';
import { filterStates, learnStates } from '../../../../models/occupancy/hidden-states.ts';
import { expectOccupancy, learnOccupancy, occupancySchema } from '../../../../models/occupancy/occupancy.ts';

describe('hidden states', () => {
  it('finds two levels that take turns, and in which one it is', () => {
    const random = seededRandom(3);
    let busy = false;
    const truth: boolean[] = [];
    const values = Float64Array.from({ length: 2000 }, () => {
      if (random() < 0.1) busy = !busy;
      truth.push(busy);
      return (busy ? 1 : -1) + 0.8 * (random() - 0.5);
    });
    const observed = { values, parts: new Uint8Array(2000) };
    const model = learnStates(observed, 2, 1, 20);
    expect(model.mean[0]).toBeCloseTo(-1, 1);
    expect(model.mean[1]).toBeCloseTo(1, 1);
    expect(model.transitions[0]?.[0]?.[1]).toBeCloseTo(0.1, 1);
    const [, chance = 0] = filterStates(model, observed);
    expect(chance > 0.5).toBe(truth.at(-1));
  });

  it('bears gaps and constants', () => {
    for (const value of [Number.NaN, 0, 5]) {
      const observed = { values: new Float64Array(400).fill(value), parts: new Uint8Array(400) };
      const model = learnStates(observed, 3, 1, 5);
      expect([...model.mean, ...model.spread, ...filterStates(model, observed)].every(Number.isFinite)).toBe(true);
    }
  });
});

describe('occupancy', () => {
  /** A month of which each fifth day the home is empty: a third of its load. */
  const days = 120;
  const away = (day: number): boolean => day % 5 === 0;
  const random = seededRandom(8);
  const usual = new Float64Array(days * 24).fill(500);
  const values = Float64Array.from(
    usual,
    (value, hour) => value * (away(Math.floor(hour / 24)) ? 0.3 : 1) * (0.9 + 0.2 * random()),
  );
  const hours = { values, usual };
  const learnt = learnOccupancy(hours, 500);

  it('expects less of the next hours when nobody seems to be home', () => {
    expect(learnt).not.toBeNull();
    if (learnt === null) return;
    const [empty, full] = [5 * 20 * 24 + 12, 5 * 20 * 24 + 24 + 12].map((origin) =>
      expectOccupancy(learnt, hours, origin, 500, 24),
    );
    expect(empty?.low).toBeGreaterThan(0.9);
    expect(full?.low).toBeLessThan(0.1);
    expect(empty?.multiples[0]).toBeLessThan(0.7 * (full?.multiples[0] ?? 0));
  });

  it('reads nothing at or after the origin', () => {
    if (learnt === null) return;
    const origin = 60 * 24 + 7;
    const other = { values: values.map((value, hour) => (hour < origin ? value : 9_999)), usual };
    expect(expectOccupancy(learnt, other, origin, 500, 48)).toEqual(expectOccupancy(learnt, hours, origin, 500, 48));
  });

  it('says nothing of a week, and survives being saved', () => {
    expect(learnOccupancy({ values: values.slice(0, 168), usual: usual.slice(0, 168) }, 500)).toBeNull();
    expect(occupancySchema.parse(JSON.parse(JSON.stringify(learnt)))).toEqual(learnt);
  });
});
