import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createEnsembleModel } from '../../../../models/ensemble/ensemble.ts';
import type { FittedForecaster } from '../../../../models/forecast/types.ts';
import { coveragePct } from '../../../../models/metrics/band.ts';
import { rmse } from '../../../../models/metrics/point.ts';
import { madeUpHours } from '../../../support/models/hours.ts';
import { plainDesign } from '../../../support/models/plain-design.ts';

const model = createEnsembleModel(plainDesign);
const fitAt = async (frame: ReturnType<typeof madeUpHours>, origin: number, seed = 3): Promise<FittedForecaster> => {
  const outcome = await model.fit({ tf, frame, origin, seed, horizon: 24, settings: {}, onProgress: async () => true });
  if (outcome.outcome !== 'fitted') throw new Error(`the fit ended as ${outcome.outcome}`);
  return outcome.fitted;
};

describe('an ensemble', () => {
  const days = 150;
  const frame = madeUpHours({ days });
  const origin = 120 * 24;

  it('errs less than its best simple forecast on weeks that it has not seen, and its band holds', async () => {
    const fitted = await fitAt(frame, origin);
    const truth: number[] = [];
    const said: { mean: number[]; low: number[]; high: number[]; week: number[] } = {
      mean: [],
      low: [],
      high: [],
      week: [],
    };
    for (let midnight = origin; midnight < days * 24; midnight += 24) {
      const { baseline } = model.simple(frame, midnight);
      for (const row of fitted.forecast(frame, midnight, 24)) {
        truth.push(frame.values[row.target] ?? Number.NaN);
        said.mean.push(row.mean);
        said.low.push(row.p10);
        said.high.push(row.p90);
        said.week.push(baseline(row.target));
        expect(row.p10).toBeLessThanOrEqual(row.p50);
        expect(row.p50).toBeLessThanOrEqual(row.p90);
      }
    }
    expect(truth).toHaveLength(30 * 24);
    expect(rmse(truth, said.mean)).toBeLessThan(rmse(truth, said.week));
    const coverage = coveragePct(truth, said.low, said.high);
    expect(coverage).toBeGreaterThan(72);
    expect(coverage).toBeLessThan(88);
    fitted.dispose();
  });

  it('hands out what it was before the newest days, which another course of them does not change', async () => {
    const long = madeUpHours({ days: 260 });
    const end = 250 * 24;
    const from = end - 29 * 24;
    const changed = madeUpHours({ days: 260, change: (value, index) => (index < from ? value : 3000 - value) });
    const earlierOf = async (of: typeof long) => {
      const context = { tf, frame: of, origin: end, seed: 3, horizon: 24, settings: {}, judgedDays: 29 };
      const outcome = await model.fit({ ...context, onProgress: async () => true });
      if (outcome.outcome !== 'fitted' || outcome.earlier === undefined)
        throw new Error('nothing earlier was handed out');
      outcome.fitted.dispose();
      return outcome.earlier;
    };
    const one = await earlierOf(long);
    const two = await earlierOf(changed);
    expect(one.from).toBe(from);
    expect(two.forecaster.forecast(long, from, 24)).toEqual(one.forecaster.forecast(long, from, 24));
    // A day later it has seen other values just before: the equality above can fail.
    expect(two.forecaster.forecast(changed, from + 24, 24)).not.toEqual(one.forecaster.forecast(long, from + 24, 24));
    const short = await model.fit({
      ...{ tf, frame: long, origin: 100 * 24, seed: 3, horizon: 24, settings: {}, judgedDays: 29 },
      onProgress: async () => true,
    });
    expect(short).toMatchObject({ outcome: 'fitted' });
    expect(short).not.toHaveProperty('earlier');
  });

  it('is the same for a seed, and after being saved as JSON and read again', async () => {
    const one = await fitAt(frame, origin);
    const other = await fitAt(frame, origin);
    const saved = one.save();
    const again = model.restore(tf, { networks: saved.networks, parts: JSON.parse(JSON.stringify(saved.parts)) });
    expect(other.forecast(frame, origin, 48)).toEqual(one.forecast(frame, origin, 48));
    for (const [index, row] of again.forecast(frame, origin, 48).entries())
      expect(row.mean).toBeCloseTo(one.forecast(frame, origin, 48)[index]?.mean ?? Number.NaN, 1);
    expect(() => model.restore(tf, { ...saved, parts: { nothing: true } })).toThrow();
  });

  it('never sees the future', async () => {
    const changed = madeUpHours({ days, change: (value, index) => (index >= origin ? 9_999 : value) });
    const one = await fitAt(frame, origin);
    const other = await fitAt(changed, origin);
    expect(other.forecast(changed, origin, 48)).toEqual(one.forecast(frame, origin, 48));
    expect(other.importances).toEqual(one.importances);
  });

  it('says the same of an hour however far it is asked to look, and keeps to what it was asked', async () => {
    let asked: number[] = [];
    const watched = createEnsembleModel({
      ...plainDesign,
      rows: (seen, at, horizon, prepared) => {
        if (at === origin) asked = [...asked, horizon];
        return plainDesign.rows(seen, at, horizon, prepared);
      },
    });
    const context = { tf, frame, origin, seed: 3, horizon: 24, settings: {}, onProgress: async () => true };
    const outcome = await watched.fit(context);
    if (outcome.outcome !== 'fitted') throw new Error(`the fit ended as ${outcome.outcome}`);
    asked = [];
    const short = outcome.fitted.forecast(frame, origin, 5);
    expect(short).toHaveLength(5);
    expect(short).toEqual(outcome.fitted.forecast(frame, origin, 24).slice(0, 5));
    // A learner of sequences would be thrown by part of a day.
    expect(asked).toEqual([24, 24]);
  });

  it('takes the mixture as the middle where it aims at the median', async () => {
    const median = createEnsembleModel({ ...plainDesign, aim: 'median' });
    const context = { tf, frame, origin, seed: 3, horizon: 24, settings: {}, onProgress: async () => true };
    const outcome = await median.fit(context);
    if (outcome.outcome !== 'fitted') throw new Error(`the fit ended as ${outcome.outcome}`);
    for (const { mean, p50 } of outcome.fitted.forecast(frame, origin, 24)) expect(p50).toBe(mean);
    const plain = await fitAt(frame, origin);
    expect(plain.forecast(frame, origin, 24).some(({ mean, p50 }) => p50 !== mean)).toBe(true);
  });

  it('does not put what rows are arranged by into other rows', async () => {
    const arranged = createEnsembleModel({ ...plainDesign, arrangedBy: ['weekday'] });
    const outcome = await arranged.fit({
      ...{ tf, frame, origin, seed: 3, horizon: 24, settings: {} },
      onProgress: async () => true,
    });
    if (outcome.outcome !== 'fitted') throw new Error(`the fit ended as ${outcome.outcome}`);
    const { fitted } = outcome;
    expect(fitted.importances.map(({ name }) => name).toSorted()).toEqual(
      plainDesign.features.flatMap(({ name }) => (name === 'weekday' ? [] : [name])).toSorted(),
    );
    const [row] = fitted.forecast(frame, origin, 24);
    const explanation = row && fitted.explain(frame, origin, row.target);
    expect(explanation?.contributions.find(({ name }) => name === 'weekday')?.value).toBe(0);
    const sum = (explanation?.contributions ?? []).reduce((total, { value }) => total + value, explanation?.base ?? 0);
    expect(sum).toBeCloseTo(row?.mean ?? 0, 6);
    fitted.dispose();
  });

  it('explains an hour by parts that add up to its mean, and names what matters', async () => {
    const fitted = await fitAt(frame, origin);
    const row = fitted.forecast(frame, origin, 24)[19];
    const explanation = row && fitted.explain(frame, origin, row.target);
    const sum = explanation?.contributions.reduce((all, { value }) => all + value, explanation.base);
    expect(sum).toBeCloseTo(row?.mean ?? Number.NaN, 3);
    expect(fitted.importances.map(({ name }) => name).toSorted()).toEqual(
      plainDesign.features.map(({ name }) => name).toSorted(),
    );
    expect(fitted.importances[0]?.errorRisePct).toBeGreaterThan(0);
    expect(fitted.shares.reduce((all, { share }) => all + share, 0)).toBeCloseTo(1, 6);
  });

  it('says when there is too little, ends when it is told to, and takes gaps, a constant and nothing at all', async () => {
    const short = madeUpHours({ days: 12 });
    const context = { tf, seed: 1, horizon: 24, settings: {}, onProgress: async () => true };
    expect(await model.fit({ ...context, frame: short, origin: 12 * 24 })).toEqual({ outcome: 'too-little', days: 12 });
    expect(await model.fit({ ...context, frame, origin, onProgress: async (share) => share < 0.3 })).toEqual({
      outcome: 'cancelled',
    });
    for (const change of [
      (value: number, index: number): number => (index % 7 < 3 ? Number.NaN : value),
      (): number => 500,
      (): number => 0,
    ]) {
      const odd = madeUpHours({ days: 60, change });
      const outcome = await model.fit({ ...context, frame: odd, origin: 60 * 24 });
      if (outcome.outcome !== 'fitted') throw new Error(`the fit ended as ${outcome.outcome}`);
      for (const row of outcome.fitted.forecast(odd, 60 * 24, 48))
        for (const value of [row.mean, row.p10, row.p50, row.p90]) expect(Number.isFinite(value)).toBe(true);
    }
    const none = madeUpHours({ days: 60, change: () => Number.NaN });
    expect(await model.fit({ ...context, frame: none, origin: 60 * 24 })).toEqual({ outcome: 'too-little', days: 0 });
  });
});
