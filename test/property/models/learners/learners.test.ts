import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorflow } from '../../../../main/tensorflow.ts';
import { createBoostedTrees } from '../../../../models/learners/boosted-trees.ts';
import { createExtraTrees } from '../../../../models/learners/extra-trees.ts';
import { createResidualNetwork } from '../../../../models/learners/residual-network.ts';
import { createRidge } from '../../../../models/learners/ridge.ts';
import type { FittedLearner, Learner, LearningRows, Tensorflow } from '../../../../models/learners/types.ts';

const LEARNERS: readonly { readonly learner: Learner; readonly runs: number }[] = [
  { learner: createBoostedTrees({ trees: 12, depth: 3, rowShare: 0.7, columnShare: 0.7 }), runs: 40 },
  { learner: createBoostedTrees({ name: 'boosted median', trees: 12, depth: 3, quantile: 0.5 }), runs: 40 },
  { learner: createExtraTrees({ trees: 8, minLeaf: 2 }), runs: 40 },
  { learner: createRidge(), runs: 40 },
  {
    learner: createResidualNetwork({ width: 6, blocks: 1, members: 2, stretches: [{ epochs: 2, rate: 0.01 }] }),
    runs: 6,
  },
];

interface Row {
  readonly inputs: readonly number[];
  readonly target: number;
  readonly weight: number;
}

const WIDTH = 3;
const number = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.constantFrom(0, 1, -1, 1e-30, 1e6),
);
const row: fc.Arbitrary<Row> = fc.record({
  inputs: fc.array(number, { minLength: WIDTH, maxLength: WIDTH }),
  target: number,
  weight: fc.constantFrom(1, 0.3, 5),
});
const someRows = fc.array(row, { minLength: 0, maxLength: 60 });

const learningRows = (rows: readonly Row[]): LearningRows => ({
  inputs: { rows: rows.length, width: WIDTH, data: Float32Array.from(rows.flatMap((each) => each.inputs)) },
  targets: Float32Array.from(rows, (each) => each.target),
  weights: Float32Array.from(rows, (each) => each.weight),
  origins: Int32Array.from(rows, (_, index) => index),
  leads: new Int16Array(rows.length),
});

let tf: Tensorflow;
beforeAll(async () => {
  tf = (await loadTensorflow()).tf;
});

const learn = async (learner: Learner, rows: readonly Row[], seed = 1): Promise<FittedLearner> => {
  const fitted = await learner.fit(learningRows(rows), { tf, seed, tick: async () => true });
  if (fitted === null) throw new Error('nobody ended it');
  return fitted;
};

const predictions = async (learner: Learner, rows: readonly Row[], asked: readonly Row[], seed = 1) => {
  const fitted = await learn(learner, rows, seed);
  const values = fitted.predict(learningRows(asked));
  fitted.dispose();
  return values;
};

describe.each(LEARNERS)('$learner.name', ({ learner, runs }) => {
  it('says the same for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, fc.nat(1000), async (rows, seed) => {
        expect(await predictions(learner, rows, rows, seed)).toEqual(await predictions(learner, rows, rows, seed));
      }),
      { numRuns: runs },
    );
  });

  it('says the same after it was saved as JSON and restored', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, someRows, async (rows, asked) => {
        const fitted = await learn(learner, rows);
        const { parts, networks } = fitted.save();
        const restored = learner.restore(tf, { parts: JSON.parse(JSON.stringify(parts)), networks });
        expect(restored.predict(learningRows(asked))).toEqual(fitted.predict(learningRows(asked)));
        fitted.dispose();
      }),
      { numRuns: runs },
    );
  });

  it('gives the constant where all targets are the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        number,
        someRows,
        async (rows, target, asked) => {
          const constant = Math.fround(target);
          const values = await predictions(
            learner,
            rows.map((each) => ({ ...each, target: constant })),
            asked,
          );
          // Leaves keep five digits.
          for (const value of values) expect(Math.abs(value - constant)).toBeLessThanOrEqual(Math.abs(constant) * 1e-4);
        },
      ),
      { numRuns: runs },
    );
  });

  it('never answers NaN to finite inputs', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, someRows, async (rows, asked) => {
        expect((await predictions(learner, rows, asked)).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  it('minds no row of weight 0', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, someRows, fc.nat(60), async (rows, ignored, place) => {
        const mixed = [
          ...rows.slice(0, place),
          ...ignored.map((each) => ({ ...each, weight: 0 })),
          ...rows.slice(place),
        ];
        expect(await predictions(learner, mixed, rows)).toEqual(await predictions(learner, rows, rows));
      }),
      { numRuns: runs },
    );
  });

  it('ends when it is told to, and keeps no tensor', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({ inputs: [index, 1, 2], target: index % 5, weight: 1 }));
    const before = tf.memory().numTensors;
    const ended = await learner.fit(learningRows(rows), { tf, seed: 1, tick: async () => false });
    expect(ended).toBeNull();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('keeps no tensor over 20 fits', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({ inputs: [index, 1, 2], target: index % 5, weight: 1 }));
    const before = tf.memory().numTensors;
    for (let time = 0; time < 20; time += 1) await predictions(learner, rows, rows, time);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('throws on parts that it did not write', () => {
    for (const parts of [null, {}, { forest: { features: [0], numbers: [1] }, start: 0, rate: 1, width: 1 }])
      expect(() => learner.restore(tf, { parts, networks: [] })).toThrow();
  });
});

describe('boosted trees', () => {
  it('come nearer to what they learn from with each tree', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        async (rows, depth) => {
          const loss = async (trees: number): Promise<number> => {
            const values = await predictions(createBoostedTrees({ trees, depth, learningRate: 0.3 }), rows, rows);
            const total = rows.reduce((sum, each) => sum + each.weight, 0);
            return rows.reduce(
              (sum, each, at) => sum + (each.weight * (Math.fround(each.target) - (values[at] ?? 0)) ** 2) / total,
              0,
            );
          };
          let before = await loss(0);
          const rounding = 1e-9 * (1 + before);
          for (const trees of [1, 2, 5, 12]) {
            const now = await loss(trees);
            expect(now).toBeLessThanOrEqual(before + rounding);
            before = now;
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
