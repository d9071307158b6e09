import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorflow } from '../../../../main/tensorflow.ts';
import { createGruAttention } from '../../../../models/learners/gru-attention.ts';
import { sequencesOf } from '../../../../models/learners/sequences.ts';
import type { LearningRows, Tensorflow } from '../../../../models/learners/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';

let tf: Tensorflow;
beforeAll(async () => {
  tf = (await loadTensorflow()).tf;
});
const tick = async (): Promise<boolean> => true;

/** Days of one input; what is asked of an hour is the input six hours before it, which no row tells by itself. */
const days = (count: number, seed: number, share = 1): LearningRows => {
  const random = seededRandom(seed);
  const kept: { readonly x: number; readonly target: number; readonly day: number; readonly hour: number }[] = [];
  for (let day = 0; day < count; day += 1) {
    let now = 0;
    const wave = Array.from({ length: 24 }, () => {
      now = 0.9 * now + random() - 0.5;
      return now;
    });
    wave.forEach((x, hour) => {
      if (random() < share) kept.push({ x, target: wave[Math.max(0, hour - 6)] ?? 0, day, hour });
    });
  }
  return {
    inputs: { rows: kept.length, width: 2, data: Float32Array.from(kept.flatMap(({ x, hour }) => [x, hour / 24])) },
    targets: Float32Array.from(kept, ({ target }) => target),
    weights: new Float32Array(kept.length).fill(1),
    origins: Int32Array.from(kept, ({ day }) => day * 24),
    leads: Int16Array.from(kept, ({ hour }) => hour),
  };
};
const explained = (rows: LearningRows, values: Float64Array): number => {
  const mean = rows.targets.reduce((sum, each) => sum + each, 0) / rows.targets.length;
  const total = rows.targets.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return 1 - rows.targets.reduce((sum, each, row) => sum + (each - (values[row] ?? 0)) ** 2, 0) / total;
};
const SMALL = { epochs: 3, batch: 16 };

describe('recurrent network with attention', () => {
  it('learns from other hours of the same forecast, which a row alone does not tell', async () => {
    const fitted = await createGruAttention({ epochs: 16, batch: 32, rate: 0.03 }).fit(days(200, 1), {
      tf,
      seed: 1,
      tick,
    });
    const test = days(60, 2);
    const whole = explained(test, fitted?.predict(test) ?? new Float64Array(0));
    expect(whole).toBeGreaterThan(0.4);
    const alone = { ...test, origins: test.origins.map((origin, row) => origin + 100_000 * row) };
    expect(explained(test, fitted?.predict(alone) ?? new Float64Array(0))).toBeLessThan(whole - 0.2);
    fitted?.dispose();
  }, 90_000);

  it('is the same for a seed, survives saving to the digit, and leaves no tensor', async () => {
    const learner = createGruAttention(SMALL);
    const before = tf.memory().numTensors;
    const rows = days(40, 3, 0.8);
    const [one, two] = [await learner.fit(rows, { tf, seed: 5, tick }), await learner.fit(rows, { tf, seed: 5, tick })];
    if (one === null || two === null) throw new Error('it was ended');
    const saved = one.save();
    const restored = learner.restore(tf, { ...saved, parts: JSON.parse(JSON.stringify(saved.parts)) });
    expect(two.predict(rows)).toEqual(one.predict(rows));
    expect(restored.predict(rows)).toEqual(one.predict(rows));
    for (const each of [one, two, restored]) each.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(() => learner.restore(tf, { parts: { width: 4 }, networks: [] })).toThrow();
  });

  it('ends when it is told to and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const ended = await createGruAttention(SMALL).fit(days(20, 4), { tf, seed: 1, tick: async () => false });
    expect(ended).toBeNull();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('answers the constant where all targets are the same', async () => {
    const rows = days(20, 6);
    const fitted = await createGruAttention(SMALL).fit(
      { ...rows, targets: rows.targets.map(() => 7) },
      { tf, seed: 1, tick },
    );
    expect(Array.from(fitted?.predict(rows) ?? [])).toEqual(Array.from(rows.targets, () => 7));
    fitted?.dispose();
  });
});

describe('sequences', () => {
  it('hold each row once at its hour, and cut long forecasts into days', () => {
    const origins = Int32Array.from([0, 0, 0, 24, 24]);
    const { count, places } = sequencesOf({ origins, leads: Int16Array.from([0, 5, 25, 0, 1]) });
    expect(count).toBe(3);
    expect([places[0], places[5], places[24 + 1], places[48], places[49]]).toEqual([0, 1, 2, 3, 4]);
    expect(places.filter((row) => row >= 0)).toHaveLength(5);
  });
});
