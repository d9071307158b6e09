import type { Scalar, Tensor2D, Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import { seededRandom, shuffled } from '../network/random.ts';
import { gruWeights, placeInBlocks, runGru, startNumbers } from './gru-network.ts';
import { countedRows, weightedMean } from './rows.ts';
import { type Sequences, STEPS, sequencesOf } from './sequences.ts';
import { decimalOf } from './short-number.ts';
import { type ColumnScale, scaled, scaleOf } from './standardise.ts';
import type { FitOptions, FittedLearner, Learner, LearningRows, Tensorflow } from './types.ts';

export interface GruAttentionOptions {
  readonly name?: string;
  readonly width?: number;
  readonly members?: number;
  /** Sequences of a day that are learnt from at once. */
  readonly batch?: number;
  readonly epochs?: number;
  /** Learning rate at the start; it falls to a tenth along a cosine. */
  readonly rate?: number;
  /** Decay of weights apart from the loss, a share of each a step, times the rate. */
  readonly decay?: number;
}

type Settings = Required<Omit<GruAttentionOptions, 'name'>>;

interface Parts {
  readonly width: number;
  readonly scale: ColumnScale;
  readonly mean: number;
  /** Spread of the targets; 0 says that they were all the same, and that nothing was learnt. */
  readonly spread: number;
}

const savedSchema = z.object({
  width: z.int().min(1),
  scale: z.object({ mean: z.array(z.number()), spread: z.array(z.number()) }),
  mean: z.number(),
  spread: z.number(),
  members: z.array(z.array(z.number())),
});

/** Inputs further out than this many spreads count as this far. */
const LIMIT = 5;
const LARGEST_GRADIENT = 5;

/** Inputs of some sequences in the order of the network; hours without a row are 0, the mean of everything. */
const blocksOf = (x: Float32Array, width: number, { places }: Sequences, chosen: Int32Array): Float32Array => {
  const data = new Float32Array(chosen.length * STEPS * width);
  chosen.forEach((sequence, index) => {
    for (let step = 0; step < STEPS; step += 1) {
      const row = places[sequence * STEPS + step] ?? -1;
      if (row < 0) continue;
      data.set(x.subarray(row * width, (row + 1) * width), placeInBlocks(chosen.length, index, step) * width);
    }
  });
  return data;
};

/** One value an hour of some sequences; 0 where there is no row. */
const hoursOf = (values: ArrayLike<number>, { places }: Sequences, chosen: Int32Array): Float32Array => {
  const data = new Float32Array(chosen.length * STEPS);
  chosen.forEach((sequence, index) => {
    for (let step = 0; step < STEPS; step += 1) {
      const row = places[sequence * STEPS + step] ?? -1;
      if (row >= 0) data[index * STEPS + step] = values[row] ?? 0;
    }
  });
  return data;
};

interface ReadyRows {
  readonly sequences: Sequences;
  readonly x: Float32Array;
  readonly targets: Float64Array;
  readonly weights: Float32Array;
}

/** Trains one network in place; false where it was ended. */
const train = async (
  tf: Tensorflow,
  weights: Variable,
  { width, batch, epochs, rate, decay }: Settings,
  { sequences, x, targets, weights: rowWeights }: ReadyRows,
  random: () => number,
  tick: FitOptions['tick'],
): Promise<boolean> => {
  const inputs = x.length / targets.length;
  const shape = { inputs, width };
  const optimizer = tf.train.adam(rate);
  const steps = epochs * Math.ceil(sequences.count / batch);
  let done = 0;
  const step = (chosen: Int32Array, rateNow: number): number =>
    tf.tidy(() => {
      const size = chosen.length * STEPS;
      const values = tf.tensor2d(blocksOf(x, inputs, sequences, chosen), [size, inputs]);
      const wanted = tf.tensor2d(hoursOf(targets, sequences, chosen), [size, 1]);
      const counting = tf.tensor2d(hoursOf(rowWeights, sequences, chosen), [size, 1]);
      const lossOf = (): Scalar => {
        const error = tf.sub(wanted, runGru(tf, shape, weights, values, chosen.length)) as Tensor2D;
        return tf.mean(tf.mul(tf.square(error), counting));
      };
      const { value, grads } = tf.variableGrads(lossOf, [weights]);
      optimizer.applyGradients(
        Object.entries(grads).map(([name, slope]) => ({
          name,
          tensor: tf.clipByValue(slope, -LARGEST_GRADIENT, LARGEST_GRADIENT),
        })),
      );
      weights.assign(tf.mul(weights, 1 - decay * rateNow));
      return value.dataSync()[0] ?? Number.NaN;
    });
  try {
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      const order = shuffled(sequences.count, random);
      for (let from = 0; from < order.length; from += batch) {
        const rateNow = rate * (0.1 + 0.45 * (1 + Math.cos((Math.PI * done) / steps)));
        Object.assign(optimizer, { learningRate: rateNow });
        const loss = step(order.subarray(from, Math.min(order.length, from + batch)), rateNow);
        if (!Number.isFinite(loss)) throw new Error('training diverged: the loss is not a number');
        done += 1;
      }
      if (!(await tick((epoch + 1) / epochs))) return false;
    }
  } finally {
    optimizer.dispose();
  }
  return true;
};

