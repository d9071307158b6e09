import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billOf } from '../../../main/feeds/tariff/bill.ts';
import type { TariffPrice } from '../../../main/feeds/tariff/market.ts';
import { tariffProblems } from '../../../main/feeds/tariff/problems.ts';
import { ratesFor } from '../../../main/feeds/tariff/rates.ts';
import { addLocalDays, startOfLocalDay } from '../../../main/zone.ts';
import type { TariffInput } from '../../../preload/contract/tariff.ts';
import { HOUR_MS, MINUTE_MS, QUARTER_MS, tariff } from '../../support/feeds/tariffs.ts';

const ZONES = [
  'Europe/Berlin',
  'Europe/London',
  'America/Chicago',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];
const zone = fc.constantFrom(...ZONES);
/** Any local day of two years, with those on which clocks change more often than chance. */
const dayStart = fc
  .tuple(zone, fc.oneof(fc.integer({ min: 0, max: 730 }), fc.constantFrom(66, 87, 93, 276, 297, 304)))
  .map(([siteZone, days]) => {
    const from = startOfLocalDay(Date.UTC(2026, 0, 1, 12) + days * 24 * HOUR_MS, siteZone);
    return { siteZone, from, to: addLocalDays(from, 1, siteZone) };
  });
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const price = fc.double({ min: -1, max: 2, noNaN: true }).map((value) => Math.round(value * 1e4) / 1e4 + 0);

/** Lines that share the day out between them, so that exactly one holds at each time. */
const wholeDay = fc
  .uniqueArray(fc.tuple(clockTime, price), { minLength: 1, maxLength: 6, selector: ([time]) => time })
  .map((cuts) => {
    const sorted = cuts.toSorted(([a], [b]) => a.localeCompare(b));
    return sorted.map(([from, perKwh], index) => ({
      ...{ name: `Line ${index + 1}`, from, perKwh },
      to: sorted[(index + 1) % sorted.length]?.[0] ?? from,
    }));
  });

/** Market rows over [from, to) whose steps change as they like, here and there with a hole. */
const marketOver = (from: number, to: number) =>
  fc
    .array(fc.tuple(fc.constantFrom(5, 15, 30, 60), price, fc.integer({ min: 0, max: 9 })), {
      minLength: 300,
      maxLength: 300,
    })
    .map((pieces) => {
      const rows: TariffPrice[] = [];
      let at = from;
      for (const [minutes, perKwh, luck] of pieces) {
        // A step begins on a multiple of its own length, as markets' steps do.
        const stepMs = [minutes * MINUTE_MS, QUARTER_MS, 5 * MINUTE_MS].find((each) => at % each === 0) ?? MINUTE_MS;
        if (at >= to) break;
        if (luck > 0) rows.push({ at, stepMs, perKwh, currency: 'EUR', kind: 'spot' });
        at += stepMs;
      }
      return rows;
    });

const isPartition = (rows: readonly { at: number; stepMs: number }[], from: number, to: number): boolean =>
  rows.length > 0 &&
  (rows[0]?.at ?? to) <= from &&
  rows.every((row, index) => index === 0 || row.at === (rows[index - 1]?.at ?? 0) + (rows[index - 1]?.stepMs ?? 0)) &&
  (rows.at(-1)?.at ?? 0) + (rows.at(-1)?.stepMs ?? 0) >= to;

