import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorflow } from '../../../../main/tensorflow.ts';
import { createRidge } from '../../../../models/learners/ridge.ts';
import { createTemporalConvolution } from '../../../../models/learners/temporal-convolution.ts';
import type { Learner, LearningRows, Tensorflow } from '../../../../models/learners/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { byHour } from '../../../../models/price/by-hour.ts';
import { steadied } from '../../../../models/price/steadied.ts';
import { wholeDay } from '../../../../models/price/whole-day.ts';

let tf: Tensorflow;
beforeAll(async () => {
  tf = (await loadTensorflow()).tf;
});

const WIDTH = 4;
/** Days of 24 rows: hour, a shape, noise of the hour, and a number of the whole day. */
const daysOf = (
  days: number,
  seed: number,
  truth: (day: readonly (readonly number[])[], hour: number) => number,
): LearningRows => {
  const random = seededRandom(seed);
  const made = Array.from({ length: days }, () => {
    const whole = random() * 2 - 1;
    return Array.from({ length: 24 }, (_, hour) => [
      hour,
      Math.sin((hour / 24) * 2 * Math.PI),
      random() * 2 - 1,
      whole,
    ]);
  });
  return {
    inputs: { rows: days * 24, width: WIDTH, data: Float32Array.from(made.flat(2)) },
    targets: Float32Array.from(made.flatMap((day) => day.map((_, hour) => truth(day, hour)))),
    weights: new Float32Array(days * 24).fill(1),
    origins: Int32Array.from({ length: days * 24 }, (_, row) => Math.floor(row / 24) * 24),
    leads: Int16Array.from({ length: days * 24 }, (_, row) => row % 24),
  };
};
const noise = (day: readonly (readonly number[])[], hour: number): number => day[hour]?.[2] ?? 0;
/** The neighbouring hours count, and the day lifts its peak: what a row alone cannot know. */
const neighbours = (day: readonly (readonly number[])[], hour: number): number =>
  noise(day, hour - 1) - noise(day, hour + 1) + 2 * (day[0]?.[3] ?? 0) * Math.max(0, day[hour]?.[1] ?? 0);

const always = async (): Promise<boolean> => true;
const learn = async (learner: Learner, rows: LearningRows, seed = 3) => {
  const fitted = await learner.fit(rows, { tf, seed, tick: always });
  if (fitted === null) throw new Error('ended');
  return fitted;
};
const explained = async (learner: Learner, truth: typeof neighbours): Promise<number> => {
  const fitted = await learn(learner, daysOf(120, 1, truth));
  const test = daysOf(40, 2, truth);
  const values = fitted.predict(test);
  fitted.dispose();
  const mean = test.targets.reduce((sum, target) => sum + target, 0) / test.targets.length;
  const variance = test.targets.reduce((sum, target) => sum + (target - mean) ** 2, 0);
  return 1 - test.targets.reduce((sum, target, row) => sum + (target - (values[row] ?? 0)) ** 2, 0) / variance;
};
const convolution = (epochs = 16): Learner =>
  createTemporalConvolution({
    stepColumn: 0,
    shapeColumn: 1,
    epochs,
    channels: 8,
    batch: 16,
    networks: 1,
    dropout: 0,
    rate: 0.02,
  });
const columns = { hour: 0, profiles: [2], days: [3] };

describe('learners of whole days', () => {
  it('a convolution learns from the hours beside, which a regression on the row cannot', async () => {
    expect(await explained(convolution(), neighbours)).toBeGreaterThan(0.8);
    expect(await explained(createRidge(), neighbours)).toBeLessThan(0.4);
  });

  it('a regression by hour that sees the whole day does as well', async () => {
    expect(await explained(wholeDay(columns, byHour('day', 0, createRidge())), neighbours)).toBeGreaterThan(0.9);
  });

  it('learns every hour apart', async () => {
    const turned = (day: readonly (readonly number[])[], hour: number): number =>
      (hour < 12 ? 1 : -1) * noise(day, hour);
    expect(await explained(createRidge(), turned)).toBeLessThan(0.1);
    expect(await explained(byHour('hour', 0, createRidge()), turned)).toBeGreaterThan(0.95);
  });

  it('does not follow a spike when steadied', async () => {
    const rows = daysOf(60, 4, (day, hour) => noise(day, hour));
    const spiked = { ...rows, targets: rows.targets.map((target, row) => (row === 700 ? 1000 : target)) };
    const test = daysOf(20, 5, (day, hour) => noise(day, hour));
    const errorOf = async (learner: Learner): Promise<number> => {
      const values = (await learn(learner, spiked)).predict(test);
      return test.targets.reduce((sum, target, row) => sum + Math.abs(target - (values[row] ?? 0)), 0) / values.length;
    };
    expect(await errorOf(steadied(createRidge()))).toBeLessThan(0.15);
    expect(await errorOf(createRidge())).toBeGreaterThan(0.4);
  });

  it.each([
    ['convolution', () => convolution(3)],
    ['regression of the day', () => steadied(wholeDay(columns, byHour('day', 0, createRidge())))],
  ])('%s: the same seed and its saved self forecast the same, and no tensor stays', async (_, make) => {
    const rows = daysOf(40, 6, neighbours);
    const before = tf.memory().numTensors;
    const [one, two] = [await learn(make(), rows), await learn(make(), rows)];
    expect(two.predict(rows)).toEqual(one.predict(rows));
    const saved = one.save();
    const back = make().restore(tf, { parts: JSON.parse(JSON.stringify(saved.parts)), networks: saved.networks });
    expect(back.predict(rows)).toEqual(one.predict(rows));
    one.dispose();
    two.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('forecasts a cut day, an hour twice, and rows of no weight', async () => {
    const rows = daysOf(40, 7, neighbours);
    const fitted = await learn(convolution(3), {
      ...rows,
      weights: rows.weights.map((weight, row) => (row % 5 === 0 ? 0 : weight)),
    });
    const cut = (count: number) => ({
      inputs: { rows: count, width: WIDTH, data: rows.inputs.data.subarray(0, count * WIDTH) },
      origins: rows.origins.subarray(0, count),
      leads: rows.leads.subarray(0, count),
    });
    expect(fitted.predict(cut(0))).toHaveLength(0);
    expect(fitted.predict(cut(5)).every(Number.isFinite)).toBe(true);
    const twice = cut(24);
    const data = twice.inputs.data.slice();
    data[3 * WIDTH] = 2;
    const values = fitted.predict({ ...twice, inputs: { ...twice.inputs, data } });
    expect(values[3]).toBe(values[2]);
    fitted.dispose();
  });

  it('ends when it is told to, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    let asked = 0;
    const tick = async (): Promise<boolean> => {
      asked += 1;
      return asked < 3;
    };
    for (const learner of [convolution(), byHour('hour', 0, createRidge())]) {
      asked = 0;
      expect(await learner.fit(daysOf(20, 8, neighbours), { tf, seed: 1, tick })).toBeNull();
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
