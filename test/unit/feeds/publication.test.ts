import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amberPrices } from '../../../main/feeds/prices/amber.ts';
import { octopusPrices } from '../../../main/feeds/prices/octopus.ts';
import { expiryOf } from '../../../main/feeds/provider/conditional.ts';
import { instantOf, orderly, withSteps } from '../../../main/feeds/provider/intervals.ts';
import { CET_AUCTION, datesOf, nextPublication } from '../../../main/feeds/provider/publication.ts';
import { homeFor } from '../../support/feeds/price-homes.ts';
import { at, HOUR_MS, MINUTE_MS, QUARTER_MS } from '../../support/feeds/tariffs.ts';

const next = nextPublication(CET_AUCTION);

describe('when a market is worth asking', () => {
  it.each([
    ['nothing is kept yet: soon', '2026-11-21T09:00+01:00', null, '2026-11-21T09:15+01:00'],
    ['the present has no price: soon', '2026-11-21T09:00+01:00', '2026-11-21T08:00+01:00', '2026-11-21T09:15+01:00'],
    ['before publication: when it comes', '2026-11-21T09:00+01:00', '2026-11-22T00:00+01:00', '2026-11-21T13:05+01:00'],
    [
      'after publication without tomorrow: again and again',
      '2026-11-21T13:20+01:00',
      '2026-11-22T00:00+01:00',
      '2026-11-21T13:35+01:00',
    ],
    ['late in the day: each hour', '2026-11-21T18:00+01:00', '2026-11-22T00:00+01:00', '2026-11-21T19:00+01:00'],
    ['tomorrow is whole: tomorrow', '2026-11-21T13:20+01:00', '2026-11-23T00:00+01:00', '2026-11-22T13:05+01:00'],
    [
      'the clock changes tonight: by the wall clock',
      '2026-10-24T14:00+02:00',
      '2026-10-26T00:00+01:00',
      '2026-10-25T13:05+01:00',
    ],
    [
      'a zone whose day ends an hour before',
      '2026-11-21T13:20+01:00',
      '2026-11-22T23:00+01:00',
      '2026-11-22T13:05+01:00',
    ],
  ])('%s', (_name, now, newest, expected) => {
    expect(next(at(now), newest === null ? null : at(newest))).toBe(at(expected));
  });

  it('is never now or in the past, and never beyond two days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 730 * 96 }),
        fc.option(fc.integer({ min: -100, max: 300 }), { nil: null }),
        (quarters, ahead) => {
          const now = at('2026-01-01T00:00Z') + quarters * QUARTER_MS;
          const moment = next(now, ahead === null ? null : now + ahead * QUARTER_MS);
          expect(moment).toBeGreaterThan(now);
          expect(moment - now).toBeLessThan(48 * HOUR_MS);
        },
      ),
    );
  });

  it('follows London for Agile, and five minutes for a live market', () => {
    const place = homeFor(octopusPrices);
    expect(octopusPrices.nextAt?.(at('2026-07-01T12:00+01:00'), at('2026-07-01T23:00+01:00'), place)).toBe(
      at('2026-07-01T16:05+01:00'),
    );
    expect(octopusPrices.nextAt?.(at('2026-07-01T16:30+01:00'), at('2026-07-02T23:00+01:00'), place)).toBe(
      at('2026-07-02T16:05+01:00'),
    );
    expect(amberPrices.nextAt?.(at('2026-07-01T12:02Z'), null, homeFor(amberPrices))).toBe(at('2026-07-01T12:05:30Z'));
  });
});

describe('the days of a market', () => {
  it('are those of its own calendar', () => {
    expect(datesOf(at('2026-10-24T21:59Z'), at('2026-10-25T23:00Z'), 'Europe/Brussels')).toEqual([
      '2026-10-24',
      '2026-10-25',
    ]);
    expect(datesOf(at('2026-10-24T22:00Z'), at('2026-10-25T23:01Z'), 'Europe/Brussels')).toEqual([
      '2026-10-25',
      '2026-10-26',
    ]);
  });
});

describe('stamps', () => {
  it('without an offset mean no moment', () => {
    expect(instantOf('2026-11-21T00:00')).toBeNull();
    expect(instantOf('2026-11-21')).toBeNull();
    expect(instantOf('2026-11-21T25:00Z')).toBeNull();
    expect(instantOf('2025-09-30T12:08:18.4894194Z')).toBe(at('2025-09-30T12:08:18.489Z'));
    expect(instantOf('2026-11-21T00:00+01:00')).toBe(at('2026-11-20T23:00Z'));
  });
});

describe('rows', () => {
  it('without an end are as long as the nearer neighbour is away', () => {
    const starts = [0, 15, 30, 60, 75, 300].map((minutes) => ({ at: minutes * MINUTE_MS }));
    expect(withSteps(starts).map(({ stepMs }) => stepMs / MINUTE_MS)).toEqual([15, 15, 15, 15, 15]);
  });

  it('come in order, the first of two that overlap stays', () => {
    const rows = [
      { at: 2 * HOUR_MS, stepMs: HOUR_MS },
      { at: 0, stepMs: HOUR_MS },
      { at: QUARTER_MS, stepMs: HOUR_MS },
      { at: 9 * HOUR_MS, stepMs: HOUR_MS },
      { at: Number.NaN, stepMs: HOUR_MS },
    ];
    expect(orderly(rows, { from: 0, to: 4 * HOUR_MS })).toEqual({ rows: [rows[1], rows[0]], rejected: 2 });
  });
});

describe('how long an answer holds', () => {
  it.each([
    [{ 'cache-control': 'public, max-age=600' }, 600_000],
    [{ 'cache-control': 'max-age=600', age: '100' }, 500_000],
    [{ 'cache-control': 'no-cache, max-age=600' }, null],
    [{ expires: 'Sat, 21 Nov 2026 10:00:00 GMT' }, HOUR_MS],
    [{ expires: '0' }, null],
    [{}, null],
  ])('%j', (headers, spanMs) => {
    const now = at('2026-11-21T09:00Z');
    expect(expiryOf(headers as Record<string, string>, now)).toBe(spanMs === null ? null : now + spanMs);
  });
});