describe('rates', () => {
  it('give each moment of any local day exactly one price, and windows sum to the length of that day', () => {
    fc.assert(
      fc.property(dayStart, wholeDay, fc.option(zone, { nil: null }), ({ siteZone, from, to }, lines, ruleZone) => {
        const document = tariff({ import: { kind: 'schedule', zone: ruleZone, lines } });
        expect(tariffProblems(document, 'EUR')).toEqual([]);
        const rates = ratesFor({ tariff: document, prices: [], from, to, siteZone });
        expect(isPartition(rates, from, to)).toBe(true);
        expect(rates.every(({ importPerKwh }) => importPerKwh !== null)).toBe(true);
        const inside = rates.reduce((sum, { at, stepMs }) => sum + Math.min(to, at + stepMs) - Math.max(from, at), 0);
        expect(inside).toBe(to - from);
      }),
      { numRuns: 150 },
    );
  });

  it('are the market, signed, for as long as the market says, whatever steps it mixes; holes are unknown', () => {
    fc.assert(
      fc.property(
        dayStart.chain((day) => marketOver(day.from, day.to).map((prices) => ({ ...day, prices }))),
        ({ siteZone, from, to, prices }) => {
          const rates = ratesFor({ tariff: tariff({ import: { kind: 'spot' } }), prices, from, to, siteZone });
          expect(isPartition(rates, from, to)).toBe(true);
          for (const { at, stepMs, importPerKwh } of rates) {
            const row = prices.find((each) => each.at <= at && at < each.at + each.stepMs);
            expect(importPerKwh).toBe(row === undefined ? null : row.perKwh);
            // A rate never runs over the end of its market row.
            if (row !== undefined) expect(at + stepMs).toBeLessThanOrEqual(row.at + row.stepMs);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('billed by the hour keep the mean of each whole hour, and a bill of constant power is the same as the mean', () => {
    fc.assert(
      fc.property(fc.array(price, { minLength: 96, maxLength: 96 }), (values) => {
        const from = Date.UTC(2026, 5, 1);
        const prices = values.map(
          (perKwh, index): TariffPrice => ({
            ...{ at: from + index * QUARTER_MS, stepMs: QUARTER_MS },
            ...{ perKwh, currency: 'EUR', kind: 'spot' },
          }),
        );
        const intervals = prices.map(({ at, stepMs }) => ({ at, stepMs, importKwh: 0.25, exportKwh: 0 }));
        const span = { prices, from, to: from + 24 * HOUR_MS, siteZone: 'Europe/Berlin' };
        const hourly = billOf({ tariff: tariff({ import: { kind: 'spot' }, billingMinutes: 60 }), intervals, ...span });
        const quarterly = billOf({ tariff: tariff({ import: { kind: 'spot' } }), intervals, ...span });
        expect(hourly.total).toBeCloseTo(quarterly.total ?? Number.NaN, 9);
        expect(quarterly.total).toBeCloseTo(
          values.reduce((sum, value) => sum + value * 0.25, 0),
          9,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('find a gap or an overlap exactly where a brute-force look finds one', () => {
    const line = fc.record({
      from: clockTime,
      to: clockTime,
      perKwh: price,
      weekdays: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (drawn) => {
        const lines = drawn.map((each, index) => ({ ...each, name: `L${index}` }));
        const input: TariffInput['import'] = { kind: 'schedule', lines };
        const kinds = new Set(tariffProblems(tariff({ import: input }), 'EUR').map(({ kind }) => kind));
        let [gap, overlap] = [false, false];
        for (let weekday = 1; weekday <= 7; weekday += 1)
          for (let minute = 0; minute < 1440; minute += 15) {
            const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
            const holds = lines.filter(({ from, to, weekdays }) => {
              if (weekdays !== null && !weekdays.includes(weekday)) return false;
              if (from === to) return true;
              return from < to ? time >= from && time < to : time >= from || time < to;
            }).length;
            gap ||= holds === 0;
            overlap ||= holds > 1;
          }
        expect([kinds.has('gap'), kinds.has('overlap')]).toEqual([gap, overlap]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a bill', () => {
  it('is the same however its intervals are cut, blocks and peaks within their meter interval included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 24, maxLength: 48 }),
        wholeDay,
        (hours, lines) => {
          const from = Date.UTC(2026, 9, 24, 22);
          const document = tariff({
            import: {
              kind: 'schedule',
              lines: lines.map((each) => ({ ...each, blocks: [{ aboveKwh: 20, perKwh: 0.5 }] })),
            },
            peakCharges: [
              {
                name: 'P',
                intervalMinutes: 60,
                price: { kind: 'per-kw', per: 'month', tiers: [{ fromKw: 0, perKw: 3 }] },
              },
            ],
          });
          const whole = hours.map((importKwh, index) => ({
            at: from + index * HOUR_MS,
            stepMs: HOUR_MS,
            importKwh,
            exportKwh: 0,
          }));
          const cut = whole.flatMap(({ at, importKwh }) =>
            [0, 1, 2, 3].map((part) => ({
              at: at + part * QUARTER_MS,
              stepMs: QUARTER_MS,
              importKwh: importKwh / 4,
              exportKwh: 0,
            })),
          );
          const span = {
            tariff: document,
            prices: [],
            from,
            to: from + hours.length * HOUR_MS,
            siteZone: 'Europe/Berlin',
          };
          const [a, b] = [billOf({ ...span, intervals: whole }), billOf({ ...span, intervals: cut })];
          expect(a.total).toBeCloseTo(b.total ?? Number.NaN, 6);
          expect(a.importKwh).toBeCloseTo(b.importKwh, 9);
        },
      ),
      { numRuns: 60 },
    );
  });
});
