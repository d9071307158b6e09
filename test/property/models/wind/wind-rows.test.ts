import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HourFrame } from '../../../../models/features/frame.ts';
import { windDesign } from '../../../../models/wind/wind-design.ts';
import { windPark } from '../../../support/models/wind-park.ts';

const DAYS = 40;
const origins = fc.integer({ min: 30, max: (DAYS - 3) * 24 });
const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe');
const forecasts = fc.constantFrom('east and north', 'speed alone', 'none');
const seeds = fc.integer({ min: 1, max: 1e6 });

const seenFrom = (frame: HourFrame, origin: number) => {
  const site = windDesign.prepare(frame, origin);
  const simple = windDesign.simple(frame, origin);
  return {
    site,
    rows: windDesign.rows(frame, origin, 72, site),
    simple: [0, 5, 23, 60].map((ahead) => [simple.naive(origin + ahead), simple.baseline(origin + ahead)]),
  };
};

describe('rows of the wind', () => {
  it('read nothing measured at or after the origin and no forecast issued after it', () => {
    fc.assert(
      fc.property(seeds, origins, zones, forecasts, fc.boolean(), (seed, origin, timeZone, kind, measured) => {
        const park = { days: DAYS, seed, timeZone, forecasts: kind, measured };
        expect(seenFrom(windPark({ ...park, changedFrom: origin }), origin)).toEqual(seenFrom(windPark(park), origin));
      }),
      { numRuns: 12 },
    );
  });

  it('notice a changed past: the proof above can fail', () => {
    const origin = 30 * 24;
    const changed = windPark({ days: DAYS, changedFrom: origin - 30 });
    expect(seenFrom(changed, origin)).not.toEqual(seenFrom(windPark({ days: DAYS }), origin));
  });

  it('are numbers everywhere, with gaps, hours beyond the forecasts and any origin', () => {
    fc.assert(
      fc.property(seeds, origins, forecasts, fc.double({ min: 0, max: 1, noNaN: true }), (seed, origin, kind, gaps) => {
        const { rows } = seenFrom(windPark({ days: DAYS, seed, forecasts: kind, gaps }), origin);
        for (const row of rows) {
          expect(row.features).toHaveLength(windDesign.features.length);
          expect(row.experts).toHaveLength(windDesign.experts.length);
          for (const value of [row.base, row.scale, ...row.features, ...row.experts])
            if (!Number.isFinite(value)) throw new Error(`${kind} ${row.target}: ${JSON.stringify(row)}`);
        }
      }),
      { numRuns: 12 },
    );
  });
});
