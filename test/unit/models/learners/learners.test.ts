import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorflow } from '../../../../main/tensorflow.ts';
import { createBoostedTrees } from '../../../../models/learners/boosted-trees.ts';
import { createExtraTrees } from '../../../../models/learners/extra-trees.ts';
import { createResidualNetwork } from '../../../../models/learners/residual-network.ts';
import { createRidge, solveCholesky } from '../../../../models/learners/ridge.ts';
import { decimalOf, shortBetween } from '../../../../models/learners/short-number.ts';
import type { Learner, LearningRows, Tensorflow } from '../../../../models/learners/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';

let tf: Tensorflow;
beforeAll(async () => {
  tf = (await loadTensorflow()).tf;
});

/** Rows of five inputs of which four matter: a wave, a product and a slope, with a little noise. */
const madeRows = (rows: number, seed: number, truth: (x: readonly number[]) => number): LearningRows => {
  const random = seededRandom(seed);
  const inputs = Array.from({ length: rows }, () => Array.from({ length: 5 }, () => random() * 4 - 2));
  return {
    inputs: { rows, width: 5, data: Float32Array.from(inputs.flat()) },
    targets: Float32Array.from(inputs, (x) => truth(x) + 0.2 * (random() - 0.5)),
    weights: new Float32Array(rows).fill(1),
    origins: Int32Array.from({ length: rows }, (_, index) => index),
    leads: new Int16Array(rows),
  };
};
const bent = (x: readonly number[]): number =>
  100 + Math.sin(2 * (x[0] ?? 0)) + (x[1] ?? 0) * (x[2] ?? 0) + 0.5 * (x[3] ?? 0);
const straight = (x: readonly number[]): number => 3 + 2 * (x[0] ?? 0) - (x[4] ?? 0);

/** Share of the variance that is explained on rows that were not learnt from. */
const explained = async (learner: Learner, truth: (x: readonly number[]) => number): Promise<number> => {
  const fitted = await learner.fit(madeRows(2000, 1, truth), { tf, seed: 7, tick: async () => true });
  const test = madeRows(500, 2, truth);
  const values = fitted?.predict(test) ?? new Float64Array(500);
  fitted?.dispose();
  const mean = test.targets.reduce((sum, target) => sum + target / 500, 0);
  const variance = test.targets.reduce((sum, target) => sum + (target - mean) ** 2, 0);
  return 1 - test.targets.reduce((sum, target, row) => sum + (target - (values[row] ?? 0)) ** 2, 0) / variance;
};

describe('learners', () => {
  it.each([
    [createBoostedTrees({ trees: 150, depth: 5, learningRate: 0.1 }), 0.9],
    [createExtraTrees({ trees: 30, minLeaf: 4, columnShare: 1 }), 0.7],
    [createResidualNetwork({ members: 1, batch: 64, stretches: [{ epochs: 12, rate: 0.005 }] }), 0.9],
  ])('$name learns a wave, a product and a slope', async (learner, least) => {
    expect(await explained(learner, bent)).toBeGreaterThan(least);
  });

  it('ridge learns a line, and no product', async () => {
    expect(await explained(createRidge(), straight)).toBeGreaterThan(0.98);
    expect(await explained(createRidge(), bent)).toBeLessThan(0.4);
  });

  it('boosted quantiles lie where they should', async () => {
    const rows = madeRows(2000, 3, () => 0);
    for (const quantile of [0.1, 0.5, 0.9]) {
      const fitted = await createBoostedTrees({ trees: 30, depth: 2, quantile }).fit(rows, {
        tf,
        seed: 1,
        tick: async () => true,
      });
      const values = fitted?.predict(rows) ?? new Float64Array(2000);
      const below = rows.targets.reduce((sum, target, row) => sum + (target <= (values[row] ?? 0) ? 1 : 0), 0) / 2000;
      expect(below).toBeGreaterThan(quantile - 0.03);
      expect(below).toBeLessThan(quantile + 0.03);
    }
  });

  it('weigh rows: a heavy half decides', async () => {
    const rows = madeRows(400, 4, () => 0);
    const halves: LearningRows = {
      ...rows,
      targets: rows.targets.map((_, row) => row % 2),
      weights: rows.weights.map((_, row) => (row % 2 === 1 ? 9 : 1)),
    };
    for (const learner of [
      createRidge({ penalty: 100 }),
      createExtraTrees({ minLeaf: 100 }),
      createBoostedTrees({ depth: 1, minChildWeight: 100 }),
    ]) {
      const fitted = await learner.fit(halves, { tf, seed: 1, tick: async () => true });
      const mean = fitted?.predict(halves).reduce((sum, value) => sum + value / 400, 0) ?? Number.NaN;
      expect(mean).toBeCloseTo(0.9, 1);
    }
  });

  it('solve a system of equations', () => {
    const a = Float64Array.from([4, 2, 0.6, 2, 5, 1, 0.6, 1, 3]);
    const x = solveCholesky(a, Float64Array.from([4 - 4 + 1.8, 2 - 10 + 3, 0.6 - 2 + 9]));
    expect(Array.from(x, (value) => Number(value.toFixed(9)))).toEqual([1, -2, 3]);
  });

  it('write numbers short that read back as the same float32', () => {
    expect(shortBetween(Math.fround(0.123_45), Math.fround(0.456))).toBe(Math.fround(0.3));
    expect(shortBetween(1, 1)).toBe(1);
    const random = seededRandom(5);
    for (let time = 0; time < 2000; time += 1) {
      const value = Math.fround((random() - 0.5) * 10 ** Math.round(random() * 20 - 10));
      expect(Math.fround(decimalOf(value))).toBe(value);
    }
  });
});
