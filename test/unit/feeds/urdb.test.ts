import { describe, expect, it } from 'vitest';
import { billOf } from '../../../main/feeds/tariff/bill.ts';
import { tariffProblems } from '../../../main/feeds/tariff/problems.ts';
import { tariffFromUrdb } from '../../../main/feeds/tariff/urdb.ts';
import { fixture } from '../../support/feeds/asking.ts';
import { at, HOUR_MS } from '../../support/feeds/tariffs.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const NOW = at('2026-11-21T00:00Z');
const json = fixture('urdb', 'tariff-tiered-energy-and-tou-demand.json');
const siteZone = 'America/Chicago';

describe('a rate of the US database', () => {
  it('becomes a tariff without problems, with blocks, demand and fee', () => {
    const { tariff, notes } = good(tariffFromUrdb(json, NOW));
    expect(tariffProblems(tariff, 'USD')).toEqual([]);
    expect(tariff.fees).toEqual([{ name: 'Fixed charge', amount: 3.298, per: 'day' }]);
    expect(tariff.import).toMatchObject({
      kind: 'schedule',
      blocksCount: 'line',
      lines: [
        { name: 'Period 3', months: [1, 2, 3, 4, 11, 12], perKwh: 0.061731, blocks: [] },
        {
          name: 'Period 2',
          months: [5, 6, 7, 8, 9, 10],
          perKwh: 0.078891,
          blocks: [{ aboveKwh: 20000, perKwh: 0.06 }],
        },
      ],
    });
    const [demand] = tariff.peakCharges;
    expect(demand?.price).toEqual({
      kind: 'per-kw',
      per: 'month',
      tiers: [
        { fromKw: 0, perKw: 24.368 },
        { fromKw: 100, perKw: 17.031 },
      ],
    });
    expect(notes.join(' ')).toContain('holidays');
  });

  it('bills a month as its numbers say', () => {
    const { tariff } = good(tariffFromUrdb(json, NOW));
    const [from, to] = [at('2026-07-01T00:00-05:00'), at('2026-08-01T00:00-05:00')];
    const hours = (to - from) / HOUR_MS;
    // 40 kW all month and 120 kW in one hour.
    const intervals = Array.from({ length: hours }, (_, index) => ({
      ...{ at: from + index * HOUR_MS, stepMs: HOUR_MS, exportKwh: 0 },
      importKwh: index === 100 ? 120 : 40,
    }));
    const used = 40 * hours + 80;
    const bill = billOf({ tariff, prices: [], intervals, from, to, siteZone });
    expect(bill.items.find(({ kind }) => kind === 'import')?.amount).toBeCloseTo(
      20000 * 0.078891 + (used - 20000) * 0.06,
      6,
    );
    expect(bill.items.find(({ kind }) => kind === 'peak')?.amount).toBeCloseTo(100 * 24.368 + 20 * 17.031, 6);
    expect(bill.items.find(({ kind }) => kind === 'fee')?.amount).toBeCloseTo(31 * 3.298, 6);
  });

  it('is refused in words where it is no rate or contradicts itself', () => {
    const rate = JSON.parse(json);
    expect(failureOf(tariffFromUrdb('{', NOW)).message).toContain('no JSON');
    expect(failureOf(tariffFromUrdb('{"items":[]}', NOW)).code).toBe('tariff.urdb');
    expect(
      failureOf(tariffFromUrdb(JSON.stringify({ ...rate, energyratestructure: [[{ rate: 1 }]] }), NOW)).message,
    ).toContain('period 3');
    expect(failureOf(tariffFromUrdb('{}', NOW)).message).toContain('no prices of energy');
  });

  it('is taken from a list, with adjustments, export prices and what is not counted said', () => {
    const rate = JSON.parse(json);
    const more = {
      ...rate,
      energyratestructure: rate.energyratestructure.map((tiers: object[]) =>
        tiers.map((tier) => ({ ...tier, adj: 0.01, sell: 0.03 })),
      ),
      demandratchetpercentage: Array(12).fill(0.8),
      flatdemandstructure: [[{ rate: 4 }]],
      flatdemandmonths: Array(12).fill(0),
      lookbackpercent: 0.8,
      lookbackrange: 11,
      enddate: 1_500_000_000,
    };
    const { tariff, notes } = good(tariffFromUrdb(JSON.stringify({ items: [more] }), NOW));
    expect(tariff.export).toMatchObject({ kind: 'schedule', lines: [{ perKwh: 0.03 }, { perKwh: 0.03 }] });
    expect(tariff.peakCharges.map(({ name }) => name)).toEqual(['Demand, period 2', 'Demand, season 1']);
    expect(tariff.peakCharges[0]?.lookback).toMatchObject({ kind: 'highest', months: 11, percent: 80 });
    expect(notes.join(' ')).toMatch(/ratchet.*ended/);
  });
});
