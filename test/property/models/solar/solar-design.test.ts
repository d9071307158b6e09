import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrame, type HourFrame } from '../../../../models/features/frame.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { checkPv } from '../../../../models/solar/plausibility.ts';
import { solarDesign } from '../../../../models/solar/solar-design.ts';

const DAY_MS = 86_400_000;
const zones = fc.constantFrom('Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
const seeds = fc.integer({ min: 1, max: 1e6 });

/** Any numbers, not even plausible ones, with gaps; everything from the hour `changedFrom` on is another future. */
const anyFrame = (input: {
  readonly seed: number;
  readonly days: number;
  readonly zone: string;
  readonly weather: boolean;
  readonly latitude?: number;
  readonly changedFrom?: number;
  readonly value?: (random: () => number) => number;
}): HourFrame => {
  const { seed, days, zone, weather, changedFrom = Number.POSITIVE_INFINITY } = input;
  const random = seededRandom(seed);
  const other = seededRandom(seed + 1);
  const sky = seededRandom(seed + 2);
  const hours = days * 24;
  const firstAt = Date.UTC(2026, 1, 10);
  const value = input.value ?? ((next) => (next() < 0.05 ? Number.NaN : next() * 4000));
  const series = (most: number): Float64Array =>
    Float64Array.from({ length: hours }, (_, index) => {
      const own = most === 0 ? value(random) : random() * most;
      return index < changedFrom ? own : other() * 9000;
    });
  const issued = Array.from({ length: days }, (_, day) => {
    const issuedAt = firstAt + day * DAY_MS - DAY_MS / 2;
    const next = issuedAt <= firstAt + changedFrom * 3_600_000 ? sky : other;
    const column = (most: number) =>
      Float32Array.from({ length: 40 }, () => (next() < 0.05 ? Number.NaN : next() * most));
    return {
      issuedAt,
      firstHour: day * 24,
      columns: new Map([
        ['directWm2', column(600)],
        ['dhiWm2', column(300)],
        ['cloudPct', column(100)],
        ['snowCm', column(30)],
      ]),
    };
  });
  return createFrame({
    firstAt,
    hours,
    values: series(0),
    timeZone: zone,
    latitude: input.latitude ?? 50,
    longitude: 8,
    weather: new Map(),
    signals: new Map([
      ['load', series(900)],
      ['curtailed', series(0.001)],
    ]),
    ...(weather ? { issued } : {}),
  });
};

const rowsOf = (frame: HourFrame, origin: number, horizon: number) =>
  solarDesign.rows(frame, origin, horizon, solarDesign.prepare(frame, origin));

describe('the solar design', () => {
  it('reads nothing at or after the origin: another future gives the same rows, baselines and check', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 100, max: 42 * 24 }), zones, fc.boolean(), (seed, origin, zone, weather) => {
        const one = anyFrame({ seed, days: 46, zone, weather });
        const two = anyFrame({ seed, days: 46, zone, weather, changedFrom: origin });
        expect(rowsOf(two, origin, 72)).toEqual(rowsOf(one, origin, 72));
        expect(checkPv(two, origin)).toEqual(checkPv(one, origin));
        for (const target of [origin, origin + 12, origin + 40])
          for (const name of ['naive', 'baseline'] as const)
            expect(solarDesign.simple(two, origin)[name](target)).toEqual(
              solarDesign.simple(one, origin)[name](target),
            );
      }),
      { numRuns: 20 },
    );
  });

  it('notices another past and another forecast: the proof above can fail', () => {
    const frame = (changedFrom: number) =>
      anyFrame({ seed: 5, days: 46, zone: 'Europe/Berlin', weather: true, changedFrom });
    expect(rowsOf(frame(24 * 39), 24 * 40, 24)).not.toEqual(rowsOf(frame(24 * 60), 24 * 40, 24));
  });

  it('fills every feature and expert with a number, and is certain only where nothing can come', () => {
    fc.assert(
      fc.property(
        ...([seeds, fc.integer({ min: 0, max: 44 * 24 }), zones, fc.boolean()] as const),
        fc.constantFrom(-67, -34, 0, 50, 63, 78),
        (seed, origin, zone, weather, latitude) => {
          const frame = anyFrame({ seed, days: 46, zone, weather, latitude });
          for (const row of rowsOf(frame, origin, 72)) {
            expect(Number.isFinite(row.base) && row.base >= 0 && row.scale >= 0).toBe(true);
            if (row.scale === 0) {
              expect(row.base).toBe(0);
              continue;
            }
            expect(row.features).toHaveLength(solarDesign.features.length);
            expect(row.experts).toHaveLength(solarDesign.experts.length);
            expect([...row.features, ...row.experts].every(Number.isFinite)).toBe(true);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    ['nothing but zeros', () => 0],
    ['one number', () => 800],
    ['nothing known', () => Number.NaN],
    ['negative noise', (random: () => number) => -random()],
  ])('stays sane on %s', (_, value) => {
    for (const weather of [true, false])
      for (const days of [3, 46]) {
        const frame = anyFrame({ seed: 3, days: days + 2, zone: 'Europe/Berlin', weather, value });
        for (const row of rowsOf(frame, days * 24, 24))
          expect([row.base, row.scale, ...row.features, ...row.experts].every(Number.isFinite)).toBe(true);
        expect(() => checkPv(frame, days * 24)).not.toThrow();
        const { low, high } = solarDesign.bounds(solarDesign.prepare(frame, days * 24));
        expect(high).toBeGreaterThan(low);
      }
  });

  it('reads what it wrote of its preparation, and refuses anything else', () => {
    const frame = anyFrame({ seed: 9, days: 46, zone: 'UTC', weather: true });
    const prepared = solarDesign.prepare(frame, 40 * 24);
    expect(solarDesign.readPrepared(JSON.parse(JSON.stringify(prepared)))).toEqual(prepared);
    expect(() => solarDesign.readPrepared({ panels: { tilt: 'steep' } })).toThrow();
  });

  it('learns from every midnight, and with weather only from those that had a forecast', () => {
    const count = (frame: HourFrame) =>
      Array.from({ length: 40 * 24 }, (_, origin) => origin).filter(
        (origin) => frame.hour[origin] === 0 && solarDesign.isTrainingOrigin(frame, origin),
      ).length;
    const zone = 'Europe/Berlin';
    expect(count(anyFrame({ seed: 2, days: 46, zone, weather: false }))).toBe(40);
    expect(count(anyFrame({ seed: 2, days: 46, zone, weather: true }))).toBeGreaterThan(36);
  });
});
