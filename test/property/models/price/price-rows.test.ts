import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrame } from '../../../../models/features/frame.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { priceDesign } from '../../../../models/price/price-design.ts';

const DAYS = 45;
const HOURS = DAYS * 24;
const columnOf = (seed: number, changedFrom: number): Float64Array => {
  const random = seededRandom(seed);
  const other = seededRandom(seed + 1);
  return Float64Array.from({ length: HOURS }, (_, index) => {
    const value = random() < 0.05 ? Number.NaN : 300 * random() - 80;
    return index < changedFrom ? value : 9000 * other();
  });
};
const SIGNALS = ['load_mw', 'solar_mw', 'renewable_mw', 'fr_eur_per_mwh', 'gas_eur_per_mwh'];
const frameWith = (seed: number, changedFrom: number, timeZone: string, values = columnOf(seed, changedFrom)) =>
  createFrame({
    firstAt: Date.UTC(2026, 1, 20),
    hours: HOURS,
    values,
    timeZone,
    latitude: 50,
    longitude: 8,
    weather: new Map(),
    signals: new Map(SIGNALS.map((name, place) => [name, columnOf(seed + 10 * place, changedFrom)])),
  });
const origins = fc.integer({ min: 0, max: (DAYS - 3) * 24 });
const seeds = fc.integer({ min: 1, max: 1e6 });
const zones = fc.constantFrom('Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'UTC');
const rowsOf = (frame: ReturnType<typeof frameWith>, origin: number) =>
  priceDesign.rows(frame, origin, 72, priceDesign.prepare(frame, origin));

describe('price design', () => {
  it('reads no price and no measurement at or after the origin', () => {
    fc.assert(
      fc.property(seeds, origins, zones, (seed, origin, zone) => {
        const one = frameWith(seed, Number.POSITIVE_INFINITY, zone);
        const two = frameWith(seed, origin, zone);
        expect(rowsOf(two, origin)).toEqual(rowsOf(one, origin));
        expect(priceDesign.prepare(two, origin)).toEqual(priceDesign.prepare(one, origin));
        for (const target of [origin, origin + 23, origin + 60]) {
          expect(priceDesign.simple(two, origin).naive(target)).toBe(priceDesign.simple(one, origin).naive(target));
          expect(priceDesign.simple(two, origin).baseline(target)).toBe(
            priceDesign.simple(one, origin).baseline(target),
          );
        }
      }),
      { numRuns: 12 },
    );
  });

  it('notices a changed past: the proof above can fail', () => {
    const one = frameWith(5, Number.POSITIVE_INFINITY, 'Europe/Berlin');
    const two = frameWith(5, 24 * 30, 'Europe/Berlin');
    expect(rowsOf(two, 24 * 31)).not.toEqual(rowsOf(one, 24 * 31));
  });

  it('gives numbers only, whatever the history: gaps, one hour, constants, nothing', () => {
    const histories = fc.oneof(
      fc.constant(new Float64Array(HOURS).fill(Number.NaN)),
      fc.constantFrom(0, 0.3, -50).map((value) => new Float64Array(HOURS).fill(value)),
      fc.integer({ min: 0, max: HOURS - 1 }).map((at) => new Float64Array(HOURS).fill(Number.NaN).fill(7, at, at + 1)),
      seeds.map((seed) => columnOf(seed, Number.POSITIVE_INFINITY)),
    );
    fc.assert(
      fc.property(histories, origins, zones, (values, origin, zone) => {
        const frame = frameWith(3, Number.POSITIVE_INFINITY, zone, values);
        for (const row of rowsOf(frame, origin)) {
          const numbers = [row.base, row.scale, ...row.features, ...row.experts];
          expect(numbers.every(Number.isFinite)).toBe(true);
          expect(row.scale).toBeGreaterThan(0);
          expect(row.features).toHaveLength(priceDesign.features.length);
          expect(row.experts).toHaveLength(priceDesign.experts.length);
        }
      }),
      { numRuns: 12 },
    );
  });
});
