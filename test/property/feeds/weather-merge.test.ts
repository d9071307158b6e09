import fc from 'fast-check';
import { expect, it } from 'vitest';
import { weatherTables } from '../../../main/feeds/tables.ts';
import { feedHouse, HOUR, scriptedProvider, weatherRow, wholeWindow } from '../../support/feeds/feed-house.ts';
import { HOME, NOW } from '../../support/store/temp-store.ts';

const PROVIDERS = ['a', 'b', 'c'];
const issueArb = fc.record({
  provider: fc.constantFrom(...PROVIDERS),
  fetched: fc.integer({ min: -72, max: 0 }),
  start: fc.integer({ min: -80, max: 40 }),
  length: fc.integer({ min: 1, max: 60 }),
  stepMs: fc.constantFrom(HOUR / 4, HOUR / 2, HOUR, 6 * HOUR),
  past: fc.boolean(),
});

it('merging issues never overlaps, never invents, and never looks ahead', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(issueArb, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: -90, max: 10 }),
      fc.integer({ min: 1, max: 120 }),
      fc.option(fc.integer({ min: -80, max: 1 }), { nil: undefined }),
      async (issues, fromHour, hours, knownHour) => {
        const weather = PROVIDERS.map((id) => scriptedProvider('weather', id, wholeWindow()));
        const { feeds, store } = await feedHouse({ weather }, { start: false });
        // Each row carries the moment when it was fetched as its temperature's hundredths, so that its origin can be told.
        for (const [index, { provider, fetched, start, length, stepMs, past }] of issues.entries()) {
          const fetchedAt = NOW + fetched * HOUR + index;
          const first = Math.floor((NOW + start * HOUR) / stepMs) * stepMs;
          const rows = Array.from({ length }, (_, slot) => weatherRow(first + slot * stepMs, { stepMs, tempC: index }));
          for (const table of weatherTables(rows)) {
            const times = { issuedAt: fetchedAt, fetchedAt, confirmedAt: fetchedAt };
            if (past) store.feeds.past.put(HOME, 'weather', provider, table, fetchedAt);
            else store.feeds.issues.put(HOME, 'weather', { ...table, provider, ...times });
          }
        }
        const from = NOW + fromHour * HOUR;
        const to = from + hours * HOUR;
        const knownAt = knownHour === undefined ? undefined : NOW + knownHour * HOUR;
        const merged = feeds.weatherFor(HOME, from, to, knownAt);
        for (const [index, row] of merged.entries()) {
          expect(row.at).toBeGreaterThanOrEqual(from);
          expect(row.at).toBeLessThan(to);
          const next = merged[index + 1];
          if (next) expect(next.at).toBeGreaterThanOrEqual(row.at + row.stepMs);
          expect(row.assumed).toBe(false);
          // It stands in an issue that said exactly this of this moment, and that was there when it was asked.
          const origin = issues[row.tempC ?? -1];
          expect(origin?.provider).toBe(row.provider);
          if (knownAt !== undefined && origin) {
            expect(NOW + origin.fetched * HOUR).toBeLessThanOrEqual(knownAt);
            expect(row.issuedAt).toBeLessThanOrEqual(knownAt);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

it('packing loses nothing but single precision', () => {
  const value = fc.option(fc.float({ min: -50, max: 50, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.record({ tempC: value, ghiWm2: value }), { minLength: 1, maxLength: 60 }), (values) => {
      const rows = values.map((each, hour) => weatherRow(NOW + hour * HOUR, each));
      const [table, ...more] = weatherTables(rows);
      expect(more).toEqual([]);
      expect(table?.length).toBe(rows.length);
      for (const [index, row] of rows.entries()) {
        const packed = table?.columns['tempC']?.[index] ?? Number.NaN;
        expect(Number.isNaN(packed) ? null : packed).toBe(row.tempC);
      }
    }),
  );
});