const fitted = (tf: Tensorflow, parts: Parts, members: readonly Variable[]): FittedLearner => ({
  predict: (rows) => {
    const out = new Float64Array(rows.inputs.rows).fill(parts.mean);
    if (parts.spread === 0 || members.length === 0 || out.length === 0) return out;
    const sequences = sequencesOf(rows);
    const all = Int32Array.from({ length: sequences.count }, (_, index) => index);
    const { width } = rows.inputs;
    const blocks = blocksOf(scaled(rows.inputs, parts.scale, LIMIT), width, sequences, all);
    for (const weights of members) {
      const values = tf.tidy(() =>
        runGru(
          tf,
          { inputs: width, width: parts.width },
          weights,
          tf.tensor2d(blocks, [all.length * STEPS, width]),
          all.length,
        ).dataSync(),
      );
      sequences.places.forEach((row, place) => {
        if (row >= 0) out[row] = (out[row] ?? 0) + (parts.spread / members.length) * (values[place] ?? 0);
      });
    }
    return out;
  },
  save: () => ({
    parts: {
      ...parts,
      members: members.map((weights) => Array.from(weights.dataSync(), decimalOf)),
    },
    networks: [],
  }),
  dispose: () => {
    for (const weights of members) weights.dispose();
  },
});

const readyOf = (learning: LearningRows, parts: Parts): ReadyRows => {
  const total = learning.weights.reduce((sum, weight) => sum + weight, 0);
  return {
    sequences: sequencesOf(learning),
    x: scaled(learning.inputs, parts.scale, LIMIT),
    targets: Float64Array.from(learning.targets, (target) => (target - parts.mean) / (parts.spread || 1)),
    weights: learning.weights.map((weight) => (weight * learning.weights.length) / (total || 1)),
  };
};

/** A recurrent network with attention that sees all hours of a forecast at once: how a front passes, not one hour of it. */
export const createGruAttention = (options: GruAttentionOptions = {}): Learner => {
  const settings: Settings = {
    width: options.width ?? 16,
    members: options.members ?? 1,
    batch: options.batch ?? 48,
    epochs: options.epochs ?? 16,
    rate: options.rate ?? 0.008,
    decay: options.decay ?? 0.02,
  };
  return {
    name: options.name ?? 'gru-attention',
    sequential: true,
    fit: async (learning, { tf, seed, tick }) => {
      const counted = countedRows(learning);
      const mean = weightedMean(counted.targets, counted.weights);
      const squares = Float64Array.from(counted.targets, (target) => (target - mean) ** 2);
      const variance = weightedMean(squares, counted.weights);
      const spread = variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 0;
      const parts: Parts = { width: settings.width, scale: scaleOf(counted), mean, spread };
      const shape = { inputs: learning.inputs.width, width: settings.width };
      const members: Variable[] = [];
      let complete = false;
      try {
        const ready = readyOf(learning, parts);
        for (let member = 0; member < (spread === 0 ? 0 : settings.members); member += 1) {
          const weights = gruWeights(tf, shape, startNumbers(shape, seed * 100 + member));
          members.push(weights);
          const share = (of: number) => tick((member + of) / settings.members);
          if (!(await train(tf, weights, settings, ready, seededRandom(seed * 1000 + member), share))) return null;
        }
        complete = true;
        return fitted(tf, parts, members);
      } finally {
        if (!complete) for (const weights of members) weights.dispose();
      }
    },
    restore: (tf, saved) => {
      const { members, ...parts } = savedSchema.parse(saved.parts);
      const shape = { inputs: parts.scale.mean.length, width: parts.width };
      return fitted(
        tf,
        parts,
        members.map((numbers) => gruWeights(tf, shape, numbers)),
      );
    },
  };
};
