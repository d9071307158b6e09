import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { evaluateHistory } from '../../../../models/evaluation/history.ts';
import { type JudgedRow, reportOf } from '../../../../models/evaluation/report.ts';
import { madeFrame } from '../../../support/models/made-frame.ts';
import { meanModel } from '../../../support/models/mean-model.ts';

const row = (lead: number, actual: number, mean: number, more: Partial<JudgedRow> = {}): JudgedRow => ({
  lead,
  actual,
  mean,
  p10: mean - 1,
  p50: mean,
  p90: mean + 1,
  naive: 0,
  baseline: Number.NaN,
  ...more,
});

describe('a report', () => {
  it('scores by hand-made figures', () => {
    const report = reportOf([row(0, 3, 1), row(1.5, 5, 5), row(30, 1, 1)], 'load', null);
    expect(report.reference).toBe(3);
    expect(report.overall).toMatchObject({ count: 3, mae: 2 / 3, baseline: null });
    expect(report.overall.rmse).toBeCloseTo(Math.sqrt(4 / 3), 10);
    expect(report.overall.nrmsePct).toBeCloseTo((100 * Math.sqrt(4 / 3)) / 3, 10);
    expect(report.overall.r2).toBeCloseTo(1 - 4 / 8, 10);
    expect(report.overall.coveragePct).toBeCloseTo(200 / 3, 10);
    expect(report.overall.naive?.rmse).toBeCloseTo(Math.sqrt(35 / 3), 10);
    expect(report.overall.naive?.skillRmsePct).toBeCloseTo(100 * (1 - Math.sqrt(4 / 35)), 10);
    expect(report.overall.naive?.skillMaePct).toBeCloseTo(100 * (1 - 2 / 9), 10);
    // (0.1·3 + 0.1·1 + 0.1·1) / 3 for the p10, (0.5·2) / 3 for the p50, (0.9·1 + 0.1·1 + 0.1·1) / 3 for the p90.
    expect(report.overall.pinball?.p10).toBeCloseTo(0.5 / 3, 10);
    expect(report.overall.pinball?.p50).toBeCloseTo(1 / 3, 10);
    expect(report.overall.pinball?.p90).toBeCloseTo(1.1 / 3, 10);
    expect(report.byLead.map(({ leadHours, count }) => [leadHours, count])).toEqual([
      ['1', 1],
      ['2-3', 1],
      ['25+', 1],
    ]);
  });

  it('leaves out what was not measured, and counts what nobody could forecast', () => {
    const nothing = { mean: Number.NaN, p10: Number.NaN, p50: Number.NaN, p90: Number.NaN };
    const report = reportOf([row(0, Number.NaN, 1), row(1, 2, 0, nothing), row(2, 2, 2)], 'load', null);
    expect(report).toMatchObject({ unserved: 1, overall: { count: 1, rmse: 0, r2: null } });
    const empty = reportOf([row(1, Number.NaN, 1)], 'price', null);
    expect(empty).toMatchObject({ byLead: [], overall: { count: 0, rmse: null, coveragePct: null, pinball: null } });
  });

  it('takes the capacity for solar, and does not let nights hold the band', () => {
    const night = row(0, 0, 0, { p10: 0, p90: 0 });
    const dawn = row(6, 0.3, 0, { p10: 0, p90: 0 });
    const noon = row(12, 4, 4);
    const report = reportOf([night, night, dawn, noon], 'solar', 5);
    expect(report.reference).toBe(5);
    expect(report.overall.coveragePct).toBe(50);
    expect(reportOf([night, noon], 'wind', null)).toMatchObject({ reference: 4, overall: { coveragePct: 100 } });
  });
});

describe('an evaluation of the own history', () => {
  const options = {
    horizonHours: 24,
    refitDays: 7,
    seed: 1,
    settings: {},
    days: 10,
    capacity: null,
    onProgress: async () => true,
  };

  it('looks back on the newest whole days', async () => {
    const frame = madeFrame({ seed: 3, days: 40, gapShare: 0 });
    const { report, from, to, rolling } = await evaluateHistory(meanModel('load'), tf, frame, 35 * 24 + 13, options);
    expect([from, to]).toEqual([frame.atOf(25 * 24), frame.atOf(35 * 24)]);
    expect(report.overall.count).toBe(240);
    expect(rolling.rows.every((each) => each.servedBy === 'model')).toBe(true);
    expect(report.overall.coveragePct).toBeGreaterThan(60);
  });

  it('takes what there is of a short history, and says so of none', async () => {
    const frame = madeFrame({ seed: 3, days: 6, gapShare: 0 });
    const short = await evaluateHistory(meanModel('load'), tf, frame, 3 * 24, options);
    expect(short.report.overall.count).toBe(48);
    expect(await evaluateHistory(meanModel('load'), tf, frame, 5, options)).toMatchObject({ from: null, to: null });
  });
});
