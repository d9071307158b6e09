import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorflow } from '../../../../main/tensorflow.ts';
import { createEnsembleModel } from '../../../../models/ensemble/ensemble.ts';
import { createFrame } from '../../../../models/features/frame.ts';
import type { Tensorflow } from '../../../../models/learners/types.ts';
import { rmse } from '../../../../models/metrics/point.ts';
import { windDesign } from '../../../../models/wind/wind-design.ts';
import { windPark } from '../../../support/models/wind-park.ts';

let tf: Tensorflow;
beforeAll(async () => {
  tf = (await loadTensorflow()).tf;
});
const SETTINGS = { trees: 30, extraTrees: 8, gruEpochs: 3 };
const onProgress = async () => true;
const plain = (values: (hour: number) => number, days: number) =>
  createFrame({
    firstAt: Date.UTC(2026, 1, 20),
    hours: days * 24,
    values: Float64Array.from({ length: days * 24 }, (_, hour) => values(hour)),
    timeZone: 'Europe/Berlin',
    latitude: 54,
    longitude: 8,
    weather: new Map(),
  });

describe('wind', () => {
  it('is forecast better than by what is now, is the same for a seed and survives saving', async () => {
    const frame = windPark({ days: 45, gaps: 0.03 });
    const model = createEnsembleModel(windDesign);
    const origin = 38 * 24;
    const learn = () => model.fit({ tf, frame, origin, seed: 3, horizon: 24, settings: SETTINGS, onProgress });
    const [one, two] = [await learn(), await learn()];
    if (one.outcome !== 'fitted' || two.outcome !== 'fitted') throw new Error(one.outcome);
    const restored = model.restore(tf, one.fitted.save());
    expect(two.fitted.forecast(frame, origin, 72)).toEqual(one.fitted.forecast(frame, origin, 72));
    const again = restored.forecast(frame, origin, 72);
    one.fitted.forecast(frame, origin, 72).forEach((row, place) => {
      expect(again[place]?.mean).toBeCloseTo(row.mean, 2);
    });
    const [truth, ours, naive]: number[][] = [[], [], []];
    for (let midnight = origin; midnight < 44 * 24; midnight += 24)
      for (const row of one.fitted.forecast(frame, midnight, 24)) {
        const actual = frame.values[row.target] ?? Number.NaN;
        if (Number.isNaN(actual)) continue;
        truth?.push(actual);
        ours?.push(row.mean);
        naive?.push(model.simple(frame, midnight).naive(row.target));
      }
    expect(rmse(truth ?? [], ours ?? [])).toBeLessThan(0.7 * rmse(truth ?? [], naive ?? []));
    // What is restored in the same process shares its dense networks with what was saved, so it ends with it.
    two.fitted.dispose();
    one.fitted.dispose();
  }, 120_000);

  it('fades from what is now to the usual where no forecast of wind is there', () => {
    const frame = windPark({ days: 40, forecasts: 'none' });
    const origin = 30 * 24;
    const site = windDesign.prepare(frame, origin);
    const rows = windDesign.rows(frame, origin, 72, site);
    const last = frame.values[origin - 1] ?? Number.NaN;
    expect(rows).toHaveLength(72);
    expect(Math.abs((rows[0]?.base ?? 0) - last)).toBeLessThan(0.25 * site.capacity);
    const usual = rows.at(-1)?.base ?? 0;
    expect(Math.abs(usual - site.meanShare * site.capacity)).toBeLessThan(0.25 * site.capacity);
  });

  it.each([
    ['three days', plain((hour) => 100 + hour, 3)],
    ['nothing measured', plain(() => Number.NaN, 30)],
    ['a constant', plain(() => 500, 30)],
    ['zeros', plain(() => 0, 30)],
  ])('%s never throw and never give what is not a number', async (_, frame) => {
    const model = createEnsembleModel(windDesign);
    const origin = frame.hours - 24;
    const outcome = await model.fit({ tf, frame, origin, seed: 1, horizon: 24, settings: SETTINGS, onProgress });
    if (outcome.outcome !== 'fitted') {
      expect(outcome.outcome).toBe('too-little');
      return;
    }
    for (const row of outcome.fitted.forecast(frame, origin, 24))
      expect(Number.isFinite(row.mean + row.p10 + row.p50 + row.p90)).toBe(true);
    outcome.fitted.dispose();
  });

  it('keeps a site as JSON and refuses what it did not write', () => {
    const site = windDesign.prepare(windPark({ days: 40 }), 30 * 24);
    expect(windDesign.readPrepared(JSON.parse(JSON.stringify(site)))).toEqual(site);
    expect(() => windDesign.readPrepared({ capacity: 1 })).toThrow();
  });
});
